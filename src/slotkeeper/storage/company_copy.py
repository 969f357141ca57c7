"""Copies a company's catalogue into a scratch database, where anything may be tried."""

from __future__ import annotations

from datetime import time

import msgspec

from slotkeeper.storage.database import Database
from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query

# weekday (ISO), opens, closes; None closes at midnight.
HoursRow = tuple[int, time, time | None]


async def snapshot(db: Database, company_id: int) -> bytes:
    """Read a company's catalogue as JSON by table, without anything of its customers."""
    async with db.acting_for(company_id) as connection:
        taken: str = await connection.fetchval(query("company_snapshot"), company_id)
    return taken.encode()


async def restore_as_sandbox(db: Database, taken: bytes) -> int:
    """Put a snapshot into a database that has no such company; give the company's id.

    There it is a sandbox, whose callers bring their own clock.
    """
    rows = msgspec.json.decode(taken)
    (company,) = rows["companies"]
    company["sandbox"] = True
    company_id: int = company["id"]
    async with db.acting_for(company_id) as connection:
        await connection.execute(
            query("company_restore"), company_id, msgspec.json.encode(rows).decode()
        )
        await connection.execute(
            query("directory_add"), "company", hash_of(company["slug"]), company_id, ""
        )
    return company_id


async def replace_hours(db: Database, company_id: int, hours: list[HoursRow]) -> None:
    """Give every branch other opening hours, and delete those of single persons."""
    weekdays, opens = [row[0] for row in hours], [row[1] for row in hours]
    # Python has no time for the end of the day.
    closes = [f"{row[2]:%H:%M}" if row[2] else "24:00" for row in hours]
    async with db.acting_for(company_id) as connection:
        await connection.execute(query("replace_hours"), company_id, weekdays, opens, closes)
        await connection.execute(query("bump_catalogue"), company_id)


async def start_afresh(db: Database, company_id: int) -> None:
    """Delete all calls, holds and appointments of a scratch company."""
    async with db.acting_for(company_id) as connection:
        await connection.execute(query("start_afresh"), company_id)
