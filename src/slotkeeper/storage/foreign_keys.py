"""Whether every foreign key is true, counted and not believed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from asyncpg import Connection, Record

from slotkeeper.storage.row_security import lift_force, patiently, undone
from slotkeeper.storage.sql import query


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key, and how many of its table's rows point to nothing."""

    table: str
    name: str
    parent: str
    valid: bool  # as PostgreSQL believes
    orphans: int

    def __str__(self) -> str:
        return f"{self.name}: {self.orphans} in {self.table} without a row in {self.parent}"


async def count_orphans(connection: Connection) -> list[ForeignKey]:
    """Count for every foreign key the rows it should have refused.

    PostgreSQL's word is not taken: a key stays "valid" when rows were changed while its triggers
    were off. For an owner this locks a key's two tables while it counts, one key at a time.
    """
    keys = []
    for key in await connection.fetch(query("foreign_keys")):
        count = partial(_count, connection, key)
        # Inside a migration's transaction all tables are locked already.
        orphans = await (count() if connection.is_in_transaction() else patiently(count))
        keys.append(ForeignKey(key["child"], key["name"], key["parent"], key["valid"], orphans))
    return keys


async def _count(connection: Connection, key: Record) -> int:
    async with undone(connection):
        await lift_force(connection, key["tables"])
        return int(await connection.fetchval(key["count_orphans"]))
