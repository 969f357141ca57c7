"""What exporters really write: slips that are clear all the same, and files put into each other."""

from zoneinfo import ZoneInfo

import pytest

from tests.domain.ics.files import AN_HOUR, FRIDAY, ZONE, calendar, read, times

TEN = ["05.03. 10:00-11:00"]


@pytest.mark.parametrize(
    "event",
    [
        ["DTSTART;TZID=Europe/Berlin :20270305T100000", AN_HOUR],
        ["DTSTART ; TZID = Europe/Berlin : 20270305T100000", "DURATION : PT1H"],
        ["dtstart:20270305T090000Z", "duration:pt1h"],
        ["DTSTART;TZID=Europe/Berlin:2027-03-05T10:00:00", AN_HOUR],
        ["DTSTART:2027-03-05T10:00:00+01:00", "DTEND:2027-03-05T10:00:00Z"],
        ["DTSTART:20270305T0900Z", "DTEND:20270305T1000Z"],
        ["DTSTART:20270305T090000.000Z", AN_HOUR],
        [FRIDAY, "DESCRIPTION:A line that was", "not folded as it should be", AN_HOUR],
        [FRIDAY, AN_HOUR, "RRULE:FREQ=DAILY;COUNT=1;"],
        ["DTSTART;TZID=tzone://Microsoft/Utc:20270305T090000", AN_HOUR],
        ["DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin, Bern:20270305T100000", AN_HOUR],
        ["DTSTART;TZID=:20270305T100000", AN_HOUR],
    ],
)  # fmt: skip
def test_a_slip_that_is_clear_is_understood(event):
    """Spaces, ISO 8601, cut seconds, missing quotes, a title over two lines."""
    busy, unread = read(calendar(event))
    assert busy[0].startswith("05.03. 10:00-11:00")
    assert unread == []


@pytest.mark.parametrize("after", ["X-COMMENT:cached", "\x1a", "\0", "END:VCALENDAR", "\n\nbye"])
def test_what_comes_after_the_end_does_not_matter(after):
    """Podio's line, a Ctrl-Z, a NUL: the calendar was whole before."""
    assert read(f"{calendar([FRIDAY, AN_HOUR])}\r\n{after}\r\n") == (TEN, [])


@pytest.mark.parametrize(
    "line", ["DTEND 20270305T110000Z", "DT END:20270305T110000", "D_TEND:20270305"]
)
def test_a_line_that_is_no_property_and_may_say_when_is_named(line):
    """Skipped in silence, it would make the event free."""
    assert read(calendar([FRIDAY, line]))[1] == [4]


def test_a_whole_day_with_a_time_is_a_day():
    """VALUE says so, and a midnight without an end would take no time."""
    event = ["DTSTART;VALUE=DATE:20270305T000000"]
    assert times(event) == ["05.03. 00:00-00:00"]
    event = ["DTSTART:20270305T090000Z", "DTEND:20270305T240000"]
    assert times(event) == ["05.03. 10:00-00:00"]


def test_names_of_zones_are_compared_as_they_are_meant():
    """Escaped where they are TEXT, quoted where they are a parameter, in old programs' letters."""
    own = ZONE.replace("Customized Time Zone", r"(UTC+09:00) Nirgends\, überall")
    for named in (
        'TZID="(UTC+09:00) Nirgends, überall"',
        r'TZID="(UTC+09:00) Nirgends\, überall"',
        "TZID=(utc+09:00)  nirgends, überall",
    ):
        raw = calendar([f"DTSTART;{named}:20270305T100000", AN_HOUR], before=own)
        assert read(raw) == (TEN, [])
        assert read(raw.encode("cp1252")) == (TEN, [])


