"""The files that make the schema, and which of them a database lacks.

A migration is numbered, applied once and never edited; a file in ``migrations/next/`` is not
applied until a release moves it up and gives it a number. The files of functions make a schema of
their own, ``core_`` and a hash of their text: every version of them stands beside the others, and
a server calls the version that it was built with.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slotkeeper.storage.migration_errors import (
    MigrationChanged,
    MigrationFilesWrong,
    MigrationMissing,
)

MIGRATIONS = Path(__file__).parent / "migrations"
FUNCTIONS = Path(__file__).parent / "functions"

_NUMBERED = re.compile(r"(?!0000)(?P<number>\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True)
class Script:
    """A file as it is recorded: `0001_roles.sql`, or `functions/reserve.sql`."""

    name: str
    text: str

    @property
    def kind(self) -> str:
        """`function` for a repeatable file, else `migration`."""
        return "function" if "/" in self.name else "migration"

    @property
    def checksum(self) -> str:
        """The SHA-256 of the text, whatever line ends a checkout gave it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_migrations(directory: Path) -> list[Script]:
    """The numbered files in order. Refuses a gap, a duplicate, a misnamed file and no file."""
    paths = sorted(directory.glob("*.sql"))
    if not paths:
        raise MigrationFilesWrong(f"no migrations in {directory}")
    for expected, path in enumerate(paths, start=1):
        match = _NUMBERED.fullmatch(path.name)
        if match is None:
            raise MigrationFilesWrong(f"{path.name} is not named like 0001_what_it_does.sql")
        if int(match["number"]) < expected:
            raise MigrationFilesWrong(f"{path.name} has the number of another file")
        if int(match["number"]) > expected:
            raise MigrationFilesWrong(f"{path.name} leaves a gap: there is no {expected:04}")
    return [Script(path.name, _text(path)) for path in paths]


def read_functions(directory: Path) -> list[Script]:
    """The repeatable files in order of name."""
    return [Script(f"functions/{p.name}", _text(p)) for p in sorted(directory.glob("*.sql"))]


def core_schema(functions: Sequence[Script]) -> str:
    """The PostgreSQL schema of this version of the functions, such as `core_1f0c9a22b7`."""
    listing = "\n".join(f"{script.name} {script.checksum}" for script in functions)
    return f"core_{hashlib.sha256(listing.encode()).hexdigest()[:10]}"


def pending(migrations: Sequence[Script], applied: Mapping[str, str]) -> list[Script]:
    """The migrations still to apply. Refuses if what was applied is not how the files begin."""
    checksums = {script.name: script.checksum for script in migrations}
    for name, checksum in sorted(applied.items()):
        if name not in checksums:
            raise MigrationMissing(f"{name} was applied, but this version has no such file")
        if checksums[name] != checksum:
            raise MigrationChanged(f"{name} was changed after it was applied")
    for script in migrations[: len(applied)]:
        if script.name not in applied:
            raise MigrationMissing(f"{script.name} was skipped: a later migration is applied")
    return list(migrations[len(applied) :])


def _text(path: Path) -> str:
    # Universal newlines: a checkout on Windows must have the same checksum.
    return path.read_text(encoding="utf-8")
