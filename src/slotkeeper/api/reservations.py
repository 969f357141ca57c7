"""REST for holds: make, read, convert, extend, end."""

from __future__ import annotations

from slotkeeper.api.routing import Answer, Asked, Route
from slotkeeper.api.structs import (
    AppointmentView,
    ConvertBody,
    ExtendBody,
    HoldBody,
    ReservationView,
    appointment_view,
    reservation_view,
)
from slotkeeper.api.wishes import customer_of, wish_of
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import UnknownReservation
from slotkeeper.domain.wish import Call
from slotkeeper.operations.cancel import cancel
from slotkeeper.operations.convert import convert
from slotkeeper.operations.extend import extend
from slotkeeper.operations.hold import Held, hold

CHANNEL = "rest"


async def create_reservation(asked: Asked) -> Answer:
    """Hold a slot."""
    body: HoldBody = asked.body

    async def decide(company: Company) -> tuple[Company, Held]:
        asked.refuse_if_off(company)
        wish = wish_of(company, body)
        ttl_s = body.lifetime_s or company.hold_ttl_s or asked.lifetime_s
        call = Call(CHANNEL, asked.call_id(body.call_id))
        return company, await hold(
            company, wish, call=call, ttl_s=ttl_s, store=asked.store, now=asked.now
        )

    company, held = await asked.store.catalogues.deciding(asked.company_id, decide)
    return Answer(reservation_view(company, held.reservation, held.decided_at), 201)


async def get_reservation(asked: Asked) -> Answer:
    """Read a hold and what became of it."""
    token = asked.uuid("token", UnknownReservation)
    found, read_at = await asked.store.reservations.find(asked.company_id, token)
    if found is None or read_at is None:
        raise UnknownReservation
    company = await asked.store.catalogues.get(asked.company_id)
    return Answer(reservation_view(company, found, asked.now or read_at))


async def convert_reservation(asked: Asked) -> Answer:
    """Turn a hold into an appointment."""
    body: ConvertBody = asked.body
    company = await asked.store.catalogues.get(asked.company_id)
    appointment = await convert(
        company,
        asked.uuid("token", UnknownReservation),
        customer=customer_of(body.customer),
        reacquire=body.reacquire,
        store=asked.store,
        now=asked.now,
    )
    return Answer(appointment_view(company, appointment))


async def extend_reservation(asked: Asked) -> Answer:
    """Keep a hold alive."""
    body: ExtendBody = asked.body
    company = await asked.store.catalogues.get(asked.company_id)
    token = asked.uuid("token", UnknownReservation)
    ttl_s = body.lifetime_s or company.hold_ttl_s or asked.lifetime_s
    extended = await extend(company, token, ttl_s=ttl_s, store=asked.store, now=asked.now)
    return Answer(reservation_view(company, extended.reservation, extended.decided_at))


async def cancel_reservation(asked: Asked) -> Answer:
    """End a hold; one that has ended, or is booked, stays as it is."""
    company = await asked.store.catalogues.get(asked.company_id)
    token = asked.uuid("token", UnknownReservation)
    released = await cancel(company, token, store=asked.store, now=asked.now)
    return Answer(reservation_view(company, released.reservation, released.decided_at))


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
        (
            "slot_taken",
            "unknown_service",
            "unknown_staff",
            "staff_cannot",
            "in_the_past",
            "call_ended",
            "holds_off",
        ),
        takes_key=True,
        reads_first=True,
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
        AppointmentView,
        body=ConvertBody,
        refusals=("unknown_reservation", "reservation_expired", "reservation_cancelled"),
        takes_key=True,
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
