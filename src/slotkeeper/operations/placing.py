"""Placing a wish: the calendars are read once, and then only the pure domain decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from slotkeeper.domain.availability import people_for, people_for_wish, why_not, wished_placements
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.diary import Diary, able_staff, calendars_of_wish
from slotkeeper.domain.errors import (
    CallEnded,
    Refusal,
    SlotTaken,
    StaffAbsent,
    StaffCannot,
    TooManyHolds,
)
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.instead import search_from, window_around
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.near_visits import held_visits
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.ranking import Choice, alternatives, kept
from slotkeeper.domain.visits import arranged, check_visit
from slotkeeper.domain.why_nothing import EmptyWindow, why_nothing
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.wished_staff import (
    still_wished,
    wished_first,
    wished_people,
    with_one_other,
)
from slotkeeper.storage.calendars import Asker
from slotkeeper.storage.catalogue_cache import CatalogueChanged
from slotkeeper.storage.refused_wishes import RefusedWish, with_refused
from slotkeeper.storage.reservation_results import BookingResult, MoveResult, OptionResult

# Between the read and the claim a rival may take one person; then the next is tried, so often.
PLACEMENT_TRIES = 3
# What is busy is read back to so long before the first wish that the call was refused.
LOOK_BACK = timedelta(days=1)


class AskedBefore(Exception):
    """What was understood may be the answer to a question that was not known yet."""


@dataclass(frozen=True, slots=True)
class CalendarReading:
    """The calendars of some people, as they were at ``read_at``.

    ``near`` is where other times are looked for; None where that is the wish itself.
    """

    diary: Diary
    people: list[Staff]
    read_at: datetime
    near: datetime | None = None


@dataclass(frozen=True, slots=True)
class WishReading(CalendarReading):
    """The calendars around a wish.

    ``people`` are those who may serve it, ``others`` those who could if it named nobody in
    particular. ``wish`` is the wish with whom the call has wished before, where the request said
    nothing about the person. ``refused`` is what the call has wished in vain before.
    """

    wish: Wish = field(kw_only=True)
    others: list[Staff] = field(kw_only=True)
    refused: tuple[RefusedWish, ...] = field(kw_only=True, default=())

    def placements(self, wish: Wish, limit: int | None = None) -> list[Placement]:
        """Place the wish at its very start; at most ``limit``.

        The fairest person comes first or, of several wished people, who is wished first. What an
        older call of the same number has left behind counts as free where nothing else is. What
        the call itself holds there is its own, whatever was blocked there since.
        """
        placements = self._placed(self.diary, wish, limit) or self._held_there(wish)
        if not placements and any(row.kind == "left_behind" for row in self.diary.rows):
            return self._placed(self.diary.without("left_behind"), wish, 1)
        return placements

    def _placed(self, diary: Diary, wish: Wish, limit: int | None) -> list[Placement]:
        if not wish.parts[0].or_staff:
            return wished_placements(
                diary, wish, self.people, self.read_at, limit=limit, longer=True
            )
        placed = wished_placements(diary, wish, self.people, self.read_at, longer=True)
        return wished_first(wish, placed)[:limit]

    def alternatives(self, wish: Wish, limit: int, own: Sequence[Placement] = ()) -> Choice:
        """Find the best other slots near the wish, or near the nearest day that can be booked.

        The call's ``own`` may be named again. Those with a wished person come first, then one at
        the very wished start with somebody else; where the wished people have none, all are with
        others.
        """
        near = replace(wish, starts_at=self.near or wish.starts_at)
        choice = alternatives(self.diary, near, self.people, self.read_at, limit, own=own)
        if not self.others:
            return choice
        if not choice.placements:
            return alternatives(self.diary, near.with_anyone(), self.others, self.read_at, limit)
        mine = [each for each in self._kept_with_others(wish) if each.starts_at == wish.starts_at]
        beside = mine or wished_placements(
            self.diary, wish.with_anyone(), self.others, self.read_at, limit=1
        )
        return with_one_other(choice, beside, limit)

    def kept(self, wish: Wish) -> list[Placement]:
        """List the slots of what is wished that the asking call holds."""
        return self._kept(wish, self.people)

    def _kept_with_others(self, wish: Wish) -> list[Placement]:
        return self._kept(wish.with_anyone(), self.others)

    def _held_there(self, wish: Wish) -> list[Placement]:
        if not any(row.kind == "own" for row in self.diary.rows):
            return []
        diary = self.diary.without("absence", "imported")
        held = replace(self, diary=diary)._kept(wish, self.people)
        return [placement for placement in held if placement.starts_at == wish.starts_at][:1]

    def _kept(self, wish: Wish, people: Sequence[Staff]) -> list[Placement]:
        if len(wish.parts) > 1:
            return held_visits(self.diary, wish, people)
        return kept(self.diary, wish.service, people)

    def given_back(self, wish: Wish) -> Placement | None:
        """Find what the call was refused before, of the same services, and could have by now."""
        company = self.diary.company
        for refused in self.refused:
            if not refused.is_of_the_same(wish) or refused.at == wish.starts_at:
                continue
            staff = company.staff_by_id(refused.staff) if refused.staff else None
            people = [
                person
                for person in people_for(company, wish.service, None)
                if refused.staff is None or (staff and person.calendar_id == staff.calendar_id)
            ]
            for placement in wished_placements(
                self.diary, _wished_before(company, wish, refused), people, self.read_at
            ):
                if not self._is_own(placement):
                    return placement
        return None

    def _is_own(self, placement: Placement) -> bool:
        """Whether the call holds some of that time already."""
        return any(
            row.kind == "own"
            and row.calendar_id == claim.calendar_id
            and row.interval.overlaps(claim.interval)
            for row in self.diary.rows
            for claim in placement.claims
        )

    def refused_with(self, wish: Wish) -> str | None:
        """Write what the call has wished in vain, this wish included; None where nothing is new."""
        return with_refused(self.refused, RefusedWish.of(wish))

    def why_not(self, wish: Wish) -> Refusal:
        """Say why the wish cannot be placed."""
        return why_not(self.diary, wish, self.people, self.read_at)

    def why_nothing(self, wish: Wish, windows: Sequence[Interval]) -> list[EmptyWindow]:
        """Say of each window why nothing in it can be had."""
        return why_nothing(self.diary, wish, self.people, windows, self.read_at)


def _wished_before(company: Company, wish: Wish, refused: RefusedWish) -> Wish:
    """Wish again what was refused; whom the first part may be with is told apart from it."""
    first, *further = wish.with_anyone().parts
    staff = [company.staff_by_id(each.staff) if each.staff else None for each in refused.further]
    again = [replace(part, staff=who) for part, who in zip(further, staff, strict=True)]
    return replace(wish, starts_at=refused.at, parts=(first, *again))


async def read_for_wish(context: RequestContext, wish: Wish) -> WishReading:
    """Read the calendars that a wish needs, in one round trip.

    Raises StaffCannot, VisitTooLarge, NotCombined, AddOnAlone, and CatalogueChanged where the
    catalogue in the context is out of date.
    """
    company = context.company
    check_visit(company, wish)
    wish = arranged(company, wish)
    people = people_for_wish(company, wish)
    near = search_from(company, wish.service, people, wish.starts_at, await context.now())
    window = window_around(company, wish, near)
    read = await context.store.calendars.busy(
        company.id,
        calendars_of_wish(company, wish.with_anyone()),
        window,
        asker=Asker(
            context.call.id,
            wish.persons,
            caller=context.call.caller,
            wished_at=wish.starts_at,
            named_until=wish.ends_at if wish.customer.name else None,
        ),
        now=context.test_now,
    )
    if read.version != company.version:
        raise CatalogueChanged
    if context.call.id is not None:
        context.conversation.saw(read.topic)
        context.conversation.saw_standing(read.standing)
        _refuse_unread(context)
    if read.refused:
        first = min(refused.at for refused in read.refused) - LOOK_BACK
        window = Interval(min(window.start, first), window.end)
    diary = Diary(company, Grid.over(window), read.busy)
    reading = reading_of(still_wished(context, wish), diary, read.read_at, near)
    # Without a hold, a yes tells no more than the time: it would be taken for the wished person's.
    others = reading.others if context.holds else []
    return replace(reading, refused=read.refused, others=others)


def _refuse_unread(context: RequestContext) -> None:
    """Raise AskedBefore where the call was asked about somebody and was understood without it."""
    conversation = context.conversation
    if conversation.topic_unread and conversation.stored.waiting:
        conversation.topic_unread = False
        raise AskedBefore


def reading_of(
    wish: Wish, diary: Diary, read_at: datetime, near: datetime | None = None
) -> WishReading:
    """Tell apart who may serve a wish and who else could. Raises StaffCannot.

    The parts of the reading's wish stand in the order in which they are done.
    """
    wish = arranged(diary.company, wish)
    for part in wish.parts[1:]:
        if not able_staff(diary.company, part.service, part.wished):
            raise StaffCannot
    everyone = people_for(diary.company, wish.service, None)
    wanted = {person.calendar_id for person in wished_people(wish)}
    people = [person for person in everyone if not wanted or person.calendar_id in wanted]
    if wanted and not people:
        raise StaffCannot
    others = [person for person in everyone if person not in people]
    return WishReading(diary, people, read_at, near, wish=wish, others=others)


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
