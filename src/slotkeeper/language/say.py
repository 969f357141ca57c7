"""What is said to a caller: one or two short sentences, ready to be spoken.

No ISO dates, no ids, no newlines; the weekday is always said back, the year never.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from slotkeeper.language.numbers import Locale, ordinal, spell
from slotkeeper.language.sentences import SENTENCES

_WEEKDAYS = {
    "de": (
        "Montag",
        "Dienstag",
        "Mittwoch",
        "Donnerstag",
        "Freitag",
        "Samstag",
        "Sonntag",
    ),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}
_MONTHS = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


def say(
    status: str,
    locale: Locale,
    at: datetime | None = None,
    service: str = "",
    *,
    words: Mapping[str, str] | None = None,
) -> str:
    """Say a status about a wall-clock time of the company and a service.

    ``words`` fill the sentence's other blanks, as they are spoken.
    """
    blanks = {"service": service, "date": "", "time": "", **(words or {})}
    if at is not None:
        blanks |= {"date": spoken_date(at, locale), "time": spoken_time(at, locale)}
    return SENTENCES[status][locale].format(**blanks)


def spoken_date(at: date, locale: Locale) -> str:
    """A date with its weekday and without its year."""
    weekday, month = _WEEKDAYS[locale][at.weekday()], _MONTHS[locale][at.month - 1]
    if locale == "de":
        return f"{weekday}, den {at.day}. {month}"
    return f"{weekday}, {month} {ordinal(at.day)}"


def spoken_time(at: datetime | time, locale: Locale) -> str:
    """A time as it is spoken, and as only one time can be meant.

    German: fünfzehn Uhr dreißig. English: half past three in the afternoon.
    """
    if locale == "de":
        hour = "ein" if at.hour == 1 else spell(at.hour, "de")
        return f"{hour} Uhr {spell(at.minute, 'de')}" if at.minute else f"{hour} Uhr"
    if not at.minute and at.hour in (0, 12):
        # "Midnight" could be the beginning or the end of the day.
        return "noon" if at.hour else "twelve o'clock at night"
    part = "morning" if at.hour < 12 else "afternoon" if at.hour < 18 else "evening"
    return f"{_english_clock(at.hour, at.minute)} in the {part}"


def _english_clock(hour: int, minute: int) -> str:
    """As people tell it: half past two, ten past ten, quarter to eight."""
    name, next_name = spell(hour % 12 or 12, "en"), spell((hour + 1) % 12 or 12, "en")
    if minute == 0:
        return f"{name} o'clock"
    if minute == 30:
        return f"half past {name}"
    if minute % 5:
        if minute == (hour % 12 or 12):  # "eleven eleven" would sound like a stutter
            return f"{name} minutes past {name}"
        return f"{name} {'oh ' if minute < 10 else ''}{spell(minute, 'en')}"
    past = minute < 30
    away = minute if past else 60 - minute
    away_name = "quarter" if away == 15 else spell(away, "en")
    return f"{away_name} past {name}" if past else f"{away_name} to {next_name}"


def spoken_duration(minutes: int, locale: Locale) -> str:
    """A length of time: eine Stunde und fünfzehn Minuten; one hour and fifteen minutes."""
    hours, rest = divmod(minutes, 60)
    parts: list[str] = []
    if hours:
        one, several = {"de": ("eine Stunde", "Stunden"), "en": ("one hour", "hours")}[locale]
        parts.append(one if hours == 1 else f"{spell(hours, locale)} {several}")
    if rest or not hours:
        one, several = {"de": ("eine Minute", "Minuten"), "en": ("one minute", "minutes")}[locale]
        parts.append(one if rest == 1 else f"{spell(rest, locale)} {several}")
    return (" und " if locale == "de" else " and ").join(parts)


def spoken_stretches(stretches: Sequence[tuple[time, time | None]], locale: Locale) -> str:
    """Hours of a day: von neun Uhr bis achtzehn Uhr; a closing of None is midnight."""
    midnight = "Mitternacht" if locale == "de" else "midnight"
    words = ("von {} bis {}", " und ") if locale == "de" else ("from {} to {}", " and ")
    return words[1].join(
        words[0].format(
            spoken_time(opens, locale), spoken_time(closes, locale) if closes else midnight
        )
        for opens, closes in stretches
    )


def spoken_weekdays(first: int, last: int, locale: Locale) -> str:
    """Days in a row, ISO numbers: Montag bis Freitag; Samstag."""
    names = _WEEKDAYS[locale]
    if first == last:
        return names[first - 1]
    return f"{names[first - 1]} {'bis' if locale == 'de' else 'to'} {names[last - 1]}"


def spoken_price(price_cents: int, currency: str, locale: Locale) -> str:
    """A price, said on request only: 32 Euro; 32 Euro 50; 32 euros and 50 cents."""
    whole, cents = divmod(price_cents, 100)
    name = {"EUR": {"de": "Euro", "en": "euros"}, "CHF": {"de": "Franken", "en": "francs"}}
    unit = name.get(currency, {}).get(locale, currency)
    if not cents:
        return f"{whole} {unit}"
    return f"{whole} {unit} {cents}" if locale == "de" else f"{whole} {unit} and {cents} cents"


def say_others(no: str, others: Sequence[datetime], locale: Locale) -> str:
    """Offer other times after a no: the question it ends in gives way to theirs."""
    times = spoken_choice(others, locale)
    if not no:
        return SENTENCES["openings"][locale].format(others=times)
    # A date such as "5. März" has a full stop of its own; a sentence's is followed by a capital
    # word after a letter.
    first = re.split(r"(?<=[a-zß])[.] ", no)[0].rstrip(".") + "."
    return SENTENCES["others"][locale].format(no=first, others=times)


def spoken_choice(times: Sequence[datetime], locale: Locale) -> str:
    """Join times naturally; a day that was just named is not named again."""
    parts: list[str] = []
    for i, at in enumerate(times):
        same_day = i > 0 and times[i - 1].date() == at.date()
        preposition = "um" if locale == "de" else "at"
        clock = f"{preposition} {spoken_time(at, locale)}"
        parts.append(clock if same_day else f"{spoken_date(at, locale)} {clock}")
    return _either(parts, locale)


def say_candidates(candidates: Sequence[date | time], locale: Locale) -> str:
    """Ask which of at most three days, times, or both, is meant."""
    words: list[str] = []
    for one in candidates[:3]:
        if isinstance(one, datetime):
            preposition = "um" if locale == "de" else "at"
            words.append(f"{spoken_date(one, locale)} {preposition} {spoken_time(one, locale)}")
        else:
            spoken = spoken_time(one, locale) if isinstance(one, time) else spoken_date(one, locale)
            words.append(spoken)
    return SENTENCES["which_time"][locale].format(others=_either(words, locale))


def spoken_list(words: Sequence[str], locale: Locale) -> str:
    """Join words with a final "and"."""
    return _joined(words, "und" if locale == "de" else "and")


def _either(words: Sequence[str], locale: Locale) -> str:
    return _joined(words, "oder" if locale == "de" else "or")


def _joined(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def weekday_name(at: date, locale: Locale) -> str:
    """The weekday alone."""
    return _WEEKDAYS[locale][at.weekday()]
