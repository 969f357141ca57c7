"""Benchmarks: ratios from one interleaved run, never times alone."""
