from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from slotkeeper.domain.catalogue import Hours
from slotkeeper.language.when import opening_hours
from tests.language.understood import BERLIN, HOURS, NOW, understand_when, written

FRIDAY_10 = datetime(2025, 11, 14, 10, tzinfo=BERLIN)
FRIDAY_11 = datetime(2025, 11, 14, 11, tzinfo=BERLIN)
MONDAY_9 = datetime(2025, 11, 17, 9, tzinfo=BERLIN)
OFFERS = (FRIDAY_10, FRIDAY_11, MONDAY_9)
APPOINTMENT = datetime(2025, 11, 20, 14, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("den ersten", "2025-11-14 10:00 pick 0"),
        ("den zweiten bitte", "2025-11-14 11:00 pick 1"),
        ("der dritte Termin passt", "2025-11-17 09:00 pick 2"),
        ("die zweite", "2025-11-14 11:00 pick 1"),
        ("den letzten", "2025-11-17 09:00 pick 2"),
        ("den späteren", "2025-11-17 09:00 pick 2"),
        ("den früheren", "2025-11-14 10:00 pick 0"),
        ("Option zwei", "2025-11-14 11:00 pick 1"),
        ("den vierten Termin", "ask unclear 2025-11-14T10:00 2025-11-14T11:00 2025-11-17T09:00"),
        ("um elf", "2025-11-14 11:00 pick 1"),
        ("Ja, elf Uhr ist okay", "2025-11-14 11:00 pick 1"),
        ("den Montag bitte", "2025-11-17 09:00 pick 2"),
        ("den um neun", "2025-11-17 09:00 pick 2"),
        ("am Freitag um elf", "2025-11-14 11:00 pick 1"),
        ("am Freitag", "2025-11-14"),
        ("um zwölf", "12:00"),
        ("am Samstag um elf", "2025-11-15 11:00"),
        ("Ja, das passt", "none"),
    ],
)
def test_an_offer_is_taken_by_its_place_day_or_time(text, expected):
    """An offer is bound where it can only be that one; a new wish stays a new wish."""
    assert written(understand_when(text, now=NOW, offers=OFFERS)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the first one", "2025-11-14 10:00 pick 0"),
        ("the second", "2025-11-14 11:00 pick 1"),
        ("the later one please", "2025-11-17 09:00 pick 2"),
        ("eleven o'clock", "2025-11-14 11:00 pick 1"),
        ("Monday", "2025-11-17 09:00 pick 2"),
    ],
)
def test_an_offer_is_taken_in_english(text, expected):
    """An English offer is bound by the same rules."""
    assert written(understand_when(text, now=NOW, locale="en", offers=OFFERS)) == expected


def test_a_time_of_two_offered_days_is_asked():
    """If two offers have the same time, the caller is asked for the day."""
    offers = (FRIDAY_10, FRIDAY_10 + timedelta(days=3))
    found = understand_when("um zehn", now=NOW, offers=offers)
    assert written(found) == "ask several_days 2025-11-14T10:00 2025-11-17T10:00"


def test_a_day_of_the_month_that_is_offered_too_is_asked():
    """ "Den zweiten" may be the second offer or the second of the month."""
    second = datetime(2025, 12, 2, 10, tzinfo=BERLIN)
    found = understand_when("den zweiten", now=NOW, offers=(second, FRIDAY_10))
    assert (found.status, found.reason) == ("ask", "ambiguous_date")


def test_a_written_date_is_no_stale_one():
    """A model that writes out another date than the offer's means that date."""
    found = understand_when(
        None, now=NOW, date_text="2025-11-18", time_text="10:00", offers=(FRIDAY_10,)
    )
    assert written(found) == "2025-11-18 10:00"


def test_offers_tell_the_morning_from_the_evening():
    """ "Um sieben" is the evening if only that was offered."""
    evening = datetime(2025, 11, 14, 19, tzinfo=BERLIN)
    assert understand_when("um sieben", now=NOW, offers=(evening,)).wall == evening.replace(
        tzinfo=None
    )


