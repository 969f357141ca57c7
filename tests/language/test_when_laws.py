"""Laws of the understanding, on generated days, times and sentences."""

import random
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language import spoken
from tests.language.understood import BERLIN, HOURS, NOW, table, understand_when, written

OPEN_8_20 = {day: [(time(8), time(20))] for day in range(1, 8)}
WAYS = {
    "de": (spoken.de_dates, spoken.de_times, spoken.DE_FRAMES, spoken.DE_CORRECTIONS),
    "en": (spoken.en_dates, spoken.en_times, spoken.EN_FRAMES, spoken.EN_CORRECTIONS),
}
FILLERS = {
    "de": "äh ähm hm bitte gerne also ja halt eben naja genau doch eigentlich so".split(),
    "en": "uh um er well so yes please ok perhaps".split(),
}
locales = st.sampled_from(["de", "en"])
first, last = (datetime.fromisoformat(f"{year}-01-01") for year in (2024, 2032))
moments = st.datetimes(first, last).map(
    lambda wall: wall.replace(tzinfo=BERLIN, second=0, microsecond=0, fold=0)
)
ahead = st.integers(1, 200).map(timedelta)
starts = st.builds(time, st.integers(8, 19), st.integers(0, 11).map(lambda n: n * 5))
randoms = st.randoms(use_true_random=False)
phrases = st.sampled_from([(lo, phrase) for lo in ("de", "en") for _, phrase, _ in table(lo)])
quick = settings(max_examples=150)


def sentence(locale, day, at, rng):
    """Say a day and a time in one of many ways."""
    dates, times, frames, _ = WAYS[locale]
    return rng.choice(frames).format(day=rng.choice(dates(day)), at=rng.choice(times(at)))


@quick
@given(locales, moments, ahead, starts, randoms)
def test_every_way_to_say_a_day_and_time_is_understood(locale, now, days, at, rng):
    """A day and a time are understood to the minute, in whatever way they are said."""
    day = now.date() + days
    text = sentence(locale, day, at, rng)
    found = understand_when(text, now=now, locale=locale, hours=OPEN_8_20)
    assert (found.status, found.date, found.time) == ("ok", day, at), text


@quick
@given(locales, moments, st.tuples(ahead, ahead), starts, randoms)
def test_what_is_taken_back_is_not_understood(locale, now, days, at, rng):
    """After "nein", "nicht", "statt", "verschieben von": the day that was said last is meant."""
    day, other = (now.date() + each for each in days)
    dates, times, _, frames = WAYS[locale]
    text = rng.choice(frames).format(
        day=rng.choice(dates(day)), at=rng.choice(times(at)), other=rng.choice(dates(other))
    )
    found = understand_when(text, now=now, locale=locale, hours=OPEN_8_20)
    assert (found.status, found.date, found.time) == ("ok", day, at), text


@quick
@given(phrases, randoms)
def test_fillers_change_nothing(phrase, rng):
    """An "äh" or "bitte" between any two words changes nothing that is understood."""
    locale, text = phrase
    words = text.split(" ")
    for _ in range(rng.randrange(1, 4)):
        words.insert(rng.randrange(len(words) + 1), rng.choice(FILLERS[locale]))
    assert understood(" ".join(words), locale) == understood(text, locale), words


@quick
@given(phrases)
def test_case_and_umlauts_change_nothing(phrase):
    """Upper case, ae for ä and decomposed umlauts change nothing."""
    locale, text = phrase
    same = understood(text, locale)
    assert understood(text.upper().replace("ẞ", "SS"), locale) == same
    spelled = text
    for umlaut, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ü": "Ue"}.items():
        spelled = spelled.replace(umlaut, letters)
    assert understood(spelled, locale) == same
    assert understood(text.replace("ü", "u\u0308"), locale) == same


def understood(text, locale):
    """What is understood of a text at the tables' moment."""
    return understand_when(text, now=NOW, locale=locale)


@quick
@given(st.integers(0, 23), st.integers(1, 59), st.sampled_from(list(HOURS)))
def test_digits_and_words_say_the_same_time(hour, minute, hours):
    """ "9 Uhr 45" and "neun Uhr fünfundvierzig" are the same, and so are "um 9" and "um neun"."""
    in_digits = f"um {hour} Uhr {minute}"
    in_words = f"um {spoken.de_hour(hour)} Uhr {spoken.de_number(minute)}"
    for digits, words in ((in_digits, in_words), (f"um {hour}", f"um {spoken.de_number(hour)}")):
        found = [understand_when(t, now=NOW, hours=HOURS[hours]) for t in (digits, words)]
        assert found[0] == found[1]


@quick
@given(st.integers(1, 31), st.integers(1, 12), moments)
def test_digits_and_words_say_the_same_date(day, month, now):
    """ "3. Dezember", "3.12.", "dritter Dezember", "dritter zwölfter" are the same."""
    name = spoken.DE_MONTHS[month - 1]
    ways = (
        f"am {day}. {name}",
        f"am {day}.{month}.",
        f"am {spoken.de_ordinal(day)} {name}",
        f"am {spoken.de_ordinal(day)} {spoken.de_ordinal(month)}",
    )
    found = {written(understand_when(way, now=now)) for way in ways}
    assert len(found) == 1, found


