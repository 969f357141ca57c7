"""Handing a caller over to a person, or noting a callback where nobody answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.opening import hours_on
from slotkeeper.language.say.spoken import say
from slotkeeper.tools.customers import note_callback
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wording import ToolAnswer


async def transfer_to_human(request: ToolRequest) -> ToolAnswer:
    """Tell the agent to hand the call over; where nobody answers now, note a callback."""
    company = request.company
    number = company.rules.human_number
    if number is not None and human_answers(company, request.now):
        facts: dict[str, object] = {"success": True, "transfer_to": number}
        return ToolAnswer("transfer", say("transfer", company.locale), facts)
    noted = await note_callback(request, request.argument("reason"), "callback_requested")
    return replace(noted, say=f"{say('nobody_answers', company.locale)} {noted.say}")


def human_answers(company: Company, now: datetime) -> bool:
    """Whether the person whom callers are handed over to answers at an instant.

    It is a day on which a branch is open, and a time within ``human_hours`` or, without them,
    within a branch's own.
    """
    local = now.astimezone(company.zone)
    stretches = [
        stretch
        for branch in company.branches
        for stretch in hours_on(company, branch, local.date())
    ]
    if stretches and company.rules.human_hours is not None:
        begins, ends = company.rules.human_hours.split("-")
        stretches = [(time.fromisoformat(begins), time.fromisoformat(ends))]
    return any(
        opens <= local.time() and (closes is None or local.time() < closes)
        for opens, closes in stretches
    )
