"""The tools of a booking: is this free, what else is, book it, give it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from slotkeeper.domain.availability import SEARCH_DAYS
from slotkeeper.domain.errors import (
    CallEnded,
    Refusal,
    ReservationExpired,
    SlotTaken,
    TooManyHolds,
    UnknownReservation,
)
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.wish import Wish
from slotkeeper.language.say import say
from slotkeeper.language.understanding import Understanding, question
from slotkeeper.language.when import When, Window
from slotkeeper.operations.book import book
from slotkeeper.operations.cancel import cancel, release_call
from slotkeeper.operations.check_availability import Answer, find_alternatives, find_openings
from slotkeeper.operations.check_availability import check_availability as check_wish
from slotkeeper.operations.convert import convert
from slotkeeper.operations.hold import hold
from slotkeeper.operations.look import look
from slotkeeper.tools.arguments import argument, flag
from slotkeeper.tools.people import customer_of, needs_a_name, staff_of
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.wishes import (
    not_understood,
    of_this_call,
    party_of,
    pinned,
    read,
    token_of,
    understand,
    walls,
    where,
    wish_of,
    within,
)
from slotkeeper.tools.wording import ToolAnswer, asking, booked, free, held, offered, refused

# To these no other time is an answer.
_FINAL = (CallEnded, TooManyHolds)


async def check_availability(asked: Conversation) -> ToolAnswer:
    """Check a wish in the caller's own words, and hold what is named in the same instant."""
    found = await understand(asked)
    if (no := not_understood(asked, found)) is not None:
        return no
    try:
        if found.when.wall is None:
            return await _open_question(asked, found)
        return await _checked(asked, [wish_of(asked, found, wall) for wall in walls(found.when)])
    except Refusal as refusal:
        return refused(refusal, asked.company, found.when.wall)


async def get_alternatives(asked: Conversation) -> ToolAnswer:
    """Name other times than the wished one, and hold them."""
    found = await understand(asked)
    if (no := not_understood(asked, found)) is not None:
        return no
    try:
        if found.when.wall is None:
            return await _open_question(asked, found)
        wish = wish_of(asked, found, found.when.wall)
        answer = await find_alternatives(
            asked.company, wish, **where(asked), ttl_s=asked.lifetime_s, hold=asked.holds
        )
    except Refusal as refusal:
        return refused(refusal, asked.company, found.when.wall)
    return offered(asked.company, wish, answer)


async def find_next_available(asked: Conversation) -> ToolAnswer:
    """Name the first times that are free from a day on, or from now, and hold them."""
    found = await understand(asked)
    when = found.when
    unclear = found.service.service is None or when.status == "ask"
    if unclear and (no := not_understood(asked, found)) is not None:
        return no
    today = asked.local_now.date()
    first = max(when.date or (when.date_range.first if when.date_range else today), today)
    try:
        return await _openings(
            asked, found, first, first + timedelta(days=SEARCH_DAYS - 1), when.window
        )
    except Refusal as refusal:
        return refused(refusal, asked.company)


async def start_booking(asked: Conversation) -> ToolAnswer:
    """Book what the caller said yes to: the token's hold, the call's one hold, or at once."""
    if needs_a_name(asked):
        return asking("customer_name", asked.company)
    mine = await of_this_call(asked)
    chosen = _chosen_hold(asked, mine)
    if isinstance(chosen, ToolAnswer):
        return chosen
    if chosen is None:
        return await _book_at_once(asked, mine)
    _note_a_yes(asked, next((one.service_id for one in mine if one.token == chosen), None))
    try:
        return booked(
            asked.company,
            await convert(
                asked.company,
                chosen,
                customer=customer_of(asked),
                call_id=asked.call.id,
                reacquire=True,
                store=asked.store,
                now=asked.test_now,
            ),
        )
    except ReservationExpired as no:
        return await _instead_of(asked, [one for one in mine if one.token == chosen], no)
    except Refusal as no:
        return refused(no, asked.company)


