"""Answers of tools: a flat status, a sentence to say, and what a program needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from slotkeeper.domain.catalogue import Company, Service
from slotkeeper.domain.errors import Fault, OutcomeUnknown, SlotkeeperError, SlotTaken
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.reservation import Appointment, AppointmentReservation
from slotkeeper.domain.wish import Wish
from slotkeeper.language.say import (
    say,
    say_others,
    spoken_date,
    spoken_price,
    spoken_time,
)
from slotkeeper.operations.check_availability import Answer
from slotkeeper.tools.parameters import PERSONAL


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """``status`` is a stable enum, ``say`` is ready to be spoken, the facts are for programs.

    ``told_free`` are the starts that are named as free, each with its ``told_free_staff``;
    ``refused_start`` is the wished one where it is not to be had, ``refused_staff_id`` with whom
    alone it was wished: what figures are counted from.
    """

    status: str
    say: str
    facts: dict[str, object] = field(default_factory=dict)
    told_free: tuple[datetime, ...] = ()
    told_free_staff: tuple[UUID | None, ...] = ()
    refused_start: datetime | None = None
    refused_staff_id: UUID | None = None

    def flat(self) -> dict[str, object]:
        """One flat object, as every platform gets it, with what the original's agents read."""
        flat = {"status": self.status, "say": self.say, "message": self.say, **self.facts}
        if flat.get("success") is False:
            flat["error"] = self.say
        return flat

    def kept_facts(self) -> dict[str, object]:
        """The facts that may be kept in a call's story: nothing that names a person."""
        return {name: fact for name, fact in self.facts.items() if name not in PERSONAL}


def refused(error: SlotkeeperError, company: Company, at: datetime | None = None) -> ToolAnswer:
    """Say a refusal or a fault; an unknown outcome never sounds like a yes or a no."""
    status = error.code
    if isinstance(error, Fault):
        status = "outcome_unknown" if isinstance(error, OutcomeUnknown) else "try_again"
    facts: dict[str, object] = {"success": False, "available": False}
    if not isinstance(error, Fault):
        facts["reason"] = status
    return ToolAnswer(status, say(status, company.locale, at), facts)


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
    if reason:
        facts["reason"] = reason
    text = question or say(f"ask_{missing}", company.locale)
    return ToolAnswer("needs_info", text, facts)


def offered(company: Company, wish: Wish, found: Answer) -> ToolAnswer:
    """Say a no with the other times in the same breath, or the times that were asked for."""
    named = [(kept.reservation.starts_at, kept.reservation.staff_id) for kept in found.others]
    named = named or [(seen.starts_at, seen.staff.id) for seen in found.looked_at]
    local = [at.astimezone(company.zone) for at, _ in named]
    no = ""
    if found.refusal is not None:
        at = wish.starts_at.astimezone(company.zone)
        no = say(found.refusal.code, company.locale, at, wish.service.name)
    status = found.refusal.code if found.refusal else "openings" if local else "nothing_free"
    facts: dict[str, object] = {
        "success": found.refusal is None and bool(local),
        "available": False,
        "service": wish.service.name,
        "requested_time": wish.starts_at.astimezone(company.zone).isoformat(),
        "alternatives": [_alternative(company, at) for at in local],
        "offers": [_offer(company, wish, kept.reservation) for kept in found.others],
    }
    if found.refusal is not None:
        facts |= _wished(company, wish)
    if isinstance(found.refusal, SlotTaken):
        facts["reason"] = "held" if found.refusal.blocked_by == "hold" else "taken"
    elif found.refusal is not None:
        facts["reason"] = found.refusal.code
    text = say_others(no, local, company.locale) if local else no or say(status, company.locale)
    return ToolAnswer(
        status,
        text,
        facts,
        told_free=tuple(at for at, _ in named),
        told_free_staff=tuple(staff_id for _, staff_id in named),
        refused_start=wish.starts_at if found.refusal else None,
        refused_staff_id=wish.staff.id if found.refusal and wish.staff else None,
    )


