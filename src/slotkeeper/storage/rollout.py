"""Companies' own rollout settings, which win over the server's, and what came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from slotkeeper.domain.catalogue import Cohort, RolloutSettings
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# Some thousand calls a page: a statement ends well within its time, and little is sent in vain.
ANSWERS_A_PAGE = 5_000
# A salon of a hundred calls a day has as many in two years; the oldest are left out.
MAX_ANSWERS = 200_000
# As many calls' holds are read by one statement.
CALLS_AT_ONCE = 1_000

_NAMES = tuple(RolloutSettings.__dataclass_fields__)
# No answer is younger.
_END = (datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)


@dataclass(frozen=True, slots=True)
class AnsweredWish:
    """An answer to a tool call that wished something.

    ``told_free`` are (start, person) that were named as free, ``refused_start`` is a wished one
    that was refused, for ``reason``; ``staff_id`` where only that person was wished. ``start`` is
    what was booked, or kept, or refused.
    """

    call_id: str
    cohort: Cohort
    wish: Literal["asked", "accepted"]
    status: str
    answered_at: datetime
    told_free: tuple[tuple[datetime, UUID | None], ...] = ()
    refused_start: datetime | None = None
    staff_id: UUID | None = None
    reason: str | None = None
    service_id: int | None = None
    compound: bool = False
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldStart:
    """A start that was held for a call, until it was given up, booked or dead."""

    service_id: int
    start: datetime
    until: datetime


class RolloutStore:
    """Writes what calls are served with, which is read with the catalogue; reads what they met."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def set(self, company_id: int, settings: RolloutSettings) -> None:
        """Make these the company's settings, all of them; every process sees it within moments."""
        await self.change(company_id, asdict(settings), actor="program", action="rollout.set")

    async def change(
        self, company_id: int, changes: Mapping[str, object], *, actor: str, action: str
    ) -> None:
        """Set some of the company's settings, None for the server's again, and note who did it."""
        told = " ".join(f"{name}={'default' if v is None else v}" for name, v in changes.items())
        async with self._db.acting_for(company_id) as connection:
            await connection.execute(query("enter_company"), company_id)
            for name, value in changes.items():
                assert name in _NAMES, name
                encoded = None if value is None else msgspec.json.encode(value).decode()
                await connection.execute(query("rollout_set"), company_id, name, encoded)
            await connection.execute(query("bump_catalogue"), company_id)
            await connection.execute(query("audit_add"), company_id, actor, action, told)

    async def holds_alive(self, company_id: int) -> int:
        """How many holds are honoured now, a compound once."""
        async with self._db.acting_for(company_id) as connection:
            return int(await connection.fetchval(query("holds_alive"), company_id))

    async def answers(self, company_id: int, since: datetime) -> list[AnsweredWish]:
        """Read the answers to wishes from an instant on, the newest first; at most MAX_ANSWERS."""
        found: list[AnsweredWish] = []
        last = _END
        while len(found) < MAX_ANSWERS:
            async with self._db.acting_for(company_id) as connection:
                rows = await connection.fetch(
                    query("answers_to_wishes"), company_id, since, *last, ANSWERS_A_PAGE
                )
            found += map(_answered, rows)
            if len(rows) < ANSWERS_A_PAGE:
                break
            last = (rows[-1]["answered_at"], rows[-1]["id"])
        return found

    async def holds(
        self, company_id: int, call_ids: Sequence[str]
    ) -> Mapping[str, Sequence[HeldStart]]:
        """Read what was held for some calls."""
        found: dict[str, list[HeldStart]] = defaultdict(list)
        for first in range(0, len(call_ids), CALLS_AT_ONCE):
            some = list(call_ids[first : first + CALLS_AT_ONCE])
            async with self._db.acting_for(company_id) as connection:
                rows = await connection.fetch(query("holds_of_calls"), company_id, some)
            for row in rows:
                held = HeldStart(row["service_id"], row["start"], row["until"])
                found[row["call_id"]].append(held)
        return found


def _answered(row: Any) -> AnsweredWish:
    return AnsweredWish(
        call_id=row["call_id"],
        cohort=row["cohort"],
        wish=row["wish"],
        status=row["status"],
        answered_at=row["answered_at"],
        told_free=tuple(zip(row["told_free"], row["told_free_staff"], strict=True)),
        refused_start=row["refused_start"],
        staff_id=row["refused_staff_id"],
        reason=row["reason"],
        service_id=row["service_id"],
        compound=row["compound"],
        start=datetime.fromisoformat(row["start"]) if row["start"] else None,
    )
