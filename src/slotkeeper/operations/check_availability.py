"""Check a wish and hold what is named: the wished slot, or the nearest others, in one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.booked_visit import booked_as_wished
from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.errors import (
    CallEnded,
    Refusal,
    SearchGivenUp,
    SlotTaken,
    StaffAbsent,
    TooManyHolds,
)
from slotkeeper.domain.instead import windows_instead
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import sellable_week_min
from slotkeeper.domain.placement import PlacedPart, Placement
from slotkeeper.domain.ranking import Choice, collide, openings_of_wish
from slotkeeper.domain.reservation import Appointment, BookedPart
from slotkeeper.domain.why_nothing import EmptyWindow, truest
from slotkeeper.domain.wish import Wish, WishedPart
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.hold import hold
from slotkeeper.operations.placing import WishReading, read_for_wish, refusal_of
from slotkeeper.operations.wished_staff import with_one_other
from slotkeeper.storage.reservation_results import ChangedReservation, OfferOptions, OptionResult

# What a rival took between the read and the claim is replaced within the answer, so often.
ROUNDS = 3
# So often others are looked for: what could not be held is left out of the next search, and so is
# a day of which callers hold too much already.
NAMING_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class NamedSlot:
    """A slot that may be named to the caller.

    ``hold`` keeps it for the caller. It is None where the request holds nothing: then the slot is
    free only until somebody else takes it. ``wished_staff_id`` is with whom it was wished.
    ``given_back`` marks what the call was refused before and somebody has given back since.
    ``parts`` are what is done for whom.
    """

    starts_at: datetime
    ends_at: datetime
    staff_id: UUID | None
    hold: ChangedReservation | None = None
    wished_staff_id: UUID | None = None
    given_back: bool = False
    parts: tuple[BookedPart, ...] = ()

    @property
    def is_with_another(self) -> bool:
        """Whether it is with somebody else than was wished."""
        return self.wished_staff_id is not None and self.staff_id != self.wished_staff_id

    @classmethod
    def held(cls, hold: ChangedReservation, given_back: Placement | None = None) -> NamedSlot:
        """Name a slot that is held; it may be the one that was given back."""
        reservation = hold.reservation
        return cls(
            reservation.starts_at,
            reservation.ends_at,
            reservation.staff_id,
            hold,
            reservation.parts[0].wished_staff_id,
            given_back is not None and given_back.starts_at == reservation.starts_at,
            reservation.parts,
        )

    @classmethod
    def free(cls, placement: Placement, wish: Wish) -> NamedSlot:
        """Name a slot that is free and not held."""
        wished_id = wish.staff.id if wish.staff is not None else None
        return cls(
            placement.starts_at,
            placement.ends_at,
            placement.staff.id,
            wished_staff_id=wished_id,
            parts=tuple(_as_wished(part, wish.parts[part.number - 1]) for part in placement.parts),
        )


def _as_wished(placed: PlacedPart, wished: WishedPart) -> BookedPart:
    """Give a part as it would be held."""
    return BookedPart(
        placed.number,
        placed.person,
        wished.service.id,
        placed.staff.id,
        wished.staff.id if wished.staff else None,
        placed.price_cents,
        placed.starts_at,
        placed.ends_at,
        wished.called,
    )


@dataclass(frozen=True, slots=True)
class Availability:
    """The answer to a wish; every hold in it is committed.

    ``wished`` is the slot that was asked for. Where it cannot be had, ``refusal`` says why and
    ``others`` are the nearest slots that can, in the order of time, those with somebody else than
    was wished behind the rest; beside a wished slot they are what the call was refused before and
    somebody has given back since. Where whole days or parts of
    them were asked for, ``empty`` says of each why nothing in it can be had. ``wish`` is what was
    looked for: with whom the call has wished before, where the request said nothing of the person.
    ``booked`` is what the call has booked already, where that is just what it wishes again.
    """

    wished: NamedSlot | None = None
    others: tuple[NamedSlot, ...] = ()
    refusal: Refusal | None = None
    empty: tuple[EmptyWindow, ...] = ()
    wish: Wish | None = None
    booked: tuple[Appointment, ...] = ()


async def check_availability(
    context: RequestContext,
    wish: Wish,
    *,
    limit: int | None = None,
    or_others: bool = False,
    reading: WishReading | None = None,
) -> Availability:
    """Name the wished slot, or else the nearest others under one offer, and hold what is named.

    At most ``limit`` others are named, and never more than the company allows. Where somebody in
    particular is wished and not free, they are with that person; with ``or_others`` one is with
    somebody else, and all are where that person has none. ``reading`` is what has been read around
    the wish, if it has been. Raises a refusal that leaves nothing to offer: StaffCannot, CallEnded,
    TooManyHolds.
    """
    reading = reading or await read_for_wish(context, wish)
    wish = reading.wish
    if not or_others:
        reading = replace(reading, others=[])
    placements = reading.placements(wish, ROUNDS)
    if placements and not context.holds:
        return Availability(NamedSlot.free(placements[0], wish), wish=wish)
    refusal: Refusal | None = None
    for placement in placements:
        back = reading.given_back(wish)
        options = [placement] if back is None or collide(placement, back) else [placement, back]
        option, *more = await _reserve(context, wish, OfferOptions(options))
        if option.held is not None:
            others = tuple(NamedSlot.held(each.held, back) for each in more if each.held)
            return Availability(NamedSlot.held(option.held), others, wish=wish)
        _refuse_finally(option)
        _mark_taken(reading, placement)
        refusal = refusal_of(option)
    if refusal is None:
        refusal = reading.why_not(wish)
    return Availability(None, await _others(context, wish, reading, limit), refusal, wish=wish)


async def check_in_order(context: RequestContext, wishes: Sequence[Wish]) -> Availability:
    """Check several wishes, named in the order of preference: hold the first that is free.

    Where none is free, the answer is the first wish's; of one wish it may be what the call has
    booked already. Raises as check_availability does.
    """
    if len(wishes) > 1 and context.holds:
        for wish in wishes:
            try:
                return Availability(NamedSlot.held(await hold(context, wish)), wish=wish)
            except (SlotTaken, StaffAbsent, SearchGivenUp):
                continue
    reading = await read_for_wish(context, wishes[0])
    booked = booked_as_wished(context.conversation.booked, reading.wish)
    if booked and len(wishes) == 1:
        return Availability(booked=booked, wish=reading.wish)
    return await check_availability(context, wishes[0], or_others=True, reading=reading)


async def find_alternatives(
    context: RequestContext, wish: Wish, reading: WishReading | None = None
) -> Availability:
    """Name the nearest other slots, without asking for the wished one, and hold them.

    ``reading`` is what has been read around the wish, if it has been. Raises StaffCannot,
    CallEnded or TooManyHolds.
    """
    reading = reading or await read_for_wish(context, wish)
    wish = reading.wish
    for placement in reading.placements(wish):
        _mark_taken(reading, placement)
    others = await _others(context, wish, reading, None, is_refused=False)
    return Availability(others=others, wish=wish)


async def find_with_others(context: RequestContext, wish: Wish, refusal: Refusal) -> Availability:
    """Name times with anyone, where the person who was wished cannot serve, and hold them.

    The wished time itself is among them if it can be had.
    """
    availability = await check_availability(context, wish)
    wished = (availability.wished,) if availability.wished else ()
    others = (*wished, *availability.others)
    return Availability(None, others, refusal)


async def find_openings(
    context: RequestContext,
    wish: Wish,
    windows: Sequence[Interval],
    *,
    limit: int | None = None,
    instead: bool = False,
) -> Availability:
    """Name the first good slots that start within some windows, and hold them.

    The search begins at ``wish.starts_at``. At least one and at most ``limit`` slots are named, and
    never more than the company allows. Where the windows have none, the answer says why; with
    ``instead`` it names the next slots after them. Raises StaffCannot, CallEnded or TooManyHolds.
    """
    reading = await read_for_wish(context, wish)
    wish = reading.wish
    at_most = max(_limit(context, limit), 1)
    others = await _named(context, wish, reading, _openings(reading, wish, [windows], at_most))
    if others:
        return Availability(others=others, wish=wish)
    empty = reading.why_nothing(wish, windows)
    if instead:
        search = _instead(reading, wish, windows, at_most)
        others = await _named(context, wish, reading, search)
    return Availability(None, others, truest(empty), tuple(empty), wish)


def _openings(
    reading: WishReading,
    wish: Wish,
    tries: Sequence[Sequence[Interval]],
    limit: int,
    people: Sequence[Staff] | None = None,
) -> Callable[[], Choice]:
    """Search some windows for the first good slots; where they have none, the next ones."""

    def search() -> Choice:
        choice = Choice((), 0)
        for windows in tries:
            choice = openings_of_wish(
                reading.diary,
                wish,
                reading.people if people is None else people,
                windows,
                now=reading.read_at,
                limit=limit,
            )
            if choice.placements:
                break
        return choice

    return search


def _instead(
    reading: WishReading, wish: Wish, windows: Sequence[Interval], limit: int
) -> Callable[[], Choice]:
    """Search the windows behind those that have nothing, or those for somebody else than wished."""
    near = reading.near or wish.starts_at
    elsewhere = windows_instead(windows, near, reading.diary.company.zone)
    hers = _openings(reading, wish, elsewhere, limit)
    with_others = _openings(reading, wish, [windows, *elsewhere], limit, reading.others)

    def search() -> Choice:
        choice = hers()
        if not reading.others:
            return choice
        others = with_others()
        return with_one_other(choice, others.placements, limit) if choice.placements else others

    return search


def _limit(context: RequestContext, limit: int | None) -> int:
    allowed = context.company.rules.max_alternatives
    return allowed if limit is None else min(limit, allowed)


async def _others(
    context: RequestContext,
    wish: Wish,
    reading: WishReading,
    limit: int | None,
    *,
    is_refused: bool = True,
) -> tuple[NamedSlot, ...]:
    """Name the nearest other slots; those that the call itself holds are named again."""
    own: list[Placement] = []
    if context.holds:
        own = [each for each in reading.kept(wish) if each.starts_at != wish.starts_at]
        _mark_own_taken(reading)
    at_most = _limit(context, limit)
    refused = reading.refused_with(wish) if is_refused else None
    return await _named(
        context, wish, reading, lambda: reading.alternatives(wish, at_most, own), refused
    )


async def _named(
    context: RequestContext,
    wish: Wish,
    reading: WishReading,
    search: Callable[[], Choice],
    refused: str | None = None,
) -> tuple[NamedSlot, ...]:
    """Name the best that a search finds, held as one offer; search again if none could be held."""
    if not context.holds:
        return _in_naming_order(NamedSlot.free(placement, wish) for placement in search().offered)
    for _ in range(NAMING_ROUNDS):
        back = reading.given_back(wish)
        choice = search() if back is None else search().led_by(back)
        if not choice.placements:
            break
        offer = OfferOptions(choice.placements, wished=False, keep=choice.offer)
        options = await _reserve(context, wish, offer, refused)
        slots = [NamedSlot.held(option.held, back) for option in options if option.held]
        if slots:
            return _in_naming_order(slots)
        _mark_lost(reading, choice.placements, options)
    return ()


def _in_naming_order(slots: Iterable[NamedSlot]) -> tuple[NamedSlot, ...]:
    return tuple(sorted(slots, key=lambda slot: (slot.is_with_another, slot.starts_at)))


async def _reserve(
    context: RequestContext, wish: Wish, offer: OfferOptions, refused: str | None = None
) -> list[OptionResult]:
    options = await context.store.reservations.reserve(
        context.company.id,
        wish,
        offer,
        call=context.call,
        ttl_s=context.hold_ttl_s,
        cancel_notice_min=context.company.rules.cancel_notice_min,
        catalogue_version=context.company.version,
        topic=context.conversation.unsaved,
        sellable_week_min=sellable_week_min(context.company),
        refused=refused,
        now=context.test_now,
    )
    context.conversation.saved()
    return options


def _mark_lost(
    reading: WishReading, placements: Sequence[Placement], options: Sequence[OptionResult]
) -> None:
    """Mark in the diary the slots that could not be held. Raises CallEnded or TooManyHolds."""
    for placement, option in zip(placements, options, strict=True):
        _refuse_finally(option)
        _mark_taken(reading, placement)
        # Somebody is away or busy elsewhere as of just now, perhaps for longer than this slot.
        if option.outcome in ("crowded", "absence", "imported"):
            _mark_day_taken(reading, placement)


def _refuse_finally(option: OptionResult) -> None:
    """Raise CallEnded or TooManyHolds, to which no other slot is an answer."""
    if option.outcome == "call_ended":
        raise CallEnded
    if option.outcome == "too_many_holds":
        raise TooManyHolds


def _mark_taken(reading: WishReading, placement: Placement) -> None:
    for claim in placement.claims:
        reading.diary.take(claim.calendar_id, claim.interval)


def _mark_day_taken(reading: WishReading, placement: Placement) -> None:
    """Look on another day where a calendar's day has nothing left for this caller."""
    for claim in placement.claims:
        day = day_of(claim.interval.start, reading.diary.company.zone)
        reading.diary.take(claim.calendar_id, day)


def _mark_own_taken(reading: WishReading) -> None:
    """An alternative never takes back what the call already holds."""
    for row in reading.diary.rows:
        if row.kind == "own":
            reading.diary.take(row.calendar_id, row.interval)
