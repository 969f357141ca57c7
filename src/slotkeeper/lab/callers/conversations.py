"""Scripts of telephone conversations: read from YAML, set on a day that is free, and played.

A script is a list of steps, each of one caller: what they say, a tool that the agent then calls,
or that they hang up. A step may expect an answer; any other answer raises Surprise.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Literal

import msgspec
import yaml

from slotkeeper.lab.callers.retell_line import PhoneCall, RetellLine, ToolResponse, Unreachable
from slotkeeper.lab.callers.simulated_people import invented_numbers

# Blank -> how the day of the conversation is written there.
_DAY_WORDS: Mapping[str, str] = {
    "date": "{0:%Y-%m-%d}",
    "german_date": "{0:%d.%m.%Y}",
    "short_date": "{0.day}.{0.month}.",
}
_BLANK = re.compile(r"\$\{([a-z_]+(?:\.[a-z_]+)?)\}")


class ConversationStep(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One step of a script: exactly one of ``says``, ``tool`` and ``hangs_up`` is given."""

    caller: str
    says: str | None = None
    tool: str | None = None
    hangs_up: bool = False
    args: dict[str, object] = {}
    expect: str | None = None
    facts: dict[str, object] = {}
    remember: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless the step does exactly one thing."""
        if (self.says is not None) + (self.tool is not None) + self.hangs_up != 1:
            raise ValueError("a step says something, calls a tool or hangs up, one of the three")


class ConversationScript(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who calls, with a number or without, and the steps of their conversation."""

    title: str
    teaches: str
    callers: dict[str, Literal["shown", "withheld"]]
    steps: list[ConversationStep]

    def __post_init__(self) -> None:
        """Raise ValueError where a caller acts who does not call or has hung up."""
        talking = set(self.callers)
        for step in self.steps:
            if step.caller not in talking:
                raise ValueError(f"{step.caller} is not on the telephone")
            if step.hangs_up:
                talking.remove(step.caller)


@dataclass(frozen=True, slots=True)
class CallerSpoke:
    """A caller said something."""

    caller: str
    words: str


@dataclass(frozen=True, slots=True)
class ToolUsed:
    """The agent called a tool with these arguments and got this answer."""

    caller: str
    tool: str
    args: Mapping[str, object]
    answer: ToolResponse


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """A caller hung up, and the platform reported it to the server."""

    caller: str
    answer: ToolResponse


class Surprise(Exception):
    """An answer was not the one that the script expects."""


def shipped_conversations() -> list[ConversationScript]:
    """Read the scripts that come with the package."""
    return read_conversations(
        (files("slotkeeper") / "examples" / "conversations.yaml").read_text("utf-8")
    )


def read_conversations(text: str) -> list[ConversationScript]:
    """Read scripts from YAML. Raises msgspec.ValidationError, which names the place."""
    return msgspec.convert(yaml.safe_load(text), list[ConversationScript])


async def play(
    conversation: ConversationScript, line: RetellLine, day: date
) -> AsyncGenerator[CallerSpoke | ToolUsed | CallerHungUp, None]:
    """Play a script on a day and yield each thing as it happens.

    Callers who are still on the line at the end hang up then. Raises Surprise where an answer is
    not the one that the script expects, and Unreachable.
    """
    calls = _dialled(conversation, line)
    known = {word: form.format(day) for word, form in _DAY_WORDS.items()}
    answers: dict[str, ToolResponse] = {}
    try:
        for step in conversation.steps:
            happened = await _take(step, calls[step.caller], known, answers)
            yield happened
            if not isinstance(happened, CallerSpoke):
                _demand(step, happened.answer, known, answers)
            if step.hangs_up:
                del calls[step.caller]
    finally:
        for call in calls.values():
            with suppress(Unreachable):
                await call.hang_up()


def _dialled(conversation: ConversationScript, line: RetellLine) -> dict[str, PhoneCall]:
    numbers = invented_numbers(len(conversation.callers))
    return {
        name: line.ring(number if shows == "shown" else None)
        for (name, shows), number in zip(conversation.callers.items(), numbers, strict=True)
    }


async def _take(
    step: ConversationStep,
    call: PhoneCall,
    known: Mapping[str, str],
    answers: dict[str, ToolResponse],
) -> CallerSpoke | ToolUsed | CallerHungUp:
    if step.says is not None:
        return CallerSpoke(step.caller, step.says)
    if step.tool is None:
        return CallerHungUp(step.caller, await call.hang_up())
    args = {name: _filled(value, known, answers) for name, value in step.args.items()}
    answer = await call.use_tool(step.tool, args)
    if step.remember:
        answers[step.remember] = answer
    return ToolUsed(step.caller, step.tool, args, answer)


def _demand(
    step: ConversationStep,
    answer: ToolResponse,
    known: Mapping[str, str],
    answers: Mapping[str, ToolResponse],
) -> None:
    if answer.http_status >= 400 or (step.expect and answer.status != step.expect):
        raise Surprise(
            f"{step.caller}: expected {step.expect or 'no refusal'}, "
            f"got {answer.http_status} {answer.status}"
        )
    for name, value in step.facts.items():
        wanted, got = _filled(value, known, answers), answer.facts.get(name)
        if str(wanted) != str(got):
            raise Surprise(f"{step.caller}: expected {name} {wanted!r}, got {got!r}")


def _filled(value: object, known: Mapping[str, str], answers: Mapping[str, ToolResponse]) -> object:
    """Fill the blanks of a text; any other value stays as it is."""
    if not isinstance(value, str):
        return value

    def fill(blank: re.Match[str]) -> str:
        name, _, field = blank[1].partition(".")
        return str(answers[name].facts.get(field)) if field else known[name]

    return _BLANK.sub(fill, value)
