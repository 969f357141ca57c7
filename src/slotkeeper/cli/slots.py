"""A day of a company: a picture of who is free when, and a table of free starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Annotated

import typer
from rich.text import Text

from slotkeeper.assembly import App
from slotkeeper.cli import session, terminal
from slotkeeper.cli.calendar import StaffOption
from slotkeeper.domain.availability import day_of
from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.occupancy import State, columns, is_at_work, stretches
from slotkeeper.domain.opening import closed_because
from slotkeeper.domain.wish import Wish, WishedPart
from slotkeeper.operations.free_slots import read_free, read_window, starts_of
from slotkeeper.operations.placing import CalendarReading

# A column of the picture has this many minutes, and so many cells of the grid.
COLUMN_MIN, COLUMN_CELLS = 15, 3
HOUR_COLUMNS = 60 // COLUMN_MIN
NAME_WIDTH = 20
# Outside these years arithmetic with time zones would overflow.
FIRST_YEAR, LAST_YEAR = 1971, 9000
# The sign alone tells the states apart, for those who see no colours.
SIGNS: dict[State, tuple[str, str]] = {
    "booked": ("█", "red"),
    "held": ("▒", "yellow"),
    "away": ("x", "magenta"),
    "free": ("·", "green"),
    "closed": (" ", ""),
}
MEANINGS: dict[State, str] = {
    "booked": "booked",
    "held": "held for a caller",
    "away": "away or busy elsewhere",
    "free": "free",
}


@dataclass(frozen=True, slots=True)
class DayOfSlots:
    """A day as it was read, with the diary that its slots are computed from."""

    company: Company
    window: Interval
    wish: Wish | None
    reading: CalendarReading

    def local(self, instant: datetime) -> datetime:
        """Put an instant into the company's time zone."""
        return instant.astimezone(self.company.zone)


def slots(
    company: session.CompanyOption,
    service: Annotated[
        list[str] | None,
        typer.Option(
            help="List the possible starts of this service; of several, of the whole visit. "
            "2:SERVICE is for the second person."
        ),
    ] = None,
    date: Annotated[datetime | None, session.day_option("today")] = None,
    staff: StaffOption = None,
    as_json: session.JsonOption = False,
) -> None:
    """Show who is free when on a day, and when a service could start. Nothing is held."""

    async def main(app: App) -> DayOfSlots:
        owner = await session.company_of(app, company)

        async def decide(owner: Company) -> DayOfSlots:
            return await _read(app, owner, services=service or [], date=date, staff=staff)

        return await app.store.catalogues.deciding(owner.id, decide)

    day = session.run(main)
    if as_json:
        session.print_record(_record(day), as_json)
        return
    console = terminal.console()
    console.print(_heading(day))
    shown = _shown(day)
    if shown is None:
        console.print(_why_closed(day))
        return
    for line in _picture(day, shown):
        console.print(line, no_wrap=True, overflow="ellipsis")
    console.print(_legend())
    console.print()
    session.print_table(_table(day), as_json)


async def _read(
    app: App,
    company: Company,
    *,
    services: Sequence[str],
    date: datetime | None,
    staff: str | None,
) -> DayOfSlots:
    noon = date.replace(hour=12, tzinfo=company.zone) if date else await app.store.clock.now()
    if not FIRST_YEAR <= noon.year <= LAST_YEAR:
        raise InvalidInput("--date", f"expected a day from {FIRST_YEAR} to {LAST_YEAR}")
    window = day_of(noon, company.zone)
    person = company.staff_member(staff) if staff else None
    context = session.desk_context(app, company)
    if services:
        parts = tuple(_part(company, text, person) for text in services)
        wish, reading = await read_free(context, Wish(parts, window.start), window)
        return DayOfSlots(company, window, wish, reading)
    people = [person] if person else _one_record_each(company)
    return DayOfSlots(company, window, None, await read_window(context, window, people))


def _part(company: Company, text: str, staff: Staff | None) -> WishedPart:
    """Read SERVICE or N:SERVICE. Raises UnknownService."""
    person, _, name = text.rpartition(":")
    if person.isascii() and person.isdigit() and len(person) == 1:
        return WishedPart(company.service(name.strip()), int(person), staff)
    return WishedPart(company.service(text), staff=staff)


def _one_record_each(company: Company) -> list[Staff]:
    """Choose one staff record for each calendar: records of the same person share one."""
    by_calendar: dict[int, Staff] = {}
    for member in company.staff:
        by_calendar.setdefault(member.calendar_id, member)
    return list(by_calendar.values())


