"""Busy time: import what stands in outside calendars, list it, clear it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import presenting, session
from slotkeeper.cli.calendar import StaffOption
from slotkeeper.cli.hits import hits_record, print_hits
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.ics.content_lines import MAX_CALENDAR_BYTES
from slotkeeper.operations.block import calendar_of
from slotkeeper.operations.import_busy import BusyImport, import_busy

app = typer.Typer(no_args_is_help=True, help="Busy time: what stands in outside calendars.")

CalendarFileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="A calendar file (.ics), or - for standard input.")
]


@app.command("import")
def import_file(
    file: CalendarFileArgument,
    company: session.CompanyOption,
    staff: Annotated[str, typer.Option(help="The person whose calendar it is, by name or key.")],
    source: Annotated[
        str | None,
        typer.Option(
            help="The source's name: importing it again replaces it. Default: the file's name."
        ),
    ] = None,
    *,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway",
            help="Also if more than half of what the source said before would become free.",
        ),
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """Import the busy times of a calendar file.

    A line that cannot be read is listed with the reason; its event is taken as busy where its time
    is known. A file that is no calendar, is cut off or has nothing that can be read changes
    nothing. Titles are not read. Series are read up to a month beyond the horizon: import the file
    again at least once a month. What is booked or held in the busy times stays, and is listed.
    """
    raw = session.read_input(file, MAX_CALENDAR_BYTES)
    named = source or (Path(file).name if file != "-" else "standard input")

    async def main(app: App) -> tuple[Company, BusyImport]:
        owner = await session.company_of(app, company)
        calendar = calendar_of(owner, staff=staff, key=None)
        context = session.desk_context(app, owner)
        return owner, await import_busy(context, calendar, raw, source=named, anyway=anyway)

    owner, imported = session.run(main)
    record = _record(owner, imported)
    if as_json:
        unread = {"unread": _unread(imported), "unread_count": imported.unread_count}
        session.print_record(record | unread | hits_record(owner, imported.hits), as_json)
        return
    session.print_record(record, as_json)
    if imported.unread:
        typer.echo(f"\nCannot be read ({imported.unread_count}):")
        session.print_table(_unread(imported), as_json)
    print_hits(owner, imported.hits)


def _record(owner: Company, imported: BusyImport) -> dict[str, object]:
    return {
        "calendar": imported.calendar.name,
        "source": imported.source,
        "from": presenting.local_time(owner, imported.window.start),
        "to": presenting.local_time(owner, imported.window.end),
        "events": imported.events,
        "of_these_free": imported.free,
        "busy_stretches": imported.stretches,
        "replaced": imported.replaced,
    }


def _unread(imported: BusyImport) -> list[dict[str, object]]:
    return [{"line": unread.line, "reason": unread.reason} for unread in imported.unread]


@app.command("list")
def list_sources(company: session.CompanyOption, as_json: session.JsonOption = False) -> None:
    """List the imported busy time, by calendar and source."""

    async def main(app: App) -> list[dict[str, object]]:
        owner = await session.company_of(app, company)
        names = {calendar.id: calendar.name for calendar in owner.calendars}
        return [
            {
                "calendar": names.get(imported.calendar_id),
                "source": imported.source,
                "stretches": imported.stretches,
                "from": presenting.local_time(owner, imported.interval.start),
                "to": presenting.local_time(owner, imported.interval.end),
            }
            for imported in await app.store.busy_times.listed(owner.id)
        ]

    session.print_table(session.run(main), as_json)


@app.command()
def clear(
    company: session.CompanyOption,
    source: Annotated[str, typer.Option(help="The source's name, as `list` shows it.")],
    staff: StaffOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Delete the busy time that a source gave, for one person or for everybody."""

    async def main(app: App) -> dict[str, object]:
        owner = await session.company_of(app, company)
        calendar = calendar_of(owner, staff=staff, key=None) if staff else None
        gone = await app.store.busy_times.clear(owner.id, source, calendar.id if calendar else None)
        return {"source": source, "cleared": gone}

    session.print_record(session.run(main), as_json)
