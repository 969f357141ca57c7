"""Import from another calendar when somebody is busy."""

from __future__ import annotations

from dataclasses import dataclass

from slotkeeper.domain.availability import day_of
from slotkeeper.domain.catalogue import Calendar, Company
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.ics.components import UnreadLine
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.standing import Hits
from slotkeeper.operations.block import plain_text
from slotkeeper.operations.calendar_child import FileRequest, read_in_child
from slotkeeper.operations.context import RequestContext

# Imported beyond the booking horizon, which moves on day by day until the next import.
BEYOND_DAYS = 31
# Enough for ten events a day over two years, which are 7,300.
MAX_OCCURRENCES = 20_000
# Repetitions are counted from an event's first day on, and each takes a step or two: a hundred
# events that have come weekly for a century.
MAX_STEPS = 1_000_000
# A file of honest size takes a second or two; rules can be written that would take days.
READ_WITHIN_S = 10.0


class ImportHeldBack(Refusal):
    """This import would free more than half of what its source said before; nothing was changed."""

    code = "import_held_back"

    def __init__(self, said_min: int, freed_min: int) -> None:
        """Keep the minutes to come that were busy, and how many of them would be free."""
        super().__init__(
            f"{freed_min} of {said_min} busy minutes would become free; import the file anyway "
            "(--anyway, anyway=true) if that is right"
        )
        self.said_min = said_min
        self.freed_min = freed_min

    def facts(self) -> dict[str, object]:
        """The minutes."""
        return {"said_min": self.said_min, "freed_min": self.freed_min}


@dataclass(frozen=True, slots=True)
class BusyImport:
    """What an import did, in figures alone: the events' titles are never kept.

    ``events`` stand in the file, of which ``free`` take no time; ``stretches`` were stored for the
    ``window`` instead of ``replaced`` that the source had said before. ``hits`` are the bookings
    that stand in them. ``unread`` has the first of ``unread_count`` lines that could not be read.
    """

    calendar: Calendar
    source: str
    window: Interval
    events: int
    free: int
    stretches: int
    replaced: int
    hits: Hits
    unread: tuple[UnreadLine, ...] = ()
    unread_count: int = 0


async def import_busy(
    context: RequestContext, calendar: Calendar, raw: bytes, *, source: str, anyway: bool = False
) -> BusyImport:
    """Replace the busy times that ``source`` gave for a calendar by those of a calendar file.

    It covers today to a month beyond the company's horizon. An event that cannot be read is named,
    and taken as busy where its time is known; the others are stored, all of them or none.
    What is booked or held in the busy times stays and is named; nothing is held or booked there
    afterwards. Raises CalendarFileRefused, InvalidInput or, where more than half of the busy time
    to come of the source would become free, ImportHeldBack, unless ``anyway``.
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
    done = await context.store.busy_times.replace(
        company.id, calendar.id, source, stretches, anyway=anyway, now=context.test_now
    )
    if done.held_back:
        raise ImportHeldBack(done.said_min, done.freed_min)
    return BusyImport(
        calendar=calendar,
        source=source,
        window=window,
        events=busy.events,
        free=busy.free,
        stretches=len(stretches),
        replaced=done.replaced,
        hits=done.hits,
        unread=tuple(busy.unread),
        unread_count=busy.unread_count,
    )


def _horizon_days(company: Company) -> int:
    own = (service.horizon_days for service in company.services)
    return max(company.rules.horizon_days, *(days for days in own if days), 0)
