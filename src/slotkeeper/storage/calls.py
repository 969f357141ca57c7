"""Calls: what a platform tells of them, and their tool calls with the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.topic import Topic
from slotkeeper.domain.wish import Call
from slotkeeper.storage.appointments import LIST_LIMIT, NumberStanding, standing_of
from slotkeeper.storage.database import Database
from slotkeeper.storage.reservation_rows import reservation_of
from slotkeeper.storage.sql import query
from slotkeeper.storage.topics import topic_json, topic_of

# A story shows at most this many; a call has about ten tool calls.
STORY_LIMIT = 500


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call. An instant is None until that has happened."""

    call_id: str
    channel: str
    first_seen_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    analyzed_at: datetime | None
    disconnection_reason: str | None
    holds_made: int


@dataclass(frozen=True, slots=True)
class RecordedToolCall:
    """One tool call: ``arguments``, ``understood`` and ``answer`` are JSON objects.

    Names and numbers are not among them. ``took_ms`` is the time it took to answer. ``wish`` is
    None where nothing was wished. ``told_free`` are the starts that were named as free, each with
    its ``told_free_staff``; ``refused_start`` is a wished one that was refused, for ``reason``,
    with ``refused_staff_id`` where only that person was wished.
    """

    call_id: str
    channel: str
    tool: str
    arguments: dict[str, object]
    understood: dict[str, object] | None
    status: str
    answer: dict[str, object]
    answered_at: datetime
    took_ms: int
    cohort: str | None = None
    wish: Literal["asked", "accepted"] | None = None
    told_free: Sequence[datetime] = ()
    told_free_staff: Sequence[UUID | None] = ()
    refused_start: datetime | None = None
    refused_staff_id: UUID | None = None
    reason: str | None = None
    service_id: int | None = None
    compound: bool = False


@dataclass(frozen=True, slots=True)
class StoryText:
    """What a row of ``tool_calls`` holds in somebody's words: JSON objects."""

    id: int
    arguments: dict[str, object]
    answer: dict[str, object]


class Calls:
    """Notes and reads calls and their tool calls."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def note(
        self,
        company_id: int,
        call: Call,
        event: Literal["started", "analyzed"],
        *,
        now: datetime | None = None,
    ) -> bool:
        """Note that a call has started or was analyzed; return whether that was new."""
        (row,) = await self._db.change(
            query("note_call"), company_id, call.id, call.channel, event, now
        )
        return bool(row["news"])

    async def conversation(
        self,
        company_id: int,
        call_id: str,
        *,
        caller: str | None = None,
        named: bool = False,
        wished: Interval | None = None,
        now: datetime | None = None,
    ) -> tuple[Topic | None, list[AppointmentReservation], NumberStanding]:
        """Read what a call talks about, all that it has held, and what stands for its number.

        Of what stands may be spoken: what the call has given a second fact of and, with ``named``,
        what a name may be compared with at the time that is ``wished`` or held. Holds come with the
        oldest first.
        """
        rows = await self._db.read(
            query("conversation_of_call"),
            *(company_id, call_id, caller, named),
            *((wished.start, wished.end) if wished else (None, None)),
            *(LIST_LIMIT, now),
        )
        held = [reservation_of(row["reservation"]) for row in rows if row["reservation"]]
        standing = replace(standing_of(rows[0]), somebody=rows[0]["somebody_stands"])
        return topic_of(rows[0]["topic"]), held, standing

    async def keep_topic(
        self, company_id: int, call_id: str, topic: Topic, *, now: datetime | None = None
    ) -> None:
        """Keep what a call talks about for its next tool call."""
        await self._db.change(query("keep_topic"), company_id, call_id, topic_json(topic), now)

    async def find(self, company_id: int, call_id: str) -> KnownCall | None:
        """Read a call; None where the company knows no such."""
        async with self._db.acting_for(company_id) as connection:
            row = await connection.fetchrow(query("call_by_id"), company_id, call_id)
        return _known(row) if row else None

    async def listed(self, company_id: int, *, limit: int) -> list[KnownCall]:
        """List the newest calls, the last one first."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("calls_listed"), company_id, limit)
        return [_known(row) for row in rows]

    async def add_tool_calls(self, company_id: int, batch: Sequence[RecordedToolCall]) -> None:
        """Write a batch of a company's tool calls."""
        rows = msgspec.json.encode([_in_utc(tool_call) for tool_call in batch])
        async with self._db.acting_for(company_id) as connection:
            await connection.execute(query("tool_calls_add"), company_id, rows.decode())

    async def story(self, company_id: int, call_id: str) -> list[RecordedToolCall]:
        """List a call's tool calls in their order."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("tool_calls_of"), company_id, call_id, STORY_LIMIT)
        return [_tool_call(row) for row in rows]

    async def texts(self, company_id: int, call_id: str) -> list[StoryText]:
        """Read what the story of a call holds in somebody's words."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("story_texts"), company_id, call_id, STORY_LIMIT)
        decode = msgspec.json.decode
        return [StoryText(r["id"], decode(r["arguments"]), decode(r["answer"])) for r in rows]

    async def rewrite(self, company_id: int, texts: Sequence[StoryText]) -> None:
        """Put other words in their place."""
        if texts:
            async with self._db.acting_for(company_id) as connection:
                await connection.execute(
                    query("story_rewrite"), company_id, msgspec.json.encode(texts).decode()
                )


def _in_utc(tool_call: RecordedToolCall) -> RecordedToolCall:
    """Give the same instants in UTC: written as text, PostgreSQL takes offsets below 16 hours."""
    refused = tool_call.refused_start
    return replace(
        tool_call,
        answered_at=tool_call.answered_at.astimezone(UTC),
        told_free=[start.astimezone(UTC) for start in tool_call.told_free],
        refused_start=refused.astimezone(UTC) if refused else None,
    )


def _known(row: Any) -> KnownCall:
    return KnownCall(**{name: row[name] for name in KnownCall.__dataclass_fields__})


def _tool_call(row: Any) -> RecordedToolCall:
    fields = {name: row[name] for name in RecordedToolCall.__dataclass_fields__}
    for name in ("arguments", "understood", "answer"):
        fields[name] = msgspec.json.decode(fields[name]) if fields[name] else None
    return RecordedToolCall(**fields)
