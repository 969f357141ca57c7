"""Cancelling and moving parts of a visit: one service or one person, while the rest stands."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Literal

from slotkeeper.domain.booked_visit import BookedVisit
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.reservation import Appointment
from slotkeeper.language.say.spoken import say, spoken_either, spoken_time
from slotkeeper.language.visits.visit_speech import spoken_visit
from slotkeeper.operations import cancel
from slotkeeper.tools.meant_parts import MeantParts, meant_parts
from slotkeeper.tools.telling_apart import said_visit
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.visit_wording import people_served, price_of
from slotkeeper.tools.wording import ToolAnswer, refused, stands, visit_facts


async def cancel_parts(request: ToolRequest, visit: BookedVisit) -> ToolAnswer:
    """Cancel a visit, or only what the caller said of it; the rest stands, and is said."""
    meant = meant_parts(request, visit)
    if (answer := unclear_parts(request, visit, meant, "cancel")) is not None:
        return answer
    if meant.kind == "whole":
        return await cancel_whole(request, visit)
    company = request.company
    try:
        if meant.whole_appointments:
            await _cancel_all(request, meant.appointments)
        else:
            (appointment,) = meant.appointments
            await cancel.cancel_appointment(
                request.context, appointment.id, parts=meant.moving.parts, reason="customer"
            )
    except Refusal as refusal:
        return refused(refusal, company)
    _settle(request)
    gone = spoken_visit(people_served(company, meant.parts), company.locale)
    answer = ToolAnswer("cancelled", say("part_cancelled", company.locale, service=gone))
    return with_the_rest(company, answer, meant.rest_of(visit))


async def cancel_whole(request: ToolRequest, visit: BookedVisit) -> ToolAnswer:
    """Cancel all appointments of a visit, or none."""
    try:
        cancelled = await _cancel_all(request, visit.appointments)
    except Refusal as refusal:
        return refused(refusal, request.company)
    _settle(request)
    return stands("cancelled", request.company, BookedVisit(cancelled))


async def _cancel_all(
    request: ToolRequest, appointments: tuple[Appointment, ...]
) -> tuple[Appointment, ...]:
    ids = [each.id for each in appointments]
    if len(ids) > 1:
        return await cancel.cancel_visit(request.context, ids, reason="customer")
    return (await cancel.cancel_appointment(request.context, ids[0], reason="customer"),)


def unclear_parts(
    request: ToolRequest,
    visit: BookedVisit,
    meant: MeantParts,
    purpose: Literal["cancel", "move"],
) -> ToolAnswer | None:
    """Ask which part is meant, or say that the visit has no such part; None where it is clear."""
    company = request.company
    people = people_served(company, meant.parts)
    if meant.kind == "gone":
        rest = spoken_visit(people, company.locale)
        text = say("not_a_part", company.locale, service=rest)
        return ToolAnswer("appointments", text, {"success": True} | visit_facts(company, visit))
    several = len(meant.appointments) > 1 and not meant.whole_appointments
    if meant.kind != "ask" and not several:
        return None
    parts = [spoken_visit([each], company.locale) for each in people]
    if len(set(parts)) < len(parts):
        at = [min(p.starts_at for p in meant.parts if p.person == each.person) for each in people]
        parts = [
            f"{part}, {spoken_time(start.astimezone(company.zone), company.locale)}"
            for part, start in zip(parts, at, strict=True)
        ]
    words = {"others": spoken_either(parts, company.locale)}
    text = say(f"which_part_to_{purpose}", company.locale, words=words)
    facts: dict[str, object] = {"success": False, "missing": ["part"]}
    return ToolAnswer("needs_info", text, facts | visit_facts(company, visit))


def with_the_rest(company: Company, answer: ToolAnswer, rest: BookedVisit | None) -> ToolAnswer:
    """Add to an answer what stays of the visit: from when, for how much, and with which holes."""
    if rest is None:
        return answer
    locale, price = company.locale, price_of(company, rest.parts)
    cost = say("and_costs", locale, words={"price": price}) if price else ""
    words = {"others": said_visit(company, rest), "cost": cost}
    stays = say("the_rest_stays", locale, words=words)
    facts = answer.facts or {"success": True} | visit_facts(company, rest)
    return replace(
        answer,
        say=" ".join((answer.say, stays, *_holes(company, rest))),
        facts=facts,
        service=answer.service or company.service_by_id(rest.first.service_id),
    )


def _holes(company: Company, rest: BookedVisit) -> list[str]:
    """Say which times are free between two parts of a person that stay."""
    said = []
    for appointment in rest.appointments:
        parts = sorted(appointment.parts, key=lambda part: part.starts_at)
        for before, after in pairwise(parts):
            if before.ends_at < after.starts_at:
                until = spoken_time(after.starts_at.astimezone(company.zone), company.locale)
                at = before.ends_at.astimezone(company.zone)
                said.append(say("free_between", company.locale, at, words={"until": until}))
    return said


def _settle(request: ToolRequest) -> None:
    """Close what was asked, but not "which of them?", whose answer may be sent twice."""
    conversation = request.context.conversation
    question = conversation.topic.question
    if question is not None and question.about != "appointment":
        conversation.say(conversation.topic.settled())
