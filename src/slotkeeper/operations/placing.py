"""Placing a wish: the calendars are read once, and then only the pure domain decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.availability import people_for, search_window, why_not, wished_placements
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.diary import Diary, read_calendars
from slotkeeper.domain.errors import CallEnded, Refusal, SlotTaken, TooManyHolds
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.ranking import Choice, alternatives, kept
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.calendars import Asker
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from slotkeeper.storage.reservation_results import BookingResult, MoveResult, OptionResult

# Between the read and the claim a rival may take one person; then the next is tried, so often.
PLACEMENT_TRIES = 3


@dataclass(frozen=True, slots=True)
class CalendarReading:
    """The calendars around a wish as they were at ``read_at``, and the people who may serve it."""

    diary: Diary
    people: list[Staff]
    read_at: datetime

    def placements(self, wish: Wish, limit: int | None = None) -> list[Placement]:
        """Place the wish at its very start, with the fairest person first; at most ``limit``."""
        return wished_placements(self.diary, wish, self.people, self.read_at, limit=limit)

    def alternatives(self, wish: Wish, limit: int, own: Sequence[Placement] = ()) -> Choice:
        """Find the best other slots near the wish; the call's ``own`` may be named again."""
        return alternatives(self.diary, wish, self.people, self.read_at, limit, own=own)

    def kept(self, wish: Wish) -> list[Placement]:
        """List the slots of the wished service that the asking call holds."""
        return kept(self.diary, wish.service, self.people)

    def why_not(self, wish: Wish) -> Refusal:
        """Say why the wish cannot be placed."""
        return why_not(self.diary, wish, self.people, self.read_at)


async def read_for_wish(context: RequestContext, wish: Wish) -> CalendarReading:
    """Read the calendars that a wish needs, in one round trip.

    Raises StaffCannot, and CatalogueChanged where the catalogue in the context is out of date.
    """
    company = context.company
    people = people_for(company, wish.service, wish.staff)
    window = search_window(company, wish.service, wish.starts_at)
    read = await context.store.calendars.busy(
        company.id,
        read_calendars(company, wish.service, people),
        window,
        asker=Asker(context.call.id, wish.persons),
        now=context.test_now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    return CalendarReading(Diary(company, Grid.over(window), read.busy), people, read.read_at)


def refusal_of(refused: OptionResult | BookingResult | MoveResult | None) -> Refusal:
    """Make the refusal that the database told; a hold that has just ended has no time to name."""
    if refused is None or refused.outcome == "taken":
        blocked_by = refused.blocked_by if refused else None
        return SlotTaken(blocked_by or "hold", refused.blocked_until if refused else None)
    return CallEnded() if refused.outcome == "call_ended" else TooManyHolds()
