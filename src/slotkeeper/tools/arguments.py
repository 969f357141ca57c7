"""Reading the arguments that a model sent: by any alias, without empty words, never trusted.

Models also wrap them ("args" within "args"), spell their names in their own way ("customerName",
"Service "), and send a list or an object where one value is expected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from slotkeeper.tools.parameters import PARAMETERS

# A variable that the platform did not fill in arrives as it was written in the agent.
_UNFILLED = re.compile(r"\{\{.*?\}\}")
_EMPTY = {"", "none", "null", "undefined", "n/a"}
# Longer than any caller's words; the rest is cut off.
MAX_ARGUMENT = 300

# More than any caller lists at once.
MAX_LISTED = 24

_YES = {"true", "1", "ja", "yes"}
# Under these a model sends all arguments once more, within the arguments.
_WRAPPERS = ("args", "arguments", "parameters", "kwargs", "input")
MAX_WRAPPED = 3
# What else a wrapper names: the tool that is called, which is no customer's name.
_OF_A_WRAPPER = ("name", "function", "tool", "type", "id")
# Where an object says in a field what is meant by it.
_VALUES = ("value", "text", "name")

_NO_LETTER = re.compile(r"[^a-z0-9\u00df-\u024f]+")


def as_declared(args: Mapping[str, object]) -> Mapping[str, object]:
    """Give arguments under the names that tools know, out of the wrapper they were sent in.

    A name that is spelt as declared wins over its other spellings.
    """
    args = _unwrapped(args)
    known = {name: value for name, value in args.items() if name in _DECLARED.values()}
    for name, value in args.items():
        meant = _DECLARED.get(_spelling(name), name)
        if plain(known.get(meant)) is None:
            known[meant] = value
    return known


def _unwrapped(args: Mapping[str, object]) -> Mapping[str, object]:
    for _ in range(MAX_WRAPPED):
        inner = next((each for each in _WRAPPERS if _object(args.get(each)) is not None), None)
        if inner is None:
            break
        beside = {k: v for k, v in args.items() if k != inner and k not in _OF_A_WRAPPER}
        args = beside | (_object(args[inner]) or {})
    return args


def _object(value: object) -> dict[str, object] | None:
    """Give an object, also where it was sent as text; None for anything else."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _spelling(name: str) -> str:
    """Bring "Customer_Name ", "customerName" and "customer-name" into one spelling."""
    return _NO_LETTER.sub("", name.casefold())


_DECLARED = {
    _spelling(name): name for each in PARAMETERS.values() for name in (*each.aliases, each.name)
}


def argument(args: Mapping[str, object], name: str) -> str | None:
    """Give an argument by any of its names; None where it is missing, empty or unfilled."""
    for alias in (name, *PARAMETERS[name].aliases):
        text = plain(args.get(alias))
        if text is not None:
            return text
    return None


def plain(value: object) -> str | None:
    """Give a value as text, a list as its values in a row; None where nothing is said.

    Nothing is said by what is empty or unfilled, and by an object that names no value.
    """
    if isinstance(value, list):
        texts = [plain(each) for each in value[:MAX_LISTED] if not isinstance(each, list)]
        value = ", ".join(filter(None, texts))
    elif isinstance(value, dict):
        value = next((value[name] for name in _VALUES if name in value), None)
        value = None if isinstance(value, list | dict) else plain(value)
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
