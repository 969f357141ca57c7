"""Calendar files, read for when somebody is busy."""

from datetime import UTC

import pytest

from slotkeeper.domain.ics import content_lines
from slotkeeper.domain.ics.events import read_events
from tests.domain.ics.files import AN_HOUR, BERLIN, FRIDAY, ZONE, calendar, read, refusal, times


@pytest.mark.parametrize(
    ("event", "busy"),
    [
        (["DTSTART:20270305T090000Z", AN_HOUR], "05.03. 10:00-11:00"),
        (["DTSTART:20270305T100000", AN_HOUR], "05.03. 10:00-11:00"),
        ([FRIDAY, AN_HOUR], "05.03. 10:00-11:00"),
        (['DTSTART;TZID="Europe/Berlin":20270305T100000', AN_HOUR], "05.03. 10:00-11:00"),
        (["DTSTART;TZID=Asia/Tokyo:20270305T180000", AN_HOUR], "05.03. 10:00-11:00"),
        (["DTSTART;TZID=W. Europe Standard Time:20270305T100000", AN_HOUR], "05.03. 10:00-11:00"),
        (["DTSTART;TZID=/a.org/Europe/Berlin:20270305T100000", AN_HOUR], "05.03. 10:00-11:00"),
        ([FRIDAY, "DTEND;TZID=Europe/London:20270305T101500"], "05.03. 10:00-11:15"),
        (["DTSTART;VALUE=DATE:20270305"], "05.03. 00:00-00:00"),
        (["DTSTART;VALUE=DATE:20270305", "DTEND;VALUE=DATE:20270305"], "05.03. 00:00-00:00"),
        ([FRIDAY, "DURATION:P1W"], "05.03. 10:00-10:00"),
        # The day of 23 hours: a day on the wall, and an exact length.
        (["DTSTART:20270327T120000", "DURATION:P1D"], "27.03. 12:00-12:00"),
        (["DTSTART:20270327T120000", "DURATION:PT24H"], "27.03. 12:00-13:00"),
        # 02:30 does not exist on the 28th of March, and comes twice on the 31st of October.
        (["DTSTART:20270328T023000", AN_HOUR], "28.03. 03:30-04:30"),
        (["DTSTART:20271031T023000", AN_HOUR], "31.10. 02:30-02:30"),
    ],
)  # fmt: skip
def test_an_event_is_busy_when_it_says(event, busy):
    """UTC, floating, in a zone of any name, by the day; ended by an instant or a length."""
    assert times(event) == [busy]


@pytest.mark.parametrize(
    "line",
    ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "status:cancelled", "DTEND:20270305T090000Z"],
)
def test_what_takes_no_time_is_not_busy(line):
    """Marked as free, cancelled, or without a length."""
    assert times(["DTSTART:20270305T090000Z", line]) == []


def test_ten_stays_ten_when_the_clocks_change():
    """A weekly hour keeps its time on the wall over both nights of the year."""
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20270402T080000Z"
    assert times([FRIDAY, AN_HOUR, rule]) == [
        f"{day} 10:00-11:00" for day in ("05.03.", "12.03.", "19.03.", "26.03.", "02.04.")
    ]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;COUNT=3", ["05.03.", "06.03.", "07.03."]),
        ("FREQ=DAILY;UNTIL=20270306", ["05.03.", "06.03."]),
        ("FREQ=DAILY;COUNT=9;UNTIL=20270306T090000Z", ["05.03.", "06.03."]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", ["05.03.", "19.03."]),
        ("FREQ=WEEKLY;BYDAY=FR,MO;COUNT=3", ["05.03.", "08.03.", "12.03."]),
        ("FREQ=MONTHLY;BYDAY=1FR;COUNT=3", ["05.03.", "02.04.", "07.05."]),
        ("FREQ=YEARLY;COUNT=4", ["05.03."]),
    ],
)
def test_a_rule_repeats_an_event(rule, days):
    """Within the horizon, and up to its own end, of whichever kind."""
    assert times([FRIDAY, AN_HOUR, f"RRULE:{rule}"]) == [f"{day} 10:00-11:00" for day in days]


