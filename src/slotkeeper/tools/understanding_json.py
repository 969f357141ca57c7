"""An understanding as JSON, for the journal and for the command ``understand``."""

from __future__ import annotations

from datetime import date, datetime, time

from slotkeeper.language.say.spoken import weekday_name
from slotkeeper.language.understanding import Understanding
from slotkeeper.language.when import When, Window
from slotkeeper.tools.company_language import CompanyLanguage


def understanding_json(
    understanding: Understanding, language: CompanyLanguage
) -> dict[str, object]:
    """Show an understanding, with ISO dates and 24-hour times."""
    when, guess = understanding.when, understanding.service
    shown: dict[str, object] = {
        "status": understanding.status,
        "date": when.date.isoformat() if when.date else None,
        "weekday": weekday_name(when.date, language.company.locale) if when.date else None,
        "time": _clock(when.time),
        "window": _window(when, language) if when.window else None,
        "service": guess.service.name if guess.service else None,
        "confidence": round(understanding.confidence, 3),
        "candidates": [_candidate(candidate) for candidate in when.candidates]
        + ([service.name for service in guess.candidates] if guess.action == "ask" else []),
        "say": understanding.say,
    }
    optional = {
        "action": guess.action if guess.action != "none" else None,
        "reason": when.reason,
        "range": _range(when),
        "preferences": [_clock(preference) for preference in when.preferences] or None,
        "old": {"date": str(when.old.date or ""), "time": _clock(when.old.time)}
        if when.old
        else None,
        "delta_days": when.relative.days if when.relative else None,
        "selects": when.selects,
        "past": when.past or None,
        "repaired_year": when.repaired_year or None,
    }
    return shown | {name: value for name, value in optional.items() if value is not None}


def _clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None


def _window(when: When, language: CompanyLanguage) -> dict[str, object]:
    """The window's ends; an open end is the day's opening or closing, where that is known."""
    window = when.window or Window(None, None)
    stretches = (language.hours or {}).get(when.date.isoweekday(), ()) if when.date else ()
    opens = min((stretch[0] for stretch in stretches), default=None)
    closes = max((stretch[1] for stretch in stretches if stretch[1]), default=None)
    return {"from": _clock(window.starts or opens), "to": _clock(window.ends or closes)}


def _range(when: When) -> dict[str, str | None] | None:
    if when.date_range is None:
        return None
    last = when.date_range.last
    return {"from": when.date_range.first.isoformat(), "to": last.isoformat() if last else None}


def _candidate(candidate: date | time) -> str:
    if isinstance(candidate, datetime):
        return f"{candidate:%Y-%m-%d %H:%M}"
    return f"{candidate:%H:%M}" if isinstance(candidate, time) else candidate.isoformat()
