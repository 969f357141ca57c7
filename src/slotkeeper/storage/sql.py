"""SQL is source code: one query a file, found by its name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def query(name: str) -> str:
    """Read ``queries/<name>.sql``, once a process."""
    return (files("slotkeeper.storage") / "queries" / f"{name}.sql").read_text("utf-8")
