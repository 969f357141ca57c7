"""The registry of tools: every platform's adapter and every exported schema comes from it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.wish import Call
from slotkeeper.storage.store import Store
from slotkeeper.tools.wording import ToolAnswer


@dataclass(frozen=True, slots=True)
class Conversation:
    """One tool call of a conversation: whose it is, on which call, and what the model sent.

    Company and call come from the platform's signed envelope, ``args`` from the model: never
    trusted. ``holds`` is the call's cohort: without, checking holds nothing. ``test_now`` is a
    sandbox company's clock; None in production.
    """

    company: Company
    call: Call
    caller_phone: str | None
    args: Mapping[str, object]
    now: datetime
    lifetime_s: int
    holds: bool
    store: Store
    test_now: datetime | None = None

    @property
    def local_now(self) -> datetime:
        """Now on the salon's wall."""
        return self.now.astimezone(self.company.zone)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as a model sees it, and the function behind it.

    Any tool call keeps alive what its call holds; ``renews`` where the operation does so itself.
    """

    name: str
    description: str
    run: Callable[[Conversation], Awaitable[ToolAnswer]]
    renews: bool = False


# An agent names its tools with a version now and then: check_availability_v17.
_VERSION = re.compile(r"_v\d{1,4}$")


def base_name(name: str) -> str:
    """Drop a version suffix."""
    return _VERSION.sub("", name)
