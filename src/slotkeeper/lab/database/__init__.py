"""Rows that only the laboratory reads and writes: copies of companies, and whole rows of one.

The queries beside it are the laboratory's own; the server needs none of them.
"""

PACKAGE = __name__