def test_what_is_left_out_does_not_take_place():
    """By the instant, in whatever zone, or by the day; the event itself too."""
    event = [FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;COUNT=6", "EXDATE:20270305T090000Z"]
    event += ["EXDATE;TZID=Asia/Tokyo:20270306T180000,20270307T180000"]
    event += ["EXDATE;VALUE=DATE:20270309"]
    assert times(event) == ["08.03. 10:00-11:00", "10.03. 10:00-11:00"]


def test_further_dates_are_added():
    """With the event's own length, or their own."""
    event = [FRIDAY, AN_HOUR, "RDATE;TZID=Europe/Berlin:20270309T120000"]
    event += ["RDATE;VALUE=PERIOD:20270310T090000Z/20270310T093000Z,20270311T090000Z/PT2H"]
    assert times(event) == [
        "05.03. 10:00-11:00", "09.03. 12:00-13:00", "10.03. 10:00-10:30", "11.03. 10:00-12:00"
    ]  # fmt: skip


def test_a_changed_repetition_replaces_the_one_that_it_was():
    """Moved, cancelled or free: only that one, and only of the same event."""
    series = ["UID:a", FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;COUNT=5"]
    moved = ["UID:a", "RECURRENCE-ID:20270306T090000Z", "DTSTART:20270306T130000Z", AN_HOUR]
    gone = ["UID:a", "RECURRENCE-ID:20270307T090000Z", FRIDAY, AN_HOUR, "STATUS:CANCELLED"]
    free = ["UID:a", "RECURRENCE-ID:20270308T090000Z", FRIDAY, AN_HOUR, "TRANSP:TRANSPARENT"]
    other = ["UID:b", "RECURRENCE-ID:20270309T090000Z", FRIDAY, "DURATION:PT0S"]
    assert times(moved, series, gone, free, other) == [
        "05.03. 10:00-11:00", "06.03. 14:00-15:00", "09.03. 10:00-11:00"
    ]  # fmt: skip


def test_a_zone_of_the_files_own_changes_its_clocks():
    """As its yearly rules say, in winter and in summer, and where a time is skipped or twice."""
    start = "DTSTART;TZID=Customized Time Zone:2027"
    for wall, busy in (
        ("0305T100000", "05.03. 10:00-11:00"),
        ("0705T100000", "05.07. 10:00-11:00"),
        ("0328T023000", "28.03. 03:30-04:30"),
        ("1031T023000", "31.10. 02:30-02:30"),
        ("1031T033000", "31.10. 03:30-04:30"),
    ):
        assert times([start + wall, AN_HOUR], before=ZONE) == [busy]
    weekly = [f"{start}0305T100000", AN_HOUR, "RRULE:FREQ=WEEKLY;UNTIL=20270402T080000Z"]
    assert len(times(weekly, before=ZONE)) == 5


def test_titles_are_not_so_much_as_decoded():
    """Nor are alarms, attendees or what is folded in the middle of a letter."""
    noise = ["SUMMARY:Geheim", "BEGIN:VALARM", "DTSTART:no time", "END:VALARM", "X;=:"]
    raw = calendar([FRIDAY, *noise, AN_HOUR]).encode().replace(b"Geheim", b"Gehei\xc3\r\n \xff")
    (event,) = read_events(raw, BERLIN).events
    assert "Gehei" not in repr(event)


def test_a_folded_line_is_one_line():
    """Wherever it is folded, with either line end and with a byte order mark."""
    raw = calendar([FRIDAY, AN_HOUR]).replace("TZID=Eur", "TZID=\r\n\t Eur".replace(" ", ""))
    for text in (
        raw,
        raw.replace("\r\n", "\n"),
        raw.lower().replace("europe/berlin", "Europe/Berlin"),
    ):
        (event,) = read_events(b"\xef\xbb\xbf" + text.encode(), UTC).events
        assert event.start.zone == BERLIN


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ([AN_HOUR], 2),
        (["DTSTART:tomorrow"], 3),
        (["DTSTART:20270230T100000"], 3),
        (["DTSTART:120000"], 3),
        (["DTSTART;TZID=Europe/Bärlin:20270305T100000"], 3),
        (["DTSTART;TZID=Europe:20270305T100000"], 3),
        (["DTSTART;TZID=../../etc/passwd:20270305T100000"], 3),
        ([FRIDAY, "DTEND:20270305T080000Z"], 4),
        ([FRIDAY, "DURATION:-PT1H"], 4),
        ([FRIDAY, "DURATION:an hour"], 4),
        ([FRIDAY, "DURATION:P99999999999W"], 4),
        ([FRIDAY, "DURATION:P999999W"], 2),
        (["DTSTART:00010101T000000", AN_HOUR], 2),
        (["DTSTART:99991231T235959Z", AN_HOUR], 2),
        ([FRIDAY, AN_HOUR, "RRULE:every day"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:COUNT=2"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:FREQ=SECONDLY"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;INTERVAL=0"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;INTERVAL=-1"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;BYDAY=XX"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;SKIP=OMIT;RSCALE=HEBREW"], 5),
        ([FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(["1"] * 300)], 5),
        ([FRIDAY, AN_HOUR, "EXDATE:never"], 5),
        ([FRIDAY, AN_HOUR, "RDATE:20270309T090000Z/20270308T090000Z"], 5),
        ([FRIDAY, AN_HOUR, "RECURRENCE-ID;RANGE=THISANDPRIOR:20270306T090000Z"], 5),
        ([FRIDAY, AN_HOUR, "EXDATE:" + "2" * content_lines.MAX_LINE_BYTES], 5),
        ([FRIDAY, AN_HOUR, "UID;no value"], 5),
    ],
)
def test_what_cannot_be_understood_costs_its_event_and_is_named(event, line):
    """By the line of the property, or of the event where they do not fit each other.

    The event beside it is read, and so is what is known of this one.
    """
    busy, unread = read(calendar(event, ["DTSTART:20270401T090000Z", AN_HOUR]))
    assert set(unread) == {line}
    assert "01.04. 11:00-12:00" in busy


