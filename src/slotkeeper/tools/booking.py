"""The tools that book: what the caller said yes to is booked, or asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slotkeeper.domain.booked_visit import booked_as_wished
from slotkeeper.domain.errors import (
    AppointmentCancelled,
    Refusal,
    ReservationCancelled,
    ReservationExpired,
)
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Wish
from slotkeeper.language.say.spoken import say
from slotkeeper.language.understanding import Understanding, question
from slotkeeper.operations.check_availability import (
    check_in_order,
)
from slotkeeper.operations.confirm import (
    Instead,
    SpokenYes,
    Unmatched,
    WishedAgain,
    as_named,
    book_late,
    book_or_name_others,
    held_slot,
    name_instead,
)
from slotkeeper.operations.convert import convert_visit
from slotkeeper.operations.extend import extend, extend_call
from slotkeeper.operations.for_whom import missing_of, with_hold
from slotkeeper.tools.arguments import flag
from slotkeeper.tools.checking import availability_answer, check_availability, no_or_others
from slotkeeper.tools.customer_and_staff import (
    customer_of,
    needs_a_name,
    note_wished_staff,
    wished_person,
)
from slotkeeper.tools.open_days import or_closed
from slotkeeper.tools.open_questions import ask, open_question, talked_about
from slotkeeper.tools.same_caller import (
    StandingAlready,
    WishedVisit,
    ask_before_booking,
    asked_about,
    name_to_ask,
    settled,
    standing_already,
)
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.visit_wish import changes_a_visit, said_services, topic_parts
from slotkeeper.tools.which_branch import at_said_branch
from slotkeeper.tools.wish_arguments import (
    holds_of_call,
    not_understood,
    person_of,
    token_of,
    understand_arguments,
    understand_by_holds,
    visit_unclear,
    wish_of,
    with_service_of_call,
)
from slotkeeper.tools.wording import (
    ToolAnswer,
    asking,
    booked,
    for_whom,
    refused,
)


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
    known = with_hold(customer, hold)
    if bookable and (missing := missing_of(company, known) or name_to_ask(request, known)):
        return await _ask_for_whom(request, hold, missing)
    conversation = request.context.conversation
    conversation.say(conversation.topic.settled())
    if hold.end_reason == "taken_over":
        return await _taken_over(request, hold)
    try:
        if hold.is_expired(request.now) and hold.replaced_by_token is None:
            late = await book_late(request.context, hold, _wished_again(request))
            return await _booked_or_others(request, late)
        token = hold.token
        return _booked(
            request, await convert_visit(request.context, token, customer, reacquire=True)
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
        instead = await name_instead(request.context, lost, _wished_again(request))
    except Refusal:
        return None
    return await _booked_or_others(request, instead)


def _wished_again(request: ToolRequest) -> WishedAgain:
    """Give with whom and for whom the slot of a lost hold is wished now."""
    return WishedAgain(
        staff=wished_person(request) if request.argument("staff") else None,
        staff_unsaid=request.context.conversation.staff_unsaid,
        customer=customer_of(request),
    )


async def _booked_or_others(
    request: ToolRequest, outcome: tuple[Appointment, ...] | Instead
) -> ToolAnswer:
    if isinstance(outcome, tuple):
        return _booked(request, outcome)
    return await availability_answer(request, outcome.wish, outcome.availability)


def _booked(request: ToolRequest, visit: Sequence[Appointment]) -> ToolAnswer:
    """Say what is booked of a visit; of one booked before, some may have been cancelled since."""
    standing = [each for each in visit if each.status == "booked"]
    if not standing:
        return refused(AppointmentCancelled(), request.company)
    return booked(request.company, standing)


async def _ask_for_whom(
    request: ToolRequest, hold: AppointmentReservation, missing: Sequence[str]
) -> ToolAnswer:
    """Ask who it is for before anything is booked, and keep the hold alive meanwhile."""
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
        already = _stands_beside(request, wish)
        if already is not None:
            return await settled(request, already) or await _hold_and_ask(request, already, wish)
        customer = wish.customer
        if missing := missing_of(company, customer) or name_to_ask(request, customer):
            availability = await check_in_order(request.context, [wish])
            answer = await availability_answer(request, wish, availability)
            free = answer.status in ("held", "available")
            return for_whom(company, missing, answer) if free else answer
        outcome = await book_or_name_others(request.context, wish)
    except Refusal as refusal:
        return await no_or_others(request, understanding, refusal)
    return await _booked_or_others(request, outcome)


def _stands_beside(request: ToolRequest, wish: Wish) -> StandingAlready | None:
    """Find what must be asked about; what this call has booked just so is no question."""
    if booked_as_wished(request.context.conversation.booked, wish):
        return None
    return standing_already(request, WishedVisit.of_wish(wish))


async def _hold_and_ask(request: ToolRequest, already: StandingAlready, wish: Wish) -> ToolAnswer:
    """Hold what was to be booked at once, while the caller is asked about what stands already.

    The question is kept along with the hold, and closed where none could be made.
    """
    conversation = request.context.conversation
    asked_about(request, already)
    availability = await check_in_order(request.context, [wish])
    conversation.say(conversation.topic.settled())
    return await availability_answer(request, availability.wish or wish, availability)
