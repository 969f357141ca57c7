"""What is said and told of a visit: who gets what, side by side or in turn, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.placement import arrangement
from slotkeeper.domain.reservation import BookedPart
from slotkeeper.domain.wish import Wish
from slotkeeper.language.say.spoken import (
    say,
    spoken_day_and_time,
    spoken_list,
    spoken_price,
    spoken_time,
)
from slotkeeper.language.visits.visit_guess import PersonServices
from slotkeeper.language.visits.visit_speech import spoken_visit
from slotkeeper.tools.branch_wording import spoken_place

# A visit is said with its end; one service is not.
_SAID_WITH_END = frozenset(("held", "available", "booked", "moved"))


def people_served(company: Company, parts: Sequence[BookedPart]) -> tuple[PersonServices, ...]:
    """Give who gets which services, in the order in which they are done."""
    people: dict[int, PersonServices] = {}
    for part in parts:
        service = company.service_by_id(part.service_id)
        if service is not None:
            person = people.get(part.person) or PersonServices(
                part.person, (), part.called or None, is_caller=part.called == ""
            )
            people[part.person] = replace(person, services=(*person.services, service))
    return tuple(people.values())


def say_visit(
    status: str,
    company: Company,
    parts: Sequence[BookedPart],
    *,
    words: dict[str, str] | None = None,
) -> str:
    """Say what has become of some parts; a visit of several with how and until when it is done."""
    locale = company.locale
    at = min(part.starts_at for part in parts).astimezone(company.zone)
    spoken = spoken_visit(people_served(company, parts), locale)
    place = spoken_place(company, parts[0].staff_id)
    if place:
        words = (words or {}) | {"with": (words or {}).get("with", "") + place}
    if len(parts) < 2 or status not in _SAID_WITH_END:
        return say(status, locale, at, spoken, words=words)
    ends_at = max(part.ends_at for part in parts).astimezone(company.zone)
    how = arrangement(parts)
    more = {
        "how": say(f"how_{how}", locale) + " " if how else "",
        "until": spoken_time(ends_at, locale),
    }
    return say(f"{status}_visit", locale, at, spoken, words=more | (words or {}))


def spoken_wish(company: Company, wish: Wish) -> str:
    """Say which services are wished, each once."""
    names = dict.fromkeys(part.service.name for part in wish.parts)
    return spoken_list(list(names), company.locale)


def shortest_end(wish: Wish) -> datetime:
    """Give when a wish is done at the earliest: all its people side by side."""
    lengths = [
        sum(part.service.duration_min for part in wish.parts if part.person == person)
        for person in wish.persons
    ]
    return wish.starts_at + timedelta(minutes=max(lengths))


def people_facts(company: Company, parts: Sequence[BookedPart]) -> dict[str, object]:
    """Give the facts of a visit of several parts for programs, without names of customers."""
    if len(parts) < 2:
        return {}
    people: dict[int, list[dict[str, object]]] = {}
    for part in parts:
        people.setdefault(part.person, []).append(_part_facts(company, part))
    return {
        "services": [fact["service"] for facts in people.values() for fact in facts],
        "people": [
            {"person": person, "services": facts} for person, facts in sorted(people.items())
        ],
        "arrangement": arrangement(parts),
    }


def price_facts(company: Company, parts: Sequence[BookedPart]) -> dict[str, object]:
    """Give what the parts cost together, as it was when they were held; nothing if not known."""
    price = price_of(company, parts)
    return {"spoken_price": price} if price else {}


def price_of(company: Company, parts: Sequence[BookedPart]) -> str:
    """Say what the parts cost together; "" where that is not known."""
    prices = [_price_cents(company, part) for part in parts]
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices):
        return ""
    return spoken_price(sum(known), company.currency, company.locale)


def _price_cents(company: Company, part: BookedPart) -> int | None:
    """Give a part's price as it was when it was held or, where none was kept, as it is now."""
    service = company.service_by_id(part.service_id)
    return service.price_cents if part.price_cents is None and service else part.price_cents


def cancelling_facts(
    company: Company, starts_at: datetime, notice_min: int | None
) -> dict[str, object]:
    """Give until when it can be cancelled by the policy that was told when it was held."""
    if not notice_min:
        return {}
    until = (starts_at - timedelta(minutes=notice_min)).astimezone(company.zone)
    spoken = spoken_day_and_time(until.date(), until.time(), company.locale)
    return {"cancel_until": until.isoformat(), "spoken_cancel_until": spoken}


def _part_facts(company: Company, part: BookedPart) -> dict[str, object]:
    service = company.service_by_id(part.service_id)
    return {
        "service": service.name if service else "",
        "staff": _staff_name(company, part.staff_id),
        "start": _wall(company, part.starts_at),
        "end": _wall(company, part.ends_at),
        "price_cents": part.price_cents,
    }


def _wall(company: Company, at: datetime) -> str:
    return at.astimezone(company.zone).isoformat()


def _staff_name(company: Company, staff_id: UUID | None) -> str | None:
    member = company.staff_by_id(staff_id) if staff_id else None
    return member.name if member else None