@pytest.mark.parametrize(
    ("event", "busy"),
    [
        # The rule, the exceptions or the further dates are lost; the event's own time is not.
        ([AN_HOUR, "RRULE:every day"], "05.03. 10:00-11:00"),
        ([AN_HOUR, "EXDATE:never"], "05.03. 10:00-11:00"),
        ([AN_HOUR, "RDATE:20270309T090000Z/P"], "05.03. 10:00-11:00"),
        ([AN_HOUR, "RECURRENCE-ID:then"], "05.03. 10:00-11:00"),
        # An hour where only the end is not known.
        (["DTEND:20270305T080000Z"], "05.03. 10:00-11:00"),
        (["DTEND:later"], "05.03. 10:00-11:00"),
        (["DURATION:P"], "05.03. 10:00-11:00"),
        # Of what is said twice the first; of two ends the later.
        ([AN_HOUR, "DURATION:PT2H"], "05.03. 10:00-11:00"),
        ([AN_HOUR, "DTEND:20270305T090000Z"], "05.03. 10:00-11:00"),
        ([AN_HOUR, "STATUS:CANCELLED", "STATUS:CONFIRMED"], "05.03. 10:00-11:00"),
    ],
)
def test_an_event_that_is_not_read_wholly_is_busy_where_its_time_is_known(event, busy):
    """It is named all the same."""
    found, unread = read(calendar([FRIDAY, *event]))
    assert found == [busy]
    assert len(unread) == 1


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("DTSTART:16010101T030000\n", ""), 4),
        (("DTSTART:16010101T030000", "DTSTART:yore"), 5),
        (("TZOFFSETFROM:+0200", "TZOFFSETFROM:+2"), 6),
        (("INTERVAL=1", "INTERVAL=0"), 8),
        (("FREQ=YEARLY", "FREQ=SECONDLY"), 8),
        (("FREQ=YEARLY", "FREQ=YEARLY;FREQ=SECONDLY"), 8),
        (("BYMONTH=10", "BYMONTH=99"), 8),
        (("TZOFFSETFROM:+0200", "TZOFFSETFROM"), 6),
    ],
)
def test_a_bad_zone_is_named_where_it_is_used(change, line):
    """Its event is read in the company's zone; a zone that nobody names harms nobody."""
    event = ["DTSTART;TZID=Customized Time Zone:20270305T100000", AN_HOUR]
    bad = ZONE.replace(*change, 1)
    file = read_events(calendar(event, before=bad).encode(), BERLIN)
    assert f"(line {line})" in file.unread[0].reason
    assert times(event, before=bad) == ["05.03. 10:00-11:00"]
    assert read(calendar([FRIDAY, AN_HOUR], before=bad)) == (["05.03. 10:00-11:00"], [])


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("", None),
        ("\r\n", None),
        ("<html>", 1),
        (" BEGIN:VCALENDAR", 1),
        ("\n\nBEGIN:VEVENT\nEND:VEVENT", 3),
        ("BEGIN:VCALENDAR", 1),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT", 2),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", 3),
        ("BEGIN:VCALENDAR\nBEGIN:ä", 2),
        ("END:VCALENDAR", 1),
        ("x" * (content_lines.MAX_CALENDAR_BYTES + 1), None),
    ],
)
def test_what_is_no_calendar_is_refused(raw, line):
    """Empty, cut off, of another kind or too large: an import of it would free everything."""
    assert refusal(raw)[0] == line


@pytest.mark.parametrize("component", ["VAVAILABILITY", "VPOLL"])
def test_a_component_that_may_say_busy_and_is_not_read_is_named(component):
    """Skipped in silence, it would free a stylist's week."""
    beside = f"BEGIN:{component}\nDTSTART:20270301T000000Z\nEND:{component}"
    assert read(calendar([FRIDAY, AN_HOUR], before=beside)) == (["05.03. 10:00-11:00"], [2])


@pytest.mark.parametrize(
    "raw",
    [
        calendar([FRIDAY, AN_HOUR, "BEGIN:VEVENT", FRIDAY, "DURATION:PT2H", "END:VEVENT"]),
        calendar([FRIDAY, AN_HOUR, "BEGIN:VALARM", "BEGIN:VEVENT", FRIDAY, "DURATION:PT2H",
                  "END:VEVENT", "END:VALARM"]),
        f"BEGIN:VCALENDAR\nBEGIN:X-BOX\n{calendar([FRIDAY, 'DURATION:PT2H'])}\n"
        "END:X-BOX\nEND:VCALENDAR",
    ],
)  # fmt: skip
def test_an_event_at_any_depth_makes_busy(raw):
    """Inside a calendar, an event or an alarm, where no event belongs."""
    assert "05.03. 10:00-12:00" in read(raw)[0]


@pytest.mark.parametrize("component", ["VTODO", "VJOURNAL", "X-WR-NOTE"])
def test_a_component_that_makes_nobody_busy_is_skipped(component):
    """A task or a journal entry beside the events costs nothing."""
    beside = f"BEGIN:{component}\n{FRIDAY}\nBEGIN:VALARM\nEND:VALARM\nEND:{component}"
    assert times([FRIDAY, AN_HOUR], before=beside) == ["05.03. 10:00-11:00"]
