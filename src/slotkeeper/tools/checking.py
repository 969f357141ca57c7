"""The tools that check: a wish, other times, the next times; and the release of what is held."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import wraps

from slotkeeper.domain.availability import SEARCH_DAYS
from slotkeeper.domain.errors import (
    Refusal,
    StaffCannot,
    UnknownReservation,
    UnknownStaff,
)
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Wish
from slotkeeper.language.say.spoken import say
from slotkeeper.language.understanding import Understanding
from slotkeeper.language.visits.visit_speech import spoken_visit
from slotkeeper.language.when import Window
from slotkeeper.operations.cancel import cancel, release_call
from slotkeeper.operations.check_availability import (
    Availability,
    check_in_order,
    find_alternatives,
    find_openings,
    find_with_others,
)
from slotkeeper.operations.extend import extend_call
from slotkeeper.operations.placing import AskedBefore
from slotkeeper.tools.customer_and_staff import (
    wished_person,
)
from slotkeeper.tools.open_questions import ask
from slotkeeper.tools.same_caller import (
    WishedVisit,
    asked_about,
    asked_instead,
    settled_at_once,
    standing_already,
)
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.visit_wish import said_services
from slotkeeper.tools.visit_wording import people_served
from slotkeeper.tools.which_branch import unclear_branch
from slotkeeper.tools.wish_arguments import (
    day_window,
    holds_of_call,
    not_understood,
    unclear_staff,
    understand,
    wish_of,
    wished_times,
)
from slotkeeper.tools.wording import (
    ToolAnswer,
    asking,
    available,
    booked,
    offered,
    refused,
)

RunTool = Callable[[ToolRequest], Awaitable[ToolAnswer]]


def knowing_what_was_asked(run: RunTool) -> RunTool:
    """Understand a wish again where its call was asked about somebody, which only a read tells."""

    @wraps(run)
    async def again(request: ToolRequest) -> ToolAnswer:
        try:
            return await run(request)
        except AskedBefore:
            return await run(request)

    return again


@knowing_what_was_asked
async def check_availability(request: ToolRequest) -> ToolAnswer:
    """Check a wish in the caller's own words, and hold what is named in the same instant."""
    understanding = await understand(request)
    if (answer := not_understood(request, understanding)) is not None:
        return answer
    when = understanding.when
    try:
        if when.wall is None:
            return await _what_is_free(request, understanding)
        wishes = [wish_of(request, understanding, wall) for wall in wished_times(when)]
        if (settled := await settled_at_once(request, wishes[0])) is not None:
            return settled
        availability = await check_in_order(request.context, wishes)
    except Refusal as refusal:
        return await no_or_others(request, understanding, refusal)
    return await availability_answer(request, availability.wish or wishes[0], availability)


@knowing_what_was_asked
async def get_alternatives(request: ToolRequest) -> ToolAnswer:
    """Name other times than the wished one, and hold them."""
    understanding = await understand(request, others=True)
    if (answer := not_understood(request, understanding)) is not None:
        return answer
    try:
        if (wall := understanding.when.wall) is None:
            return await _what_is_free(request, understanding)
        wish = wish_of(request, understanding, wall)
        availability = await find_alternatives(request.context, wish)
    except Refusal as refusal:
        return await no_or_others(request, understanding, refusal)
    return offered(request.company, availability.wish or wish, availability)


@knowing_what_was_asked
async def find_next_available(request: ToolRequest) -> ToolAnswer:
    """Name the first times that are free from a day on, or from now, and hold them."""
    understanding = await understand(request, soonest=True)
    when = understanding.when
    unclear = understanding.service.service is None or when.status == "ask"
    where = unclear_branch(request, said_services(understanding))
    if (answer := not_understood(request, understanding) if unclear else where) is not None:
        return answer
    today = request.local_now.date()
    first = max(when.date or (when.date_range.first if when.date_range else today), today)
    last = first + timedelta(days=SEARCH_DAYS - 1)
    try:
        return await _openings(request, understanding, first, last, when.window)
    except Refusal as refusal:
        return await no_or_others(request, understanding, refusal)