def test_offers_may_come_in_another_zone():
    """Offers are instants: UTC is brought into the company's zone."""
    offers = [each.astimezone(UTC) for each in OFFERS]
    assert written(understand_when("den zweiten", now=NOW, offers=offers)) == (
        "2025-11-14 11:00 pick 1"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auf denselben Tag neun Uhr verschieben", "2025-11-20 09:00"),
        ("Einen Tag später, gleiche Uhrzeit", "2025-11-21 14:30"),
        ("eine Woche später", "2025-11-27 14:30"),
        ("eine Stunde später", "2025-11-20 15:30"),
        ("eine halbe Stunde früher", "2025-11-20 14:00"),
        ("einen Tag später um zehn", "2025-11-21 10:00"),
        ("am Tag danach", "2025-11-21"),
        ("am Freitag zur gleichen Zeit", "2025-11-14 14:30"),
        ("auf elf Uhr verschieben", "2025-11-20 11:00"),
        ("auf Freitag um elf verschieben", "2025-11-14 11:00"),
    ],
)
def test_a_move_counts_from_the_appointment(text, expected):
    """If the appointment is known, relative words become a day and a time."""
    found = understand_when(text, now=NOW, context=APPOINTMENT)
    assert written(found) == f"{expected} < 2025-11-20 14:30"


def test_moving_without_a_new_time_is_asked_and_names_the_old():
    """ "Ich möchte meinen Termin verschieben" asks to when."""
    found = understand_when("Ich möchte meinen Termin verschieben", now=NOW, context=APPOINTMENT)
    assert written(found) == "ask missing < 2025-11-20 14:30"


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        ("morgen", "08:30", "2025-11-13 08:30"),
        ("2025-11-14", "10:00", "2025-11-14 10:00"),
        ("14.11.", "um zehn", "2025-11-14 10:00"),
        ("Freitag", "halb drei", "2025-11-14 14:30"),
        ("nächsten Freitag um halb drei", None, "2025-11-14 14:30"),
        ("2025-11-14 09:45", "", "2025-11-14 09:45"),
        ("2025-11-14 09:45", "09:45", "2025-11-14 09:45"),
        ("Freitag", "10", "2025-11-14 10:00"),
        ("14", "10", "2025-11-14 10:00"),
        ("20 12", "10.30", "2025-12-20 10:30"),
        ("15.1", "9.45", "2026-01-15 09:45"),
        ("Freitag", "vormittags", "2025-11-14 -12:00"),
        ("Freitag", "14:00-16:00", "2025-11-14 14:00-16:00"),
        ("Freitag", "Freitag um zehn", "2025-11-14 10:00"),
        ("Freitag", "Samstag um zehn", "ask date_conflict 2025-11-14 2025-11-15"),
        ("2025-11-14 09:45", "10:45", "ask ambiguous_time 2025-11-14T09:45 2025-11-14T10:45"),
        ("", "", "none"),
        ("None", "None", "none"),
        (None, "1530", "15:30"),
        ("tomorrow", "3 PM", "2025-11-13 15:00"),
        ("next Friday", "half past two", "2025-11-14 14:30"),
        ("15.13", None, "ask invalid_date"),
        ("13. Foobar", None, "ask unclear"),
        ("nicht Freitag, Samstag", None, "2025-11-15"),
        ("Freitag, 14. November 2025", "10:00 Uhr", "2025-11-14 10:00"),
        ("heute (2025-11-12)", "15 Uhr", "2025-11-12 15:00"),
        ("undefined", "null", "none"),
        ("Montag", "neun, sonst fünfzehn Uhr", "2025-11-17 pref 09:00 15:00"),
        ("Freitag", "so bald wie möglich", "2025-11-14"),
        ("Freitag", "egal", "2025-11-14"),
        ("nächste Woche", "nachmittags", "2025-11-17..2025-11-23 12:00-"),
        ("Montag oder Dienstag", "10:00", "ask several_days 2025-11-17T10:00 2025-11-18T10:00"),
        ("2025-11-14T00:00:00", None, "2025-11-14"),
    ],
)
def test_two_fields_are_understood_together(day, at, expected):
    """What a model filled in as date and as time: each may be a phrase, together they agree."""
    assert written(understand_when(None, now=NOW, date_text=day, time_text=at)) == expected


