"""Reads catalogues as the domain knows them, and writes what a company's file says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from slotkeeper.domain.actor import acting
from slotkeeper.domain.catalogue import (
    Branch,
    Calendar,
    Closure,
    Combination,
    Company,
    Hours,
    RolloutSettings,
    Service,
    Staff,
)
from slotkeeper.domain.catalogue_file.catalogue_rows import (
    CatalogueDifference,
    CatalogueRows,
    difference,
    rows_of,
)
from slotkeeper.domain.catalogue_file.entries import CatalogueFile, key_of, numbers_of
from slotkeeper.domain.catalogue_file.remarks import Remark
from slotkeeper.domain.company_rules import Rules
from slotkeeper.domain.errors import NotFound
from slotkeeper.domain.locale import Locale
from slotkeeper.domain.standing import Hits
from slotkeeper.storage.database import Database
from slotkeeper.storage.directory import hash_of, is_by_hand, label_of_line
from slotkeeper.storage.hits import name_misfits
from slotkeeper.storage.sql import query

# A bigint has at most 19 digits, so no company has a longer number.
MAX_ID_DIGITS = 18
# One statement must stay within its time limit, however many companies or staff there are.
LIST_BATCH = 500
ABILITIES_BATCH = 5_000

# A query, whether it is needed, and its arguments.
_Step = tuple[str, object, tuple[Any, ...]]


class CatalogueConflict(Exception):
    """A file contradicts what the database holds; nothing was changed."""

    def __init__(self, remarks: list[Remark]) -> None:
        """Keep what is in the way, by the file's fields."""
        super().__init__("; ".join(f"{remark.path}: {remark.reason}" for remark in remarks))
        self.remarks = remarks


@dataclass(frozen=True, slots=True)
class ListedCompany:
    """A company as a line of a list."""

    id: int
    slug: str
    name: str
    timezone: str
    sandbox: bool
    version: int
    branches: int
    staff: int
    services: int


@dataclass(frozen=True, slots=True)
class StoredCatalogue:
    """A load's result: the company, what has changed, and the bookings that no longer fit."""

    company_id: int
    changes: list[str]
    hits: Hits


class _Snapshot(msgspec.Struct, frozen=True):
    """A catalogue as one statement gives it."""

    id: int
    slug: str
    name: str
    timezone: str
    locale: Locale
    currency: str
    sandbox: bool
    version: int
    rules: dict[str, Any]
    branches: tuple[Branch, ...]
    calendars: tuple[Calendar, ...]
    staff: tuple[Staff, ...]
    services: tuple[Service, ...]
    hours: tuple[Hours, ...]
    closures: tuple[Closure, ...]
    combinations: tuple[Combination, ...]
    rollout: RolloutSettings


async def read_company(db: Database, company_id: int) -> Company:
    """Read all that a company offers now, at one version. Raises NotFound."""
    async with db.acting_for(company_id) as connection:
        company = await _company(connection, company_id)
    if company is None:
        raise NotFound(f"no company {company_id}")
    return company


async def _company(connection: asyncpg.Connection, company_id: int) -> Company | None:
    snapshot_json = await connection.fetchval(query("read_company"), company_id)
    if snapshot_json is None:
        return None
    snapshot = msgspec.json.decode(snapshot_json, type=_Snapshot)
    parts = msgspec.structs.asdict(snapshot)
    zone, rules = ZoneInfo(parts.pop("timezone")), Rules.from_row(parts.pop("rules"))
    return Company(zone=zone, rules=rules, **parts)


async def find_company(db: Database, slug_or_id: str | int) -> int | None:
    """Find a company by its slug or its number; None if there is none."""
    text = str(slug_or_id).strip()
    if not (text.isascii() and text.isdigit()):
        rows = await db.read(query("directory_find"), "company", hash_of(text))
        return rows[0]["company_id"] if rows else None
    if len(text) > MAX_ID_DIGITS:
        return None
    async with db.acting_for(int(text)) as connection:
        company_id: int | None = await connection.fetchval(query("company_by_id"), int(text))
    return company_id


