"""The tools of a booking: check a time, name others, book, release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from slotkeeper.domain.availability import SEARCH_DAYS
from slotkeeper.domain.errors import (
    Refusal,
    ReservationCancelled,
    ReservationExpired,
    StaffCannot,
    UnknownReservation,
    UnknownStaff,
)
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Wish
from slotkeeper.language.say.spoken import say
from slotkeeper.language.understanding import Understanding, question
from slotkeeper.language.when import Window
from slotkeeper.operations.cancel import cancel, release_call
from slotkeeper.operations.check_availability import (
    Availability,
    check_in_order,
    find_alternatives,
    find_openings,
    find_with_others,
)
from slotkeeper.operations.confirm import (
    SpokenYes,
    Unmatched,
    as_named,
    book_or_name_others,
    held_slot,
    name_instead,
)
from slotkeeper.operations.convert import convert_visit
from slotkeeper.operations.extend import extend, extend_call
from slotkeeper.operations.for_whom import missing_of, with_hold
from slotkeeper.tools.arguments import flag
from slotkeeper.tools.customer_and_staff import (
    customer_of,
    needs_a_name,
    note_wished_staff,
    wished_person,
)
from slotkeeper.tools.open_days import or_closed
from slotkeeper.tools.open_questions import ask, open_question, talked_about
from slotkeeper.tools.same_caller import (
    WishedVisit,
    ask_before_booking,
    asked_about,
    asked_instead,
    settled,
    standing_already,
)
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.visit_wish import changes_a_visit, said_services, topic_parts
from slotkeeper.tools.which_branch import at_said_branch, unclear_branch
from slotkeeper.tools.wish_arguments import (
    day_window,
    holds_of_call,
    not_understood,
    person_of,
    token_of,
    unclear_staff,
    understand,
    understand_arguments,
    understand_by_holds,
    visit_unclear,
    wish_of,
    wished_times,
    with_service_of_call,
)
from slotkeeper.tools.wording import (
    ToolAnswer,
    asking,
    available,
    booked,
    for_whom,
    offered,
    refused,
)


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
        availability = await check_in_order(request.context, wishes)
    except Refusal as refusal:
        return await _no_or_others(request, understanding, refusal)
    return await _availability_answer(request, availability.wish or wishes[0], availability)


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
        return await _no_or_others(request, understanding, refusal)
    return offered(request.company, availability.wish or wish, availability)


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
        return await _no_or_others(request, understanding, refusal)


async def start_booking(request: ToolRequest) -> ToolAnswer:
    """Book what the caller said yes to: the token's hold, the call's one hold, or at once."""
    company = request.company
    if needs_a_name(request):
        if request.call_id is not None:
            await extend_call(request.context)
        return asking("customer_name", company)
    holds = await holds_of_call(request)
    if open_question(request) is not None or changes_a_visit(request):
        understanding = understand_by_holds(request, holds)
        if (answer := _still_open(request, understanding)) is not None:
            return answer
    else:
        starts = [hold.starts_at for hold in as_named(holds, request.now)]
        understanding = understand_arguments(request, starts)
    if (answer := visit_unclear(request, understanding)) is not None:
        return answer
    if (when := understanding.when).status == "ask" and when.reason == "offer_mismatch":
        return asking("date", company, question(when, company.locale), reason=when.reason)
    yes = _spoken_yes(request, understanding)
    match held_slot(yes, at_said_branch(request, holds), now=request.now, zone=company.zone):
        case AppointmentReservation() as hold:
            return await ask_before_booking(request, hold) or await _convert(request, hold)
        case "never_held":
            return await _book_at_once(request, understanding, holds)
        case unmatched:
            return _ask_which_time(request, unmatched)


def _still_open(request: ToolRequest, understanding: Understanding) -> ToolAnswer | None:
    """Ask again what was asked and is not answered, so that nothing is booked on half an answer."""
    talked_about(request, topic_parts(understanding, request), understanding.when)
    note_wished_staff(request)
    if (answer := not_understood(request, understanding)) is not None:
        return answer
    if understanding.when.wall is None:
        return ask(request, asking("time", request.company), "time")
    return None


async def collect_appointment_data(request: ToolRequest) -> ToolAnswer:
    """Check first, and book once the caller has confirmed: two tools of the original in one."""
    confirmed = flag(request.args, "confirmed")
    return await (start_booking if confirmed else check_availability)(request)


async def book_appointment(request: ToolRequest) -> ToolAnswer:
    """Book; an explicit "not confirmed yet" only checks."""
    unconfirmed = request.argument("confirmed") is not None and not flag(request.args, "confirmed")
    return await (check_availability if unconfirmed else start_booking)(request)


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


async def _no_or_others(
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


async def _availability_answer(
    request: ToolRequest, wish: Wish, availability: Availability
) -> ToolAnswer:
    """Word an availability; a slot that this call has already booked is said to be booked."""
    slot = availability.wished
    if slot is None:
        answer = offered(request.company, wish, availability)
        return asked_instead(request, wish, availability, answer)
    appointment_id = slot.hold.reservation.appointment_id if slot.hold else None
    if appointment_id is None:
        if (already := standing_already(request, WishedVisit.of_wish(wish))) is not None:
            return await settled(request, already) or asked_about(request, already, slot)
        return available(request.company, wish.service, slot, availability.others)
    visit = await _visit_of_call(request, appointment_id)
    if not visit:
        return refused(UnknownReservation(), request.company)
    return booked(request.company, visit)


async def _visit_of_call(request: ToolRequest, appointment_id: int) -> list[Appointment]:
    """Read what the call has booked together with an appointment."""
    booked_in_call = await request.context.store.appointments.of_call(
        request.company.id, request.call_id or ""
    )
    tokens = [each.visit_token for each in booked_in_call if each.id == appointment_id]
    return [each for each in booked_in_call if each.visit_token in tokens]


def _spoken_yes(request: ToolRequest, understanding: Understanding) -> SpokenYes:
    when, staff = understanding.when, note_wished_staff(request)
    return SpokenYes(
        token=token_of(request),
        services=said_services(understanding),
        only=changes_a_visit(request),
        person=person_of(request) if request.argument("person") is not None else None,
        day=when.date if when.status == "ok" else None,
        at=when.time if when.status == "ok" else None,
        picked=when.selects,
        staff=staff.people if staff.kind == "named" else (),
    )


def _ask_which_time(request: ToolRequest, unmatched: Unmatched) -> ToolAnswer:
    """Ask for the time where the yes may mean several holds, or none."""
    locale = request.company.locale
    if unmatched == "several":
        facts: dict[str, object] = {"success": False, "missing": ["time"]}
        return ToolAnswer("needs_info", say("which_one", locale), facts)
    facts = {"success": False, "missing": ["date", "time"]}
    return ToolAnswer("needs_info", say("nothing_held", locale), facts)


async def _convert(request: ToolRequest, hold: AppointmentReservation) -> ToolAnswer:
    """Book a hold; where it has expired and cannot be had again, name what is free near it."""
    company, customer = request.company, customer_of(request)
    request.notes.said_yes(company.service_by_id(hold.service_id))
    bookable = hold.status in ("active", "expired")
    if bookable and missing_of(company, with_hold(customer, hold)):
        return await _ask_for_whom(request, hold)
    conversation = request.context.conversation
    conversation.say(conversation.topic.settled())
    if hold.end_reason == "taken_over":
        return await _taken_over(request, hold)
    try:
        token = hold.token
        return booked(
            company, await convert_visit(request.context, token, customer, reacquire=True)
        )
    except ReservationExpired as expired:
        return await _near(request, hold) or refused(expired, company)
    except ReservationCancelled as ended:
        if ended.reason == "taken_over":
            return await _taken_over(request, hold)
        return refused(ended, company)
    except Refusal as refusal:
        return refused(refusal, company)


async def _near(request: ToolRequest, lost: AppointmentReservation) -> ToolAnswer | None:
    """Name what is free near a hold that is gone; None where nothing can be named."""
    try:
        instead = await name_instead(
            request.context,
            lost,
            staff=wished_person(request) if request.argument("staff") else None,
            staff_unsaid=request.context.conversation.staff_unsaid,
            customer=customer_of(request),
        )
    except Refusal:
        return None
    return await _availability_answer(request, instead.wish, instead.availability)


async def _ask_for_whom(request: ToolRequest, hold: AppointmentReservation) -> ToolAnswer:
    """Ask who it is for before anything is booked, and keep the hold alive meanwhile."""
    missing = missing_of(request.company, with_hold(customer_of(request), hold))
    if not hold.is_active(request.now):
        answer = await _near(request, hold) or refused(ReservationExpired(), request.company)
        return for_whom(request.company, missing, answer) if answer.status == "held" else answer
    if request.call_id is not None:
        await extend_call(request.context)
    else:
        await extend(request.context, hold.token)
    facts: dict[str, object] = {"reservation_token": str(hold.token)}
    return for_whom(request.company, missing, ToolAnswer("held", "", facts))


async def _taken_over(request: ToolRequest, lost: AppointmentReservation) -> ToolAnswer:
    """Say that the caller's newer call has the slot now, and name what else is free."""
    said = say("taken_over", request.company.locale)
    answer = await _near(request, lost)
    if answer is None:
        return replace(
            refused(ReservationCancelled("taken_over"), request.company),
            say=said,
            reason="taken_over",
        )
    text = answer.say if said in answer.say else f"{said} {answer.say}"
    return replace(answer, say=text, reason="taken_over")


