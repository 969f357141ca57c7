"""Writes, reads and checks a voice platform's agents; no call passes through here."""
