"""The tools for who has an appointment: who rings, what stands, ring back.

Nothing is said about anybody to callers who are not them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import Appointment
from slotkeeper.language.people import understand_phone
from slotkeeper.language.say import (
    say,
    spoken_alternatives,
    spoken_appointment,
    spoken_choice,
    spoken_list,
)
from slotkeeper.operations.request_callback import request_callback as ask_for_callback
from slotkeeper.tools.arguments import argument
from slotkeeper.tools.caller import LOOKED_AT, of_caller
from slotkeeper.tools.people import customer_of
from slotkeeper.tools.registry import Conversation
from slotkeeper.tools.wishes import where
from slotkeeper.tools.wording import ToolAnswer, appointment_facts

# What is told of a caller's appointments.
TOLD = 3


async def check_customer(asked: Conversation) -> ToolAnswer:
    """Tell whether the number that rings is known, and what it is mostly about."""
    phone = understand_phone(asked.caller_phone)
    past = (
        await asked.store.appointments.of_phone(asked.company.id, phone, limit=LOOKED_AT)
        if phone
        else []
    )
    locale = asked.company.locale
    facts: dict[str, object] = {"success": True, "found": bool(past), "call_id": asked.call.id}
    if not past:
        return ToolAnswer("customer_unknown", say("customer_unknown", locale), facts)
    names = {one.customer_name for one in past if one.customer_name}
    if len(names) == 1:  # a number that a family shares says nothing of who it is
        facts["customer_name"] = names.pop()
    facts |= _habits(asked.company, past)
    return ToolAnswer("customer_known", say("customer_known", locale), facts)


async def get_customer_appointments(asked: Conversation) -> ToolAnswer:
    """Tell what the caller has booked and is still to come."""
    found = (await of_caller(asked)).standing
    company = asked.company
    facts: dict[str, object] = {
        "success": True,
        "appointments": [appointment_facts(company, one) for one in found],
    }
    if not found:
        return ToolAnswer("no_appointments", say("no_appointments", company.locale), facts)
    text = say(
        "appointments",
        company.locale,
        words={"others": spoken_appointments(company, found, last="and")},
    )
    return ToolAnswer("appointments", text, facts)


async def request_callback(asked: Conversation) -> ToolAnswer:
    """Note that the caller wants to be rung back."""
    return await ring_back(asked, argument(asked.args, "reason"), "callback_requested")


async def ring_back(asked: Conversation, reason: str | None, sentence: str) -> ToolAnswer:
    """Keep a wish to be rung back, and ask for the number where there is none."""
    noted = await ask_for_callback(asked.company, customer_of(asked), reason=reason, **where(asked))
    locale = asked.company.locale
    text = say(sentence, locale)
    facts: dict[str, object] = {
        "success": sentence == "callback_requested",
        "callback_id": noted.id,
    }
    if noted.customer_phone is None:
        text = f"{text} {say('ask_customer_phone', locale)}"
        facts["missing"] = ["customer_phone"]
    return ToolAnswer("callback_requested", text, facts)


def spoken_appointments(company: Company, several: Sequence[Appointment], *, last: str) -> str:
    """Say some appointments, each with its service."""
    words = []
    for one in several[:TOLD]:
        service = company.service_by_id(one.service_id)
        at = one.starts_at.astimezone(company.zone)
        words.append(
            spoken_appointment(service.name, at, company.locale)
            if service
            else spoken_choice([at], company.locale)
        )
    join = spoken_alternatives if last == "or" else spoken_list
    return join(words, company.locale)


def _habits(company: Company, past: Sequence[Appointment]) -> dict[str, object]:
    """What a customer mostly books, and with whom; only a help, never a default."""
    facts: dict[str, object] = {}
    services = Counter(one.service_id for one in past).most_common(1)
    if services and (service := company.service_by_id(services[0][0])):
        facts["usual_service"] = service.name
    people = Counter(one.staff_id for one in past if one.staff_id).most_common(1)
    if people and (member := company.staff_by_id(people[0][0])):
        facts["preferred_staff"] = member.name
    return facts
