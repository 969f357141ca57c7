"""A mistake in a deployed agent: its place, what should be there, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class AgentFinding:
    """A mistake in a deployed agent.

    An ``error`` fails calls; a ``warning`` costs callers something; a ``note`` may stay as it is.
    ``code`` is stable, for programs; the rest is for people.
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
