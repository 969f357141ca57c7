"""Slotkeeper: a slot that is named to a caller is already theirs."""

__version__ = "0.1.0"
