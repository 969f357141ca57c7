"""Simulated people who call a salon, and the clients that carry their calls to a server."""
