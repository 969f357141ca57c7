"""The laboratory's own servers and databases, which end when it ends."""