@pytest.mark.parametrize("name", ["EST", "GMT", "W. Europe Standard Time", "Berlin", "UTC"])
def test_a_zone_that_the_file_defines_wins(name):
    """Its author knew what was meant, also by a name that stands in a table."""
    event = [f"DTSTART;TZID={name}:20270705T100000", AN_HOUR]
    assert times(event, before=ZONE.replace("Customized Time Zone", name)) == ["05.07. 10:00-11:00"]


def test_a_zone_with_area_and_city_is_the_known_one():
    """Whatever the file says of it: half of the definitions in use are out of date."""
    tokyo = ZONE.replace("Customized Time Zone", "Asia/Tokyo")
    assert times(["DTSTART;TZID=Asia/Tokyo:20270305T180000", AN_HOUR], before=tokyo) == TEN


def test_each_calendar_has_its_own_zones():
    """Beside or inside each other; what one of them lacks is looked for around it, then beside."""
    event = ["DTSTART;TZID=Customized Time Zone:20270305T100000", AN_HOUR]
    here = calendar(event, before=ZONE)
    there = calendar([event[0].replace("0305", "0306"), AN_HOUR],
                     before=ZONE.replace("+0100", "+0000").replace("+0200", "+0100"))  # fmt: skip
    later = calendar([event[0].replace("0305", "0307"), AN_HOUR])
    both = ["05.03. 10:00-11:00", "06.03. 11:00-12:00"]
    assert read(f"{here}\n{there}") == (both, [])
    assert read(f"BEGIN:VCALENDAR\n{here}\n{there}\nEND:VCALENDAR") == (both, [])
    inside = f"BEGIN:VCALENDAR\n{ZONE}\n{later}\n{there}\nEND:VCALENDAR"
    assert read(inside) == (["06.03. 11:00-12:00", "07.03. 10:00-11:00"], [])
    assert read(f"{here}\n{later}") == (["05.03. 10:00-11:00", "07.03. 10:00-11:00"], [])


def test_a_zone_that_is_defined_twice_is_doubtful_where_it_differs():
    """The second is taken, and the event named."""
    event = ["DTSTART;TZID=Customized Time Zone:20270305T100000", AN_HOUR]
    assert read(calendar(event, before=f"{ZONE}\n{ZONE}")) == (TEN, [])
    other = ZONE.replace("+0100", "+0000")
    assert read(calendar(event, before=f"{other}\n{ZONE}")) == (TEN, [33])


def test_a_zone_may_begin_on_a_day():
    """Its clocks are changed at midnight."""
    assert times(["DTSTART;TZID=Customized Time Zone:20270305T100000", AN_HOUR],
                 before=ZONE.replace("16010101T030000", "16010101")) == TEN  # fmt: skip


FREE_BUSY = """BEGIN:VCALENDAR
BEGIN:VFREEBUSY
DTSTART:20270301T000000Z
DTEND:20270401T000000Z
FREEBUSY:20270305T090000Z/PT1H, 20270306T090000Z/20270306T100000Z
FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270307T090000Z/PT1H
FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270308T090000Z/PT1H
FREEBUSY;FBTYPE=X-MINE:20270309T090000Z/PT1H
FREEBUSY;FBTYPE=FREE:20270310T090000Z/PT1H
FREEBUSY;FBTYPE=free:20270305T090000Z/PT1H
END:VFREEBUSY
END:VCALENDAR"""


def test_free_busy_times_are_read():
    """Whatever is not FREE is busy, and what is both is busy."""
    busy, unread = read(FREE_BUSY)
    assert busy == [f"0{day}.03. 10:00-11:00" for day in range(5, 10)]
    assert unread == []


def test_a_period_that_cannot_be_read_costs_itself():
    """It is named, and the others count."""
    busy, unread = read(FREE_BUSY.replace("BUSY-TENTATIVE:20270307T090000Z/PT1H", "BUSY:2027/PT1H"))
    assert (len(busy), unread) == (4, [6])
    busy, unread = read(FREE_BUSY.replace("20270309T090000Z/PT1H", "20270309T090000Z"))
    assert (len(busy), unread) == (4, [8])


