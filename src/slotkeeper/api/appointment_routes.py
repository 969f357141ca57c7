"""REST for appointments: book at once, read, cancel."""

from __future__ import annotations

from slotkeeper.api.routing import RestAnswer, RestRequest, Route
from slotkeeper.api.structs import AppointmentView, BookBody, appointment_view
from slotkeeper.api.wish_bodies import OF_A_BOOKING, wish_of
from slotkeeper.domain.errors import UnknownAppointment
from slotkeeper.operations.book import book
from slotkeeper.operations.cancel import cancel_appointment
from slotkeeper.operations.context import RequestContext


async def create_appointment(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Book at once."""
    body: BookBody = request.body
    on_call = context.on_call(request.call_id(body.call_id))
    appointment = await book(on_call, wish_of(context.company, body))
    return RestAnswer(appointment_view(context.company, appointment), 201)


async def get_appointment(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Read an appointment."""
    appointment_id = request.integer("appointment_id", UnknownAppointment)
    appointment = await context.store.appointments.find(context.company.id, appointment_id)
    if appointment is None:
        raise UnknownAppointment
    return RestAnswer(appointment_view(context.company, appointment))


async def delete_appointment(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Cancel an appointment and free its calendars at once."""
    appointment_id = request.integer("appointment_id", UnknownAppointment)
    cancelled = await cancel_appointment(context, appointment_id)
    return RestAnswer(appointment_view(context.company, cancelled))


ROUTES = [
    Route(
        "POST",
        "/v1/appointments",
        "createAppointment",
        "Book at once, without a hold",
        create_appointment,
        AppointmentView,
        201,
        BookBody,
        OF_A_BOOKING,
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
