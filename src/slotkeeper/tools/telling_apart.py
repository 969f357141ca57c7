"""Saying several appointments so that no two sound alike.

A caller who hears the same words twice cannot choose. Each appointment is said with its service,
day and time; where that is not enough, what tells it apart is added: who serves, for which person
of a visit, and at last which of them was booked first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from slotkeeper.domain.booked_visit import BookedVisit
from slotkeeper.domain.catalogue import Company
from slotkeeper.language.phonetics import latin, sounds
from slotkeeper.language.say.spoken import (
    booked_as,
    for_person,
    spoken_appointment,
    spoken_choice,
    spoken_list,
    with_staff,
)
from slotkeeper.language.visits.visit_speech import spoken_visit
from slotkeeper.tools.visit_wording import people_served

# A caller cannot remember more than three appointments from one question.
SPOKEN_APPOINTMENTS = 3

# Says of each of some appointments that sound alike what may tell it from the others.
_Trait = Callable[[Company, Sequence[BookedVisit]], list[str]]


def told_apart(company: Company, appointments: Sequence[BookedVisit]) -> list[str]:
    """Say the first three of some appointments, in their order; no two sound alike."""
    said = appointments[:SPOKEN_APPOINTMENTS]
    words = {appointment.first.id: said_visit(company, appointment) for appointment in said}
    for trait in _TRAITS:
        for alike in _sounding_alike(said, words):
            for appointment, more in zip(alike, trait(company, alike), strict=True):
                words[appointment.first.id] = f"{words[appointment.first.id]} {more}".strip()
    return [words[appointment.first.id] for appointment in said]


def said_visit(company: Company, visit: BookedVisit) -> str:
    """Say a visit's services, day and time; what was moved alone is said with its own."""
    return spoken_list([_said(company, each) for each in visit.at_one_time], company.locale)


def _said(company: Company, appointment: BookedVisit) -> str:
    local = appointment.starts_at.astimezone(company.zone)
    services = spoken_visit(people_served(company, appointment.parts), company.locale)
    if not services:
        return spoken_choice([local], company.locale)
    return spoken_appointment(services, local, company.locale)


def _sounding_alike(
    said: Sequence[BookedVisit], words: Mapping[int, str]
) -> list[list[BookedVisit]]:
    """Gather the appointments of which the words sound alike, the first booked first."""
    groups: dict[str, list[BookedVisit]] = {}
    for appointment in said:
        groups.setdefault(_heard(words[appointment.first.id]), []).append(appointment)
    alike = (group for group in groups.values() if len(group) > 1)
    return [sorted(group, key=lambda appointment: appointment.first.id) for group in alike]


def _heard(words: str) -> str:
    """Give the sounds of some words: "Meyer" and "Meier" are the same to a caller."""
    return " ".join(sounds(word) or word for word in latin(words).split())


def _served_by(company: Company, alike: Sequence[BookedVisit]) -> list[str]:
    staff = [company.staff_by_id(each.staff_id) if each.staff_id else None for each in alike]
    names = [member.name if member else "" for member in staff]
    return _where_several(names, [with_staff(name, company.locale) for name in names])


def _for_person(company: Company, alike: Sequence[BookedVisit]) -> list[str]:
    persons = [each.first.person for each in alike]
    return _where_several(persons, [for_person(person, company.locale) for person in persons])


def _in_booking_order(company: Company, alike: Sequence[BookedVisit]) -> list[str]:
    return [booked_as(number, len(alike), company.locale) for number in range(len(alike))]


def _where_several(values: Sequence[object], words: Sequence[str]) -> list[str]:
    """Leave out what is the same of all, and so tells nobody apart."""
    return list(words) if len(Counter(values)) > 1 else [""] * len(words)


_TRAITS: tuple[_Trait, ...] = (_served_by, _for_person, _in_booking_order)
