"""Sentences for callers, one or two short ones each, ready to be spoken.

They hold no ISO dates, ids or newlines; a date always has its weekday, and never its year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from slotkeeper.domain.locale import Locale
from slotkeeper.language.say.speech import SPEECH, Speech

# A caller cannot remember more than three days or times from one question.
MAX_CHOICES = 3


def say(
    status: str,
    locale: Locale,
    at: datetime | None = None,
    service: str = "",
    *,
    words: Mapping[str, str] | None = None,
) -> str:
    """Say a status's sentence about a service and a time on the company's wall.

    ``words`` fill the sentence's other blanks.
    """
    speech = SPEECH[locale]
    blanks = {"service": service, "date": "", "time": "", "with": "", **(words or {})}
    if at is not None:
        blanks |= {"date": speech.say_date(at), "time": speech.say_time(at)}
    return speech.sentences[status].format(**blanks)


def say_others(no: str, others: Sequence[datetime], locale: Locale) -> str:
    """Offer other times after a refusal; its own question is left out."""
    times = spoken_choice(others, locale)
    if not no:
        return say("openings", locale, words={"others": times})
    return say("others", locale, words={"no": _without_question(no), "others": times})


def say_others_with(
    no: str, by_person: Sequence[tuple[str, str, Sequence[datetime]]], locale: Locale
) -> str:
    """Offer other times in their order, each with who serves then ("" for nobody) and the place.

    The place comes with a space before it.
    """
    texts: list[str] = []
    for name, place, times in by_person:
        text = spoken_choice(times, locale)
        if name:
            words = {"with": with_staff(name, locale), "others": text}
            text = say("times_with", locale, words=words)
        texts.append(f"{text}{place}")
    offers = spoken_alternatives(texts, locale)
    if not no:
        return say("openings", locale, words={"others": offers})
    return say("others", locale, words={"no": _without_question(no), "others": offers})


def say_news(no: str, news: str) -> str:
    """Follow a refusal, whose question is left out, by a statement."""
    return f"{_without_question(no)} {news}" if no else news


def _without_question(no: str) -> str:
    """Keep a refusal's first sentence: what is offered asks a question of its own."""
    if no.endswith("."):
        return no
    # Only a full stop after a letter ends a sentence; "5. März" has one of its own, and so has Dr.
    return re.split(r"(?<=[a-zß])(?<!\bDr)(?<!\bProf)[.] ", no)[0].rstrip(".") + "."


def say_candidates(candidates: Sequence[date | time], locale: Locale) -> str:
    """Ask which of at most three days, times, or both, is meant."""
    speech = SPEECH[locale]
    choices = [_candidate(candidate, speech) for candidate in candidates[:MAX_CHOICES]]
    return say("which_time", locale, words={"others": _joined(choices, speech.disjunction)})


def _candidate(candidate: date | time, speech: Speech) -> str:
    if isinstance(candidate, datetime):
        return f"{speech.say_date(candidate)} {speech.at(candidate)}"
    return speech.say_time(candidate) if isinstance(candidate, time) else speech.say_date(candidate)


def spoken_date(at: date, locale: Locale) -> str:
    """Say a date with its weekday and without its year."""
    return SPEECH[locale].say_date(at)


def spoken_time(at: datetime | time, locale: Locale) -> str:
    """Say a time so that only one time can be meant: in the morning, or on a clock of 24 hours."""
    return SPEECH[locale].say_time(at)


def spoken_day_and_time(day: date | None, at: time | None, locale: Locale) -> str:
    """Say a day, a time, or both: Freitag, den 5. März um zehn Uhr; "" for neither."""
    speech = SPEECH[locale]
    if day is None:
        return "" if at is None else speech.say_time(at)
    return speech.say_date(day) if at is None else f"{speech.say_date(day)} {speech.at(at)}"


def spoken_duration(minutes: int, locale: Locale) -> str:
    """Say a length of time: eine Stunde und fünfzehn Minuten; one hour and fifteen minutes."""
    speech = SPEECH[locale]
    hours, rest = divmod(minutes, 60)
    parts = [_counted(hours, speech.hour, speech)] if hours else []
    if rest or not hours:
        parts.append(_counted(rest, speech.minute, speech))
    return f" {speech.conjunction} ".join(parts)


