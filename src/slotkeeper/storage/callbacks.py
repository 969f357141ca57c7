"""Callbacks: customers who want to be called back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slotkeeper.domain.wish import Customer
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

LIST_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Callback:
    """A customer who wants to be called back; ``done_at`` is None until somebody has called."""

    id: int
    call_id: str | None
    customer_name: str | None
    customer_phone: str | None
    reason: str | None
    requested_at: datetime
    done_at: datetime | None


class Callbacks:
    """Notes, lists and settles callbacks; a call has at most one that waits."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def request(
        self,
        company_id: int,
        customer: Customer,
        *,
        reason: str | None,
        call_id: str | None,
        now: datetime | None = None,
    ) -> Callback:
        """Note a callback. Asked again in the same call, add to it what was missing."""
        (row,) = await self._db.change(
            query("request_callback"),
            company_id,
            call_id,
            customer.name,
            customer.phone,
            reason,
            now,
        )
        return _callback(row)

    async def listed(self, company_id: int, *, done: bool = False) -> list[Callback]:
        """List the callbacks that wait, the oldest first; with ``done`` also the settled ones."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("callbacks_listed"), company_id, done, LIST_LIMIT)
        return [_callback(row) for row in rows]

    async def done(self, company_id: int, callback_id: int) -> bool:
        """Mark a callback as done; False where none of this id waits."""
        async with self._db.acting_for(company_id) as connection:
            return bool(await connection.fetchval(query("callback_done"), company_id, callback_id))


def _callback(row: Any) -> Callback:
    return Callback(**{name: row[name] for name in Callback.__dataclass_fields__})
