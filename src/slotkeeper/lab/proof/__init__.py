"""The proof: callers under injected faults, and a checker that judges every answer."""
