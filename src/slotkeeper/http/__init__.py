"""Shared by every HTTP edge: authentication, bounded bodies, problem answers."""
