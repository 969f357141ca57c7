"""Answer tool calls. The adapter of every platform calls this, whatever its envelope."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from slotkeeper.domain.catalogue import Cohort
from slotkeeper.domain.errors import (
    Fault,
    OutcomeUnknown,
    Outdated,
    StorageUnavailable,
    TooBusy,
)
from slotkeeper.domain.phone_numbers import in_region
from slotkeeper.domain.wish import Call
from slotkeeper.language.say.spoken import say
from slotkeeper.metrics.measures import Measures
from slotkeeper.operations.cancel import end_call
from slotkeeper.operations.context import Contexts, RequestContext
from slotkeeper.operations.extend import extend_call
from slotkeeper.operations.keep_topic import keep_topic
from slotkeeper.tools.arguments import as_declared
from slotkeeper.tools.company_language import prepared
from slotkeeper.tools.greeting import greeting
from slotkeeper.tools.journal import Journal
from slotkeeper.tools.registry import TOOLS, tool_named
from slotkeeper.tools.story import (
    NamesLearnt,
    NamesOfCalls,
    blackened_reason,
    names_given,
    story_of,
)
from slotkeeper.tools.token_sealing import with_sealed_tokens, with_stored_token
from slotkeeper.tools.tool import Tool, ToolRequest
from slotkeeper.tools.wording import ToolAnswer, refused


@dataclass(frozen=True, slots=True)
class IncomingToolCall:
    """A tool call as an adapter read it, whatever platform it came from.

    ``call`` and ``caller_phone`` (as ``phone`` gives it; None where it is withheld) come from the
    platform's signed envelope, ``args`` from the model. ``test_now`` is a sandbox company's clock,
    ``line`` the number that was called, where it is known.
    """

    tool: str
    args: Mapping[str, object]
    call: Call
    caller_phone: str | None = None
    test_now: datetime | None = None
    line: str | None = None


class Answering:
    """Answers tool calls of any company."""

    def __init__(
        self, contexts: Contexts, *, journal: Journal, measures: Measures | None = None
    ) -> None:
        """Answer in these contexts; ``measures`` is told how each call went."""
        self.contexts = contexts
        self.store = contexts.store
        self._measures = measures
        self._journal = journal
        self._names = NamesOfCalls()

    async def answer(self, company_id: int, incoming: IncomingToolCall) -> ToolAnswer:
        """Answer a tool call; where the database is away, or too many wait, the answer says so.

        Raises ClockRefused, and a Fault only where not even the catalogue can be read.
        """
        if self._measures is None:
            return (await self._in_turn(company_id, incoming))[0]
        tool = tool_named(incoming.tool)
        name = tool.name if tool else "unknown"
        with self._measures.tool_call(name, incoming.call.channel) as answered:
            answer, answered.cohort = await self._in_turn(company_id, incoming)
            answered.status = answer.status
            return answer

    async def try_again(self, company_id: int, *, reason: str | None = None) -> ToolAnswer:
        """Answer a tool call that must not be worked on now."""
        catalogues = self.store.catalogues
        company = catalogues.cached(company_id) or await catalogues.reload(company_id)
        return replace(refused(TooBusy(), company), reason=reason)

    async def _in_turn(
        self, company_id: int, incoming: IncomingToolCall
    ) -> tuple[ToolAnswer, Cohort | None]:
        began = time.perf_counter()
        try:
            async with self.store.turns.turn(company_id, "voice"):
                return await self._answer(company_id, incoming, began)
        except TooBusy:
            return await self.try_again(company_id), None

    async def _answer(
        self, company_id: int, incoming: IncomingToolCall, began: float
    ) -> tuple[ToolAnswer, Cohort]:
        now = incoming.test_now or await self.store.clock.now()
        args = with_stored_token(incoming.args, self.store.tokens)
        incoming = replace(incoming, args=args)

        async def decide(context: RequestContext) -> tuple[ToolAnswer, ToolRequest]:
            request = _request_of(incoming, context, now)
            return await _decide(incoming.tool, request, began), request

        context = await self.contexts.open(company_id, incoming.call, test_now=incoming.test_now)
        try:
            answer, request = await self.contexts.deciding(context, decide)
        except Outdated as fault:  # faster than it can be read
            request = _request_of(incoming, context, now)
            answer = refused(fault, context.company)
        if answer.fault is not None:
            self._journal.note(company_id, (answer.fault, incoming.call.channel, now))
        if incoming.call.id is not None:
            took_ms = round((time.perf_counter() - began) * 1000)
            self._keep(incoming.tool, request, answer, took_ms)
        return with_sealed_tokens(answer, self.store.tokens), request.context.cohort

    def _keep(self, tool: str, request: ToolRequest, answer: ToolAnswer, took_ms: int) -> None:
        """Note the tool call for its call's story."""
        company, call_id = request.company, request.call_id or ""
        names, news = self._names.learn(company.id, call_id, names_given(request, answer))
        self._journal.note(company.id, story_of(tool, request, answer, took_ms, names))
        if news:
            self._journal.note(company.id, NamesLearnt(company, call_id, names))

    async def greeting(
        self,
        company_id: int,
        call: Call,
        caller_phone: str | None,
        *,
        test_now: datetime | None = None,
    ) -> dict[str, str]:
        """Give what an agent may know before it says a word, as strings. Raises ClockRefused."""
        async with self.store.turns.turn(company_id, "voice"):
            context = await self.contexts.open(company_id, call, test_now=test_now)
            phone = _in_country(caller_phone, context)
            return greeting(ToolRequest(context, phone, {}, await context.now()))

    async def call_ended(
        self,
        company_id: int,
        call: Call,
        *,
        why: str | None = None,
        test_now: datetime | None = None,
    ) -> None:
        """Release at once what the call holds. Raises ClockRefused."""
        async with self.store.turns.turn(company_id, "end"):
            context = await self.contexts.open(company_id, call, test_now=test_now)
            named = self._names.of(company_id, call.id or "")
            why = blackened_reason(why, named, context.company) if why else None
            await end_call(context, why=why)

    async def call_noted(
        self,
        company_id: int,
        call: Call,
        event: Literal["started", "analyzed"],
        *,
        test_now: datetime | None = None,
    ) -> bool:
        """Keep what the platform tells of a call; say whether it was news. Raises ClockRefused."""
        async with self.store.turns.turn(company_id, "voice"):
            await self.contexts.open(company_id, call, test_now=test_now)
            return await self.store.calls.note(company_id, call, event, now=test_now)