@pytest.mark.parametrize(
    ("text", "day", "at", "expected"),
    [
        ("am Freitag um zehn", "2025-11-14", "10:00", "2025-11-14 10:00"),
        ("am Freitag", None, "10:00", "2025-11-14 10:00"),
        ("um zehn", "2025-11-14", None, "2025-11-14 10:00"),
        ("zehn oder elf Uhr", "2025-11-14", None, "2025-11-14 pref 10:00 11:00"),
    ],
)
def test_words_and_fields_have_to_agree(text, day, at, expected):
    """If the caller's words and the model's fields disagree, the caller is asked."""
    found = understand_when(text, now=NOW, date_text=day, time_text=at)
    assert written(found) == expected


def test_a_hallucinated_date_beside_a_weekday_is_asked():
    """The caller said Friday, the model wrote a Monday of 2023: both are candidates."""
    now = datetime(2025, 11, 5, 15, 7, tzinfo=BERLIN)
    found = understand_when("am Freitag um siebzehn Uhr", now=now, date_text="10.11.2023")
    assert written(found) == "ask weekday_mismatch 2025-11-07 2025-11-10"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("am 29. März 2026 um 2 Uhr 30", "ask no_such_time 2026-03-29T03:30"),
        ("am 29. März 2026 um 3 Uhr", "2026-03-29 03:00"),
        ("2026-03-29 02:00", "ask no_such_time 2026-03-29T03:00"),
        ("am 25. Oktober 2026 um 02:30", "ask ambiguous_dst 2026-10-25T02:30 2026-10-25T02:30"),
        ("am 25. Oktober 2026 um 03:00", "2026-10-25 03:00"),
        ("am 29. Februar 2028 um zehn Uhr", "2028-02-29 10:00"),
        ("am 29. Februar 2027 um zehn", "ask invalid_date 2027-02-28 2027-03-01"),
    ],
)
def test_the_nights_the_clocks_jump_are_asked_about(text, expected):
    """A time that does not exist, or comes twice, is never guessed; the leap day exists or not."""
    night = {day: [(time(0), None)] for day in range(1, 8)}
    assert written(understand_when(text, now=NOW, hours=night)) == expected


def test_the_two_instants_of_a_repeated_hour_are_candidates():
    """Half past two in summer time, and an hour later in winter time."""
    early, late = understand_when("25.10.2026 02:30", now=NOW).candidates
    assert late.astimezone(UTC) - early.astimezone(UTC) == timedelta(hours=1)


def test_in_two_hours_counts_real_time_over_the_jump():
    """Two hours after one in the night of the jump it is four on the wall."""
    now = datetime(2026, 3, 29, 1, 0, tzinfo=BERLIN)
    assert understand_when("in zwei Stunden", now=now).time == time(4)


def test_hours_come_from_the_catalogue():
    """A branch's hours by ISO weekday; those of one person are left out."""
    branch = [
        Hours(1, 5, time(9), time(18)),
        Hours(1, 6, time(9), None),
        Hours(2, 5, time(7), None),
    ]
    week = opening_hours(branch, 1)
    assert week == {5: [(time(9), time(18))], 6: [(time(9), None)]}
    found = understand_when("Samstag nachmittag", now=NOW, hours=week)
    assert written(found) == "2025-11-15 12:00-"


def test_a_naive_now_is_refused():
    """A naive now raises ValueError, because the program is wrong and not the caller."""
    with pytest.raises(ValueError, match="aware"):
        understand_when("morgen", now=datetime(2025, 11, 12, 11))  # noqa: DTZ001


def test_a_fixed_offset_will_do_for_now():
    """Without a ZoneInfo, only the jumps of the clocks are not seen."""
    now = datetime(2025, 11, 12, 11, tzinfo=timezone(timedelta(hours=1)))
    assert understand_when("morgen um zehn", now=now).date == date(2025, 11, 13)


@pytest.mark.parametrize("length", [501, 10_000])
def test_what_is_too_long_is_not_read(length):
    """A text that is longer than a caller's turn is asked again."""
    assert understand_when("morgen " * length, now=NOW).reason == "too_long"
    assert understand_when("um " * 120 + "zehn", now=NOW).reason == "too_long"


def test_a_part_that_is_over_today_is_past():
    """ "Heute Vormittag" in the evening is over."""
    evening = NOW.replace(hour=18)
    assert understand_when("heute Vormittag", now=evening).reason == "past"
    assert understand_when("heute Nachmittag", now=evening, hours=HOURS["salon"]).reason == "past"
