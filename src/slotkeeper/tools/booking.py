"""The tools of a booking: what time is it, is this free, book it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from slotkeeper.domain.errors import Refusal, UnknownReservation
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.walltime import to_instant
from slotkeeper.domain.wish import Customer, Wish
from slotkeeper.language.exact import read_date, read_datetime, read_time
from slotkeeper.language.say import say, weekday_name
from slotkeeper.operations.book import book
from slotkeeper.operations.check_availability import check_availability as check_wish
from slotkeeper.operations.convert import convert
from slotkeeper.operations.look import look
from slotkeeper.tools.arguments import argument
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.wording import ToolAnswer, asking, booked, free, held, offered, refused


async def get_current_context(asked: Conversation) -> ToolAnswer:
    """Tell the model what day and time it is in the salon."""
    company, local = asked.company, asked.local_now
    return ToolAnswer(
        "context",
        say("context", company.locale, local),
        {
            "success": True,
            "call_id": asked.call.id,
            "company": company.name,
            "date": local.date().isoformat(),
            "time": f"{local:%H:%M}",
            "weekday": weekday_name(local, company.locale),
            "timezone": company.zone.key,
        },
    )


async def check_availability(asked: Conversation) -> ToolAnswer:
    """Check a time and hold it in the same instant."""
    understood = _understand(asked)
    if isinstance(understood, ToolAnswer):
        return understood
    try:
        wish = _wish(asked, understood)
        if not asked.holds:
            return await _look(asked, wish)
        found = await check_wish(
            asked.company,
            wish,
            call=asked.call,
            ttl_s=asked.lifetime_s,
            store=asked.store,
            now=asked.test_now,
        )
    except Refusal as no:
        return refused(no, asked.company, understood.wall)
    if found.wished is None:
        return offered(asked.company, wish, found)
    if found.wished.booked and found.wished.reservation.appointment_id is not None:
        return await _as_booked(asked, found.wished.reservation.appointment_id)
    return held(asked.company, found.wished.reservation, found.wished.decided_at)


async def start_booking(asked: Conversation) -> ToolAnswer:
    """Book what the caller said yes to: the token's hold, the call's one hold, or at once."""
    try:
        chosen = await _chosen_hold(asked)
        if isinstance(chosen, ToolAnswer):
            return chosen
        if chosen is not None:
            appointment = await convert(
                asked.company,
                chosen,
                customer=_customer(asked),
                call_id=asked.call.id,
                reacquire=True,
                store=asked.store,
                now=asked.test_now,
            )
            return booked(asked.company, appointment)
    except Refusal as no:
        return refused(no, asked.company)
    return await _book_at_once(asked)


async def _look(asked: Conversation, wish: Wish) -> ToolAnswer:
    """Answer a call of the cohort without holds: nothing is kept."""
    seen = await look(asked.company, wish, call=asked.call, store=asked.store, now=asked.test_now)
    if seen.refusal is None:
        return free(asked.company, wish.service, seen.looked_at[0])
    return offered(asked.company, wish, seen)


@dataclass(frozen=True, slots=True)
class _Understood:
    service: str
    wall: datetime


def _understand(asked: Conversation) -> _Understood | ToolAnswer:
    today = asked.local_now.date()
    service = argument(asked.args, "service")
    if service is None:
        return asking("service", asked.company)
    both = argument(asked.args, "datetime")
    wall = read_datetime(both, today) if both else None
    if wall is None:
        day = read_date(argument(asked.args, "date") or "", today)
        at = read_time(argument(asked.args, "time") or "")
        if day is None or at is None:
            return asking("date" if day is None else "time", asked.company)
        wall = datetime.combine(day, at)
    return _Understood(service, wall)


def _wish(asked: Conversation, understood: _Understood) -> Wish:
    company, staff = asked.company, argument(asked.args, "staff")
    return Wish(
        service=company.service(understood.service),
        starts_at=to_instant(understood.wall, company.zone),
        staff=company.staff_member(staff) if staff else None,
        customer=_customer(asked),
    )


def _customer(asked: Conversation) -> Customer:
    return Customer(
        argument(asked.args, "customer_name"),
        (argument(asked.args, "customer_phone") or asked.caller_phone or "")[:50] or None,
    )


async def _chosen_hold(asked: Conversation) -> UUID | ToolAnswer | None:
    """Find the hold that is meant. The token is only good for the call that holds it."""
    mine = await _mine(asked)
    token = _token(argument(asked.args, "reservation_token"))
    if token is not None and any(found.token == token for found in mine):
        return token
    live = [found for found in mine if found.is_active(asked.now)]
    understood = _understand(asked)
    if isinstance(understood, _Understood):
        start = to_instant(understood.wall, asked.company.zone)
        matching = [found for found in mine if found.starts_at == start]
        return matching[-1].token if matching else None
    if len({found.token for found in live}) > 1:
        text = say("which_one", asked.company.locale)
        return ToolAnswer("needs_info", text, {"success": False, "missing": ["time"]})
    if live:
        return live[0].token
    done = [found for found in mine if found.status in ("converted", "expired")]
    if not done:
        text = say("nothing_held", asked.company.locale)
        return ToolAnswer("needs_info", text, {"success": False, "missing": ["date", "time"]})
    return done[-1].token


async def _mine(asked: Conversation) -> list[AppointmentReservation]:
    if asked.call.id is None:
        return []
    found = await asked.store.reservations.for_call(asked.company.id, asked.call.id)
    return [reservation for reservation in found if reservation.status != "cancelled"]


def _token(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def _book_at_once(asked: Conversation) -> ToolAnswer:
    understood = _understand(asked)
    if isinstance(understood, ToolAnswer):
        return understood
    try:
        appointment = await book(
            asked.company,
            _wish(asked, understood),
            call=asked.call,
            store=asked.store,
            now=asked.test_now,
        )
    except Refusal as no:
        return refused(no, asked.company, understood.wall)
    return booked(asked.company, appointment)


async def _as_booked(asked: Conversation, appointment_id: int) -> ToolAnswer:
    appointment = await asked.store.appointments.find(asked.company.id, appointment_id)
    if appointment is None:
        return refused(UnknownReservation(), asked.company)
    return booked(asked.company, appointment)
