"""When housekeeping runs; the operations say what it does."""
