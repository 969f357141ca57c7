"""Hints for a name that nothing has."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Comparing takes quadratic time; no field and no key of ours is longer.
MAX_COMPARED_CHARS = 100


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Word what was probably meant: ``; did you mean 'zentrale'?``; "" if nothing is close."""
    if len(name) > MAX_COMPARED_CHARS:
        return ""
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
