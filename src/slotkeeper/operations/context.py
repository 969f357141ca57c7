"""The context of a request: what every operation needs beside its own arguments.

An edge opens it once for each request and hands it down.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from slotkeeper.domain.actor import Actor, act_as, acting
from slotkeeper.domain.catalogue import Cohort, Company
from slotkeeper.domain.errors import ClockRefused, HoldsOff, Outdated
from slotkeeper.domain.phone_numbers import in_region
from slotkeeper.domain.wish import Call
from slotkeeper.operations.conversation import Conversation
from slotkeeper.storage.catalogue_cache import CATALOGUE_TRIES, CatalogueChanged
from slotkeeper.storage.store import Store

# How long a hold lives where neither the request, the company nor the server says otherwise.
DEFAULT_HOLD_TTL_S = 300

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Which company is asked, on which call, by which clock, and how holds are made.

    ``hold_ttl_s`` is the lifetime of a new or renewed hold in seconds. ``cohort`` is how the
    request is served (see rollout): only "on" holds what is named. ``test_now`` is the test clock
    of a sandbox company; None means the database's clock, the only one in production.
    ``conversation`` is what is known of the call's topic, and what becomes of it.
    """

    company: Company
    call: Call
    store: Store
    hold_ttl_s: int = DEFAULT_HOLD_TTL_S
    cohort: Cohort = "on"
    test_now: datetime | None = None
    conversation: Conversation = field(default_factory=Conversation, compare=False)

    @property
    def actor(self) -> Actor:
        """Who does what is done in this context: the call, or else whose key or command it is."""
        return Actor("call", self.call.id) if self.call.id else acting()

    @property
    def holds(self) -> bool:
        """Whether the slots that are named to the caller are also held."""
        return self.cohort == "on"

    def refuse_if_off(self) -> None:
        """Raise HoldsOff where the request must not hold anything."""
        if not self.holds:
            raise HoldsOff

    async def now(self) -> datetime:
        """Read the clock that judges this request."""
        return self.test_now or await self.store.clock.now()

    def on_call(self, call_id: str | None, *, caller: str | None = None) -> RequestContext:
        """Give the same context on this call, of another ``caller`` where one is given."""
        call = replace(self.call, id=call_id, caller=caller or self.call.caller)
        return replace(self, call=call, conversation=Conversation())

    def holding_for(self, ttl_s: int | None) -> RequestContext:
        """Give the same context with holds that live ``ttl_s`` seconds; None changes nothing."""
        return self if ttl_s is None else replace(self, hold_ttl_s=ttl_s)


class Contexts:
    """Opens the context of each request. A company's own settings win over the server's."""

    def __init__(
        self,
        store: Store,
        *,
        hold_ttl_s: int = DEFAULT_HOLD_TTL_S,
        cohort_of: Callable[[Company, Call], Cohort] = lambda company, call: "on",
    ) -> None:
        """Open contexts on this store; ``cohort_of`` decides how a request is served."""
        self.store = store
        self._hold_ttl_s = hold_ttl_s
        self._cohort_of = cohort_of

    async def open(
        self, company_id: int, call: Call, *, test_now: datetime | None = None
    ) -> RequestContext:
        """Open a context for one request, and let all that the request does be its actor's.

        Raises ClockRefused where a test clock comes to a company that is no sandbox.
        """
        context = self._of(await self.store.catalogues.get(company_id), call, test_now)
        act_as(context.actor)
        return context

    async def deciding(
        self, context: RequestContext, decide: Callable[[RequestContext], Awaitable[T]]
    ) -> T:
        """Decide in a context; again in a newly opened one where it was outdated.

        Raises Outdated where that changes faster than it can be read, CATALOGUE_TRIES times.
        """
        for _ in range(CATALOGUE_TRIES - 1):
            try:
                return await decide(context)
            except Outdated as outdated:
                company = context.company
                if isinstance(outdated, CatalogueChanged):
                    company = await context.store.catalogues.reload(company.id)
                newest = self._of(company, context.call, context.test_now)
                context = replace(newest, store=context.store)
        return await decide(context)

    def _of(self, company: Company, call: Call, test_now: datetime | None) -> RequestContext:
        if test_now is not None and not company.sandbox:
            raise ClockRefused
        return RequestContext(
            company,
            _spelt_once(call, company),
            self.store,
            hold_ttl_s=company.hold_ttl_s or self._hold_ttl_s,
            cohort=self._cohort_of(company, call),
            test_now=test_now,
        )


def _spelt_once(call: Call, company: Company) -> Call:
    """Spell the caller's number in one way: platforms write it with blanks, marks, or neither.

    A withheld number stays what it is: ``line:`` and the number that was called.
    """
    if call.caller is None or call.caller.startswith("line:"):
        return call
    return replace(call, caller=in_region(call.caller, company.region) or call.caller)
