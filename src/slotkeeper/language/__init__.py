"""Understanding callers and speaking to them, one file per language; usable as a library."""
