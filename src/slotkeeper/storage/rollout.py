"""Writes companies' own rollout settings, and reads the answers that the report measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from slotkeeper.domain.catalogue import Cohort, RolloutSettings
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# Some thousand calls: one statement reads this many well within its time limit.
ANSWERS_A_PAGE = 5_000
# A salon with a hundred calls a day has this many in two years; the oldest are left out.
MAX_ANSWERS = 200_000
# One statement reads the holds of this many calls.
CALLS_AT_ONCE = 1_000

_NAMES = tuple(RolloutSettings.__dataclass_fields__)
# Sorts after every answer: where paging backwards starts.
_END = (datetime(9999, 12, 31, tzinfo=UTC), 2**63 - 1)


@dataclass(frozen=True, slots=True)
class AnsweredWish:
    """An answer to a tool call in which the caller wished for something.

    ``told_free`` says whether it named any slot as free. ``refused_start`` is a wished start that
    it refused for ``reason``, and ``staff_id`` the only person that was wished. ``start`` is the
    start that was booked, held or refused. ``told_free_at`` is when an earlier answer of the call
    last named the refused or booked slot as free, None where none did.
    """

    call_id: str
    cohort: Cohort
    wish: Literal["asked", "accepted"]
    status: str
    answered_at: datetime
    told_free: bool = False
    told_free_at: datetime | None = None
    refused_start: datetime | None = None
    staff_id: UUID | None = None
    reason: str | None = None
    service_id: int | None = None
    compound: bool = False
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldStart:
    """A start that a call held, and with whom, until it was released, booked or expired."""

    service_id: int
    start: datetime
    until: datetime
    staff_id: UUID | None = None


class RolloutStore:
    """The rollout settings of companies, and what their calls were answered."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def set(self, company_id: int, settings: RolloutSettings) -> None:
        """Replace all of the company's settings; every process sees it within 2 s."""
        await self.change(company_id, asdict(settings), actor="program", action="rollout.set")

    async def change(
        self, company_id: int, changes: Mapping[str, object], *, actor: str, action: str
    ) -> None:
        """Set some of the company's settings, and write to the audit log who did it.

        A setting of None is removed, so that the server's setting applies again.
        """
        noted = " ".join(f"{name}={'default' if v is None else v}" for name, v in changes.items())
        async with self._db.acting_for(company_id) as connection:
            await connection.execute(query("enter_company"), company_id)
            for name, value in changes.items():
                assert name in _NAMES, name
                encoded = None if value is None else _json(value)
                await connection.execute(query("rollout_set"), company_id, name, encoded)
            await connection.execute(query("bump_catalogue"), company_id)
            settings = _json(dict(changes))
            await connection.execute(query("write_fact"), company_id, "rollout.changed", settings)
            await connection.execute(query("audit_add"), company_id, actor, action, noted)

    async def holds_alive(self, company_id: int) -> int:
        """Count the holds that are honoured now, a compound once."""
        async with self._db.acting_for(company_id) as connection:
            return int(await connection.fetchval(query("holds_alive"), company_id))

    async def answers(self, company_id: int, since: datetime) -> list[AnsweredWish]:
        """Read the answers to wishes from an instant on, the newest first; at most MAX_ANSWERS."""
        answers: list[AnsweredWish] = []
        last = _END
        while len(answers) < MAX_ANSWERS:
            async with self._db.acting_for(company_id) as connection:
                rows = await connection.fetch(
                    query("answers_to_wishes"), company_id, since, *last, ANSWERS_A_PAGE
                )
            answers += (AnsweredWish(**{name: row[name] for name in _ANSWER}) for row in rows)
            if len(rows) < ANSWERS_A_PAGE:
                break
            last = (rows[-1]["answered_at"], rows[-1]["id"])
        return answers

    async def holds(
        self, company_id: int, call_ids: Sequence[str]
    ) -> Mapping[str, Sequence[HeldStart]]:
        """Read which starts these calls held, by call."""
        holds: dict[str, list[HeldStart]] = defaultdict(list)
        for first in range(0, len(call_ids), CALLS_AT_ONCE):
            batch = list(call_ids[first : first + CALLS_AT_ONCE])
            async with self._db.acting_for(company_id) as connection:
                rows = await connection.fetch(query("holds_of_calls"), company_id, batch)
            for row in rows:
                hold = HeldStart(row["service_id"], row["start"], row["until"], row["staff_id"])
                holds[row["call_id"]].append(hold)
        return holds


_ANSWER = tuple(field.name for field in fields(AnsweredWish))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
