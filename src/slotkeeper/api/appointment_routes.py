"""REST for appointments: book at once, read, cancel."""

from __future__ import annotations

from slotkeeper.api.routing import RestAnswer, RestRequest, Route
from slotkeeper.api.structs import (
    AppointmentView,
    BookBody,
    BookedView,
    PartsQuery,
    appointment_view,
    booked_view,
)
from slotkeeper.api.wish_bodies import OF_A_BOOKING, wish_of
from slotkeeper.domain.errors import UnknownAppointment
from slotkeeper.operations.book import book_visit
from slotkeeper.operations.cancel import cancel_appointment
from slotkeeper.operations.context import RequestContext


async def create_appointment(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Book at once."""
    body: BookBody = request.body
    on_call = request.on_call(context, body.call_id)
    visit = await book_visit(on_call, wish_of(context.company, body))
    return RestAnswer(booked_view(context.company, visit), 201)


async def get_appointment(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Read an appointment."""
    appointment_id = request.integer("appointment_id", UnknownAppointment)
    appointment = await context.store.appointments.find(context.company.id, appointment_id)
    if appointment is None:
        raise UnknownAppointment
    return RestAnswer(appointment_view(context.company, appointment))


async def delete_appointment(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Cancel an appointment, or only some of its parts, and free the calendars at once."""
    appointment_id = request.integer("appointment_id", UnknownAppointment)
    chosen: PartsQuery = request.query
    cancelled = await cancel_appointment(context, appointment_id, parts=chosen.numbers)
    return RestAnswer(appointment_view(context.company, cancelled))


ROUTES = [
    Route(
        "POST",
        "/v1/appointments",
        "createAppointment",
        "Book at once, without a hold",
        create_appointment,
        BookedView,
        201,
        BookBody,
        (*OF_A_BOOKING, "customer_needed"),
        takes_key=True,
        reads_first=True,
        is_callers_wish=True,
        location="/v1/appointments/{id}",
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
        query=PartsQuery,
    ),
]
