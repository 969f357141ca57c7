"""Appointments: list them, show one, cancel one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import TooLateToChange, UnknownAppointment
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import Appointment
from slotkeeper.operations.cancel import cancel_appointment

# How far ahead `list` looks without a date.
UPCOMING = timedelta(days=30)

# What a table has room for; --json prints every field.
APPOINTMENT_COLUMNS = (
    *("company", "id", "status", "start", "end", "service", "staff"),
    *("customer_name", "customer_phone"),
)

app = typer.Typer(no_args_is_help=True, help="Appointments: list them, show one, cancel one.")

IdArgument = Annotated[int, typer.Argument(metavar="ID", help="The appointment's id.", min=1)]


@app.command("list")
def list_appointments(
    company: session.AnyCompanyOption = None,
    date: Annotated[datetime | None, session.day_option("the next 30 days")] = None,
    cancelled: Annotated[
        bool, typer.Option("--cancelled", help="Include cancelled appointments.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """List the appointments that start on a day or in the next 30 days; at most 500 a company.

    Where one stands in an absence, in imported busy time or off the catalogue (closed then, or
    staff or service gone), `hits` says so.
    """

    async def main(app: App) -> list[dict[str, object]]:
        now = await app.store.clock.now()
        return [
            presenting.appointment_record(owner, appointment, whole=as_json)
            for owner in await session.companies_of(app, company)
            for appointment in await app.store.appointments.listed(
                owner.id, _window(owner, date, now)
            )
            if cancelled or appointment.status == "booked"
        ]

    listed = session.run(main)
    hits = ("hits",) if any(appointment["hits"] for appointment in listed) else ()
    presenting.print_chosen(listed, (*APPOINTMENT_COLUMNS, *hits), as_json)


@app.command()
def show(
    appointment_id: IdArgument,
    company: session.AnyCompanyOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Show one appointment."""

    async def main(app: App) -> dict[str, object]:
        owner, appointment = await _find(app, appointment_id, company)
        return presenting.appointment_record(owner, appointment, whole=as_json)

    session.print_record(session.run(main), as_json)


@app.command()
def cancel(
    appointment_id: IdArgument,
    company: session.AnyCompanyOption = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Cancel even where the company's notice forbids it.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """Cancel an appointment, so that its time is free at once. Repeating it changes nothing."""

    async def main(app: App) -> dict[str, object]:
        owner, appointment = await _find(app, appointment_id, company)
        try:
            cancelled_appointment = await cancel_appointment(
                session.desk_context(app, owner), appointment.id, reason="desk", anyway=anyway
            )
        except TooLateToChange as no:
            session.leave(f"{no.code}: {no}; --anyway cancels it", session.EXIT_REFUSED)
        return presenting.appointment_record(owner, cancelled_appointment, whole=as_json)

    session.print_record(session.run(main), as_json)


def _window(owner: Company, date: datetime | None, now: datetime) -> Interval:
    if date is None:
        return Interval(now, now + UPCOMING)
    midnight = date.replace(tzinfo=owner.zone)
    # The day has 23 or 25 hours when the clocks change.
    return Interval(midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC))


async def _find(app: App, appointment_id: int, company: str | None) -> tuple[Company, Appointment]:
    matches = [
        (owner, appointment)
        for owner in await session.companies_of(app, company)
        if (appointment := await app.store.appointments.find(owner.id, appointment_id))
    ]
    if not matches:
        raise UnknownAppointment
    if len(matches) > 1:
        owners = ", ".join(owner.slug for owner, _ in matches)
        session.leave(
            f"several companies have an appointment {appointment_id}; "
            f"choose one with --company: {owners}",
            session.EXIT_REFUSED,
        )
    return matches[0]
