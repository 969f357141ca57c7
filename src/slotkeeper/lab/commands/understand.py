"""Understand phrases as the server would: JSON lines in, JSON lines out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
import yaml

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.terminal import json_line
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.catalogue_file.entries import WEEKDAYS
from slotkeeper.tools.company_language import CompanyLanguage, OpeningHours, WishText
from slotkeeper.tools.understanding_json import understanding_json

# A line holds a phrase, not a document.
MAX_LINE = 20_000


class Phrase(msgspec.Struct):
    """One phrase to understand; each text may be a whole spoken sentence."""

    id: Any = None
    now: datetime | None = None
    date: str | None = None
    time: str | None = None
    text: str | None = None
    service: str | None = None


def understand(
    company: session.CompanyOption,
    file: Annotated[
        Path | None, typer.Argument(help="JSON lines. Default: standard input.")
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(help="When the phrases are said, ISO 8601; a line's own `now` wins."),
    ] = None,
    hours: Annotated[
        Path | None,
        typer.Option(help='A file of other opening hours: {"mon": ["09:00-18:00"], ...}.'),
    ] = None,
) -> None:
    """Print what is understood of each line, a JSON object with a phrase. Nothing is held."""
    owner, clock = session.run(lambda app: _company(app, company))
    language = CompanyLanguage(owner, read_hours(hours) if hours else None)
    said_at = _instant(now, owner) if now else clock
    lines: Iterable[str] = file.open(encoding="utf-8") if file else sys.stdin
    for answer in _answers(lines, language, said_at):
        print(json_line(answer), flush=True)


async def _company(app: App, slug_or_id: str) -> tuple[Company, datetime]:
    return await session.company_of(app, slug_or_id), await app.store.clock.now()


def _answers(
    lines: Iterable[str], language: CompanyLanguage, said_at: datetime
) -> Iterator[dict[str, object]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            read = msgspec.json.decode(line[:MAX_LINE], type=Phrase)
            at = _aware(read.now, language.company) if read.now else said_at
            said = WishText(read.text, read.date, read.time, read.service)
            understood = language.understand(said, now=at)
        except (msgspec.MsgspecError, UnicodeError) as error:
            yield {"id": None, "status": "invalid", "reason": str(error)}
            continue
        yield {"id": read.id, **understanding_json(understood, language)}


def read_hours(path: Path) -> OpeningHours:
    """Read opening hours by weekday from JSON or YAML; leave where the file holds none.

    A day is a list of stretches ("09:00-18:00"), one pair [opens, closes], or "closed".
    """
    try:
        week = yaml.safe_load(path.read_text("utf-8"))
        return {
            number: _stretches(week[day])
            for number, day in enumerate(WEEKDAYS, start=1)
            if week.get(day) and week[day] != "closed"
        }
    except (OSError, yaml.YAMLError, ValueError, TypeError, AttributeError, KeyError) as error:
        session.leave(f"{path}: not opening hours: {error}", session.EXIT_REFUSED)


def _stretches(day: Any) -> list[tuple[time, time | None]]:
    if len(day) == 2 and all(isinstance(text, str) and "-" not in text for text in day):
        day = [f"{day[0]}-{day[1]}"]
    return [_stretch(str(text)) for text in day]


def _stretch(text: str) -> tuple[time, time | None]:
    opens, _, closes = (part.strip() for part in text.partition("-"))
    return _clock(opens), None if closes == "24:00" else _clock(closes)


def _clock(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute or 0))


def _instant(text: str, company: Company) -> datetime:
    try:
        return _aware(datetime.fromisoformat(text), company)
    except ValueError:
        session.leave(f"--now: not a time: {text}", session.EXIT_REFUSED)


def _aware(at: datetime, company: Company) -> datetime:
    return at.replace(tzinfo=company.zone) if at.tzinfo is None else at