async def list_companies(db: Database) -> list[ListedCompany]:
    """List all companies, the oldest first."""
    ids = [row["company_id"] for row in await db.read(query("company_ids"))]
    listed: list[ListedCompany] = []
    for start in range(0, len(ids), LIST_BATCH):
        batch = ids[start : start + LIST_BATCH]
        async with db.acting_for(*batch) as connection:
            rows = await connection.fetch(query("companies_listed"), batch)
        listed += [ListedCompany(**row) for row in rows]
    return listed


async def store_catalogue_file(db: Database, file: CatalogueFile) -> StoredCatalogue:
    """Make the catalogue what a checked file says, and name the bookings that no longer fit it.

    All of it in one transaction. What differs is found before it takes the company's lock, so that
    no caller waits for that. What is no longer in the file is kept and no longer offered. Raises
    CatalogueConflict.
    """
    wanted = rows_of(file)
    async with db.acting_for() as connection:
        await connection.execute(query("without_nested_loops"))
        # Keeps other loads away, so the rows that are read here stay until they are written.
        await connection.execute(query("lock_slug"), file.company.slug)
        slug = hash_of(file.company.slug)
        company_id = await connection.fetchval(query("directory_find"), "company", slug)
        if company_id is None:
            company_id = await _create(connection, file, wanted)
            differing = await _difference(connection, company_id, wanted)
            changes = await _write(connection, company_id, file, differing)
            return StoredCatalogue(company_id, _created(file) if changes else [], Hits())
        await connection.execute(query("act_for"), [company_id], str(acting()))
        differing = await _difference(connection, company_id, wanted)
        asked = time.perf_counter()
        await connection.execute(query("enter_company"), company_id)
        entered = time.perf_counter()
        changes = await _write(connection, company_id, file, differing)
        hits = await _settle(connection, company_id) if changes else Hits()
    db.tell_lock("catalogue", entered - asked, time.perf_counter() - entered)
    return StoredCatalogue(company_id, changes, hits)


async def _settle(connection: asyncpg.Connection, company_id: int) -> Hits:
    """Raise the version, and find what the new one leaves no room for; the fact tells of it."""
    await connection.execute(query("bump_catalogue"), company_id)
    company = await _company(connection, company_id)
    assert company is not None, "it has just been written"
    hits = await name_misfits(connection, company)
    told = {
        "version": company.version,
        "appointment_ids": [appointment.id for appointment in hits.appointments],
        "hold_tokens": [hold.token for hold in hits.holds],
        "more": hits.more,
    }
    await connection.execute(query("write_fact"), company_id, "catalogue.changed", _json(told))
    return hits


async def _create(
    connection: asyncpg.Connection, file: CatalogueFile, wanted: CatalogueRows
) -> int:
    company_id: int = await connection.fetchval(query("new_company_id"))
    slug = file.company.slug
    await connection.execute(query("insert_company"), company_id, slug, _json(wanted.company))
    await connection.execute(query("directory_add"), "company", hash_of(slug), company_id, "")
    return company_id


def _created(file: CatalogueFile) -> list[str]:
    parts = (
        (len(file.branches), "branch", "branches"),
        (len(file.staff), "staff", "staff"),
        (len(file.services), "service", "services"),
        (len(file.lines), "line", "lines"),
    )
    content = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in parts)
    return [f"company {file.company.slug}: created ({content})"]


async def _difference(
    connection: asyncpg.Connection, company_id: int, wanted: CatalogueRows
) -> CatalogueDifference:
    stored_json = await connection.fetchval(query("catalogue_rows"), company_id)
    return difference(wanted, msgspec.json.decode(stored_json, type=CatalogueRows))


async def _write(
    connection: asyncpg.Connection,
    company_id: int,
    file: CatalogueFile,
    differing: CatalogueDifference,
) -> list[str]:
    """Write what differs, and say what that is."""
    await _refuse_moves(connection, company_id, file, differing.moved_staff)
    for name, value in _statements(differing):
        await connection.execute(query(name), company_id, *value)
    return differing.lines + await _write_lines(connection, company_id, file)


