"""The answers of tools: a status, a sentence to say, and facts for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from slotkeeper.domain.booked_visit import BookedVisit
from slotkeeper.domain.catalogue import Company, Service
from slotkeeper.domain.errors import (
    AddOnAlone,
    Fault,
    NotCombined,
    OutcomeUnknown,
    SearchGivenUp,
    SlotkeeperError,
    SlotTaken,
    TooManyHolds,
)
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.wish import Wish
from slotkeeper.language.say.spoken import (
    say,
    say_news,
    say_others,
    say_others_with,
    spoken_choice,
    spoken_date,
    spoken_list,
    spoken_time,
    with_staff,
)
from slotkeeper.operations.check_availability import Availability, NamedSlot
from slotkeeper.operations.move import MovedVisit
from slotkeeper.tools.branch_wording import branch_fact, spoken_place
from slotkeeper.tools.parameters import PERSONAL
from slotkeeper.tools.saying_no import no_of_start, no_of_windows
from slotkeeper.tools.visit_wording import (
    cancelling_facts,
    people_facts,
    price_facts,
    say_visit,
    shortest_end,
    spoken_wish,
)


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """``status`` is a stable enum, ``say`` is ready to be spoken, the facts are for programs.

    The other fields are for the journal, from which the figures are counted. ``reason`` is why not,
    and stands among the facts as well. ``service`` is the service that the answer is about.
    ``told_free`` are the starts that are named as free, each with its ``told_free_staff``;
    ``refused_start`` is the wished start where it cannot be had, ``refused_staff_id`` the only
    person with whom it was wished. ``fault`` is the code of what broke.
    """

    status: str
    say: str
    facts: dict[str, object] = field(default_factory=dict)
    reason: str | None = None
    service: Service | None = None
    told_free: tuple[datetime, ...] = ()
    told_free_staff: tuple[UUID | None, ...] = ()
    refused_start: datetime | None = None
    refused_staff_id: UUID | None = None
    fault: str | None = None

    def flat(self) -> dict[str, object]:
        """Give the answer as one flat object, with the fields that the original's agents read."""
        flat = {"status": self.status, "say": self.say, "message": self.say, **self._told()}
        if flat.get("success") is False:
            flat["error"] = self.say
        return flat

    def impersonal_facts(self) -> dict[str, object]:
        """Give the facts that may be kept in a call's story: none of them names a person."""
        return {name: fact for name, fact in self._told().items() if name not in PERSONAL}

    def _told(self) -> dict[str, object]:
        return self.facts | ({"reason": self.reason} if self.reason else {})


def refused(error: SlotkeeperError, company: Company, at: datetime | None = None) -> ToolAnswer:
    """Say a refusal or a fault; an unknown outcome never sounds like a yes or a no."""
    facts: dict[str, object] = {"success": False, "available": False}
    if isinstance(error, Fault):
        status = "outcome_unknown" if isinstance(error, OutcomeUnknown) else "try_again"
        return ToolAnswer(status, say(status, company.locale, at), facts, fault=error.code)
    if isinstance(error, _RING_BACK):
        facts["callback_offered"] = True
    text = say(error.code, company.locale, at, _named_in(error, company))
    return ToolAnswer(error.code, text, facts, error.code)


def _named_in(error: SlotkeeperError, company: Company) -> str:
    """Give the services that a refusal names, as they are said; "" where it names none."""
    if isinstance(error, NotCombined):
        return spoken_list(error.services, company.locale)
    return error.service if isinstance(error, AddOnAlone) else ""


def asking(
    missing: str,
    company: Company,
    question: str = "",
    *,
    candidates: Sequence[str] = (),
    reason: str | None = None,
) -> ToolAnswer:
    """Ask for what is missing or unsure: service, date, time or customer_name."""
    facts: dict[str, object] = {"success": False, "available": False, "missing": [missing]}
    if candidates:
        facts["candidates"] = list(candidates)
    text = question or say(f"ask_{missing}", company.locale)
    return ToolAnswer("needs_info", text, facts, reason)


# The argument in which the model sends what is missing of the customer.
_ARGUMENTS = {"name": "customer_name", "phone": "customer_phone"}


def for_whom(company: Company, missing: Sequence[str], free: ToolAnswer) -> ToolAnswer:
    """Ask for whom a slot is that could be booked; ``free`` says that it can be had."""
    either = company.rules.needed_to_book == "name_or_number"
    arguments = [_ARGUMENTS[part] for part in (missing[:1] if either else missing)]
    key = f"ask_{arguments[0]}" if len(arguments) == 1 else "ask_customer"
    question = say(key, company.locale)
    facts = free.facts | {"success": False, "missing": arguments}
    first = f"{free.say.rsplit('. ', 1)[0]}. " if free.say else ""
    return replace(free, status="needs_info", say=f"{first}{question}", facts=facts)