async def collect_appointment_data(asked: Conversation) -> ToolAnswer:
    """Check first, and book once the caller has confirmed: two tools of the original in one."""
    return await (start_booking if flag(asked.args, "confirmed") else check_availability)(asked)


async def book_appointment(asked: Conversation) -> ToolAnswer:
    """Book; an explicit "not confirmed yet" only checks."""
    unconfirmed = argument(asked.args, "confirmed") is not None and not flag(
        asked.args, "confirmed"
    )
    return await (check_availability if unconfirmed else start_booking)(asked)


async def release_hold(asked: Conversation) -> ToolAnswer:
    """Give back what the call holds: the caller does not want it after all."""
    if asked.call.id is not None:
        await release_call(asked.company, asked.call, store=asked.store, now=asked.test_now)
    else:
        for one in await of_this_call(asked):
            await cancel(asked.company, one.token, store=asked.store, now=asked.test_now)
    return ToolAnswer("released", say("released", asked.company.locale), {"success": True})


async def _checked(asked: Conversation, wishes: Sequence[Wish]) -> ToolAnswer:
    """Check a time; of several that were named in order of wish the first that is free."""
    if not asked.holds:
        return await _look(asked, wishes[0])
    for wish in wishes[1:] and wishes:
        try:
            kept = await hold(asked.company, wish, **where(asked), ttl_s=asked.lifetime_s)
        except SlotTaken:
            continue
        return held(asked.company, kept.reservation, kept.decided_at)
    answer = await check_wish(asked.company, wishes[0], **where(asked), ttl_s=asked.lifetime_s)
    if answer.wished is None:
        return offered(asked.company, wishes[0], answer)
    kept = answer.wished
    if kept.booked and kept.reservation.appointment_id is not None:
        return await _as_booked(asked, kept.reservation.appointment_id)
    return held(asked.company, kept.reservation, kept.decided_at)


async def _look(asked: Conversation, wish: Wish) -> ToolAnswer:
    """Answer a call of the cohort without holds: nothing is kept."""
    seen = await look(asked.company, wish, call=asked.call, store=asked.store, now=asked.test_now)
    if seen.refusal is None:
        return free(asked.company, wish.service, seen.looked_at[0])
    return offered(asked.company, wish, seen)


async def _open_question(asked: Conversation, found: Understanding) -> ToolAnswer:
    """Answer "what have you got on Friday afternoon?" with the first good slots, held."""
    when = found.when
    first = when.date or (when.date_range.first if when.date_range else None)
    if first is None:
        return asking("date", asked.company)
    last = when.date or (when.date_range.last if when.date_range else None) or first
    return await _openings(asked, found, first, last, when.window)


async def _openings(
    asked: Conversation, found: Understanding, first: date, last: date, window: Window | None
) -> ToolAnswer:
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, SEARCH_DAYS))]
    windows = [within(day, window, asked.company.zone) for day in days]
    wish = replace(wish_of(asked, found, None), starts_at=max(windows[0].start, asked.now))
    answer = await find_openings(
        asked.company,
        wish,
        windows,
        **where(asked),
        ttl_s=asked.lifetime_s,
        limit=max(asked.company.rules.max_alternatives, 1),
        hold=asked.holds,
    )
    return offered(asked.company, wish, answer)


def _chosen_hold(
    asked: Conversation, mine: Sequence[AppointmentReservation]
) -> UUID | ToolAnswer | None:
    """Find the hold that is meant; None where what is wished was never held.

    A token is only good for the call that holds it. What was said wins over it and over what is
    held: the hold of another service, time or person of the party is not meant.
    """
    live = sorted((one for one in mine if one.is_active(asked.now)), key=lambda one: one.starts_at)
    understood = read(asked, [one.starts_at for one in live])
    service, when = understood.service.service, understood.when
    meant = [
        one
        for one in mine
        if (service is None or one.service_id == service.id)
        and (one.party == party_of(asked) or argument(asked.args, "party") is None)
    ]
    picked = live[when.selects : when.selects + 1] if when.selects is not None else []
    if picked and picked[0] in meant:
        return picked[0].token
    token = token_of(asked)
    if when.status == "ask" and when.reason == "offer_mismatch":
        locale = asked.company.locale
        return asking("date", asked.company, question(when, locale), reason=when.reason)
    if when.status == "ok" and (when.date or when.time):
        then = [one for one in meant if _is_then(one, when, asked)]
        if when.wall is not None or any(one.token == token for one in then):
            return _last(then, token)
        meant = then
    elif any(one.token == token for one in meant):
        return token
    return _only_one(asked, meant, wished=service is not None and bool(mine))


