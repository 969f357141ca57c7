"""Reservations: list them, show one, release a hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import UnknownReservation
from slotkeeper.domain.reservation import AppointmentReservation, ReservationStatus
from slotkeeper.operations import cancel as cancelling

# What a table has room for; --json prints every field.
RESERVATION_COLUMNS = (
    *("company", "stored_token", "status", "start", "service", "staff"),
    *("customer_phone", "expires_at"),
)

app = typer.Typer(no_args_is_help=True, help="Reservations: list them, show one, release a hold.")

StoredTokenArgument = Annotated[
    str,
    typer.Argument(
        metavar="STORED_TOKEN",
        help="The reservation's token as lists and logs have it, not as a caller was given it.",
    ),
]


@app.command("list")
def list_reservations(
    company: session.AnyCompanyOption = None,
    status: Annotated[
        ReservationStatus | None, typer.Option(help="Only reservations with this status now.")
    ] = None,
    call: Annotated[str | None, typer.Option(help="Only reservations of this call.")] = None,
    as_json: session.JsonOption = False,
) -> None:
    """List reservations, at most 500 of each company."""

    async def main(app: App) -> list[dict[str, object]]:
        now = await app.store.clock.now()
        return [
            presenting.reservation_record(owner, reservation, now, whole=as_json)
            for owner in await session.companies_of(app, company)
            for reservation in await _reservations(app, owner, status, call)
            # The row of a dead hold says `active` until housekeeping has been there.
            if status is None or presenting.status_at(reservation, now) == status
        ]

    presenting.print_chosen(session.run(main), RESERVATION_COLUMNS, as_json)


@app.command()
def show(
    stored_token: StoredTokenArgument,
    company: session.AnyCompanyOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Show one reservation with its segments."""

    async def main(app: App) -> dict[str, object]:
        owner, reservation, now = await _find(app, stored_token, company)
        return presenting.reservation_record(owner, reservation, now, whole=as_json)

    session.print_record(session.run(main), as_json)


@app.command()
def cancel(
    stored_token: StoredTokenArgument,
    company: session.AnyCompanyOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Release a hold with all its segments. A reservation that is booked already is refused."""

    async def main(app: App) -> dict[str, object]:
        owner, reservation, _ = await _find(app, stored_token, company)
        context = session.desk_context(app, owner)
        release = await cancelling.cancel(context, reservation.token, reason="desk")
        released_hold = release.reservation
        if released_hold.status == "converted":
            session.leave(
                f"it is booked; use: slotkeeper appointment cancel {released_hold.appointment_id}",
                session.EXIT_REFUSED,
            )
        return presenting.reservation_record(
            owner, released_hold, release.decided_at, whole=as_json
        )

    session.print_record(session.run(main), as_json)


async def _reservations(
    app: App, owner: Company, status: ReservationStatus | None, call: str | None
) -> list[AppointmentReservation]:
    stored = app.store.reservations
    if call is not None:
        return await stored.for_call(owner.id, call)
    if status == "active":
        return await stored.active(owner.id)
    if status == "expired":
        return await stored.expired(owner.id)
    return await stored.listed(owner.id, status=status)


async def _find(
    app: App, stored_token: str, company: str | None
) -> tuple[Company, AppointmentReservation, datetime]:
    try:
        token = UUID(stored_token)
    except ValueError:
        raise UnknownReservation from None
    for owner in await session.companies_of(app, company):
        reservation, read_at = await app.store.reservations.find(owner.id, token)
        if reservation is not None and read_at is not None:
            return owner, reservation, read_at
    raise UnknownReservation