def available(
    company: Company, service: Service, slot: NamedSlot, given_back: Sequence[NamedSlot] = ()
) -> ToolAnswer:
    """Say that the wished slot is free: held for the caller, or (without a hold) only free.

    ``given_back`` is held beside it: the caller was refused it before.
    """
    facts = _slot_facts(company, service, slot) | {"success": True, "available": True}
    status = "available"
    if slot.hold is not None:
        status = "held"
        facts["reservation_token"] = str(slot.hold.reservation.token)
        facts["expires_in_s"] = round(slot.hold.reservation.time_remaining_s(slot.hold.decided_at))
    sentence, words = status, _with(company, slot.staff_id if slot.wished_staff_id else None)
    if given_back:
        facts["given_back"] = [_offer(company, service, each) for each in given_back]
        back = given_back[0]
        others = spoken_choice([back.starts_at.astimezone(company.zone)], company.locale)
        if back.is_with_another:
            others += _with(company, back.staff_id).get("with", "")
        sentence, words = "held_both", {**words, "others": others}
    return ToolAnswer(
        status,
        say_visit(sentence, company, slot.parts, words=words),
        facts,
        service=service,
        told_free=(slot.starts_at, *(each.starts_at for each in given_back)),
        told_free_staff=(slot.staff_id, *(each.staff_id for each in given_back)),
    )


def offered(
    company: Company, wish: Wish, availability: Availability, *, stays: str = ""
) -> ToolAnswer:
    """Say a no with the other times in the same breath, or the times that were asked for.

    ``stays`` says what the caller has all the same.
    """
    refusal, others = availability.refusal, availability.others
    local = [slot.starts_at.astimezone(company.zone) for slot in others]
    wished_at = wish.starts_at.astimezone(company.zone)
    refused_start = refusal is not None and not availability.empty
    facts: dict[str, object] = {
        "success": refusal is None and bool(local),
        "available": False,
        "service": wish.service.name,
        "requested_time": wished_at.isoformat(),
        "alternatives": [_alternative(company, at) for at in local],
        "offers": [_offer(company, wish.service, slot) for slot in others if slot.hold],
    }
    if back := [slot for slot in others if slot.given_back]:
        facts["given_back"] = [_offer(company, wish.service, slot) for slot in back]
    status, no, reason = "openings" if local else "nothing_free", "", None
    if refusal is not None:
        status, reason = refusal.code, refusal.code
        if isinstance(refusal, SlotTaken):
            reason = _TAKEN_BY.get(refusal.blocked_by, "taken")
            status = "nothing_free" if availability.empty else status
        no = spoken_no(company, wish, availability, stays)
        if isinstance(refusal, _RING_BACK) and not others:
            facts["callback_offered"] = True
        if refused_start:
            facts |= _wished_facts(company, wish)
    return ToolAnswer(
        status,
        _say_others(company, wish, no, others) if local else no or say(status, company.locale),
        facts,
        reason,
        wish.service,
        told_free=tuple(slot.starts_at for slot in others),
        told_free_staff=tuple(slot.staff_id for slot in others),
        refused_start=wish.starts_at if refused_start else None,
        refused_staff_id=wish.staff.id if refused_start and wish.staff else None,
    )


# No other time that the caller could name is an answer to these.
_RING_BACK = (TooManyHolds, SearchGivenUp)
# Why a slot is taken, for programs, by what blocks it.
_TAKEN_BY = {"hold": "held", "newer_call": "taken_over"}


def spoken_no(company: Company, wish: Wish, availability: Availability, stays: str = "") -> str:
    """Word a refusal: without its question where other times follow, else with one."""
    refusal = availability.refusal
    if refusal is None:
        return ""
    if isinstance(refusal, SlotTaken) and refusal.blocked_by == "newer_call":
        no = say("taken_over", company.locale)
    elif availability.empty:
        no = no_of_windows(company, wish, availability.empty, refusal)
    else:
        no = no_of_start(company, wish, refusal)
    if not no:
        at = wish.starts_at.astimezone(company.zone)
        words = _with(company, wish.staff.id if wish.staff else None)
        no = say(refusal.code, company.locale, at, spoken_wish(company, wish), words=words)
        if not stays:
            return no
    no = say_news(no, stays) if stays else no
    question = "ring_you_back" if isinstance(refusal, SearchGivenUp) else "which_other_time"
    return no if availability.others else f"{no} {say(question, company.locale)}"


