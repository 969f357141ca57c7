"""Benchmarks: they compare times of one interleaved run and print the ratios."""
