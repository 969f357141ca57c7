"""Reservations: list, show and release them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import rows, session, whose
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import UnknownReservation
from slotkeeper.domain.reservation import AppointmentReservation, ReservationStatus
from slotkeeper.operations import cancel as operation

# The columns that a table has room for; --json prints all.
COLUMNS = ("company", "token", "status", "start", "service", "staff",
           "customer_phone", "expires_at")  # fmt: skip

app = typer.Typer(no_args_is_help=True, help="Reservations: list, show and release them.")

TokenArgument = Annotated[str, typer.Argument(metavar="TOKEN", help="The reservation's token.")]


@app.command("list")
def list_reservations(
    company: whose.AnyCompanyOption = None,
    status: Annotated[
        ReservationStatus | None, typer.Option(help="Only reservations with this status.")
    ] = None,
    call: Annotated[str | None, typer.Option(help="Only reservations of this call.")] = None,
    as_json: session.JsonOption = False,
) -> None:
    """List at most 500 reservations of each company."""

    async def main(app: App) -> list[dict[str, object]]:
        now = await app.store.clock.now()
        return [
            rows.reservation(owner, found, now, whole=as_json)
            for owner in await whose.companies(app, company)
            for found in await _of(app, owner, status, call)
            # The row of an expired hold says active until the worker ends it.
            if status is None or rows.status_at(found, now) == status
        ]

    session.print_table(rows.narrow(session.run(main), COLUMNS, whole=as_json), as_json)


@app.command()
def show(
    token: TokenArgument,
    company: whose.AnyCompanyOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Show one reservation with its segments."""

    async def main(app: App) -> dict[str, object]:
        owner, found, now = await _find(app, token, company)
        return rows.reservation(owner, found, now, whole=as_json)

    session.print_record(session.run(main), as_json)


@app.command()
def cancel(
    token: TokenArgument,
    company: whose.AnyCompanyOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Release a hold with all its segments. Refuses a reservation that is booked already."""

    async def main(app: App) -> dict[str, object]:
        owner, found, _ = await _find(app, token, company)
        context = session.desk_context(app, owner)
        released = await operation.cancel(context, found.token, reason="desk")
        ended = released.reservation
        if ended.status == "converted":
            session.leave(
                f"it is booked; use: slotkeeper appointment cancel {ended.appointment_id}",
                session.EXIT_REFUSED,
            )
        return rows.reservation(owner, ended, released.decided_at, whole=as_json)

    session.print_record(session.run(main), as_json)


async def _of(
    app: App, owner: Company, status: ReservationStatus | None, call: str | None
) -> list[AppointmentReservation]:
    reservations = app.store.reservations
    if call is not None:
        return await reservations.for_call(owner.id, call)
    if status == "active":
        return await reservations.active(owner.id)
    if status == "expired":
        return await reservations.expired(owner.id)
    return await reservations.listed(owner.id, status=status)


async def _find(
    app: App, token: str, company: str | None
) -> tuple[Company, AppointmentReservation, datetime]:
    try:
        uuid = UUID(token)
    except ValueError:
        raise UnknownReservation from None  # what is no token belongs to nobody
    for owner in await whose.companies(app, company):
        found, read_at = await app.store.reservations.find(owner.id, uuid)
        if found is not None and read_at is not None:
            return owner, found, read_at
    raise UnknownReservation
