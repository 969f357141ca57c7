"""One thin adapter per voice platform."""
