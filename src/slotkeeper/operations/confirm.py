"""Confirm: which hold a caller's yes means, and what is named where it cannot be booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from slotkeeper.domain.catalogue import Service, Staff
from slotkeeper.domain.errors import (
    CallEnded,
    CustomerNeeded,
    Refusal,
    ReservationExpired,
    TooManyHolds,
)
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Customer, Wish
from slotkeeper.operations.as_booked import at_its_branch, wish_as_booked
from slotkeeper.operations.book import book_visit
from slotkeeper.operations.check_availability import Availability, check_availability
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.convert import convert_visit
from slotkeeper.operations.placing import WishReading, read_for_wish
from slotkeeper.operations.wished_staff import naming_order

# Why a yes means no hold: several may be meant; nothing is held; another slot is meant than held.
Unmatched = Literal["several", "nothing_held", "never_held"]


@dataclass(frozen=True, slots=True)
class SpokenYes:
    """What a caller's yes says of the slot that it means; None where it says nothing.

    ``day`` and ``at`` are wall time of the company. ``picked`` is the index of a live hold, in the
    order in which they are named ("the second one"). ``staff`` are those with whom it is wished.
    With ``only`` the ``services`` are all that is wished; without, naming one means its visit.
    """

    token: UUID | None = None
    services: tuple[Service, ...] = ()
    only: bool = False
    person: int | None = None
    day: date | None = None
    at: time | None = None
    picked: int | None = None
    staff: tuple[Staff, ...] = ()


@dataclass(frozen=True, slots=True)
class Instead:
    """What is named, and held, instead of a slot that could not be booked."""

    wish: Wish
    availability: Availability


def held_slot(
    yes: SpokenYes, holds: Sequence[AppointmentReservation], *, now: datetime, zone: ZoneInfo
) -> AppointmentReservation | Unmatched:
    """Find the hold of a call that the caller's yes means.

    A hold of another service, time, stylist or person of the visit is never meant, whatever token
    came; but the token of what was named in place of a stylist means that, although the request
    repeats whom the caller wished. A token is good only among the call's own ``holds``, which come
    with the oldest first.
    """
    meant = [
        hold
        for hold in holds
        if _is_of(hold, yes)
        and (yes.person is None or hold.person == yes.person)
        and (not yes.staff or _is_with(hold, yes.staff) or _is_instead(hold, yes))
    ]
    meant = [hold for hold in meant if _is_of(hold, replace(yes, only=True))] or meant
    live = as_named(holds, now)
    picked = live[yes.picked : yes.picked + 1] if yes.picked is not None else []
    if picked and picked[0] in meant:
        return picked[0]
    if yes.day is not None or yes.at is not None:
        meant = [hold for hold in meant if _is_then(hold, yes, zone)]
    of_token = next((hold for hold in meant if hold.token == yes.token), None)
    if of_token is not None:
        return of_token
    if yes.day is not None and yes.at is not None:
        return meant[-1] if meant else "never_held"
    return _named_last(meant, now) or ("never_held" if yes.services and holds else "nothing_held")


def _is_of(hold: AppointmentReservation, yes: SpokenYes) -> bool:
    """Whether a hold is of the services that were said, if any were."""
    said = {service.id for service in yes.services}
    held = {part.service_id for part in hold.parts}
    return said == held if yes.only else said <= held


def as_named(
    holds: Sequence[AppointmentReservation], now: datetime
) -> list[AppointmentReservation]:
    """Give the live holds in the order in which they are named: with the wished person first."""
    live = [hold for hold in holds if hold.is_active(now)]
    return sorted(live, key=lambda hold: naming_order(hold.starts_at, hold.parts[0]))


def _is_with(hold: AppointmentReservation, people: Sequence[Staff]) -> bool:
    """Whether a hold begins with one of these people, whichever of their records it names."""
    calendars = {person.calendar_id for person in people}
    return any(segment.calendar_id in calendars for segment in hold.segments if segment.number == 1)


def _is_instead(hold: AppointmentReservation, yes: SpokenYes) -> bool:
    """Whether a yes by token means a hold that was named in place of the wished stylist."""
    wished = {person.id for person in yes.staff}
    return hold.token == yes.token and hold.parts[0].wished_staff_id in wished


def _is_then(hold: AppointmentReservation, yes: SpokenYes, zone: ZoneInfo) -> bool:
    """Whether a hold is on the day and at the time that were said."""
    local = hold.starts_at.astimezone(zone)
    return yes.day in (None, local.date()) and yes.at in (None, local.time())


def _named_last(
    meant: Sequence[AppointmentReservation], now: datetime
) -> AppointmentReservation | Literal["several"] | None:
    """Take the one hold that a mere "yes" can mean: the one that was named last.

    Where that one is booked already, the yes is a repetition. Where all have expired it is the
    newest, which may perhaps be had again.
    """
    alive = [hold for hold in meant if hold.status == "converted" or hold.is_active(now)]
    named_at = max((hold.asked_at for hold in alive), default=None)
    named = [hold for hold in alive if hold.asked_at == named_at]
    booked = [hold for hold in named if hold.status == "converted"]
    if len(named) > 1 and not booked:
        return "several"
    return next(iter(booked or named or meant[-1:]), None)


async def book_or_name_others(
    context: RequestContext, wish: Wish
) -> tuple[Appointment, ...] | Instead:
    """Book a slot that was not held before; where it cannot be had, name the nearest, and hold it.

    Raises CallEnded, CustomerNeeded and TooManyHolds, to which no other slot is an answer.
    """
    reading: WishReading | None = None
    try:
        reading = await read_for_wish(context, wish)
        return await book_visit(context, wish, reading=reading)
    except (CallEnded, CustomerNeeded, TooManyHolds):
        raise
    except Refusal as refusal:
        try:
            availability = await check_availability(context, wish, or_others=True, reading=reading)
            return Instead(availability.wish or wish, availability)
        except Refusal:
            return Instead(wish, Availability(refusal=refusal))


@dataclass(frozen=True, slots=True)
class WishedAgain:
    """How the slot of a lost hold is wished now.

    With ``staff_unsaid`` it is wished with whom the hold was wished.
    """

    staff: Staff | None
    staff_unsaid: bool
    customer: Customer


async def name_instead(
    context: RequestContext, lost: AppointmentReservation, again: WishedAgain
) -> Instead:
    """Name what is free near a hold that has expired and was taken by somebody else since.

    Raises UnknownService where a service is no longer offered, else as check_availability does.
    """
    return await _near(context, await _read_around(context, lost, again))


async def book_late(
    context: RequestContext, lost: AppointmentReservation, again: WishedAgain
) -> tuple[Appointment, ...] | Instead:
    """Convert a hold that has expired, if all of it is still free, or name what is free near it.

    One read serves both. Raises ReservationExpired where a rival was faster or nothing can be
    named, and else as convert_visit does.
    """
    try:
        reading = await _read_around(context, lost, again)
    except Refusal:
        raise ReservationExpired from None
    if _is_free(reading, lost):
        return await convert_visit(context, lost.token, again.customer, reacquire=True)
    try:
        return await _near(context, reading)
    except Refusal:
        raise ReservationExpired from None


async def _read_around(
    context: RequestContext, lost: AppointmentReservation, again: WishedAgain
) -> WishReading:
    wish = wish_as_booked(context.company, lost.parts, lost.starts_at, again.customer)
    if again.staff is not None or not again.staff_unsaid:
        wish = wish.with_staff(again.staff)
    if again.staff is None:
        wish = at_its_branch(context.company, wish, lost.staff_id)
    return await read_for_wish(context, wish)


def _is_free(reading: WishReading, lost: AppointmentReservation) -> bool:
    """Whether nothing takes any of the time that was held, not even another hold of the call."""
    return not any(
        row.calendar_id == segment.calendar_id and row.interval.overlaps(segment.interval)
        for row in reading.diary.rows
        for segment in lost.segments
    )


async def _near(context: RequestContext, reading: WishReading) -> Instead:
    wish = reading.wish
    availability = await check_availability(context, wish, reading=reading, or_others=True)
    return Instead(availability.wish or wish, availability)
