"""The tools about the caller: is the number known, what is booked, call me back.

A caller hears nothing about anybody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from slotkeeper.domain.booked_visit import BookedVisit, booked_visits
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import Appointment
from slotkeeper.language.people.hiding import without_tokens
from slotkeeper.language.say.spoken import say, spoken_alternatives, spoken_list
from slotkeeper.operations.request_callback import request_callback as operation
from slotkeeper.tools.caller_appointments import caller_facts, not_proven, of_caller
from slotkeeper.tools.customer_and_staff import customer_of
from slotkeeper.tools.telling_apart import told_apart
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wording import ToolAnswer, visit_facts


async def check_customer(request: ToolRequest) -> ToolAnswer:
    """Tell who the caller is, once this call has proven it; a number alone tells nobody."""
    known = (await of_caller(request)).told
    locale = request.company.locale
    facts: dict[str, object] = {"success": True, "found": bool(known), "call_id": request.call_id}
    if not known:
        return ToolAnswer("customer_unknown", say("customer_unknown", locale), facts)
    names = {each.customer_name for each in known if each.customer_name}
    if len(names) == 1:  # a number that a family shares does not say who calls
        facts["customer_name"] = names.pop()
    facts |= _habits(request.company, known)
    return ToolAnswer("customer_known", say("customer_known", locale), facts)


async def get_customer_appointments(request: ToolRequest) -> ToolAnswer:
    """Tell what the caller has booked and is still to come, as far as it is proven."""
    said = caller_facts(request, ("date", "time"))
    mine = await of_caller(request, said)
    standing = booked_visits(mine.told)
    if not standing and not mine.own and not mine.proven:
        return not_proven(request, said)
    company = request.company
    facts: dict[str, object] = {
        "success": True,
        "appointments": [visit_facts(company, visit) for visit in standing],
    }
    if not standing:
        return ToolAnswer("no_appointments", say("no_appointments", company.locale), facts)
    text = say(
        "appointments",
        company.locale,
        words={"others": spoken_appointments(company, standing, last="and")},
    )
    return ToolAnswer("appointments", text, facts)


async def request_callback(request: ToolRequest) -> ToolAnswer:
    """Note that the caller wants to be called back."""
    return await note_callback(request, request.argument("reason"), "callback_requested")


async def note_callback(request: ToolRequest, reason: str | None, sentence: str) -> ToolAnswer:
    """Keep the wish to be called back, and ask for the number where there is none."""
    reason = without_tokens(reason) if reason else None
    callback = await operation(request.context, customer_of(request), reason=reason)
    locale = request.company.locale
    text = say(sentence, locale)
    facts: dict[str, object] = {
        "success": sentence == "callback_requested",
        "callback_id": callback.id,
    }
    if callback.customer_phone is None:
        text = f"{text} {say('ask_customer_phone', locale)}"
        facts["missing"] = ["customer_phone"]
    return ToolAnswer("callback_requested", text, facts)


def spoken_appointments(company: Company, visits: Sequence[BookedVisit], *, last: str) -> str:
    """Say some appointments so that no two sound alike."""
    join = spoken_alternatives if last == "or" else spoken_list
    return join(told_apart(company, visits), company.locale)


def _habits(company: Company, past: Sequence[Appointment]) -> dict[str, object]:
    """Tell what a customer mostly books, and with whom: a hint for the agent, never a default."""
    facts: dict[str, object] = {}
    services = Counter(each.service_id for each in past).most_common(1)
    if services and (service := company.service_by_id(services[0][0])):
        facts["usual_service"] = service.name
    people = Counter(each.staff_id for each in past if each.staff_id).most_common(1)
    if people and (member := company.staff_by_id(people[0][0])):
        facts["preferred_staff"] = member.name
    return facts
