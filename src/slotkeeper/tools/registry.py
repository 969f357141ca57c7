"""The registry of tools: every platform's adapter and every exported schema comes from it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slotkeeper.domain.catalogue import Cohort, Company
from slotkeeper.domain.wish import Call
from slotkeeper.storage.store import Store
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.wording import ToolAnswer

# Nothing is answered later than this: the first voice clients give up after 5 s.
BUDGET_MS = 4_500


@dataclass(frozen=True, slots=True)
class Conversation:
    """One tool call of a conversation: whose it is, on which call, and what the model sent.

    Company and call come from the platform's signed envelope, ``args`` from the model: never
    trusted. ``cohort`` is how the call is served (see rollout). ``test_now`` is a sandbox
    company's clock; None in production. ``notes`` collects what was understood on the way, what
    broke (``fault``), and whether something was wished (``wish``: asked or accepted, and of which
    ``service_id``).
    """

    company: Company
    call: Call
    caller_phone: str | None
    args: Mapping[str, object]
    now: datetime
    lifetime_s: int
    cohort: Cohort
    store: Store
    test_now: datetime | None = None
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether what is named is held; else checking holds nothing."""
        return self.cohort == "on"

    @property
    def local_now(self) -> datetime:
        """Now on the salon's wall."""
        return self.now.astimezone(self.company.zone)


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
    run: Callable[[Conversation], Awaitable[ToolAnswer]]
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

# An agent names its tools with a version now and then: check_availability_v17.
_VERSION = re.compile(r"_v\d{1,4}$")


def base_name(name: str) -> str:
    """Drop a version suffix."""
    return _VERSION.sub("", name.strip())