def _record(day: DayOfSlots) -> dict[str, object]:
    starts = _starts(day)
    return {
        "company": day.company.slug,
        "date": day.local(day.window.start).date(),
        "timezone": day.company.zone.key,
        "read_at": day.local(day.reading.read_at),
        "service": day.wish.service.key if day.wish else None,
        "parts": [
            {"service": part.service.key, "person": part.person}
            for part in (day.wish.parts if day.wish else ())
        ],
        "staff": [
            {
                "key": person.key,
                "name": person.name,
                "stretches": [
                    {
                        "state": stretch.state,
                        "start": day.local(stretch.interval.start),
                        "end": day.local(stretch.interval.end),
                    }
                    for stretch in stretches(day.reading.diary, person, day.window)
                ],
                "free_starts": [day.local(start).isoformat() for start in starts.get(person, [])],
            }
            for person in day.reading.people
        ],
    }


def _starts(day: DayOfSlots) -> dict[Staff, list[datetime]]:
    return starts_of(day.reading, day.wish, day.window) if day.wish else {}


def _heading(day: DayOfSlots) -> Text:
    parts = day.wish.parts if day.wish else ()
    several = len({part.person for part in parts}) > 1
    names = [
        f"{f'{part.person}: ' if several else ''}{part.service.name} "
        f"({part.service.duration_min} min)"
        for part in parts
    ]
    what = f", {', '.join(names)}" if names else ""
    return Text(f"{day.company.name}, {day.local(day.window.start):%a %Y-%m-%d}{what}", "bold")


def _table(day: DayOfSlots) -> list[dict[str, object]]:
    """List the starts of the visit or, without a service, when each person is free."""
    if day.wish is None:
        return [
            {"staff": person.name, "free": ", ".join(_free(day, person)) or "not at all"}
            for person in day.reading.people
        ]
    step_min = day.wish.service.slot_step_min or day.company.rules.slot_step_min
    return [
        {
            "staff": person.name,
            f"free_starts,_every_{step_min}_min": ", ".join(_runs(day, starts, step_min)) or "none",
        }
        for person, starts in _starts(day).items()
    ]


def _runs(day: DayOfSlots, starts: list[datetime], step_min: int) -> Iterator[str]:
    """Write starts that follow each other step by step as one range, first to last."""
    step = timedelta(minutes=step_min)
    firsts = [at for n, at in enumerate(starts) if n == 0 or at - starts[n - 1] != step]
    for first, following in zip_longest(firsts, firsts[1:]):
        last = starts[starts.index(following) - 1] if following else starts[-1]
        text = f"{day.local(first):%H:%M}"
        yield text if first == last else f"{text}-{day.local(last):%H:%M}"


def _free(day: DayOfSlots, person: Staff) -> Iterator[str]:
    for stretch in stretches(day.reading.diary, person, day.window):
        if stretch.state == "free":
            start, end = day.local(stretch.interval.start), day.local(stretch.interval.end)
            yield f"{start:%H:%M}-{end:%H:%M}"


def _why_closed(day: DayOfSlots) -> str:
    local = day.local(day.window.start).date()
    reasons = (closed_because(day.company, branch, local) for branch in day.company.branches)
    reason = next((reason for reason in reasons if reason), None)
    return f"closed all day: {reason}" if reason else "closed all day"


def _picture(day: DayOfSlots, shown: Interval) -> Iterator[Text]:
    """Draw the hours above, and a row for each person."""
    width = min(NAME_WIDTH, max(len(person.name) for person in day.reading.people))
    yield Text(" " * (width + 1) + _hours(day, shown), "dim")
    for person in day.reading.people:
        row = Text(f"{person.name[:width]:<{width}} ")
        for state in columns(day.reading.diary, person, shown, cells=COLUMN_CELLS):
            row.append(*SIGNS[state])
        yield row


def _legend() -> Text:
    """Explain the signs."""
    legend = Text()
    for state, meaning in MEANINGS.items():
        legend.append(*SIGNS[state]).append(f" {meaning}   ")
    return legend.append("blank: closed")


def _shown(day: DayOfSlots) -> Interval | None:
    """Find the whole hours in which anybody works or is taken; None on a closed day."""
    grid = day.reading.diary.grid
    first, last = grid.index(day.window.start), grid.index(day.window.end)
    bits = is_at_work(day.reading.diary, day.reading.people) & grid.span(first, last)
    if not bits:
        return None
    begins = day.local(grid.instant((bits & -bits).bit_length() - 1))
    ends = day.local(grid.instant(bits.bit_length()))
    start = begins - timedelta(minutes=begins.minute)
    return Interval(start, ends + timedelta(minutes=-ends.minute % 60))


def _hours(day: DayOfSlots, shown: Interval) -> str:
    """Write the hours of the wall clock: on two days a year one is missing or comes twice."""
    line = ""
    grid = day.reading.diary.grid
    first, end = grid.index(shown.start), grid.index(shown.end)
    for at in range(first, end, COLUMN_CELLS):
        wall = day.local(grid.instant(at))
        line += f"{wall:%H}".ljust(HOUR_COLUMNS) if wall.minute < COLUMN_MIN else ""
    return line
