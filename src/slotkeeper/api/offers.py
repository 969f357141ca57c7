"""REST for wishes: what is free, what is held for a wish, and moving what is booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from msgspec import structs

from slotkeeper.api.offer_structs import (
    AvailabilityBody,
    AvailabilityView,
    MoveBody,
    OfferBody,
    OfferView,
    availability_view,
    offer_view,
)
from slotkeeper.api.reservations import CHANNEL
from slotkeeper.api.routing import Answer, Asked, Route
from slotkeeper.api.structs import AppointmentView, appointment_view
from slotkeeper.api.wishes import EARLIEST, LATEST, OUT_OF_RANGE, customer_of
from slotkeeper.domain.availability import SEARCH_DAYS
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.errors import InvalidInput, UnknownAppointment
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.check_availability import Answer as Offered
from slotkeeper.operations.check_availability import check_availability, find_openings
from slotkeeper.operations.free_slots import MAX_WINDOW_DAYS, SLACK, free_slots
from slotkeeper.operations.move import move


async def list_slots(asked: Asked) -> Answer:
    """List free slots, and hold nothing."""
    body: AvailabilityBody = asked.body
    window = window_of(body.from_, body.to, max_days=MAX_WINDOW_DAYS)

    async def decide(company: Company) -> AvailabilityView:
        found = await free_slots(
            company,
            company.service(body.service),
            window,
            staff=_staff(company, body.staff),
            limit=body.limit,
            store=asked.store,
            now=asked.now,
        )
        return availability_view(company, found)

    return Answer(await asked.store.catalogues.deciding(asked.company_id, decide))


async def make_offer(asked: Asked) -> Answer:
    """Answer a wish with what is held from now on."""
    body: OfferBody = asked.body
    starts_at, window = _wished_time(body)

    async def decide(company: Company) -> OfferView:
        asked.refuse_if_off(company)
        wish = Wish(
            company.service(body.service),
            starts_at,
            _staff(company, body.staff),
            body.party,
            customer_of(body.customer),
        )
        ttl_s = body.lifetime_s or company.hold_ttl_s or asked.lifetime_s
        return offer_view(company, await _offer(company, wish, window, ttl_s, asked))

    return Answer(await asked.store.catalogues.deciding(asked.company_id, decide))


async def move_appointment(asked: Asked) -> Answer:
    """Move an appointment, or leave it where it is."""
    body: MoveBody = asked.body
    appointment_id = asked.integer("appointment_id", UnknownAppointment)
    starts_at = instant_of("$.start", body.start)

    async def decide(company: Company) -> AppointmentView:
        staff = _staff(company, body.staff)
        moved = await move(
            company,
            appointment_id,
            starts_at,
            staff=staff,
            call=Call(CHANNEL),
            store=asked.store,
            now=asked.now,
        )
        return appointment_view(company, moved)

    return Answer(await asked.store.catalogues.deciding(asked.company_id, decide))


def instant_of(where: str, instant: datetime) -> datetime:
    """Take an instant that a calendar may hold. Raises InvalidInput."""
    if not EARLIEST <= instant <= LATEST:
        raise InvalidInput(where, OUT_OF_RANGE)
    return instant


def window_of(start: datetime, end: datetime, *, max_days: int) -> Interval:
    """Take ``from`` and ``to`` as a stretch of time. Raises InvalidInput."""
    start, end = instant_of("$.from", start), instant_of("$.to", end)
    if start >= end:
        raise InvalidInput("$.to", "Expected an instant after `from`")
    if end - start > timedelta(days=max_days) + SLACK:
        raise InvalidInput("$.to", f"Expected at most {max_days} days after `from`")
    return Interval(start, end)


def _wished_time(body: OfferBody) -> tuple[datetime, Interval | None]:
    if body.start is not None and body.from_ is None and body.to is None:
        return instant_of("$.start", body.start), None
    if body.start is None and body.from_ is not None and body.to is not None:
        return body.from_, window_of(body.from_, body.to, max_days=SEARCH_DAYS)
    raise InvalidInput("$.start", "Expected either `start` or both `from` and `to`")


async def _offer(
    company: Company, wish: Wish, window: Interval | None, ttl_s: int, asked: Asked
) -> Offered:
    body: OfferBody = asked.body
    call = Call(CHANNEL, asked.call_id(body.call_id))
    # What is asked for may be less than the company allows, never more.
    limit = min(body.limit, company.rules.max_alternatives)
    if window is None:
        few = replace(company, rules=structs.replace(company.rules, max_alternatives=limit))
        return await check_availability(
            few, wish, call=call, ttl_s=ttl_s, store=asked.store, now=asked.now
        )
    return await find_openings(
        company,
        wish,
        [window],
        call=call,
        ttl_s=ttl_s,
        limit=max(limit, 1),
        store=asked.store,
        now=asked.now,
    )


def _staff(company: Company, name: str | None) -> Staff | None:
    return company.staff_member(name) if name else None


_OF_A_WISH = ("unknown_service", "unknown_staff", "staff_cannot")

ROUTES = [
    Route(
        "POST",
        "/v1/availability",
        "listSlots",
        "List what is free, and hold nothing",
        list_slots,
        AvailabilityView,
        body=AvailabilityBody,
        refusals=_OF_A_WISH,
    ),
    Route(
        "POST",
        "/v1/offers",
        "makeOffer",
        "Hold what is wished, or the nearest others",
        make_offer,
        OfferView,
        body=OfferBody,
        refusals=(*_OF_A_WISH, "call_ended", "too_many_holds", "holds_off"),
        takes_key=True,
        reads_first=True,
    ),
    Route(
        "POST",
        "/v1/appointments/{appointment_id}/move",
        "moveAppointment",
        "Move an appointment",
        move_appointment,
        AppointmentView,
        body=MoveBody,
        refusals=(
            *("unknown_appointment", "appointment_cancelled", "too_late_to_change"),
            *("slot_taken", "closed", "staff_absent", "in_the_past", "too_soon", "too_far"),
            *("off_step", *_OF_A_WISH),
        ),
        takes_key=True,
        reads_first=True,
    ),
]