def _wished(company: Company, wish: Wish) -> dict[str, object]:
    """What was asked for and is not to be had."""
    at = wish.starts_at.astimezone(company.zone)
    ends_at = wish.starts_at + timedelta(minutes=wish.service.duration_min)
    return {"start": at.isoformat(), "end": ends_at.astimezone(company.zone).isoformat()}


def _offer(company: Company, wish: Wish, kept: AppointmentReservation) -> dict[str, object]:
    """An alternative that is held."""
    slot = _slot(company, wish.service.name, kept.staff_id, kept.starts_at, kept.ends_at)
    return slot | {"reservation_token": str(kept.token)}


def _alternative(company: Company, at: datetime) -> dict[str, object]:
    """An alternative in the form that the original's agents know."""
    return {
        "time": f"{at:%Y-%m-%d %H:%M}",
        "spoken": f"{spoken_date(at, company.locale)}, {spoken_time(at, company.locale)}",
        "spoken_time": spoken_time(at, company.locale),
    }


def free(company: Company, service: Service, seen: Placement) -> ToolAnswer:
    """Say that a slot is free, and promise nothing."""
    at = seen.starts_at.astimezone(company.zone)
    facts = _slot(company, service.name, seen.staff.id, seen.starts_at, seen.ends_at)
    facts |= {"success": True, "available": True}
    text = say("available", company.locale, at, service.name)
    return ToolAnswer("available", text, facts, (seen.starts_at,), (seen.staff.id,))


def held(company: Company, found: AppointmentReservation, now: datetime) -> ToolAnswer:
    """Say that a slot is free and kept."""
    at, name = found.starts_at.astimezone(company.zone), _name(company, found.service_id)
    facts = _slot(company, name, found.staff_id, found.starts_at, found.ends_at) | {
        "success": True,
        "available": True,
        "reservation_token": str(found.token),
        "expires_in_s": round(found.time_remaining_s(now)),
    }
    text = say("held", company.locale, at, name)
    return ToolAnswer("held", text, facts, (found.starts_at,), (found.staff_id,))


def booked(company: Company, found: Appointment) -> ToolAnswer:
    """Say that an appointment stands, as it was committed."""
    return stands("booked", company, found)


def stands(status: str, company: Company, found: Appointment) -> ToolAnswer:
    """Say what has become of an appointment: booked, moved or cancelled."""
    at, name = found.starts_at.astimezone(company.zone), _name(company, found.service_id)
    facts = {"success": True} | appointment_facts(company, found)
    return ToolAnswer(status, say(status, company.locale, at, name), facts)


def appointment_facts(company: Company, found: Appointment) -> dict[str, object]:
    """An appointment for programs, without whom it is for."""
    name = _name(company, found.service_id)
    return _slot(company, name, found.staff_id, found.starts_at, found.ends_at) | {
        "appointment_id": found.id,
        "reservation_token": str(found.token),
    }


def _name(company: Company, service_id: int) -> str:
    service = company.service_by_id(service_id)
    return service.name if service else ""


def _slot(
    company: Company, service: str, staff_id: UUID | None, starts_at: datetime, ends_at: datetime
) -> dict[str, object]:
    at = starts_at.astimezone(company.zone)
    staff = company.staff_by_id(staff_id) if staff_id else None
    facts: dict[str, object] = {
        "service": service,
        "staff": staff.name if staff else None,
        "start": at.isoformat(),
        "end": ends_at.astimezone(company.zone).isoformat(),
        "spoken_time": spoken_time(at, company.locale),
    }
    # Never within ``say``: a price is told when it is asked for.
    cents = next((s.price_cents for s in company.services if s.name == service), None)
    if cents is not None:
        facts["spoken_price"] = spoken_price(cents, company.currency, company.locale)
    return facts
