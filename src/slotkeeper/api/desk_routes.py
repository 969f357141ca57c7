"""REST for the desk: absences, and busy times from other calendars."""

from __future__ import annotations

from slotkeeper.api.offer_routes import window_of
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
from slotkeeper.api.routing import RestAnswer, RestRequest, Route, TextBody
from slotkeeper.domain.errors import UnknownAbsence
from slotkeeper.domain.ics.content_lines import MAX_CALENDAR_BYTES
from slotkeeper.operations.block import MAX_DAYS, block, calendar_of, unblock
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.import_busy import import_busy

# Programs that were generated from the description can send the second.
CALENDAR_TYPES = ("text/calendar", "application/octet-stream")


async def create_absence(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Block a calendar, and list the appointments that stand in the absence."""
    body: AbsenceBody = request.body
    calendar = calendar_of(context.company, staff=body.staff, key=body.calendar)
    window = window_of(body.from_, body.to, max_days=MAX_DAYS)
    blocked = await block(context, calendar, window, reason=body.reason)
    return RestAnswer(blocked_view(context.company, blocked), 201)


async def delete_absence(request: RestRequest, context: RequestContext) -> RestAnswer:
    """End an absence."""
    absence_id = request.integer("absence_id", UnknownAbsence)
    return RestAnswer(absence_view(context.company, await unblock(context, absence_id)))


async def replace_busy(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Replace the busy times of a source by those of a calendar file."""
    query: BusyQuery = request.query
    calendar = calendar_of(context.company, staff=query.staff, key=None)
    imported = await import_busy(
        context, calendar, request.body, source=query.source, anyway=query.anyway
    )
    return RestAnswer(busy_view(context.company, imported))


ROUTES = [
    Route(
        "POST",
        "/v1/absences",
        "createAbsence",
        "Block a calendar while somebody is away",
        create_absence,
        BlockedView,
        201,
        AbsenceBody,
        ("unknown_staff", "unknown_calendar", "in_the_past"),
        takes_key=True,
        location="/v1/absences/{id}",
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
        "Import the busy times of a calendar file",
        replace_busy,
        BusyView,
        refusals=("unknown_staff", "calendar_file_refused", "import_held_back"),
        text=TextBody(CALENDAR_TYPES, MAX_CALENDAR_BYTES),
        query=BusyQuery,
        rank="report",
    ),
]
