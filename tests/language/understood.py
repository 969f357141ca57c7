"""What was understood, written in one line, and the tables of phrases that are written so.

``2025-11-14 10:00`` a day and a time, ``10:00-12:00`` a window (an open end is left out),
``2025-11-17..2025-11-23`` a range, ``pref 10:00 09:00`` times in order of wish, ``ask reason
candidates``, ``none``, ``< ...`` the former time of what is moved, ``shift days minutes``, ``pick``
an offer, ``repaired`` a year, ``| ...`` what may be meant as well.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from slotkeeper.language.when import Situation, When
from slotkeeper.language.when import understand_when as understand_at

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 11, 12, 11, 0, tzinfo=BERLIN)
WEEKDAYS_9_18 = {day: [(time(9), time(18))] for day in range(1, 6)}
HOURS = {
    "usual": None,
    "salon": WEEKDAYS_9_18 | {6: [(time(9), time(14))]},
    "late": {day: [(time(9), time(22))] for day in range(1, 8)},
}
FOLDER = Path(__file__).parent


def understand_when(text, *, now=NOW, hours=None, context=None, offers=(), **fields) -> When:
    """Understand a text that is said now; ``fields`` are its locale and a form's fields."""
    return understand_at(text, Situation(now, hours, context, tuple(offers)), **fields)


def written(found) -> str:
    """Write what was understood in one line."""
    if found.status == "none":
        return "none"
    if found.status == "ask":
        past = [found.date] if found.past and found.date else []
        parts = ["ask", found.reason, *(_point(each) for each in (*past, *found.candidates))]
    else:
        parts = [*_days(found), *_times(found)]
        if found.candidates and found.time and isinstance(found.candidates[0], time):
            parts += ["|", *(_point(each) for each in found.candidates)]
    if found.old is not None:
        parts += ["<", written(found.old)]
    return " ".join(parts)


def _days(found) -> Iterator[str]:
    if found.date is not None:
        yield found.date.isoformat()
    if found.grain == "soonest":
        yield "soonest"
    elif found.date_range is not None:
        yield f"{found.date_range.first}..{found.date_range.last or ''}"


def _times(found) -> Iterator[str]:
    if found.preferences:
        yield " ".join(["pref", *map(_point, found.preferences)])
    elif found.time is not None:
        yield _point(found.time)
    elif found.window is not None:
        yield "-".join("" if each is None else _point(each) for each in found.window)
    if found.repaired_year:
        yield "repaired"
    if found.relative is not None:
        keep = " keep" if found.relative.keep_time else ""
        yield f"shift {found.relative.days} {found.relative.minutes}{keep}"
    if found.selects is not None:
        yield f"pick {found.selects}"


def _point(at: date | time) -> str:
    if isinstance(at, datetime):
        return f"{at:%Y-%m-%dT%H:%M}"
    return at.isoformat() if isinstance(at, date) else f"{at:%H:%M}"


def agrees(got: str, expected: str) -> bool:
    """Whether a line says what the table says; of a question the table may leave out candidates."""
    asked = expected.startswith("ask ") and len(expected.split()) == 2
    return got == expected or (asked and got.startswith(expected + " "))


def table(locale: str) -> list[tuple[str, str, str]]:
    """Read a table: hours' name, phrase, what is understood."""
    rows = []
    hours = "usual"
    for line in (FOLDER / f"when-phrases-{locale}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            hours = line.strip("[]")
        elif line and not line.startswith("#"):
            phrase, _, expected = line.partition(" => ")
            rows.append((hours, phrase, expected))
    return rows
