"""The best libraries for German dates, beside ours, on the same recorded phrases.

They run as peers only: nothing of ours uses them. `make prove` installs them and prints the table.
"""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from tests.language.recorded import SOME_NOW, phrases
from tests.language.understood import understand_when

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = {day: [(time(9), time(18))] for day in range(1, 6)}

Found = tuple[str | None, str | None]  # ISO date, HH:MM; (None, None) where it asked or was silent


def ours(text: str, now: datetime) -> Found:
    """What Slotkeeper takes; what it asks about is not taken."""
    found = understand_when(text, now=now, hours=HOURS)
    if found.status != "ok":
        return None, None
    return found.date and found.date.isoformat(), found.time and f"{found.time:%H:%M}"


def by_dateparser(text: str, now: datetime) -> Found:
    """The first date that dateparser finds in the phrase."""
    from dateparser.search import search_dates

    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
    found = search_dates(text, languages=["de"], settings=settings)
    return (None, None) if not found else _parts(found[0][1], now)


def by_ctparse(text: str, now: datetime) -> Found:
    """The best resolution that ctparse finds."""
    from ctparse import ctparse

    found = ctparse(text, ts=now.replace(tzinfo=None), timeout=2)
    at = getattr(found, "resolution", None)
    at = getattr(at, "t_from", at)
    if at is None or at.year is None:
        return None, None
    clock = f"{at.hour:02}:{at.minute or 0:02}" if at.hour is not None else None
    return f"{at.year}-{at.month:02}-{at.day:02}", clock


def _parts(found: datetime, now: datetime) -> Found:
    """A library that fills in the present time has not understood one."""
    clock = f"{found:%H:%M}"
    return found.date().isoformat(), None if clock == f"{now:%H:%M}" else clock


READERS = {"Slotkeeper": ours, "dateparser": by_dateparser, "ctparse": by_ctparse}


def table() -> dict[str, tuple[int, int, int]]:
    """Right, asked or silent, silently wrong: of the phrases that name a day or a time."""
    counts = {}
    for name, reader in (
        ("Slotkeeper", ours),
        ("dateparser", by_dateparser),
        ("ctparse", by_ctparse),
    ):
        right = asked = wrong = 0
        for item in phrases("date_phrase", "time_phrase"):
            expected = item["expected"]
            if not {"date", "time"} & set(expected) or "context" in expected:
                continue
            now = datetime.fromisoformat(item["reference_now"] or SOME_NOW).astimezone(BERLIN)
            day, clock = reader(item["input"]["text"], now)
            checks = []
            if "date" in expected:
                checks.append(day == expected["date"])
            if "time" in expected:
                checks.append(clock == expected["time"])
            if all(checks):
                right += 1
            elif "date" in expected and day not in (None, expected["date"]):
                wrong += 1
            else:
                asked += 1
        counts[name] = (right, asked, wrong)
    return counts


@pytest.mark.prove
@pytest.mark.filterwarnings("ignore")
def test_no_library_understands_as_much(capsys):
    """On the recorded phrases ours is right most often, and never silently wrong about the day."""
    pytest.importorskip("dateparser", reason="installed by `make prove`")
    counts = table()
    with capsys.disabled():
        print(f"\n{'':<12}{'right':>8}{'asked or part':>16}{'wrong day':>12}")
        for name, (right, asked, wrong) in counts.items():
            print(f"{name:<12}{right:>8}{asked:>16}{wrong:>12}")
    assert counts["Slotkeeper"][2] == 0
    assert counts["Slotkeeper"][0] == max(right for right, _, _ in counts.values())
