"""A tool, as it is described to models, and the request that it gets."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from slotkeeper.domain.catalogue import Company, Service
from slotkeeper.language.understanding import Understanding, WishText
from slotkeeper.operations.context import RequestContext
from slotkeeper.tools.arguments import argument
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.wording import ToolAnswer

# Every tool answers within this: the first voice clients give up after 5 s.
BUDGET_MS = 4_500


@dataclass(slots=True)
class ToolNotes:
    """What the journal keeps of a tool call beside its answer; the tool fills it in on its way.

    ``wish`` says whether the caller asked for a slot or accepted one, and ``accepted`` which
    service was accepted. ``understood`` is what was understood so far, by the texts, the instant
    and what had been offered.
    """

    understanding: Understanding | None = None
    understood: dict[tuple[WishText, datetime, tuple[datetime, ...]], Understanding] = field(
        default_factory=dict
    )
    wish: Literal["asked", "accepted"] | None = None
    accepted: Service | None = None

    def asked(self) -> None:
        """Note that the caller asked for a slot, unless a yes was noted before."""
        self.wish = self.wish or "asked"

    def said_yes(self, service: Service | None) -> None:
        """Note that the caller said yes, whatever becomes of it."""
        self.wish, self.accepted = "accepted", service


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """One tool call as a tool gets it.

    ``context`` and ``caller_phone`` (E.164; None where it is withheld) come from the platform's
    signed envelope. ``args`` come from the model and are never trusted. ``now`` is the instant at
    which the call is answered.
    """

    context: RequestContext
    caller_phone: str | None
    args: Mapping[str, object]
    now: datetime
    notes: ToolNotes = field(default_factory=ToolNotes)

    @property
    def company(self) -> Company:
        """The company that is called."""
        return self.context.company

    @property
    def call_id(self) -> str | None:
        """The id of the telephone call; None where the platform gives none."""
        return self.context.call.id

    @property
    def local_now(self) -> datetime:
        """Now, in the company's time zone."""
        return self.now.astimezone(self.company.zone)

    def argument(self, name: str) -> str | None:
        """Give an argument by any of its names; None where it is missing, empty or unfilled."""
        return argument(self.args, name)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a model sees it, and the function behind it.

    ``required`` are the parameters without which it cannot do its work, ``aliases`` other names it
    answers to. ``changes``: it may write what others see. Any tool call keeps alive what its call
    holds; ``renews`` where the operation does so itself. ``budget_ms``: it answers within this, so
    a platform must wait at least as long.
    """

    name: str
    description: str
    run: Callable[[ToolRequest], Awaitable[ToolAnswer]]
    parameters: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    changes: bool = False
    renews: bool = False
    budget_ms: int = BUDGET_MS

    def schema(self, *, strict: bool = False) -> dict[str, Any]:
        """The JSON Schema of the arguments: flat, without unions.

        ``strict``: everything is required, as strict function calling demands; what was not said
        is sent empty.
        """
        properties: dict[str, Any] = {}
        for name in self.parameters:
            parameter = PARAMETERS[name]
            description = parameter.description
            if strict and name not in self.required:
                description += _UNSAID[parameter.kind]
            properties[name] = {"type": parameter.kind, "description": description}
        return {
            "type": "object",
            "properties": properties,
            "required": list(self.parameters if strict else self.required),
            "additionalProperties": False,
        }


_UNSAID = {
    "string": " Empty if not said.",
    "integer": " 0 if not said.",
    "boolean": " False if not said.",
}

# Some agents name a tool with a version: check_availability_v17.
_VERSION_SUFFIX = re.compile(r"_v\d{1,4}$")


def base_name(name: str) -> str:
    """Drop a version suffix."""
    return _VERSION_SUFFIX.sub("", name.strip())
