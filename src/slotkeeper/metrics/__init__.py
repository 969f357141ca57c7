"""Figures, counted from the rows: who reads them, and who is told of events."""
