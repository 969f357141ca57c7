"""Simulated callers: the demo today, the proof tomorrow."""
