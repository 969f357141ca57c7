"""Answering tool calls: what every platform's adapter calls, whatever its envelope."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from slotkeeper.domain.catalogue import Cohort, Company, Service
from slotkeeper.domain.errors import (
    ClockRefused,
    Fault,
    OutcomeUnknown,
    StorageUnavailable,
)
from slotkeeper.domain.wish import Call
from slotkeeper.language.say import say
from slotkeeper.metrics.measures import Measures
from slotkeeper.operations.cancel import end_call
from slotkeeper.operations.extend import extend_call
from slotkeeper.rollout.cohort import Rollout
from slotkeeper.storage.calls import ToolCall
from slotkeeper.storage.catalogues import CatalogueChanged
from slotkeeper.storage.store import Store
from slotkeeper.tools.arguments import without_personal
from slotkeeper.tools.greeting import greeting
from slotkeeper.tools.journal import Journal
from slotkeeper.tools.registry import Conversation, Tool
from slotkeeper.tools.tools import TOOLS, tool_named
from slotkeeper.tools.wording import ToolAnswer, refused


@dataclass(frozen=True, slots=True)
class Asked:
    """A tool call, whatever platform it came from.

    ``call`` and ``caller_phone`` (E.164; None where it is withheld) come from the platform's signed
    envelope, ``args`` from the model. ``test_now`` is a sandbox company's clock.
    """

    tool: str
    args: Mapping[str, object]
    call: Call
    caller_phone: str | None = None
    test_now: datetime | None = None


class Answering:
    """Answers tool calls of any company."""

    def __init__(
        self,
        store: Store,
        *,
        lifetime_s: int,
        rollout: Rollout,
        journal: Journal,
        measures: Measures | None = None,
    ) -> None:
        """Serve the companies of this store; ``measures`` is told how."""
        self.store = store
        self._measures = measures
        self._lifetime_s = lifetime_s
        self._rollout = rollout
        self._journal = journal

    async def answer(self, company_id: int, asked: Asked) -> ToolAnswer:
        """Answer a tool call; a broken database is said as well.

        Raises ClockRefused, and a Fault only where not even the catalogue can be read.
        """
        if self._measures is None:
            return (await self._answer(company_id, asked))[0]
        tool = tool_named(asked.tool)
        name = tool.name if tool else "unknown"
        with self._measures.tool_call(name, asked.call.channel) as answered:
            found, answered.cohort = await self._answer(company_id, asked)
            answered.status = found.status
            return found

    async def _answer(self, company_id: int, asked: Asked) -> tuple[ToolAnswer, Cohort]:
        began = time.perf_counter()
        now = asked.test_now or await self.store.clock.now()

        async def decide(company: Company) -> tuple[ToolAnswer, Conversation]:
            if asked.test_now is not None and not company.sandbox:
                raise ClockRefused
            conversation = self._conversation(company, asked, now)
            return await _decide(asked.tool, conversation), conversation

        found, conversation = await self.store.catalogues.deciding(company_id, decide)
        if (broke := conversation.notes.get("fault")) is not None:
            self._journal.note(company_id, (str(broke), asked.call.channel, now))
        if asked.call.id is not None:
            took_ms = round((time.perf_counter() - began) * 1000)
            self._journal.note(company_id, _story(asked.tool, conversation, found, took_ms))
        return found, conversation.cohort

    async def greeting(
        self,
        company_id: int,
        call: Call,
        caller_phone: str | None,
        *,
        test_now: datetime | None = None,
    ) -> dict[str, str]:
        """What an agent may know before it says a word, as strings. Raises ClockRefused."""
        company = await self._company(company_id, test_now)
        now = test_now or await self.store.clock.now()
        return await greeting(self._conversation(company, Asked("", {}, call, caller_phone), now))

    async def call_ended(
        self,
        company_id: int,
        call: Call,
        *,
        why: str | None = None,
        test_now: datetime | None = None,
    ) -> None:
        """Release at once what the call holds. Raises ClockRefused."""
        company = await self._company(company_id, test_now)
        why = why[:100] if why else None
        await end_call(company, call, why=why, store=self.store, now=test_now)

    async def call_noted(
        self,
        company_id: int,
        call: Call,
        event: Literal["started", "analyzed"],
        *,
        test_now: datetime | None = None,
    ) -> bool:
        """Keep what the platform tells of a call; whether it was news. Raises ClockRefused."""
        await self._company(company_id, test_now)
        return await self.store.calls.note(company_id, call, event, now=test_now)

    async def _company(self, company_id: int, test_now: datetime | None) -> Company:
        company = await self.store.catalogues.get(company_id)
        if test_now is not None and not company.sandbox:
            raise ClockRefused
        return company

    def _conversation(self, company: Company, asked: Asked, now: datetime) -> Conversation:
        return Conversation(
            company=company,
            call=asked.call,
            caller_phone=asked.caller_phone,
            args=asked.args,
            now=now,
            lifetime_s=company.hold_ttl_s or self._lifetime_s,
            cohort=self._rollout.cohort(company, asked.call.id),
            store=self.store,
            test_now=asked.test_now,
        )


async def _decide(name: str, asked: Conversation) -> ToolAnswer:
    tool = tool_named(name)
    if tool is None:
        text = say("unknown_tool", asked.company.locale)
        return ToolAnswer("unknown_tool", text, {"success": False, "tools": sorted(TOOLS)})
    try:
        return await _in_time(tool, asked)
    except CatalogueChanged:
        raise
    except Fault as fault:
        asked.notes["fault"] = fault.code
        return refused(fault, asked.company)


async def _in_time(tool: Tool, asked: Conversation) -> ToolAnswer:
    """Answer within the budget; what was under way by then may yet have been committed."""
    try:
        async with asyncio.timeout(tool.budget_ms / 1000):
            if asked.call.id is not None and not tool.renews:
                await extend_call(
                    asked.company,
                    asked.call.id,
                    ttl_s=asked.lifetime_s,
                    store=asked.store,
                    now=asked.test_now,
                )
            return await tool.run(asked)
    except TimeoutError:
        raise (OutcomeUnknown if tool.changes else StorageUnavailable)("too slow") from None


def _story(name: str, asked: Conversation, found: ToolAnswer, took_ms: int) -> ToolCall:
    """What is kept of a tool call. What names a person is not."""
    service = _service(asked, found)
    understood, wish = asked.notes.get("understood"), asked.notes.get("wish")
    return ToolCall(
        call_id=asked.call.id or "",
        channel=asked.call.channel,
        tool=name.replace("\0", "")[:100],
        arguments=without_personal(asked.args),
        understood=understood if isinstance(understood, dict) else None,
        status=found.status,
        answer={"say": found.say, **found.kept_facts()},
        answered_at=asked.now,
        took_ms=took_ms,
        cohort=asked.cohort,
        wish=wish if wish == "asked" or wish == "accepted" else None,
        told_free=found.told_free,
        told_free_staff=found.told_free_staff,
        refused_start=found.refused_start,
        refused_staff_id=found.refused_staff_id,
        reason=_text(found.facts.get("reason")),
        service_id=service.id if service else None,
        compound=service.is_compound if service else False,
    )


def _service(asked: Conversation, found: ToolAnswer) -> Service | None:
    """What the answer is about, or else what the caller said yes to."""
    name, accepted = found.facts.get("service"), asked.notes.get("service_id")
    return next((s for s in asked.company.services if s.name == name or s.id == accepted), None)


def _text(value: object) -> str | None:
    return value[:100] if isinstance(value, str) else None
