"""Companies' catalogues, read whole."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.catalogue import (
    Branch,
    Calendar,
    Closure,
    Company,
    Hours,
    Rules,
    Segment,
    Service,
    Staff,
    Synonym,
)
from slotkeeper.storage.database import Database
from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query


async def read_company(db: Database, company_id: int) -> Company:
    """Read a company that exists, with all that it offers."""
    async with db.acting_for(company_id) as connection:
        read = json.loads(await connection.fetchval(query("catalogue_read"), company_id))
    row = read["company"]
    return Company(
        id=row["id"], slug=row["slug"], name=row["name"], zone=ZoneInfo(row["timezone"]),
        locale=row["locale"], currency=row["currency"], sandbox=row["sandbox"],
        version=row["catalogue_version"],
        rules=Rules(**{name: row[name] for name in Rules.__dataclass_fields__}),
        branches=tuple(Branch(b["id"], b["key"], b["name"], b["subdivision"]) for b in read["branches"]),
        calendars=tuple(Calendar(k["id"], k["branch_id"], k["key"], k["kind"], k["name"]) for k in read["calendars"]),
        staff=tuple(Staff(UUID(s["id"]), s["branch_id"], s["calendar_id"], s["key"], s["name"]) for s in read["staff"]),
        services=tuple(_service(v) for v in read["services"]),
        hours=tuple(_hours(h) for h in read["hours"]),
        closures=tuple(Closure(z["branch_id"], date.fromisoformat(z["first_day"]), date.fromisoformat(z["last_day"]), z["reason"]) for z in read["closures"]),
    )


def _service(row: Any) -> Service:
    same = ("id key name category price_cents gap_policy buffer_before_min buffer_after_min min_notice_min horizon_days slot_step_min").split()
    return Service(
        **{name: row[name] for name in same},
        segments=tuple(Segment(g["segment_number"], g["name"], g["duration_min"], g["gap_after_min"], g["gap_after_max_min"], g["gap_name"], g["same_staff"], tuple(g["resources"])) for g in row["segments"]),
        staff_ids=frozenset(UUID(s) for s in row["staff_ids"]),
        synonyms=tuple(Synonym(s["text"], s["confidence"]) for s in row["synonyms"]),
    )


def _hours(row: Any) -> Hours:
    closes = row["closes_local"]
    return Hours(row["branch_id"], row["weekday"], time.fromisoformat(row["opens_local"]), None if closes == "24:00:00" else time.fromisoformat(closes), UUID(row["staff_id"]) if row["staff_id"] else None)


async def find_company(db: Database, slug_or_id: str) -> int | None:
    """Find a company by slug or id."""
    rows = await db.read(query("directory_find"), "company", hash_of(slug_or_id))
    return int(rows[0]["company_id"]) if rows else None
