"""REST for the desk's everyday: who is away, and what stands in other calendars."""

from __future__ import annotations

from slotkeeper.api.offer_structs import (
    AbsenceBody,
    AbsenceView,
    BlockedView,
    BusyQuery,
    BusyView,
    absence_view,
    blocked_view,
    busy_view,
)
from slotkeeper.api.offers import window_of
from slotkeeper.api.routing import Answer, Asked, Route, Text
from slotkeeper.domain.errors import UnknownAbsence
from slotkeeper.domain.ics.lines import MAX_CALENDAR_BYTES
from slotkeeper.operations.block import MAX_DAYS, block, calendar_of, unblock
from slotkeeper.operations.import_busy import import_busy


async def create_absence(asked: Asked) -> Answer:
    """Block a calendar, and tell what stands there."""
    body: AbsenceBody = asked.body
    company = await asked.store.catalogues.get(asked.company_id)
    calendar = calendar_of(company, staff=body.staff, key=body.calendar)
    window = window_of(body.from_, body.to, max_days=MAX_DAYS)
    blocked = await block(
        company, calendar, window, reason=body.reason, store=asked.store, now=asked.now
    )
    return Answer(blocked_view(company, blocked), 201)


async def delete_absence(asked: Asked) -> Answer:
    """End an absence."""
    company = await asked.store.catalogues.get(asked.company_id)
    absence_id = asked.integer("absence_id", UnknownAbsence)
    return Answer(absence_view(company, await unblock(company, absence_id, store=asked.store)))


async def replace_busy(asked: Asked) -> Answer:
    """Keep what a calendar file says, instead of what its source said before."""
    query: BusyQuery = asked.query
    company = await asked.store.catalogues.get(asked.company_id)
    calendar = calendar_of(company, staff=query.staff, key=None)
    imported = await import_busy(
        company, calendar, asked.body, source=query.source, store=asked.store, now=asked.now
    )
    return Answer(busy_view(company, imported))


ROUTES = [
    Route(
        "POST",
        "/v1/absences",
        "createAbsence",
        "Block a calendar: somebody is away",
        create_absence,
        BlockedView,
        201,
        AbsenceBody,
        ("unknown_staff", "unknown_calendar", "in_the_past"),
        takes_key=True,
    ),
    Route(
        "DELETE",
        "/v1/absences/{absence_id}",
        "deleteAbsence",
        "End an absence",
        delete_absence,
        AbsenceView,
        refusals=("unknown_absence",),
    ),
    Route(
        "POST",
        "/v1/busy",
        "replaceBusy",
        "Import when somebody is busy from a calendar file",
        replace_busy,
        BusyView,
        refusals=("unknown_staff", "calendar_file_refused"),
        text=Text("text/calendar", MAX_CALENDAR_BYTES),
        query=BusyQuery,
    ),
]