def _is_then(one: AppointmentReservation, when: When, asked: Conversation) -> bool:
    """Whether a hold is on the day and at the time that were said."""
    local = one.starts_at.astimezone(asked.company.zone)
    return when.date in (None, local.date()) and when.time in (None, local.time())


def _last(several: Sequence[AppointmentReservation], token: UUID | None) -> UUID | None:
    """The one of that token, else the newest; None of none."""
    tokens = [one.token for one in several]
    return token if token in tokens else tokens[-1] if tokens else None


def _only_one(
    asked: Conversation, meant: Sequence[AppointmentReservation], *, wished: bool
) -> UUID | ToolAnswer | None:
    """Take the one that a mere "yes" can mean: what was named last; ask where that is several.

    What was named last may be booked already: then the yes is a repetition.
    """
    alive = [one for one in meant if one.status == "converted" or one.is_active(asked.now)]
    last = max((one.asked_at for one in alive), default=None)
    named = [one for one in alive if one.asked_at == last]
    if len(named) > 1 and not any(one.status == "converted" for one in named):
        text = say("which_one", asked.company.locale)
        return ToolAnswer("needs_info", text, {"success": False, "missing": ["time"]})
    if named:
        return max(named, key=lambda one: one.status == "converted").token
    if meant:
        return meant[-1].token  # its time is over; perhaps it can be had again
    if wished:
        return None
    text = say("nothing_held", asked.company.locale)
    return ToolAnswer("needs_info", text, {"success": False, "missing": ["date", "time"]})


async def _book_at_once(asked: Conversation, mine: Sequence[AppointmentReservation]) -> ToolAnswer:
    """Book what was not held before; where it is not to be had, name what is, and hold that."""
    found = pinned(read(asked), asked, mine)
    if (no := not_understood(asked, found)) is not None:
        return no
    if found.when.wall is None:
        return asking("time", asked.company)
    try:
        wish = wish_of(asked, found, found.when.wall)
    except Refusal as refusal:
        return refused(refusal, asked.company, found.when.wall)
    _note_a_yes(asked, wish.service.id)
    try:
        return booked(asked.company, await book(asked.company, wish, **where(asked)))
    except _FINAL as no_more:
        return refused(no_more, asked.company, found.when.wall)
    except Refusal as refusal:
        try:
            return await _checked(asked, [wish])
        except Refusal:
            return offered(asked.company, wish, Answer(refusal=refusal))


def _note_a_yes(asked: Conversation, service_id: int | None) -> None:
    """Keep for the figures that the caller said yes, whatever becomes of it."""
    asked.notes.update(wish="accepted", service_id=service_id)


async def _instead_of(
    asked: Conversation, lost: Sequence[AppointmentReservation], no: ReservationExpired
) -> ToolAnswer:
    """Name what is free near a hold that has died and was taken since."""
    service = asked.company.service_by_id(lost[0].service_id) if lost else None
    if service is None:
        return refused(no, asked.company)
    try:
        staff, customer = staff_of(asked), customer_of(asked)
        wish = Wish(service, lost[0].starts_at, staff, lost[0].party, customer)
        return await _checked(asked, [wish])
    except Refusal:
        return refused(no, asked.company)


async def _as_booked(asked: Conversation, appointment_id: int) -> ToolAnswer:
    appointment = await asked.store.appointments.find(asked.company.id, appointment_id)
    if appointment is None:
        return refused(UnknownReservation(), asked.company)
    return booked(asked.company, appointment)
