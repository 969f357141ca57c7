"""Keep what a call talks about for its next tool call, and read it."""

from __future__ import annotations

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.operations.context import RequestContext


async def holds_and_topic(
    context: RequestContext, call_id: str, *, named: bool = False, wished: Interval | None = None
) -> list[AppointmentReservation]:
    """Read all that a call has held, the oldest first, and what it talks about, in one statement.

    The topic, and what stands for the number that rings and may be spoken of, are in
    ``context.conversation`` afterwards. ``named``: a name is said that may be compared with what is
    at the time that is ``wished`` or held.
    """
    topic, holds, standing = await context.store.calls.conversation(
        context.company.id,
        call_id,
        caller=context.call.caller,
        named=named,
        wished=wished,
        now=context.test_now,
    )
    context.conversation.saw(topic)
    context.conversation.saw_standing(standing)
    context.conversation.holds = holds
    return holds


async def keep_topic(context: RequestContext) -> None:
    """Store what the call talks about, unless a hold has stored it or nothing has changed."""
    topic = context.conversation.unsaved
    if topic is None or context.call.id is None:
        return
    await context.store.calls.keep_topic(
        context.company.id, context.call.id, topic, now=context.test_now
    )
    context.conversation.saved()