def test_an_exception_of_another_value_type_counts():
    """A time for an event of whole days, a day for one of hours, a time without its zone."""
    days = ["DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=DAILY;COUNT=5"]
    days += ["EXDATE:20270302T000000Z", "EXDATE:20270302T230000Z"]
    days += ["EXDATE;TZID=Asia/Tokyo:20270304T120000"]
    assert times(days) == ["01.03. 00:00-00:00", "05.03. 00:00-00:00"]
    hours = ["DTSTART;TZID=Asia/Tokyo:20270301T180000", AN_HOUR, "RRULE:FREQ=DAILY;COUNT=3"]
    hours += ["EXDATE;VALUE=DATE:20270302", "EXDATE:20270303T180000"]
    assert times(hours) == ["01.03. 10:00-11:00"]
    further = ["DTSTART:20270301T090000Z", AN_HOUR, "RDATE;VALUE=DATE:20270305"]
    assert times(further) == ["01.03. 10:00-11:00", "05.03. 10:00-11:00"]
    whole = ["DTSTART;VALUE=DATE:20270301", "RDATE:20270305T090000Z"]
    assert times(whole) == ["01.03. 00:00-00:00", "05.03. 00:00-00:00"]
    series = ["UID:a", "DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=DAILY;COUNT=2"]
    moved = ["UID:a", "RECURRENCE-ID:20270301T230000Z", FRIDAY, AN_HOUR]
    assert times(series, moved) == ["01.03. 00:00-00:00", "05.03. 10:00-11:00"]


def test_further_dates_of_an_event_without_a_length_may_have_one():
    """Whether time is taken is a matter of each date."""
    event = ["DTSTART:20270305T090000Z"]
    event += ["RDATE;VALUE=PERIOD:20270305T090000Z/PT2H,20270306T090000Z/20270306T100000Z"]
    assert times(event) == ["05.03. 10:00-12:00", "06.03. 10:00-11:00"]
    assert times([*event, "STATUS:CANCELLED"]) == []


def test_the_higher_sequence_replaces():
    """Of an event and of a changed repetition, in any order; of equal ones both count."""
    first = ["UID:a", "SEQUENCE:1", "DTSTART:20270305T090000Z", AN_HOUR]
    second = ["UID:a", "SEQUENCE:2", "DTSTART:20270305T130000Z", AN_HOUR]
    assert times(first, second) == times(second, first) == ["05.03. 14:00-15:00"]
    assert times(first, [*second, "STATUS:CANCELLED"]) == []
    assert len(times(first, ["UID:a", "SEQUENCE:1", "DTSTART:20270306T090000Z", AN_HOUR])) == 2
    moved = ["UID:a", "RECURRENCE-ID:20270305T090000Z", "DTSTART:20270307T090000Z", AN_HOUR]
    again = ["UID:a", "RECURRENCE-ID:20270305T090000Z", "SEQUENCE:3", "DTSTART:20270308T090000Z"]
    assert times(first, moved, [*again, AN_HOUR]) == ["08.03. 10:00-11:00"]


def test_a_changed_repetition_that_a_newer_series_leaves_out_is_gone():
    """By its exceptions or its end; a series that is no newer takes nothing back."""
    moved = ["UID:a", "SEQUENCE:1", "RECURRENCE-ID:20270312T090000Z", "DTSTART:20270313T090000Z"]
    series = ["UID:a", FRIDAY, AN_HOUR, "RRULE:FREQ=WEEKLY;COUNT=2"]
    one, both = TEN, [*TEN, "13.03. 10:00-11:00"]
    assert times([*series, "SEQUENCE:2"], [*moved, AN_HOUR]) == both
    without = [*series, "EXDATE:20270312T090000Z"]
    assert times([*without, "SEQUENCE:2"], [*moved, AN_HOUR]) == one
    assert times([*without, "SEQUENCE:1"], [*moved, AN_HOUR]) == both
    ended = [line.replace("COUNT=2", "COUNT=1") for line in series]
    assert times([*ended, "SEQUENCE:2"], [*moved, AN_HOUR]) == one