def _say_others(company: Company, wish: Wish, no: str, others: Sequence[NamedSlot]) -> str:
    """Offer other times; where somebody was wished, with whom each is, the wished person first."""
    local = [slot.starts_at.astimezone(company.zone) for slot in others]
    for slot, at in zip(others, local, strict=True):
        if slot.given_back:
            no = say_news(no, say("given_back", company.locale, at))
    told = [
        (
            _staff_name(company, slot.staff_id) if wish.staff else "",
            spoken_place(company, slot.staff_id),
        )
        for slot in others
    ]
    if not any(name or place for name, place in told):
        return say_others(no, local, company.locale)
    by_person = [
        (name, place, [at for _, at in slots])
        for (name, place), slots in groupby(zip(told, local, strict=True), key=lambda each: each[0])
    ]
    return say_others_with(no, by_person, company.locale)


def _with(company: Company, staff_id: UUID | None) -> dict[str, str]:
    """Give the words that name who serves; empty where nobody is to be named."""
    if staff_id is None or not (name := _staff_name(company, staff_id)):
        return {}
    return {"with": f" {with_staff(name, company.locale)}", "staff": name}


def _staff_name(company: Company, staff_id: UUID | None) -> str:
    member = company.staff_by_id(staff_id) if staff_id else None
    return member.name if member else ""


def _wished_facts(company: Company, wish: Wish) -> dict[str, object]:
    """Give the facts of the slot that was asked for and cannot be had."""
    at = wish.starts_at.astimezone(company.zone)
    ends_at = shortest_end(wish).astimezone(company.zone)
    return {"start": at.isoformat(), "end": ends_at.isoformat()}


def _offer(company: Company, service: Service, slot: NamedSlot) -> dict[str, object]:
    """Give the facts of an alternative that is held."""
    token = slot.hold.reservation.token if slot.hold else None
    return _slot_facts(company, service, slot) | {"reservation_token": str(token)}


def _alternative(company: Company, at: datetime) -> dict[str, object]:
    """Give an alternative in the form that the original's agents read."""
    return {
        "time": f"{at:%Y-%m-%d %H:%M}",
        "spoken": f"{spoken_date(at, company.locale)}, {spoken_time(at, company.locale)}",
        "spoken_time": spoken_time(at, company.locale),
    }


def booked(company: Company, appointments: Sequence[Appointment]) -> ToolAnswer:
    """Say that the appointments of a visit stand, as they were committed."""
    return stands("booked", company, BookedVisit(tuple(appointments)))


def moved(company: Company, move: MovedVisit) -> ToolAnswer:
    """Say that an appointment was moved; where another person serves it now, that is said."""
    changed = move.visit.staff_id != move.former_staff_id
    return stands("moved", company, move.visit, named=changed)


def stands(status: str, company: Company, visit: BookedVisit, *, named: bool = False) -> ToolAnswer:
    """Say what has become of a visit's appointments: booked, moved or cancelled.

    Who serves it is said where somebody was wished, or where it is to be (``named``).
    """
    named = named or visit.parts[0].wished_staff_id is not None
    return ToolAnswer(
        status,
        say_visit(
            status, company, visit.parts, words=_with(company, visit.staff_id if named else None)
        ),
        {"success": True} | visit_facts(company, visit),
        service=company.service_by_id(visit.first.service_id),
    )


def visit_facts(company: Company, visit: BookedVisit) -> dict[str, object]:
    """Give the facts of a visit's appointments for programs, without the customer."""
    first = visit.first
    facts = _slot_facts(company, company.service_by_id(first.service_id), visit)
    facts |= {"appointment_id": first.id, "reservation_token": str(first.token)}
    if len(visit.appointments) > 1:
        facts["appointment_ids"] = list(visit.ids)
    return facts | cancelling_facts(company, first.starts_at, first.cancel_notice_min)


def _slot_facts(
    company: Company, service: Service | None, slot: NamedSlot | BookedVisit
) -> dict[str, object]:
    """Give a slot's facts; ``service`` is None where the company no longer offers it."""
    at = slot.starts_at.astimezone(company.zone)
    staff = company.staff_by_id(slot.staff_id) if slot.staff_id else None
    wished_id = (
        slot.parts[0].wished_staff_id if isinstance(slot, BookedVisit) else slot.wished_staff_id
    )
    facts: dict[str, object] = {
        "service": service.name if service else "",
        "staff": staff.name if staff else None,
        "wished_staff": _staff_name(company, wished_id) or None,
        "start": at.isoformat(),
        "end": slot.ends_at.astimezone(company.zone).isoformat(),
        "spoken_time": spoken_time(at, company.locale),
    }
    # Never within ``say``: the agent tells a price when the caller asks for it.
    facts |= branch_fact(company, slot.staff_id)
    return facts | price_facts(company, slot.parts) | people_facts(company, slot.parts)
