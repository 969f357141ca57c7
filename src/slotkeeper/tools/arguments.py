"""Reading the arguments that a model sent: by any alias, without empty words, never trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from slotkeeper.tools.parameters import PARAMETERS

# A variable that the platform did not fill in arrives as it was written in the agent.
_UNFILLED = re.compile(r"\{\{.*?\}\}")
_EMPTY = {"", "none", "null", "undefined", "n/a"}
# Longer than any caller's words; the rest is cut off.
MAX_ARGUMENT = 300

_YES = {"true", "1", "ja", "yes"}


def argument(args: Mapping[str, object], name: str) -> str | None:
    """Give an argument by any of its names; None where it is missing, empty or unfilled."""
    for alias in (name, *PARAMETERS[name].aliases):
        text = plain(args.get(alias))
        if text is not None:
            return text
    return None


def plain(value: object) -> str | None:
    """Give a value as text; None where it is empty, unfilled or no scalar."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str):
        return None
    text = value.replace("\x00", "").strip()[:MAX_ARGUMENT]
    return None if text.lower() in _EMPTY or _UNFILLED.search(text) else text


def flag(args: Mapping[str, object], name: str) -> bool:
    """Whether a boolean argument was sent and true."""
    return (argument(args, name) or "").lower() in _YES


def number(args: Mapping[str, object], name: str) -> int | None:
    """A whole number of at most 18 digits; None where it is none."""
    text = (argument(args, name) or "").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