@quick
@given(locales, moments, st.integers(-20, 300).map(timedelta), st.integers(0, 6), randoms)
def test_a_weekday_that_contradicts_its_date_is_never_resolved(locale, now, days, weekday, rng):
    """A weekday and a date that do not agree are asked about, with both as candidates."""
    day = now.date() + days
    names, dates = {
        "de": (spoken.DE_WEEKDAYS, (f"{day.day}.{day.month}.{day.year}", day.isoformat())),
        "en": (spoken.EN_WEEKDAYS, (f"{spoken.EN_MONTHS[day.month - 1]} {day.day}, {day.year}",)),
    }[locale]
    text = f"{names[weekday]}, {rng.choice(dates)}"
    found = understand_when(text, now=now, locale=locale)
    if weekday == day.weekday():
        assert found.date == day
    else:
        assert (found.status, found.reason) == ("ask", "weekday_mismatch"), text
        assert found.date is None
        if day >= now.date():
            assert day in found.candidates
            assert any(each.weekday() == weekday for each in found.candidates)


@quick
@given(moments, st.integers(1, 7), st.sampled_from(["", "nächsten ", "kommenden ", "diesen "]))
def test_a_weekday_is_the_next_one(now, weekday, modifier):
    """A weekday is within a week; if it may be today, the caller is asked."""
    name = spoken.DE_WEEKDAYS[weekday - 1]
    found = understand_when(f"am {modifier}{name}", now=now)
    today = now.date()
    if today.isoweekday() == weekday and modifier in {"", "diesen "}:
        assert found.candidates == (today, today + timedelta(7))
    else:
        assert found.date.isoweekday() == weekday
        assert 1 <= (found.date - today).days <= 7


@quick
@given(phrases, moments)
def test_a_day_is_never_silently_in_the_past(phrase, now):
    """Whatever is understood for sure is still to come."""
    locale, text = phrase
    found = understand_when(text, now=now, locale=locale)
    if found.status == "ok":
        last = found.date or (found.date_range and found.date_range.last)
        assert last is None or last >= now.date(), text
        if found.date_range:
            assert found.date_range.first >= now.date(), text
        if found.wall:
            assert found.wall >= now.replace(tzinfo=None), text
    assert not found.past or found.reason == "past"


@quick
@given(st.integers(2024, 2040), st.booleans(), st.integers(0, 59), st.integers(1, 300))
def test_the_two_nights_of_the_year_are_asked_about(year, spring, minute, days_before):
    """In the night of a jump the hour that is missing, or comes twice, is never guessed."""
    last = date(year, 3 if spring else 10, 31)
    sunday = last - timedelta(days=last.isoweekday() % 7)
    now = datetime.combine(sunday - timedelta(days=days_before), time(12), BERLIN)
    found = understand_when(f"am {sunday:%d.%m.%Y} um 02:{minute:02}", now=now)
    assert found.reason == ("no_such_time" if spring else "ambiguous_dst")


@quick
@given(st.text(max_size=120), locales, moments)
def test_any_text_is_answered(text, locale, now):
    """The understanding is total: any text is understood, asked about or none, in each field."""
    for found in (
        understand_when(text, now=now, locale=locale),
        understand_when(None, now=now, locale=locale, date_text=text, time_text=text),
    ):
        assert found.status in {"ok", "ask", "none"}
        assert (found.status == "ask") == (found.reason is not None)
        assert 0 <= found.confidence <= 1


def garbled(rng):
    """Make a text of pieces of phrases, words in a wrong order, garbage, emoji, other scripts."""
    rows = [row for lo in ("de", "en") for row in table(lo)]
    pool = " ".join(phrase for _, phrase, _ in rows).split()
    odd = [
        "🙂",
        "١٢",
        "مرحبا",
        "\u202e",
        "שלום",
        "½",
        "①",
        "\x00",
        "9" * 30,
        "-",
        "..",
        "24:60",
        "ß",
    ]
    while True:
        kind = rng.randrange(4)
        if kind == 0:
            words = rng.choice(rows)[1].split()
            rng.shuffle(words)
        elif kind == 1:
            words = rng.choices(pool, k=rng.randrange(1, 12))
        elif kind == 2:
            words = rng.choices([*pool, *odd], k=rng.randrange(1, 40))
        else:
            words = [sentence(rng.choice(["de", "en"]), NOW.date(), time(10, 15), rng)]
            cut = rng.randrange(len(words[0]))
            words = [words[0][cut:], rng.choice(odd), words[0][:cut]]
        yield rng.choice(["", " ", " ", " "]).join(words)


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_two_hundred_thousand_phrases_are_answered():
    """None of 200,000 phrases, made, mutated or garbage, makes the understanding fail."""
    rng = random.Random(4)
    texts = garbled(rng)
    for n in range(200_000):
        locale = ("de", "en")[n % 2]
        now = NOW + timedelta(minutes=rng.randrange(2_000_000))
        found = understand_when(next(texts), now=now, locale=locale)
        assert found.status in {"ok", "ask", "none"}


def test_garbled_phrases_are_answered():
    """A few of those phrases run in every test run."""
    rng = random.Random(5)
    texts = garbled(rng)
    for n in range(2_000):
        found = understand_when(next(texts), now=NOW, locale=("de", "en")[n % 2])
        assert found.status in {"ok", "ask", "none"}
