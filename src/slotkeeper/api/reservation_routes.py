"""REST for holds: make, read, convert, extend, end."""

from __future__ import annotations

from slotkeeper.api.routing import RestAnswer, RestRequest, Route
from slotkeeper.api.structs import (
    BookedView,
    ConvertBody,
    ExtendBody,
    HoldBody,
    ReservationView,
    booked_view,
    reservation_view,
)
from slotkeeper.api.wish_bodies import OF_A_BOOKING, customer_of, wish_of
from slotkeeper.domain.errors import UnknownReservation
from slotkeeper.operations.cancel import cancel
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.convert import convert_visit
from slotkeeper.operations.extend import extend
from slotkeeper.operations.hold import hold


async def create_reservation(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Hold a slot."""
    body: HoldBody = request.body
    on_call = request.on_call(context, body.call_id).holding_for(body.lifetime_s)
    made = await hold(on_call, wish_of(context.company, body))
    return RestAnswer(reservation_view(context.company, made.reservation, made.decided_at), 201)


async def get_reservation(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Read a hold and what became of it."""
    token = request.token(context)
    reservation, read_at = await context.store.reservations.find(context.company.id, token)
    if reservation is None or read_at is None:
        raise UnknownReservation
    now = context.test_now or read_at
    return RestAnswer(reservation_view(context.company, reservation, now))


async def convert_reservation(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Turn a hold into an appointment."""
    body: ConvertBody = request.body
    token = request.token(context)
    customer = customer_of(body.customer, context.company)
    visit = await convert_visit(context, token, customer, reacquire=body.reacquire)
    return RestAnswer(booked_view(context.company, visit))


async def extend_reservation(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Keep a hold alive."""
    body: ExtendBody = request.body
    token = request.token(context)
    extended = await extend(context.holding_for(body.lifetime_s), token)
    return RestAnswer(reservation_view(context.company, extended.reservation, extended.decided_at))


async def cancel_reservation(request: RestRequest, context: RequestContext) -> RestAnswer:
    """End a hold; one that has ended, or is booked, stays as it is."""
    token = request.token(context)
    released = await cancel(context, token)
    return RestAnswer(reservation_view(context.company, released.reservation, released.decided_at))


ROUTES = [
    Route(
        "POST",
        "/v1/reservations",
        "createReservation",
        "Hold a slot",
        create_reservation,
        ReservationView,
        201,
        HoldBody,
        (*OF_A_BOOKING, "holds_off"),
        takes_key=True,
        reads_first=True,
        is_callers_wish=True,
        location="/v1/reservations/{token}",
    ),
    Route(
        "GET",
        "/v1/reservations/{token}",
        "getReservation",
        "Read a hold",
        get_reservation,
        ReservationView,
        refusals=("unknown_reservation",),
    ),
    Route(
        "POST",
        "/v1/reservations/{token}/convert",
        "convertReservation",
        "Turn a hold into an appointment",
        convert_reservation,
        BookedView,
        body=ConvertBody,
        refusals=(
            *("unknown_reservation", "reservation_expired", "reservation_cancelled"),
            "customer_needed",
        ),
        takes_key=True,
        reads_first=True,
    ),
    Route(
        "POST",
        "/v1/reservations/{token}/extend",
        "extendReservation",
        "Keep a hold alive",
        extend_reservation,
        ReservationView,
        body=ExtendBody,
        refusals=("unknown_reservation", "reservation_expired", "reservation_cancelled"),
        takes_key=True,
    ),
    Route(
        "DELETE",
        "/v1/reservations/{token}",
        "cancelReservation",
        "End a hold",
        cancel_reservation,
        ReservationView,
        refusals=("unknown_reservation",),
    ),
]
