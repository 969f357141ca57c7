"""A caller's booked visits, and which of their parts are meant: "only the colour", "my son"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from slotkeeper.domain.booked_visit import BookedVisit
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import Appointment, BookedPart
from slotkeeper.language.services.stems import fold
from slotkeeper.language.services.wish_words import tokens_of
from slotkeeper.language.visits.visit_lexicon import part_words, visit_lexicon
from slotkeeper.language.visits.visit_parts import VisitPart, parts_meant
from slotkeeper.operations.move import Moving
from slotkeeper.tools.company_language import WishText, language_of
from slotkeeper.tools.tool import ToolRequest


@dataclass(frozen=True, slots=True)
class MeantParts:
    """Which parts of a visit a caller wants changed.

    ``whole``: all of it. ``some``: these ``parts`` of these ``appointments`` and no other. ``ask``:
    one of these ``parts``. ``gone``: a part was named that the visit does not have (any more).
    """

    kind: Literal["whole", "some", "ask", "gone"]
    appointments: tuple[Appointment, ...] = ()
    parts: tuple[BookedPart, ...] = ()

    @property
    def moving(self) -> Moving:
        """What is to be moved or cancelled: the one that starts first comes first."""
        first = sorted(self.appointments, key=lambda each: each.starts_at)
        numbers = None if self.whole_appointments else tuple(p.number for p in self.parts)
        return Moving(tuple(each.id for each in first), numbers)

    @property
    def whole_appointments(self) -> bool:
        """Whether the appointments are meant with all their parts."""
        return sum(len(each.parts) for each in self.appointments) == len(self.parts)

    def rest_of(self, visit: BookedVisit) -> BookedVisit | None:
        """Give what stays of a visit without the meant parts; None where nothing does."""
        stays = []
        for each in visit.appointments:
            parts = tuple(part for part in each.parts if part not in self.parts)
            if parts:
                starts_at = min(part.starts_at for part in parts)
                stays.append(replace(each, parts=parts, starts_at=starts_at))
        return BookedVisit(tuple(stays)) if stays else None


def parts_said(request: ToolRequest) -> str | None:
    """Give the words that say which part of a visit is meant."""
    return request.argument("part") or request.argument("which") or request.argument("service")


def meant_parts(request: ToolRequest, visit: BookedVisit) -> MeantParts:
    """Choose the parts of a visit that the caller's words mean; all where they mean none."""
    said, company = parts_said(request), request.company
    by_part = _spoken_parts(visit, company)
    choice = parts_meant(said, list(by_part), company.locale)
    if choice.action == "none":
        if said is None or not _names_a_part(said, request):
            return MeantParts("whole", visit.appointments, visit.parts)
        unknown = len(visit.appointments) > 1 and any(part.called is None for part in visit.parts)
        named = _names_a_service(said, request) or _names_a_relation(said, request)
        unclear = len(visit.parts) > 1 and not named
        return MeantParts("ask" if unknown or unclear else "gone", visit.appointments, visit.parts)
    chosen = [each for part in choice.parts for each in by_part[part]]
    meant = tuple(part for _, part in chosen)
    if choice.action == "ask":
        return MeantParts("ask", visit.appointments, meant)
    owners = {owner.id: owner for owner, _ in chosen}
    kind: Literal["whole", "some"] = "whole" if len(meant) == len(visit.parts) else "some"
    return MeantParts(kind, tuple(owners.values()), meant)


def _spoken_parts(
    visit: BookedVisit, company: Company
) -> dict[VisitPart, list[tuple[Appointment, BookedPart]]]:
    parts: dict[VisitPart, list[tuple[Appointment, BookedPart]]] = {}
    alone = len(visit.appointments) == 1
    for appointment in visit.appointments:
        for part in appointment.parts:
            service = company.service_by_id(part.service_id)
            if service is not None:
                mine = part.called == "" or (alone and part.called is None)
                spoken = VisitPart(part.person, service, part.called or None, mine)
                parts.setdefault(spoken, []).append((appointment, part))
    return parts


def _names_a_part(said: str, request: ToolRequest) -> bool:
    """Whether a service or somebody who comes along is named, rather than an appointment.

    What was sent as a part is one, even where it is not understood: never is more changed.
    """
    locale = request.company.locale
    words = {word.folded for word in tokens_of(said)}
    if words & part_words(locale).everything:
        return False
    if request.argument("part") or _names_a_relation(said, request):
        return True
    return _names_a_service(said, request)


def _names_a_relation(said: str, request: ToolRequest) -> bool:
    """Whether somebody who may come along is spoken of: "mein Sohn"."""
    relations = {fold(word) for word in visit_lexicon(request.company.locale).relations}
    return any(word.folded in relations for word in tokens_of(said))


def _names_a_service(said: str, request: ToolRequest) -> bool:
    heard = language_of(request.company).understand(WishText(service=said), now=request.now)
    return heard.service.action != "none"
