"""Placing a wish: the calendars are read once, and then only the pure domain decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from slotkeeper.domain.availability import people_for, why_not, wished_placements
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import Diary, read_calendars
from slotkeeper.domain.errors import CallEnded, Refusal, SlotTaken, StaffAbsent, TooManyHolds
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.instead import search_from, window_around
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.ranking import Choice, alternatives, kept
from slotkeeper.domain.why_nothing import EmptyWindow, why_nothing
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.calendars import Asker
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from slotkeeper.storage.reservation_results import BookingResult, MoveResult, OptionResult

# Between the read and the claim a rival may take one person; then the next is tried, so often.
PLACEMENT_TRIES = 3


@dataclass(frozen=True, slots=True)
class CalendarReading:
    """The calendars around a wish as they were at ``read_at``, and the people who may serve it.

    ``near`` is where other times are looked for; None where that is the wish itself.
    """

    diary: Diary
    people: list[Staff]
    read_at: datetime
    near: datetime | None = None

    def placements(self, wish: Wish, limit: int | None = None) -> list[Placement]:
        """Place the wish at its very start, with the fairest person first; at most ``limit``."""
        return wished_placements(self.diary, wish, self.people, self.read_at, limit=limit)

    def alternatives(self, wish: Wish, limit: int, own: Sequence[Placement] = ()) -> Choice:
        """Find the best other slots near the wish, or near the nearest day that can be booked.

        The call's ``own`` may be named again.
        """
        near = replace(wish, starts_at=self.near or wish.starts_at)
        return alternatives(self.diary, near, self.people, self.read_at, limit, own=own)

    def kept(self, wish: Wish) -> list[Placement]:
        """List the slots of the wished service that the asking call holds."""
        return kept(self.diary, wish.service, self.people)

    def why_not(self, wish: Wish) -> Refusal:
        """Say why the wish cannot be placed."""
        return why_not(self.diary, wish, self.people, self.read_at)

    def why_nothing(self, wish: Wish, windows: Sequence[Interval]) -> list[EmptyWindow]:
        """Say of each window why nothing in it can be had."""
        return why_nothing(self.diary, wish.service, self.people, windows, self.read_at)


async def read_for_wish(context: RequestContext, wish: Wish) -> CalendarReading:
    """Read the calendars that a wish needs, in one round trip.

    Raises StaffCannot, and CatalogueChanged where the catalogue in the context is out of date.
    """
    company = context.company
    people = people_for(company, wish.service, wish.staff)
    now = await context.now()
    near = search_from(company, wish.service, people, wish.starts_at, now)
    window = window_around(company, wish.service, wish.starts_at, near)
    read = await context.store.calendars.busy(
        company.id,
        read_calendars(company, wish.service, people),
        window,
        asker=Asker(context.call.id, wish.persons),
        now=context.test_now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    diary = Diary(company, Grid.over(window), read.busy)
    return CalendarReading(diary, people, read.read_at, near)


def is_lost(refused: OptionResult | BookingResult | MoveResult) -> bool:
    """Whether the slot went to somebody or something else, so that the next may yet be free."""
    return refused.outcome in ("taken", "absence", "imported")


def refusal_of(refused: OptionResult | BookingResult | MoveResult | None) -> Refusal:
    """Make the refusal that the database told; a hold that has just ended has no time to name."""
    if refused is None or refused.outcome == "taken":
        blocked_by = refused.blocked_by if refused else None
        return SlotTaken(blocked_by or "hold", refused.blocked_until if refused else None)
    if refused.outcome == "absence":
        return StaffAbsent()
    if refused.outcome == "imported":
        return SlotTaken("busy")
    return CallEnded() if refused.outcome == "call_ended" else TooManyHolds()
