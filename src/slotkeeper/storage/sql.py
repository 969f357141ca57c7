"""SQL is source code: one query a file, found by its name.

A query names the core's functions, types and views as ``core.reserve``; it is read as
``core_1f0c9a22b7.reserve``, the version that this server was built with. The name stands in the
text and not in the session's search_path, because a pooler that hands a session to another client
after each transaction would lose that.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from slotkeeper.storage.migration_files import FUNCTIONS, core_schema, read_functions

_NAMES: dict[str, str] = {}
_BY_ACTOR: set[str] = set()
_ARGUMENT = re.compile(r"\$(\d+)")
_CORE = re.compile(r"\bcore\.(?=\w)")


@cache
def core() -> str:
    """The schema of the functions that this server calls."""
    return core_schema(read_functions(FUNCTIONS))


@cache
def query(name: str, package: str = "slotkeeper.storage") -> str:
    """Read ``queries/<name>.sql`` of a package, once a process."""
    text = (files(package) / "queries" / f"{name}.sql").read_text("utf-8")
    text = _CORE.sub(f"{core()}.", text)
    if "$actor" in text:
        text = text.replace("$actor", f"${max(map(int, _ARGUMENT.findall(text))) + 1}")
        _BY_ACTOR.add(text)
    _NAMES[text] = name
    return text


def names_actor(sql: str) -> bool:
    """Whether a query takes the actor (``$actor``) as its last argument."""
    return sql in _BY_ACTOR


def name_of(sql: str) -> str:
    """The file that a query was read from; of any other statement its first word, as ``BEGIN``."""
    return _NAMES.get(sql) or sql.split(maxsplit=1)[0].strip(";").upper()
