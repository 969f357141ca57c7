"""All tools by name."""

from __future__ import annotations

from slotkeeper.domain.errors import Fault
from slotkeeper.language.say import say
from slotkeeper.operations.extend import extend_call
from slotkeeper.storage.catalogues import CatalogueChanged
from slotkeeper.tools.booking import check_availability, get_current_context, start_booking
from slotkeeper.tools.registry import Conversation, Tool, base_name
from slotkeeper.tools.wording import ToolAnswer, refused

BOOKS = "Book the time that the caller said yes to."

TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            "get_current_context",
            "What day and time it is in the salon. Call it first.",
            get_current_context,
        ),
        Tool(
            "check_availability",
            "Check whether a service is free at a time, and keep it for the caller if it is.",
            check_availability,
            renews=True,
        ),
        Tool("start_booking", BOOKS, start_booking, renews=True),
        Tool("confirm_booking", BOOKS, start_booking, renews=True),
    )
}


async def answer(name: str, asked: Conversation) -> ToolAnswer:
    """Answer a tool call; never raises: a broken database is said as well."""
    tool = TOOLS.get(base_name(name))
    if tool is None:
        text = say("unknown_tool", asked.company.locale)
        return ToolAnswer("unknown_tool", text, {"success": False, "tools": sorted(TOOLS)})
    try:
        if asked.call.id is not None and not tool.renews:
            await extend_call(
                asked.company,
                asked.call.id,
                ttl_s=asked.lifetime_s,
                store=asked.store,
                now=asked.test_now,
            )
        return await tool.run(asked)
    except CatalogueChanged:
        raise
    except Fault as fault:
        return refused(fault, asked.company)
