"""The proof: callers under injected faults, and a judge that checks every answer."""
