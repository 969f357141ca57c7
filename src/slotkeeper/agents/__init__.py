"""What writes, reads and looks over a voice platform's agent; no call passes through here."""
