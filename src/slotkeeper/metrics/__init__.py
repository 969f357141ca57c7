"""Figures counted from the rows, their export, and the events written to the log."""
