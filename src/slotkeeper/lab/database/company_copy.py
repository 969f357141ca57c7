"""Copies a company's catalogue to a scratch database, where anything may be tried."""

from __future__ import annotations

from datetime import time

import msgspec

from slotkeeper.lab.database import PACKAGE
from slotkeeper.storage.database import Database
from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query

# weekday (ISO), opens, closes; None closes at midnight.
HoursRow = tuple[int, time, time | None]


async def snapshot(db: Database, company_id: int) -> bytes:
    """Read a company's catalogue, without any data of customers, as JSON by table."""
    async with db.acting_for(company_id) as connection:
        catalogue: str = await connection.fetchval(query("company_snapshot", PACKAGE), company_id)
    return catalogue.encode()


async def restore_as_sandbox(db: Database, catalogue: bytes) -> int:
    """Write a snapshot to a database that has no such company, and return the company's id.

    The copy is a sandbox, so that requests may bring a test clock.
    """
    rows = msgspec.json.decode(catalogue)
    (company,) = rows["companies"]
    company["sandbox"] = True
    company_id: int = company["id"]
    async with db.acting_for(company_id) as connection:
        await connection.execute(
            query("company_restore", PACKAGE), company_id, msgspec.json.encode(rows).decode()
        )
        await connection.execute(
            query("directory_add"), "company", hash_of(company["slug"]), company_id, ""
        )
    return company_id


async def make_sandbox(db: Database, company_id: int) -> None:
    """Let requests bring a test clock to a company of a scratch database."""
    async with db.acting_for(company_id) as connection:
        await connection.execute(query("update_company"), company_id, '{"sandbox": true}')
        await connection.execute(query("bump_catalogue"), company_id)


async def book_for_nobody(db: Database, company_id: int) -> None:
    """Let a scratch company book without knowing for whom, as where recordings hide the caller."""
    async with db.acting_for(company_id) as connection:
        rule = '{"needed_to_book": "nothing"}'
        await connection.execute(query("update_company"), company_id, rule)
        await connection.execute(query("bump_catalogue"), company_id)


async def replace_hours(db: Database, company_id: int, hours: list[HoursRow]) -> None:
    """Give every branch other opening hours, and delete those of single persons."""
    weekdays, opens = [row[0] for row in hours], [row[1] for row in hours]
    # Python's time has no 24:00.
    closes = [f"{row[2]:%H:%M}" if row[2] else "24:00" for row in hours]
    async with db.acting_for(company_id) as connection:
        await connection.execute(
            query("replace_hours", PACKAGE), company_id, weekdays, opens, closes
        )
        await connection.execute(query("bump_catalogue"), company_id)


async def start_afresh(db: Database, company_id: int) -> None:
    """Delete all calls, holds and appointments of a scratch company."""
    async with db.acting_for(company_id) as connection:
        await connection.execute(query("start_afresh", PACKAGE), company_id)
