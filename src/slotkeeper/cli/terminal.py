"""Where commands print: what callers said is text there, and never drives the terminal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

# Control characters (escape sequences begin with one), and those that reorder what stands beside
# them or make an end of line of their own.
_DRIVES = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
_DRIVES_TERMINAL = re.compile(f"[{_DRIVES}]")
_DRIVES_OR_BREAKS = re.compile(f"[{_DRIVES}\t\n]")


def in_one_line(text: str) -> str:
    """Give a text that stays in its line and drives no terminal; ESC is seen as ``␛``."""
    return _DRIVES_OR_BREAKS.sub(_seen, text)


def json_line(value: object) -> str:
    """Write a value as JSON in one line, in which no character drives a terminal.

    Raises TypeError for what is neither JSON nor a time, a day or a UUID.
    """
    written = json.dumps(value, default=_plain, ensure_ascii=False)
    return _DRIVES_TERMINAL.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


class TerminalConsole(Console):
    """A console that prints strings as they are, without markup, and shows control characters."""

    def __init__(
        self, *, stderr: bool = False, width: int | None = None, soft_wrap: bool = False
    ) -> None:
        """Print on standard output or standard error, this wide where a width is given."""
        super().__init__(
            stderr=stderr, width=width, soft_wrap=soft_wrap, highlight=False, markup=False
        )

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as rich does, with each control character shown."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(_DRIVES_TERMINAL.sub(_seen, segment.text), segment.style)


def console(width: int = 200) -> TerminalConsole:
    """Give the console of standard output, this wide where a program reads it."""
    return TerminalConsole(width=None if sys.stdout.isatty() else width)


def _seen(found: re.Match[str]) -> str:
    """Give the sign that Unicode has for a control character, or the one for an unknown one."""
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"cannot print {type(value).__name__}")