async def release_hold(request: ToolRequest) -> ToolAnswer:
    """Release what the call holds, because the caller does not want it after all."""
    if request.call_id is not None:
        await release_call(request.context)
    else:
        for hold in await holds_of_call(request):
            await cancel(request.context, hold.token)
    return ToolAnswer("released", say("released", request.company.locale), {"success": True})


async def _what_is_free(request: ToolRequest, understanding: Understanding) -> ToolAnswer:
    """Answer "what have you got on Friday afternoon?" with the first good slots, held."""
    when = understanding.when
    first = when.date or (when.date_range.first if when.date_range else None)
    if first is None:
        return ask(request, asking("date", request.company), "date")
    last = when.date or (when.date_range.last if when.date_range else None) or first
    return await _openings(request, understanding, first, last, when.window)


async def _openings(
    request: ToolRequest,
    understanding: Understanding,
    first: date,
    last: date,
    window: Window | None,
) -> ToolAnswer:
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, SEARCH_DAYS))]
    windows = [day_window(day, window, request.company.zone) for day in days]
    wish = wish_of(request, understanding, None)
    wish = replace(wish, starts_at=max(windows[0].start, request.now))
    availability = await find_openings(request.context, wish, windows, instead=True)
    return offered(request.company, availability.wish or wish, availability)


async def no_or_others(
    request: ToolRequest, understanding: Understanding, refusal: Refusal
) -> ToolAnswer:
    """Say a refusal; where only the wished person cannot serve, name times with others, held.

    From then on nobody in particular is wished, as that was said.
    """
    wall = understanding.when.wall
    if not isinstance(refusal, StaffCannot | UnknownStaff):
        return refused(refusal, request.company, wall)
    if isinstance(refusal, UnknownStaff) and (answer := unclear_staff(request)) is not None:
        return answer
    staff = None if isinstance(refusal, UnknownStaff) else wished_person(request)
    request.context.conversation.lift_staff()
    try:
        wish = wish_of(request, understanding, wall, anyone=True)
        others = await find_with_others(request.context, wish, refusal)
    except Refusal as worse:
        return refused(worse, request.company, wall)
    answer = offered(request.company, wish.with_staff(staff), others)
    return replace(answer, refused_start=None, refused_staff_id=None)


async def availability_answer(
    request: ToolRequest, wish: Wish, availability: Availability
) -> ToolAnswer:
    """Word an availability; a slot that this call has already booked is said to be booked."""
    if availability.booked:
        await extend_call(request.context)
        return booked(request.company, availability.booked)
    slot = availability.wished
    if slot is None:
        stays = _stays_held(request, wish)
        answer = offered(request.company, wish, availability, stays=stays)
        return asked_instead(request, wish, availability, answer)
    appointment_id = slot.hold.reservation.appointment_id if slot.hold else None
    if appointment_id is None:
        if (already := standing_already(request, WishedVisit.of_wish(wish))) is not None:
            return asked_about(request, already, slot)
        return available(request.company, wish.service, slot, availability.others)
    visit = await _visit_of_call(request, appointment_id)
    if not visit:
        return refused(UnknownReservation(), request.company)
    return booked(request.company, visit)


def _stays_held(request: ToolRequest, wish: Wish) -> str:
    """Say that what was held before more was wished with it stays so; "" where nothing was."""
    company = request.company
    wished = {part.service.id for part in wish.parts}
    for hold in reversed(request.context.conversation.holds):
        same_start = hold.is_active(request.now) and hold.starts_at == wish.starts_at
        if same_start and {part.service_id for part in hold.parts} < wished:
            held = spoken_visit(people_served(company, hold.parts), company.locale)
            at = hold.starts_at.astimezone(company.zone)
            return say("first_stays", company.locale, at, held)
    return ""


async def _visit_of_call(request: ToolRequest, appointment_id: int) -> list[Appointment]:
    """Read what the call has booked together with an appointment, and stands."""
    booked_in_call = await request.context.store.appointments.of_call(
        request.company.id, request.call_id or ""
    )
    tokens = [each.visit_token for each in booked_in_call if each.id == appointment_id]
    return [
        each for each in booked_in_call if each.visit_token in tokens and each.status == "booked"
    ]
