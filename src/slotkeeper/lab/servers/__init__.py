"""Servers and databases of the laboratory's own, which end when it ends."""
