"""The recorded calls: what callers said and what models filled in."""

import json
from datetime import datetime

import pytest

from tests.language.understood import BERLIN, FOLDER, NOW, WEEKDAYS_9_18, understand_when

RECORDED = json.loads((FOLDER / "recorded-inputs.json").read_text(encoding="utf-8"))
PHRASES = [each for each in RECORDED if each["kind"] in {"date_phrase", "time_phrase"}]
DATE_KEYS = ("datetime", "datum", "date", "appointment_date", "new_datum", "date_string")
TIME_KEYS = ("uhrzeit", "time", "appointment_time", "new_uhrzeit")
CALLS = [
    each
    for each in RECORDED
    if each["kind"] == "function_call"
    and {"start", "new_start", "candidate_start", "range", "date"} & set(each["expected"])
    and set(DATE_KEYS) & set(each["input"].get("args", {}))
]
# The model kept "morgen" when the caller had taken another day's offer: see the offers below.
STALE = "fc-014"


def now_of(recorded):
    """The moment of the call, in Berlin."""
    said = recorded["reference_now"]
    return NOW if said is None else datetime.fromisoformat(said).astimezone(BERLIN)


def local(text):
    """A wall time of the recording, in Berlin."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=BERLIN) if found.tzinfo is None else found.astimezone(BERLIN)


def clock(at):
    """Write a time as the recording does."""
    return None if at is None else f"{at:%H:%M}"


def facts(found):
    """The facts of an answer under the recording's names."""
    return {
        "date": None if found.date is None else found.date.isoformat(),
        "time": clock(found.time),
        "preferences": [clock(at) for at in found.preferences],
        "candidates": [
            clock(each) if hasattr(each, "hour") else each.isoformat() for each in found.candidates
        ],
        "part_of_day": {"forenoon": "vormittag"}.get(found.part),
    }


def check_outcome(found, expected):
    """Hold the outcome that the recording demands against the answer."""
    outcome = expected.get("outcome")
    asked = {"past": "past", "ask_weekday_mismatch": "weekday_mismatch", "ask": "ambiguous_time"}
    if outcome in asked:
        assert (found.status, found.reason) == ("ask", asked[outcome])
        assert found.past == (outcome == "past")
    elif outcome == "invalid_or_ask":
        assert found.status == "ask"
    elif outcome == "relative_to_existing_appointment":
        assert (found.relative.days, found.relative.keep_time) == (expected["delta_days"], True)
    elif outcome == "select_first_offer":
        assert (found.status, found.selects) == ("ok", 0)
    else:
        assert found.status == "ok"


@pytest.mark.parametrize("hours", [None, WEEKDAYS_9_18], ids=["hours unknown", "hours known"])
@pytest.mark.parametrize("recorded", PHRASES, ids=lambda each: each["id"])
def test_a_recorded_phrase_is_understood(recorded, hours):
    """Every recorded phrase comes out as the recording demands, nothing is silently wrong."""
    expected, now = recorded["expected"], now_of(recorded)
    existing = expected.get("context", {}).get("existing_appointment")
    context = None if existing is None else local(existing)
    text = recorded["input"]["text"]
    found = understand_when(text, now=now, hours=hours, context=context)
    check_outcome(found, expected)
    if "new" in expected:
        assert facts(found) | expected["new"] == facts(found)
        assert facts(found.old) | expected["old"] == facts(found.old)
    told = facts(found)
    for key in set(told) & set(expected):
        assert told[key] == expected[key]
    if "window" in expected:
        check_window(found.window, expected["window"], now, hours)
    if "range" in expected:
        assert [str(day) for day in found.date_range] == list(expected["range"].values())


def check_window(window, expected, now, hours):
    """Compare a window; "close" is open-ended where the hours are not known."""
    begins = clock(now) if expected["from"] == "now+notice" else expected["from"]
    closes = "18:00" if hours and begins < "18:00" else None
    ends = closes if expected["to"] == "close" else expected["to"]
    assert (clock(window.starts), clock(window.ends)) == (begins, ends)


@pytest.mark.parametrize("recorded", CALLS, ids=lambda each: each["id"])
def test_what_a_model_filled_in_is_understood(recorded):
    """Dates and times in the arguments of recorded tool calls come out as the recording demands."""
    args, expected = recorded["input"]["args"], recorded["expected"]
    day = next(args[key] for key in DATE_KEYS if key in args)
    at = next((args[key] for key in TIME_KEYS if key in args), None)
    found = understand_when(None, now=now_of(recorded), date_text=day, time_text=at)
    assert found.status == "ok"
    start = expected.get("start") or expected.get("new_start") or expected.get("candidate_start")
    if start is not None and recorded["id"] != STALE:
        assert found.wall == local(start).replace(tzinfo=None)
    if "date" in expected:
        assert str(found.date) == expected["date"]
    if "range" in expected:
        assert [str(each) for each in found.date_range] == list(expected["range"].values())
    assert found.repaired_year == ("year_repaired" in expected.get("outcome", ""))


def test_a_stale_day_is_asked_about_where_the_time_is_an_offer_of_another_day():
    """A model's "morgen" and the time of Monday's offer: the offer is the first candidate."""
    recorded = next(each for each in CALLS if each["id"] == STALE)
    args, start = recorded["input"]["args"], local(recorded["expected"]["start"])
    offers = (start, start.replace(hour=11))
    found = understand_when(
        None,
        now=now_of(recorded),
        date_text=args["datum"],
        time_text=args["uhrzeit"],
        offers=offers,
    )
    assert (found.status, found.reason) == ("ask", "offer_mismatch")
    assert found.candidates[0] == start