def _request_of(incoming: IncomingToolCall, context: RequestContext, now: datetime) -> ToolRequest:
    caller_phone = _in_country(incoming.caller_phone, context)
    return ToolRequest(context, caller_phone, as_declared(incoming.args), now)


def _in_country(phone: str | None, context: RequestContext) -> str | None:
    """Bring a platform's number into E.164, by the company's country where it names none."""
    return in_region(phone, context.company.region) if phone else None


async def _decide(name: str, request: ToolRequest, began: float) -> ToolAnswer:
    tool = tool_named(name)
    if tool is None:
        text = say("unknown_tool", request.company.locale)
        return ToolAnswer("unknown_tool", text, {"success": False, "tools": sorted(TOOLS)})
    try:
        return await _in_time(tool, request, began)
    except Outdated:
        raise
    except Fault as fault:
        return refused(fault, request.company)


async def _in_time(tool: Tool, request: ToolRequest, began: float) -> ToolAnswer:
    """Answer within the budget; what was under way by then may yet have been committed.

    The time that the call has waited for its turn is part of it.
    """
    ends = asyncio.get_running_loop().time() + began + tool.budget_ms / 1000 - time.perf_counter()
    try:
        async with asyncio.timeout_at(ends):
            await prepared(request.company)
    except TimeoutError:
        raise StorageUnavailable("the catalogue is still being read") from None
    try:
        async with asyncio.timeout_at(ends):
            if request.call_id is not None and not tool.renews:
                await extend_call(request.context)
            answer = await tool.run(request)
            if answer.facts.get("success") is False:
                await _renew(request)
            await _keep_topic(request, answer)
            return answer
    except TimeoutError:
        raise (OutcomeUnknown if tool.changes else StorageUnavailable)("too slow") from None


async def _renew(request: ToolRequest) -> None:
    """Keep alive what the call holds while its caller thinks about a question or a no."""
    if request.call_id is not None and not request.context.conversation.renewed:
        await extend_call(request.context)


async def _keep_topic(request: ToolRequest, answer: ToolAnswer) -> None:
    """Keep what the call talks about, where no hold has kept it already.

    A question that is not kept must not be asked: its answer would be taken alone. Whatever else
    was answered stands, even if the topic is lost.
    """
    try:
        await keep_topic(request.context)
    except Fault:
        if answer.status == "needs_info":
            raise
