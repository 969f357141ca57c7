"""The wished member of staff: she stays wished, and others are named as others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from slotkeeper.domain.catalogue import Company, Staff
from slotkeeper.domain.diary import able_staff
from slotkeeper.domain.errors import StaffCannot, UnknownStaff
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.ranking import Choice
from slotkeeper.domain.reservation import BookedPart
from slotkeeper.domain.wish import Wish
from slotkeeper.operations.context import RequestContext


def still_wished(context: RequestContext, wish: Wish) -> Wish:
    """Give the wish with whom the call has wished before, where this request says nothing of it.

    Raises StaffCannot where nobody of them does that service, and UnknownStaff where the caller was
    asked who is meant and does not say it.
    """
    conversation = context.conversation
    asked = conversation.stored.question
    if conversation.staff_unsaid and asked is not None and asked.about == "staff":
        raise UnknownStaff
    said = any(part.staff is not None for part in wish.parts)
    staff_ids = conversation.topic.staff_ids
    if said or not conversation.staff_unsaid or not staff_ids:
        return wish
    wished = with_people(context.company, wish, staff_ids)
    if wished is None:
        raise StaffCannot
    return wished


def with_people(company: Company, wish: Wish, staff_ids: Sequence[UUID]) -> Wish | None:
    """Give the wish with the first of some people who can serve each part, or else the others.

    None where a part can be served by none of them.
    """
    parts = []
    for part in wish.parts:
        able = {person.calendar_id for person in able_staff(company, part.service)}
        people = [person for person in map(company.staff_by_id, staff_ids) if person is not None]
        people = [person for person in people if person.calendar_id in able]
        if not people:
            return None
        parts.append(replace(part, staff=people[0], or_staff=tuple(people[1:])))
    return replace(wish, parts=tuple(parts))


def wished_first(wish: Wish, placements: Sequence[Placement]) -> list[Placement]:
    """Sort placements by the order in which their people are wished."""
    order = [person.calendar_id for person in wished_people(wish)]
    return sorted(
        placements,
        key=lambda placement: (
            order.index(placement.staff.calendar_id)
            if placement.staff.calendar_id in order
            else len(order)
        ),
    )


def wished_people(wish: Wish) -> list[Staff]:
    """Give the people with whom the first part is wished, in the order of wish."""
    part = wish.parts[0]
    return [part.staff, *part.or_staff] if part.staff is not None else []


def naming_order(starts_at: datetime, part: BookedPart) -> tuple[bool, datetime]:
    """Sort what is named by time, what is with somebody else than wished behind the rest."""
    wished_id = part.wished_staff_id
    return wished_id is not None and part.staff_id != wished_id, starts_at


def with_one_other(choice: Choice, others: Sequence[Placement], limit: int) -> Choice:
    """Offer one slot with somebody else beside those with the wished person.

    The wished person's slots come first; with room for one offer only, it is hers.
    """
    for other in others:
        if limit > 1 and not any(_collide(other, each) for each in choice.placements):
            hers = choice.placements[: min(choice.offer, limit - 1)]
            rest = choice.placements[len(hers) :]
            return Choice((*hers, other, *rest), len(hers) + 1)
    return choice


def _collide(one: Placement, other: Placement) -> bool:
    return any(
        mine.calendar_id == theirs.calendar_id and mine.interval.overlaps(theirs.interval)
        for mine in one.claims
        for theirs in other.claims
    )