def _counted(number: int, unit: tuple[str, str], speech: Speech) -> str:
    single, several = unit
    return single if number == 1 else f"{speech.vocabulary.spell(number)} {several}"


def spoken_hours(stretches: Sequence[tuple[time, time | None]], locale: Locale) -> str:
    """Say a day's hours: von neun Uhr bis achtzehn Uhr; a closing of None is midnight."""
    speech = SPEECH[locale]
    return f" {speech.conjunction} ".join(
        speech.hours_from_to.format(
            speech.say_time(opens), speech.say_time(closes) if closes else speech.midnight
        )
        for opens, closes in stretches
    )


def spoken_weekdays(first: int, last: int, locale: Locale) -> str:
    """Say days in a row, ISO numbers: Montag bis Freitag; Samstag."""
    speech = SPEECH[locale]
    names = speech.vocabulary.weekdays
    if first == last:
        return names[first - 1]
    return speech.days_from_to.format(names[first - 1], names[last - 1])


def weekday_name(at: date, locale: Locale) -> str:
    """Say the weekday alone."""
    return SPEECH[locale].vocabulary.weekdays[at.weekday()]


def spoken_price(price_cents: int, currency: str, locale: Locale) -> str:
    """Say a price, on request only: 32 Euro; 32 Euro 50; 32 euros and 50 cents."""
    speech = SPEECH[locale]
    whole, cents = divmod(price_cents, 100)
    unit = speech.currencies.get(currency, currency)
    if not cents:
        return f"{whole} {unit}"
    return speech.price_with_cents.format(whole=whole, unit=unit, cents=cents)


def spoken_choice(times: Sequence[datetime], locale: Locale) -> str:
    """Join times with "or"; a day that was just named is not named again."""
    speech = SPEECH[locale]
    parts: list[str] = []
    for number, at in enumerate(times):
        same_day = number > 0 and times[number - 1].date() == at.date()
        parts.append(speech.at(at) if same_day else f"{speech.say_date(at)} {speech.at(at)}")
    return _joined(parts, speech.disjunction)


def spoken_days(days: Sequence[date], locale: Locale) -> str:
    """Say days in a row with their preposition: am Freitag, den 5. März; von Montag ... bis ..."""
    speech = SPEECH[locale]
    if len(days) > 2:
        return speech.days_all.format(speech.say_date(days[0]), speech.say_date(days[-1]))
    return _joined([f"{speech.on_date} {speech.say_date(day)}" for day in days], speech.conjunction)


def spoken_clauses(clauses: Sequence[str], locale: Locale) -> str:
    """Make one sentence of clauses, each with a full stop of its own."""
    text = f", {SPEECH[locale].conjunction} ".join(clause.rstrip(".") for clause in clauses)
    return f"{text[:1].upper()}{text[1:]}."


def spoken_appointment(service: str, at: datetime, locale: Locale) -> str:
    """Say an appointment: Dauerwelle am Freitag, den 5. März um zehn Uhr."""
    speech = SPEECH[locale]
    return f"{service} {speech.on_date} {speech.say_date(at)} {speech.at(at)}"


def with_staff(name: str, locale: Locale) -> str:
    """Say who serves: bei Emma."""
    return SPEECH[locale].with_staff.format(name)


def for_person(person: int, locale: Locale) -> str:
    """Say for which person of a visit it is, from 1 on: für die zweite Person."""
    words = SPEECH[locale].for_person
    return words[person - 1] if person <= len(words) else ""


def booked_as(number: int, of: int, locale: Locale) -> str:
    """Say which of several was booked as this one, from 0 on: den Sie zuerst gebucht haben."""
    first, following, last = SPEECH[locale].booked_as
    if number == 0:
        return first
    return last if 1 < number == of - 1 else following


def spoken_list(words: Sequence[str], locale: Locale) -> str:
    """Join words with a final "and"."""
    return _joined(words, SPEECH[locale].conjunction)


def spoken_either(words: Sequence[str], locale: Locale) -> str:
    """Join words with a final "or"."""
    return _joined(words, SPEECH[locale].disjunction)


def spoken_alternatives(words: Sequence[str], locale: Locale) -> str:
    """Join words that hold commas themselves, with an "or" between any two."""
    return f" {SPEECH[locale].disjunction} ".join(words)


def _joined(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
