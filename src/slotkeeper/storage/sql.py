"""SQL is source code: one query a file, found by its name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_NAMES: dict[str, str] = {}


@cache
def query(name: str) -> str:
    """Read ``queries/<name>.sql``, once a process."""
    text = (files("slotkeeper.storage") / "queries" / f"{name}.sql").read_text("utf-8")
    _NAMES[text] = name
    return text


def name_of(sql: str) -> str:
    """The file that a query was read from; of any other statement its first word, as ``BEGIN``."""
    return _NAMES.get(sql) or sql.split(maxsplit=1)[0].strip(";").upper()
