"""The SQL of the server without its own filters by company, so that row-level security is alone."""

from __future__ import annotations

import re
from pathlib import Path

# What a filter compares company_id with: a parameter, a variable, or a field of one.
_FILTER = re.compile(
    r"\b(?:\w+\.)?company_id = "
    r"((?:\$\d+|\([pv]_\w+\)\.(?:company_)?id|[pv]_\w+\.(?:company_)?id|[pv]_\w*company_id)\b"
    r"(?:::\w+)?)"
)
_LIST = re.compile(
    r"\b(?:\w+\.)?company_id = ANY \((\$\d+(?:::bigint\[\])?|p_company_ids|"
    r"current_setting\('[\w.]+'\)::bigint\[\])\)"
)


def without_filters(sql: str) -> str:
    """Give the same SQL in which a row of any company passes where one company's was asked for.

    The parameter stays in it, because PostgreSQL wants the type of each. The directory is not under
    row-level security: it is what finds a company by the hash of a key.
    """
    if "directory" in sql:
        return sql
    one = _FILTER.sub(r"((\1)::bigint IS NOT NULL)", sql)
    return _LIST.sub(r"((\1)::bigint[] IS NOT NULL)", one)


class WithoutFilters:
    """A folder of SQL files, read without their filters."""

    def __init__(self, path) -> None:
        """Read below this folder, or this file."""
        self._path = path

    def __truediv__(self, name: str) -> WithoutFilters:
        """Go down to a folder or a file."""
        return WithoutFilters(self._path / name)

    def read_text(self, encoding: str) -> str:
        """Read a file without its filters."""
        return without_filters(self._path.read_text(encoding))


def functions_without_filters(functions: Path, folder: Path) -> Path:
    """Write the core's functions into a folder without their filters."""
    for file in sorted(functions.glob("*.sql")):
        (folder / file.name).write_text(without_filters(file.read_text("utf-8")), "utf-8")
    return folder
