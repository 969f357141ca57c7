"""Reads all rows of a company, for the judge of a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slotkeeper.domain.errors import Fault
from slotkeeper.lab.database import PACKAGE
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

PAGE_ROWS = 1_000
# A page is read so often, where a busy machine does not answer in time.
PAGE_TRIES = 5


@dataclass(frozen=True, slots=True)
class CompanyRows:
    """A company's reservation rows, its appointments, and how many events of each kind it has.

    They are read one after the other, so that they agree only where nobody writes meanwhile.
    ``outbox`` is None where it cannot be read; then there are no ``absences`` either.
    """

    reservations: list[Any]
    appointments: list[Any]
    outbox: dict[str, int] | None
    absences: Sequence[Any] = ()


async def read_company_rows(db: Database, company_id: int) -> CompanyRows:
    """Read a company's rows, page by page."""
    async with db.acting_for(company_id) as connection:
        outbox = await connection.fetch(query("rows_of_outbox", PACKAGE), company_id)
        absences = await connection.fetch(query("rows_of_absences", PACKAGE), company_id)
    return CompanyRows(
        await _paged(db, "rows_of_reservations", company_id),
        await _paged(db, "rows_of_appointments", company_id),
        {row["kind"]: row["n"] for row in outbox},
        absences,
    )


async def _paged(db: Database, name: str, company_id: int) -> list[Any]:
    rows: list[Any] = []
    while True:
        page = await _page(db, name, company_id, rows[-1]["id"] if rows else 0)
        rows += page
        if len(page) < PAGE_ROWS:
            return rows


async def _page(db: Database, name: str, company_id: int, last_id: int) -> list[Any]:
    """Read the rows after an id. Raises Fault where PostgreSQL fails to answer each time."""
    for tries_left in reversed(range(PAGE_TRIES)):
        try:
            async with db.acting_for(company_id) as connection:
                page = await connection.fetch(query(name, PACKAGE), company_id, last_id, PAGE_ROWS)
                return list(page)
        except Fault:
            if not tries_left:
                raise
    raise AssertionError("the last try returns or raises")
