"""Understanding and speaking, per language. Pure: usable as a library on its own."""
