"""REST for wishes: list free slots, hold an offer, move an appointment."""

from __future__ import annotations

from datetime import datetime, timedelta

from slotkeeper.api.offer_structs import (
    AvailabilityBody,
    AvailabilityView,
    MoveBody,
    OfferBody,
    OfferView,
    availability_view,
    offer_view,
)
from slotkeeper.api.routing import RestAnswer, RestRequest, Route
from slotkeeper.api.structs import AppointmentView, appointment_view
from slotkeeper.api.wish_bodies import OF_A_WISH, branch_of, wish_at, wish_within
from slotkeeper.domain.availability import SEARCH_DAYS
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.errors import InvalidInput, UnknownAppointment
from slotkeeper.domain.intervals import Interval
from slotkeeper.http.bodies import bounded_instant
from slotkeeper.operations.check_availability import check_availability, find_openings
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.free_slots import MAX_WINDOW_DAYS, SLACK, free_slots
from slotkeeper.operations.move import move


async def list_slots(request: RestRequest, context: RequestContext) -> RestAnswer:
    """List free slots, and hold nothing."""
    body: AvailabilityBody = request.body
    window = window_of(body.from_, body.to, max_days=MAX_WINDOW_DAYS)
    wish = wish_within(context.company, body, window)
    free = await free_slots(context, wish, window, limit=body.limit)
    return RestAnswer(availability_view(context.company, free))


async def make_offer(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Hold the wished slot, or the nearest others."""
    body: OfferBody = request.body
    starts_at, window = _wished_time(body)
    context.refuse_if_off()
    company = context.company
    wish = wish_at(company, body, starts_at)
    on_call = request.on_call(context, body.call_id).holding_for(body.lifetime_s)
    if window is None:
        availability = await check_availability(on_call, wish, limit=body.limit)
    else:
        availability = await find_openings(on_call, wish, [window], limit=body.limit)
    return RestAnswer(offer_view(company, availability))


async def move_appointment(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Move an appointment, or leave it where it is."""
    body: MoveBody = request.body
    appointment_id = request.integer("appointment_id", UnknownAppointment)
    starts_at = bounded_instant("$.start", body.start)
    staff = _staff(context.company, body.staff)
    branch = branch_of(context.company, body.branch)
    moved = await move(
        context, appointment_id, starts_at, staff=staff, branch=branch, parts=body.parts
    )
    return RestAnswer(appointment_view(context.company, moved))


def window_of(start: datetime, end: datetime, *, max_days: int) -> Interval:
    """Take ``from`` and ``to`` as an interval of at most ``max_days``. Raises InvalidInput."""
    start, end = bounded_instant("$.from", start), bounded_instant("$.to", end)
    if start >= end:
        raise InvalidInput("$.to", "Expected an instant after `from`")
    if end - start > timedelta(days=max_days) + SLACK:
        raise InvalidInput("$.to", f"Expected at most {max_days} days after `from`")
    return Interval(start, end)


def _wished_time(body: OfferBody) -> tuple[datetime, Interval | None]:
    if body.start is not None and body.from_ is None and body.to is None:
        return bounded_instant("$.start", body.start), None
    if body.start is None and body.from_ is not None and body.to is not None:
        return body.from_, window_of(body.from_, body.to, max_days=SEARCH_DAYS)
    raise InvalidInput("$.start", "Expected either `start` or both `from` and `to`")


def _staff(company: Company, name: str | None) -> Staff | None:
    return company.staff_member(name) if name else None


ROUTES = [
    Route(
        "POST",
        "/v1/availability",
        "listSlots",
        "List free slots and hold nothing",
        list_slots,
        AvailabilityView,
        body=AvailabilityBody,
        refusals=OF_A_WISH,
        rank="report",
    ),
    Route(
        "POST",
        "/v1/offers",
        "makeOffer",
        "Hold the wished slot, or the nearest others",
        make_offer,
        OfferView,
        body=OfferBody,
        refusals=(*OF_A_WISH, "call_ended", "too_many_holds", "holds_off"),
        takes_key=True,
        reads_first=True,
        is_callers_wish=True,
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
            *("unknown_appointment", "unknown_part", "appointment_cancelled", "too_late_to_change"),
            *(
                "slot_taken",
                "search_given_up",
                "closed",
                "staff_absent",
                "in_the_past",
                "too_soon",
                "too_far",
            ),
            *("off_step", *OF_A_WISH),
        ),
        takes_key=True,
        reads_first=True,
    ),
]
