"""Compare a database with the schema it should have.

What it should have stands in schema.json, described from a freshly migrated database:
`python -m slotkeeper.storage.verify URL --write`. Beside the schema, the recorded migrations, the
functions' bodies and the truth of the foreign keys are checked.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from asyncpg import Connection

from slotkeeper.storage.foreign_keys import ForeignKey, count_orphans
from slotkeeper.storage.manifest import FactKey, Manifest, SchemaFact, describe
from slotkeeper.storage.migrate import newest_core, read_ledger
from slotkeeper.storage.migration_errors import MigrationBusy, MigrationRefused
from slotkeeper.storage.migration_files import (
    FUNCTIONS,
    MIGRATIONS,
    Script,
    core_schema,
    read_functions,
    read_migrations,
)
from slotkeeper.storage.row_security import CONTENDED, owner_session, refuse_if_blinded
from slotkeeper.storage.sql import query

SCHEMA = Path(__file__).parent / "schema.json"


@dataclass(frozen=True)
class SchemaFinding:
    """What was found of one thing: present, missing, different, unexpected or broken."""

    kind: str
    table: str
    name: str
    state: str
    detail: str = ""


async def verify(
    url: str,
    *,
    expected: Manifest | None = None,
    migrations: Path = MIGRATIONS,
    functions: Path = FUNCTIONS,
) -> list[SchemaFinding]:
    """Say of everything whether it is as it should be; what is present is listed too.

    Run as the owner: a role that row security blinds is refused. Nothing is changed, but for an
    owner each foreign key's tables are locked while its rows are counted.
    """
    scripts = read_migrations(migrations) + read_functions(functions)
    expected = expected or Manifest.from_json(SCHEMA.read_text(encoding="utf-8"))
    core = core_schema(read_functions(functions))
    async with owner_session(url) as connection:
        try:
            await refuse_if_blinded(connection)
            edited = await _edited(connection, scripts, core)
            findings = [*compare(expected, await describe(connection, core), edited)]
            findings += _of_scripts(scripts, await read_ledger(connection, core))
            findings += map(_of_key, await count_orphans(connection))
        except asyncpg.InsufficientPrivilegeError as error:
            raise MigrationRefused(f"this role may not verify: {error}") from error
        except CONTENDED as error:
            raise MigrationBusy(f"the database is busy, try again: {error}") from error
    return sorted(findings, key=lambda f: (f.table, f.kind, f.name))


def is_whole(findings: Iterable[SchemaFinding]) -> bool:
    """Whether nothing is missing, different, unexpected or broken."""
    return all(finding.state == "present" for finding in findings)


def compare(
    expected: Manifest, actual: Manifest, edited: Iterable[FactKey] = ()
) -> Iterator[SchemaFinding]:
    """One finding for each fact of either side; `edited` are functions with another body."""
    wanted = {fact.key: fact for fact in expected.facts}
    there = {fact.key: fact for fact in actual.facts}
    for key in wanted.keys() | there.keys():
        state, detail = _judge(wanted.get(key), there.get(key))
        if state == "present" and key in edited:
            state, detail = "different", "its body is in none of the files"
        yield SchemaFinding(*key, state, detail)


def _judge(wanted: SchemaFact | None, there: SchemaFact | None) -> tuple[str, str]:
    if there is None:
        return "missing", wanted.value if wanted else ""
    if there.flaw:
        return "broken", there.flaw
    if wanted is None:
        return "unexpected", there.value
    if there.value != wanted.value:
        return "different", f"is: {there.value}; should be: {wanted.value}"
    return "present", there.value


async def _edited(connection: Connection, scripts: Sequence[Script], core: str) -> set[FactKey]:
    """The functions whose body stands in no file, so that somebody replaced them by hand."""
    rows = await connection.fetch(query("verify_bodies"), core)
    return {
        ("function", "", row["name"].replace(f"{core}.", ""))
        for row in rows
        if not any(row["body"] in script.text for script in scripts)
    }


def _of_scripts(scripts: Sequence[Script], recorded: Mapping[str, str]) -> Iterator[SchemaFinding]:
    checksums = {script.name: script.checksum for script in scripts}
    for name in checksums.keys() | recorded.keys():
        if name not in recorded:
            state, detail = "missing", "not applied"
        elif name not in checksums:
            state, detail = "unexpected", "applied, but this version has no such file"
        elif recorded[name] != checksums[name]:
            state, detail = "different", "the file was changed after it was applied"
        else:
            state, detail = "present", "applied"
        yield SchemaFinding("migration", "", name, state, detail)


def _of_key(key: ForeignKey) -> SchemaFinding:
    state = "broken" if key.orphans else "present"
    detail = f"{key.orphans} rows without a row in {key.parent}"
    return SchemaFinding("foreign_key_rows", key.table, key.name, state, detail)


async def _describe(url: str) -> Manifest:
    async with owner_session(url) as connection:
        return await describe(connection, await newest_core(connection))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the schema of a freshly migrated database, or write it where `verify` looks."""
    parser = argparse.ArgumentParser(prog="python -m slotkeeper.storage.verify")
    parser.add_argument("url")
    parser.add_argument("--write", action="store_true", help=f"write {SCHEMA.name}")
    options = parser.parse_args(arguments)
    text = asyncio.run(_describe(options.url)).to_json()
    if options.write:
        SCHEMA.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
