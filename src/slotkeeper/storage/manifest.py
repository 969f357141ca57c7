"""What a database's schema consists of, as facts that can be compared.

PostgreSQL 15 and 18 give the same facts for the same migrations: expressions are printed under
known settings, and what only one of them catalogues is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from asyncpg import Connection

from slotkeeper.storage.row_security import undone
from slotkeeper.storage.sql import query

_QUERIES = (
    "verify_tables",
    "verify_columns",
    "verify_comments",
    "verify_indexes",
    "verify_constraints",
    "verify_triggers",
    "verify_policies",
    "verify_functions",
    "verify_grants",
)

# All of these change how PostgreSQL prints an expression or a constant in it.
_PRINTED_UNDER = {
    "quote_all_identifiers": "off",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}

FactKey = tuple[str, str, str]
FactTree = dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True)
class SchemaFact:
    """One thing in the schema. `table` is empty for what belongs to the whole database."""

    kind: str
    table: str
    name: str
    value: str
    flaw: str = ""  # why it does not do what it says; never part of an expectation

    @property
    def key(self) -> FactKey:
        """What a fact is about."""
        return (self.kind, self.table, self.name)


@dataclass(frozen=True)
class Manifest:
    """All facts of a schema, in a stable order."""

    facts: tuple[SchemaFact, ...]

    @classmethod
    def of(cls, facts: Iterable[SchemaFact]) -> Manifest:
        """The facts, sorted."""
        return cls(tuple(sorted(facts, key=lambda fact: (fact.table, fact.kind, fact.name))))

    def to_json(self) -> str:
        """A text for schema.json that is easy to read in a diff: table, kind, name."""
        tree: FactTree = {}
        for fact in self.facts:
            tree.setdefault(fact.table, {}).setdefault(fact.kind, {})[fact.name] = fact.value
        return json.dumps(tree, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The facts that `to_json` wrote."""
        tree: FactTree = json.loads(text)
        return cls.of(
            SchemaFact(kind, table, name, value)
            for table, kinds in tree.items()
            for kind, names in kinds.items()
            for name, value in names.items()
        )


async def describe(connection: Connection, core: str) -> Manifest:
    """Describe schema public and a version's schema of functions, which is written as `core`.

    Changes nothing, not even the session's settings.
    """
    async with undone(connection):
        # The queries look into the schemas of this path.
        settings = {**_PRINTED_UNDER, "search_path": f"{core}, public"}
        for setting, value in settings.items():
            await connection.execute("SELECT set_config($1, $2, true)", setting, value)
        rows = [row for name in _QUERIES for row in await connection.fetch(query(name))]
    return Manifest.of(
        SchemaFact(
            row["kind"],
            row["table"],
            row["name"].replace(core, "core"),
            row["value"].replace(core, "core"),
            row["flaw"] or "",
        )
        for row in rows
    )
