"""A finding about a deployed agent: its place, what is there, what should be, what to change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class AgentFinding:
    """One fault of an agent.

    An ``error`` makes calls fail, a ``warning`` makes them worse, a ``note`` may stay as it is.
    ``code`` is stable, for programs; the other texts are for people.
    """

    severity: Severity
    code: str
    where: str
    found: str
    expected: str
    change: str


error = partial(AgentFinding, "error")
warning = partial(AgentFinding, "warning")
note = partial(AgentFinding, "note")
