"""Writes, reads and checks the agents of a voice platform; no call passes through here."""
