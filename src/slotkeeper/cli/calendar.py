"""Calendars: block one while somebody is away, and list the appointments that this affects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.cli.hits import hits_record, print_hits
from slotkeeper.cli.option_groups import with_options
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.walltime import to_instant
from slotkeeper.operations.block import BlockedTime, calendar_of
from slotkeeper.operations.block import block as block_calendar
from slotkeeper.operations.block import unblock as unblock_calendar
from slotkeeper.storage.absences import Absence

app = typer.Typer(
    no_args_is_help=True, help="Calendars: who is away, and which appointments that affects."
)

StaffOption = Annotated[
    str | None, typer.Option("--staff", help="A person of the staff, by name or key.")
]


@dataclass(frozen=True)
class AbsenceOptions:
    """Whose calendar to block, and when."""

    begins: Annotated[
        str,
        typer.Option(
            "--from", metavar="WHEN", help='When it begins: "2027-03-05" or "2027-03-05 14:00".'
        ),
    ]
    ends: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="WHEN",
            help="When it ends, written alike; a day without a time is blocked to its end.",
        ),
    ]
    staff: StaffOption = None
    calendar: Annotated[
        str | None, typer.Option("--calendar", help="A room or a device, by its key.")
    ] = None
    reason: Annotated[
        str | None, typer.Option(help="What `list` shows. Do not write down illnesses.")
    ] = None


@app.command()
@with_options(AbsenceOptions)
def block(
    absence: AbsenceOptions, company: session.CompanyOption, as_json: session.JsonOption = False
) -> None:
    """Offer nothing new while somebody is away, and list what is booked and held in that time.

    Appointments and live holds stay as they are. Times are in the company's time zone.
    """

    async def main(app: App) -> tuple[Company, BlockedTime]:
        owner = await session.company_of(app, company)
        blocked = await block_calendar(
            session.desk_context(app, owner),
            calendar_of(owner, staff=absence.staff, key=absence.calendar),
            _interval(owner, absence.begins, absence.ends),
            reason=absence.reason,
        )
        return owner, blocked

    owner, blocked = session.run(main)
    record = _row(owner, blocked.absence)
    if as_json:
        session.print_record(record | hits_record(owner, blocked.hits), as_json)
        return
    session.print_record(record, as_json)
    if not blocked.hits.appointments:
        typer.echo("\nNo appointment stands in it.")
    print_hits(owner, blocked.hits)


@app.command()
def unblock(
    absence_id: Annotated[int, typer.Argument(metavar="ID", help="As `list` shows it.", min=1)],
    company: session.CompanyOption,
    as_json: session.JsonOption = False,
) -> None:
    """End an absence, so that the calendar is offered again."""

    async def main(app: App) -> dict[str, object]:
        owner = await session.company_of(app, company)
        return _row(owner, await unblock_calendar(session.desk_context(app, owner), absence_id))

    session.print_record(session.run(main), as_json)


@app.command("list")
def list_absences(company: session.CompanyOption, as_json: session.JsonOption = False) -> None:
    """List absences that last or are to come; at most 500."""

    async def main(app: App) -> list[dict[str, object]]:
        owner = await session.company_of(app, company)
        now = await app.store.clock.now()
        return [_row(owner, absence) for absence in await app.store.absences.to_come(owner.id, now)]

    session.print_table(session.run(main), as_json)


def _row(company: Company, absence: Absence) -> dict[str, object]:
    calendar = next((c for c in company.calendars if c.id == absence.calendar_id), None)
    return {
        "id": absence.id,
        "calendar": calendar.name if calendar else None,
        "from": presenting.local_time(company, absence.interval.start),
        "to": presenting.local_time(company, absence.interval.end),
        "reason": absence.reason,
    }


def _interval(company: Company, begins: str, ends: str) -> Interval:
    """Read --from and --to; a day without a time means its beginning or its end."""
    start, end = _instant(company, "--from", begins), _instant(company, "--to", ends, is_end=True)
    if start >= end:
        raise InvalidInput("--to", "it must lie after --from")
    return Interval(start, end)


def _instant(company: Company, option: str, text: str, *, is_end: bool = False) -> datetime:
    try:
        if len(text) > len("2027-03-05"):
            wall = datetime.fromisoformat(text)
        else:
            day = date.fromisoformat(text) + timedelta(days=is_end)
            wall = datetime.combine(day, time.min)
        return wall if wall.tzinfo else to_instant(wall, company.zone)
    except (ValueError, OverflowError):
        why = 'write it like "2027-03-05" or "2027-03-05 14:00"'
        raise InvalidInput(option, why) from None
