"""The second opinion: every figure counted again from whole rows, and compared."""
