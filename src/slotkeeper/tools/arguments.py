"""What a model sent along: aliases in two languages, empty words, and nothing trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from slotkeeper.tools.parameters import PARAMETERS, PERSONAL

# A variable that the platform did not fill stays as it was written.
_UNFILLED = re.compile(r"\{\{.*?\}\}")
_EMPTY = {"", "none", "null", "undefined", "n/a"}
# Longer than anybody says; the rest is noise or an attack.
MAX_ARGUMENT = 300
# More of them than any tool knows; the rest is noise as well.
MAX_ARGUMENTS = 40

_YES = {"true", "1", "ja", "yes"}
_PERSONAL = {alias for name in PERSONAL if name in PARAMETERS for alias in PARAMETERS[name].aliases}


def argument(args: Mapping[str, object], name: str) -> str | None:
    """Give an argument by any of its names; None where it is missing, empty or unfilled."""
    for alias in (name, *PARAMETERS[name].aliases):
        text = plain(args.get(alias))
        if text is not None:
            return text
    return None


def plain(value: object) -> str | None:
    """Take a value as text; None where it says nothing."""
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


def without_personal(args: Mapping[str, object]) -> dict[str, object]:
    """What may be kept of arguments: names and numbers are blackened, objects left out."""
    kept: dict[str, object] = {}
    for name, value in list(args.items())[:MAX_ARGUMENTS]:
        text = plain(value)
        if text is not None:
            hidden = name in PERSONAL or name in _PERSONAL
            kept[plain(name) or ""] = "[hidden]" if hidden else text
    return kept
