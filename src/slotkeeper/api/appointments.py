"""REST for appointments: book at once, read, cancel."""

from __future__ import annotations

from slotkeeper.api.reservations import CHANNEL
from slotkeeper.api.routing import Answer, Asked, Route
from slotkeeper.api.structs import AppointmentView, BookBody, appointment_view
from slotkeeper.api.wishes import wish_of
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import UnknownAppointment
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Call
from slotkeeper.operations.book import book
from slotkeeper.operations.cancel import cancel_appointment


async def create_appointment(asked: Asked) -> Answer:
    """Book at once."""
    body: BookBody = asked.body

    async def decide(company: Company) -> tuple[Company, Appointment]:
        wish = wish_of(company, body)
        call = Call(CHANNEL, asked.call_id(body.call_id))
        return company, await book(company, wish, call=call, store=asked.store, now=asked.now)

    company, appointment = await asked.store.catalogues.deciding(asked.company_id, decide)
    return Answer(appointment_view(company, appointment), 201)


async def get_appointment(asked: Asked) -> Answer:
    """Read an appointment."""
    appointment_id = asked.integer("appointment_id", UnknownAppointment)
    found = await asked.store.appointments.find(asked.company_id, appointment_id)
    if found is None:
        raise UnknownAppointment
    company = await asked.store.catalogues.get(asked.company_id)
    return Answer(appointment_view(company, found))


async def delete_appointment(asked: Asked) -> Answer:
    """Cancel an appointment and free its calendars at once."""
    company = await asked.store.catalogues.get(asked.company_id)
    appointment_id = asked.integer("appointment_id", UnknownAppointment)
    cancelled = await cancel_appointment(company, appointment_id, store=asked.store, now=asked.now)
    return Answer(appointment_view(company, cancelled))


ROUTES = [
    Route(
        "POST",
        "/v1/appointments",
        "createAppointment",
        "Book at once, without a hold before",
        create_appointment,
        AppointmentView,
        201,
        BookBody,
        (
            "slot_taken",
            "unknown_service",
            "unknown_staff",
            "staff_cannot",
            "in_the_past",
            "call_ended",
        ),
        takes_key=True,
        reads_first=True,
    ),
    Route(
        "GET",
        "/v1/appointments/{appointment_id}",
        "getAppointment",
        "Read an appointment",
        get_appointment,
        AppointmentView,
        refusals=("unknown_appointment",),
    ),
    Route(
        "DELETE",
        "/v1/appointments/{appointment_id}",
        "cancelAppointment",
        "Cancel an appointment",
        delete_appointment,
        AppointmentView,
        refusals=("unknown_appointment", "too_late_to_change"),
    ),
]
