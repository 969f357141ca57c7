"""Runs the housekeeping operations at intervals."""
