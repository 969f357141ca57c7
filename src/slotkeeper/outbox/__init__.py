"""Facts: written with what they are true of, read by cursor, told at least once."""
