"""Import from another calendar when somebody is busy."""

from __future__ import annotations

from dataclasses import dataclass

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.catalogue import Calendar, Company
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import Hits
from slotkeeper.operations.block import plain_text
from slotkeeper.operations.calendar_child import FileRequest, read_in_child
from slotkeeper.operations.context import RequestContext

# Imported beyond the booking horizon, which moves on day by day until the next import.
BEYOND_DAYS = 31
# Enough for ten events a day over two years, which are 7,300.
MAX_OCCURRENCES = 20_000
# Repetitions are counted from an event's first day on: a hundred that came weekly for a century.
MAX_STEPS = 500_000
# A file of honest size takes a second or two; rules can be written that would take days.
READ_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class BusyImport:
    """What an import did, in figures alone: the events' titles are never kept.

    ``events`` stand in the file, of which ``free`` take no time; ``stretches`` were stored for the
    ``window`` instead of ``replaced`` that the source had said before. ``hits`` are the bookings
    that stand in them.
    """

    calendar: Calendar
    source: str
    window: Interval
    events: int
    free: int
    stretches: int
    replaced: int
    hits: Hits


async def import_busy(
    context: RequestContext, calendar: Calendar, raw: bytes, *, source: str
) -> BusyImport:
    """Replace the busy times that ``source`` gave for a calendar by those of a calendar file.

    It covers today to a month beyond the company's horizon, and stores all of the file or nothing.
    What is booked or held in the busy times stays and is named; nothing is held or booked there
    afterwards. Raises CalendarFileRefused or InvalidInput.
    """
    source = plain_text("$.source", source)
    company = context.company
    window = day_of(await context.now(), company.zone, length=_horizon_days(company) + BEYOND_DAYS)
    wanted = FileRequest(
        zone=company.zone.key,
        begins=window.start,
        ends=window.end,
        max_steps=MAX_STEPS,
        max_occurrences=MAX_OCCURRENCES,
        within_s=READ_WITHIN_S,
    )
    busy = await read_in_child(raw, wanted, context.store.turns.files)
    stretches = [Interval(begins, ends) for begins, ends in busy.stretches]
    replaced, hits = await context.store.busy_times.replace(
        company.id, calendar.id, source, stretches, now=context.test_now
    )
    return BusyImport(
        calendar=calendar,
        source=source,
        window=window,
        events=busy.events,
        free=busy.free,
        stretches=len(stretches),
        replaced=replaced,
        hits=hits,
    )


def _horizon_days(company: Company) -> int:
    own = (service.horizon_days for service in company.services)
    return max(company.rules.horizon_days, *(days for days in own if days), 0)
