"""The lines of a calendar file, unfolded; what exporters write badly and clearly is understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from slotkeeper.domain.errors import Refusal

# Ten years of a busy salon fit; one person's calendar is never larger.
MAX_CALENDAR_BYTES = 5 * 1024 * 1024
# The longest useful line is a list of dates to leave out; this holds some four thousand.
MAX_LINE_BYTES = 64 * 1024

# What some programs leave at the ends of a line or of the file: NUL, Ctrl-Z.
_STRAY = b"\x00\x1a"
_NAME = re.compile(rb"\s*([A-Za-z0-9-]+)\s*(?=[;:])")
_PARAMETER = r'\s*;\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^";:]*)'
_LINE = re.compile(
    rf"\s*(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:{_PARAMETER})*)\s*:(?P<value>.*)", re.DOTALL
)
_PARAMETERS = re.compile(_PARAMETER)
# A zone's name with a colon in it that should be in quotes: TZID=(UTC+01:00) Berlin:20270305T100000
_UNQUOTED = re.compile(
    r"\s*(?P<name>[A-Za-z0-9-]+);TZID=(?P<zone>[^\";]*):(?P<value>[0-9]{8}[0-9TZ, ]*)",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
# RFC 6868: how a parameter says what it may not hold.
_CARETS = {"^n": "\n", "^^": "^", "^'": '"'}


class CalendarFileRefused(Refusal):
    """A calendar file cannot be read; nothing was changed."""

    code = "calendar_file_refused"

    def __init__(self, line: int | None, reason: str) -> None:
        """Keep the reason and, if one line is to blame, its number from 1; never its text."""
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason

    def facts(self) -> dict[str, object]:
        """The line and the reason."""
        return {"line": self.line, "reason": self.reason}


class LineRefused(ValueError):
    """One line cannot be read. It costs what it says, and not the file."""

    def __init__(self, line: int, reason: str) -> None:
        """Keep its number from 1 and the reason; never its text."""
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A property: ``DTSTART;TZID=Europe/Berlin:20270305T100000``. Names are in capitals."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        r"""The value of a property of type TEXT, in which commas are written ``\,``."""
        return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], self.value)


def unfolded(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Give each whole line with the number at which it begins. Raises CalendarFileRefused.

    Joined as bytes: some programs fold in the middle of a character.
    """
    if len(raw) > MAX_CALENDAR_BYTES:
        refuse(None, f"larger than {MAX_CALENDAR_BYTES // 1024**2} MB")
    if not raw.strip():
        # If it counted as an empty calendar, a failed download would free all imported busy time.
        refuse(None, "the file is empty")
    first, parts = 0, list[bytes]()
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        line = line.strip(_STRAY)
        if parts and line[:1] in (b" ", b"\t"):
            parts.append(line[1:])
            continue
        if parts:
            yield first, b"".join(parts)
        first, parts = number, [line] if line.strip() else []
    if parts:
        yield first, b"".join(parts)


def name_of(line: bytes) -> str:
    """Give the name of a property in capitals; empty if the line is none."""
    named = _NAME.match(line)
    return named[1].decode().upper() if named else ""


def content_line(number: int, line: bytes) -> ContentLine:
    """Read a property. Raises LineRefused."""
    if len(line) > MAX_LINE_BYTES:
        refuse_line(number, f"longer than {MAX_LINE_BYTES // 1024} kB")
    text = _decoded(line)
    unquoted = _UNQUOTED.fullmatch(text)
    if unquoted is not None:
        name, value = unquoted["name"].upper(), unquoted["value"].strip()
        return ContentLine(number, name, {"TZID": _plain(unquoted["zone"])}, value)
    match = _LINE.fullmatch(text)
    if match is None:
        refuse_line(number, "neither a property nor a value")
    parameters = _PARAMETERS.findall(match["parameters"])
    named = {name.upper(): _plain(value) for name, value in parameters}
    return ContentLine(number, match["name"].upper(), named, match["value"].strip())


def refuse(line: int | None, reason: str) -> NoReturn:
    """Raise CalendarFileRefused."""
    raise CalendarFileRefused(line, reason)


def refuse_line(line: int, reason: str) -> NoReturn:
    """Raise LineRefused."""
    raise LineRefused(line, reason)


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        # Old programs on Windows. Both the zone and whoever names it are read so.
        return line.decode("cp1252", errors="replace")


def _plain(value: str) -> str:
    unquoted = re.sub(r"\^[n^']", lambda m: _CARETS[m[0]], value.strip().strip('"'))
    # Some escape a zone's commas here as well, where they need not.
    return _ESCAPED.sub(r"\1", unquoted).strip()