def _statements(differing: CatalogueDifference) -> list[tuple[str, tuple[Any, ...]]]:
    """List the queries to run and their arguments, referenced rows before those that refer."""
    steps: list[_Step] = [
        ("update_company", differing.company, (_json(differing.company),)),
        ("write_branches", differing.branches, (_json(differing.branches),)),
        ("write_calendars", differing.calendars, (_json(differing.calendars),)),
        ("write_staff", differing.staff, (_json(differing.staff),)),
        ("write_services", differing.services, (_json(differing.services),)),
        ("remove_segments", differing.segments, (list(differing.segments),)),
        ("write_segments", differing.segments, (_json(differing.segments),)),
        ("write_segment_resources", differing.segments, (_json(differing.segments),)),
        ("write_segment_needs", differing.segments, (_json(differing.segments),)),
        *_in_batches("remove_abilities", differing.abilities_lost),
        *_in_batches("write_abilities", differing.abilities_gained),
        ("write_terms", differing.terms, (_json(differing.terms),)),
        ("remove_combinations", differing.combinations is not None, ()),
        ("write_combinations", differing.combinations, (_json(differing.combinations),)),
        ("remove_hours", differing.hours, (list(differing.hours),)),
        ("write_hours", differing.hours, (_json(differing.hours),)),
        ("remove_closures", differing.closures is not None, ()),
        ("write_closures", differing.closures, (_json(differing.closures),)),
    ]
    return [(name, arguments) for name, needed, arguments in steps if needed]


def _in_batches(name: str, pairs: list[tuple[str, str]]) -> list[_Step]:
    """Everybody does everything: there may be more pairs than one statement has time for."""
    batches = [pairs[n : n + ABILITIES_BATCH] for n in range(0, len(pairs), ABILITIES_BATCH)]
    return [(name, batch, (_json(batch),)) for batch in batches]


async def _refuse_moves(
    connection: asyncpg.Connection,
    company_id: int,
    file: CatalogueFile,
    moved: dict[str, list[str]],
) -> None:
    """Keep everyone on the calendar on which her bookings stand: elsewhere they block nothing."""
    if not moved:
        return
    whose = sorted({key for keys in moved.values() for key in keys})
    rows = await connection.fetch(query("claims_to_come"), company_id, whose)
    claims = {row["key"]: row["claims"] for row in rows}
    remarks = []
    for number, member in enumerate(file.staff):
        if to_come := sum(claims.get(key, 0) for key in moved.get(key_of(member), ())):
            reason = (
                f"{to_come} holds or appointments to come stand on another calendar and would not "
                "block on this one: keep key and calendar, or cancel them first"
            )
            remarks.append(Remark(f"staff[{number}]", reason))
    if remarks:
        raise CatalogueConflict(remarks)


async def _write_lines(
    connection: asyncpg.Connection, company_id: int, file: CatalogueFile
) -> list[str]:
    """Register the lines of the file, and give up those that have left it.

    A line that was added by hand stays, unless the file takes it over by naming it.
    """
    # A file with a line that is no number was refused.
    wanted = {hash_of(number): number for number in numbers_of(file) if number}
    rows = await connection.fetch(query("lines_of"), company_id)
    stored = {row["key_hash"]: row["label"] for row in rows}
    labels = {key: label_of_line(line, "file") for key, line in wanted.items()}
    unlike = [key for key, label in labels.items() if stored.get(key) != label]
    if unlike:
        await _register_lines(connection, company_id, wanted, {key: labels[key] for key in unlike})
    gone = [key for key in stored.keys() - wanted.keys() if not is_by_hand(stored[key])]
    if gone:
        await connection.execute(query("give_up_lines"), company_id, gone)
    # What was given up is known by its hash only.
    changes = [f"line {line}: added" for key, line in wanted.items() if key not in stored]
    return changes + ([f"lines: {len(gone)} given up"] if gone else [])


async def _register_lines(
    connection: asyncpg.Connection,
    company_id: int,
    wanted: dict[bytes, str],
    labels: dict[bytes, str],
) -> None:
    """Take these lines for the company. Raises CatalogueConflict for those that are another's."""
    rows = await connection.fetch(
        query("register_lines"), company_id, list(labels), list(labels.values())
    )
    refused = labels.keys() - {row["key_hash"] for row in rows}
    remarks = [
        Remark(f"lines[{number}]", "this line is another company's")
        for number, key in enumerate(wanted)
        if key in refused
    ]
    if remarks:
        raise CatalogueConflict(remarks)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