async def _book_at_once(
    request: ToolRequest, understanding: Understanding, holds: Sequence[AppointmentReservation]
) -> ToolAnswer:
    """Book a slot that was not held before; where it cannot be had, name others, held."""
    company = request.company
    if request.context.conversation.stored.question is None and not changes_a_visit(request):
        understanding = with_service_of_call(understand_arguments(request), request, holds)
        understanding = replace(understanding, when=or_closed(understanding.when, company))
    if (answer := _still_open(request, understanding)) is not None:
        return answer
    wall = understanding.when.wall
    assert wall is not None, "a missing day or time was asked for"
    try:
        wish = wish_of(request, understanding, wall)
        request.notes.said_yes(wish.service)
        if (already := standing_already(request, WishedVisit.of_wish(wish))) is not None:
            return await settled(request, already) or await _hold_and_ask(request, wish)
        if missing := missing_of(company, wish.customer):
            availability = await check_in_order(request.context, [wish])
            answer = await _availability_answer(request, wish, availability)
            free = answer.status in ("held", "available")
            return for_whom(company, missing, answer) if free else answer
        outcome = await book_or_name_others(request.context, wish)
    except Refusal as refusal:
        return await _no_or_others(request, understanding, refusal)
    if isinstance(outcome, tuple):
        return booked(company, outcome)
    return await _availability_answer(request, outcome.wish, outcome.availability)


async def _hold_and_ask(request: ToolRequest, wish: Wish) -> ToolAnswer:
    """Hold what was to be booked at once, while the caller is asked about what stands already."""
    availability = await check_in_order(request.context, [wish])
    return await _availability_answer(request, availability.wish or wish, availability)
