"""Appointments: list, show and cancel them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import rows, session, whose
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import TooLateToChange, UnknownAppointment
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import Appointment
from slotkeeper.operations.cancel import cancel_appointment

# How far ahead `list` looks without --date.
UPCOMING = timedelta(days=30)

# The columns that a table has room for; --json prints all.
COLUMNS = ("company", "id", "status", "start", "end", "service", "staff", "customer_name",
           "customer_phone")  # fmt: skip

app = typer.Typer(no_args_is_help=True, help="Appointments: list, show and cancel them.")

IdArgument = Annotated[int, typer.Argument(metavar="ID", help="The appointment's id.", min=1)]


@app.command("list")
def list_appointments(
    company: whose.AnyCompanyOption = None,
    date: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="The day, in the company's time zone. Default: the next 30 days.",
        ),
    ] = None,
    cancelled: Annotated[
        bool, typer.Option("--cancelled", help="Include cancelled appointments.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """List appointments that start on the day, at most 500 of each company."""

    async def main(app: App) -> list[dict[str, object]]:
        now = await app.store.clock.now()
        return [
            rows.appointment(owner, found, whole=as_json)
            for owner in await whose.companies(app, company)
            for found in await app.store.appointments.listed(owner.id, _window(owner, date, now))
            if cancelled or found.status == "booked"
        ]

    session.print_table(rows.narrow(session.run(main), COLUMNS, whole=as_json), as_json)


@app.command()
def show(
    appointment_id: IdArgument,
    company: whose.AnyCompanyOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Show one appointment."""

    async def main(app: App) -> dict[str, object]:
        owner, found = await _find(app, appointment_id, company)
        return rows.appointment(owner, found, whole=as_json)

    session.print_record(session.run(main), as_json)


@app.command()
def cancel(
    appointment_id: IdArgument,
    company: whose.AnyCompanyOption = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Cancel even later than the company's notice allows.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """Cancel an appointment and free its time at once. Cancelling twice changes nothing."""

    async def main(app: App) -> dict[str, object]:
        owner, found = await _find(app, appointment_id, company)
        try:
            ended = await cancel_appointment(
                session.desk_context(app, owner), found.id, reason="desk", anyway=anyway
            )
        except TooLateToChange as no:
            session.leave(f"{no.code}: {no}; --anyway cancels it", session.EXIT_REFUSED)
        return rows.appointment(owner, ended, whole=as_json)

    session.print_record(session.run(main), as_json)


def _window(owner: Company, date: datetime | None, now: datetime) -> Interval:
    if date is None:
        return Interval(now, now + UPCOMING)
    midnight = date.replace(tzinfo=owner.zone)
    # The next midnight in wall time: 23 or 25 hours later when the clocks change.
    return Interval(midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC))


async def _find(app: App, appointment_id: int, company: str | None) -> tuple[Company, Appointment]:
    for owner in await whose.companies(app, company):
        found = await app.store.appointments.find(owner.id, appointment_id)
        if found is not None:
            return owner, found
    raise UnknownAppointment
