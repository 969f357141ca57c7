"""One verb per file: load once, let the domain decide, store once."""
