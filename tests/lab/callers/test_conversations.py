"""Conversations: what is shipped plays, and what is wrong is noticed."""

import contextlib

import msgspec
import pytest

from slotkeeper.lab.callers.conversations import (
    CallerHungUp,
    Surprise,
    ToolUsed,
    play,
    read_conversations,
    shipped_conversations,
)
from slotkeeper.lab.callers.days import free_day

TUESDAY = 2
CONVERSATIONS = {conversation.title: conversation for conversation in shipped_conversations()}


async def played(conversation, line, day):
    """Play a conversation to its end and list what happened."""
    async with contextlib.aclosing(play(conversation, line, day)) as happening:
        return [happened async for happened in happening]


def one_call(steps: str) -> str:
    """Write a conversation of one caller."""
    return f"- {{title: t, teaches: t, callers: {{Ada: shown}}, steps: [{steps}]}}"


@pytest.mark.parametrize("title", CONVERSATIONS)
async def test_a_shipped_conversation_plays_as_it_is_written(title, line, friseur):
    """Every answer that it demands is given, and it leaves no hold behind."""
    day = await free_day(friseur.company, friseur.store, weekday=TUESDAY)
    happened = await played(CONVERSATIONS[title], line, day)
    assert len(happened) == len(CONVERSATIONS[title].steps)
    assert await friseur.store.reservations.active(friseur.id) == []


async def test_the_conversations_show_what_the_demo_promises():
    """A slot held and refused, invented call ids, a hang-up, a tool call that is repeated."""
    statuses = [s.expect for c in CONVERSATIONS.values() for s in c.steps if s.tool]
    call_ids = {s.args.get("call_id") for c in CONVERSATIONS.values() for s in c.steps if s.tool}
    assert {"context", "held", "slot_taken", "needs_info", "booked"} == set(statuses)
    assert {"call_1", "call_001", "1", "{{call_id}}"} <= call_ids
    assert any(s.hangs_up for c in CONVERSATIONS.values() for s in c.steps)


async def test_blanks_are_filled_with_the_day_and_with_remembered_answers(line, friseur):
    """The day in three spellings, and a field of an earlier answer; the rest stays as it is."""
    day = await free_day(friseur.company, friseur.store)
    steps = """
        {caller: Ada, tool: get_current_context, expect: context, remember: now},
        {caller: Ada, tool: get_current_context,
         args: {a: "${date}", b: "${german_date}", c: "${short_date}", d: "${now.timezone}",
                e: "{{call_id}}", f: "$5"}},
        {caller: Ada, hangs_up: true}"""
    _, second, third = await played(read_conversations(one_call(steps))[0], line, day)
    assert isinstance(second, ToolUsed)
    assert second.args == {
        "a": f"{day:%Y-%m-%d}",
        "b": f"{day:%d.%m.%Y}",
        "c": f"{day.day}.{day.month}.",
        "d": "Europe/Berlin",
        "e": "{{call_id}}",
        "f": "$5",
    }
    assert isinstance(third, CallerHungUp)


@pytest.mark.parametrize(
    ("demand", "why"),
    [
        ("expect: held", "expected held, got 200 context"),
        ("facts: {timezone: Europe/Paris}", "expected timezone 'Europe/Paris'"),
        ("facts: {weather: fine}", "expected weather 'fine', got None"),
    ],
)
async def test_another_answer_than_demanded_is_a_surprise(line, friseur, demand, why):
    """It names the caller, what was expected and what came."""
    text = one_call(f"{{caller: Ada, tool: get_current_context, {demand}}}")
    day = await free_day(friseur.company, friseur.store)
    with pytest.raises(Surprise, match=f"Ada: {why}"):
        await played(read_conversations(text)[0], line, day)


@pytest.mark.parametrize(
    "steps",
    [
        "{caller: Ada}",
        "{caller: Ada, says: hello, tool: get_current_context}",
        "{caller: Bob, says: hello}",
        "{caller: Ada, hangs_up: true}, {caller: Ada, says: hello}",
        "{caller: Ada, says: hello, expects: held}",
    ],
)
def test_a_conversation_that_cannot_be_played_is_not_read(steps):
    """A step is one thing of somebody who is on the telephone, in words that we know."""
    with pytest.raises(msgspec.ValidationError):
        read_conversations(one_call(steps))