def test_a_change_of_all_that_follow_moves_them():
    """By as much on the wall, over the change of the clocks, up to the next such change."""
    series = ["UID:a", FRIDAY, AN_HOUR, "RRULE:FREQ=WEEKLY;COUNT=6"]
    later = ["UID:a", "RECURRENCE-ID;RANGE=THISANDFUTURE:20270319T090000Z",
             "DTSTART;TZID=Europe/Berlin:20270320T140000", "DURATION:PT2H"]  # fmt: skip
    over = [
        "UID:a",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20270409T080000Z",
        FRIDAY,
        "STATUS:CANCELLED",
    ]
    one = ["UID:a", "RECURRENCE-ID:20270402T080000Z", "DTSTART:20270402T080000Z", "DURATION:PT30M"]
    assert sorted(times(series, later, over, one)) == [
        "02.04. 10:00-10:30",
        "05.03. 10:00-11:00",
        "12.03. 10:00-11:00",
        "20.03. 14:00-16:00",
        "27.03. 14:00-16:00",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("Europe/Berlin", "europe/berlin", "/a.org/x/Europe/Berlin", "Berlin", "CET", "MEZ"),
        *("mesz", "CEST", "W. Europe Standard Time", "W. Europe", "Romance Standard Time 1"),
        *("W. Europe Daylight Time", "Western/Central Europe", "Mitteleuropäische Zeit"),
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien",
        "(UTC+01:00) Sarajevo, Skopje, Warschau, Zagreb",
    ],
)  # fmt: skip
@pytest.mark.parametrize("month", ["03", "07"])
def test_a_zone_that_is_known_by_name_needs_no_definition(name, month):
    """In winter and in summer; the company is elsewhere."""
    event = [f'DTSTART;TZID="{name}":2027{month}05T100000', AN_HOUR]
    assert times(event, zone=ZoneInfo("Asia/Tokyo")) == [f"05.{month}. 10:00-11:00"]


@pytest.mark.parametrize(
    ("name", "busy"),
    [
        *((name, "11:00-12:00") for name in ("UTC", "utc", "GMT", "Z", "tzone://Microsoft/Utc")),
        *((name, "10:00-11:00") for name in ("GMT+0100", "UTC+01:00", "+01:00", "GMT+1", "utc+1")),
        *((name, "16:00-17:00") for name in ("Eastern Standard Time", "Eastern", "GMT-0500")),
        ("(UTC-05:00) Eastern Time (US & Canada)", "16:00-17:00"),
        ("(UTC) Dublin, Edinburgh, Lissabon, London", "11:00-12:00"),
        ("(UTC+09:00) Osaka, Sapporo, Tokio, Tokyo", "02:00-03:00"),
    ],
)
def test_zones_elsewhere_are_known_by_name_too(name, busy):
    """UTC by any name, offsets, Windows' and Outlook's names."""
    event = [f'DTSTART;TZID="{name}":20270305T100000', AN_HOUR]
    assert read(calendar(event)) == ([f"05.03. {busy}"], [])


@pytest.mark.parametrize(
    "name", ["Customized Time Zone", "Mars/Olympus Mons", "tzone://Microsoft/Custom"]
)
def test_in_a_zone_that_nobody_knows_the_companys_is_taken_and_that_is_said(name):
    """With its rule; the event is named by its line, once."""
    event = [f'DTSTART;TZID="{name}":20270305T100000', f'DTEND;TZID="{name}":20270305T110000']
    busy, unread = read(calendar([*event, "RRULE:FREQ=DAILY;COUNT=2"]))
    assert (busy, unread) == (["05.03. 10:00-11:00", "06.03. 10:00-11:00"], [3])
