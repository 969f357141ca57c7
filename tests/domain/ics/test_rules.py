"""Rules of repetition: the examples of RFC 5545 3.8.5.3, and every part of a rule."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from slotkeeper.domain.ics.content_lines import ContentLine
from slotkeeper.domain.ics.events import read_events
from slotkeeper.domain.ics.repeats import occurrences
from slotkeeper.domain.ics.rule_parts import rule_of
from slotkeeper.domain.ics.rules import walls
from slotkeeper.domain.ics.times import EventTime
from tests.domain.ics.files import calendar

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)
# Each: when the event begins, its rule, and the first days on which it takes place.
DAYS = [
    ("19970902", "DAILY;COUNT=10", "0902 0903 0904 0905 0906 0907 0908 0909 0910 0911 ."),
    ("19970902", "DAILY;INTERVAL=2", "0902 0904 0906 0908 0910"),
    ("19970902", "DAILY;INTERVAL=10;COUNT=5", "0902 0912 0922 1002 1012 ."),
    ("19970902", "WEEKLY;COUNT=10", "0902 0909 0916 0923 0930 1007 1014 1021 1028 1104 ."),
    ("19970902", "WEEKLY;INTERVAL=2;WKST=SU", "0902 0916 0930 1014 1028 1111 1125 1209 1223"),
    ("19970902", "WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
     "0902 0904 0909 0911 0916 0918 0923 0925 0930 1002 ."),
    ("19970901", "WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
     "0901 0903 0905 0915 0917 0919 0929 1001 1003 1013 1015 1017 1027 1029 1031 1110 1112 1114"
     " 1124 1126 1128 1208 1210 1212 1222 ."),
    ("19970902", "WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
     "0902 0904 0916 0918 0930 1002 1014 1016 ."),
    ("19970905", "MONTHLY;COUNT=10;BYDAY=1FR",
     "0905 1003 1107 1205 0102 0206 0306 0403 0501 0605 ."),
    ("19970905", "MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "0905 1003 1107 1205 ."),
    ("19970907", "MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
     "0907 0928 1102 1130 0104 0125 0301 0329 0503 0531 ."),
    ("19970922", "MONTHLY;COUNT=6;BYDAY=-2MO", "0922 1020 1117 1222 0119 0216 ."),
    ("19970928", "MONTHLY;BYMONTHDAY=-3", "0928 1029 1128 1229 0129 0226"),
    ("19970902", "MONTHLY;COUNT=10;BYMONTHDAY=2,15",
     "0902 0915 1002 1015 1102 1115 1202 1215 0102 0115 ."),
    ("19970930", "MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
     "0930 1001 1031 1101 1130 1201 1231 0101 0131 0201 ."),
    ("19970910", "MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
     "0910 0911 0912 0913 0914 0915 0310 0311 0312 0313 ."),
    ("19970902", "MONTHLY;INTERVAL=2;BYDAY=TU",
     "0902 0909 0916 0923 0930 1104 1111 1118 1125 0106"),
    ("19970610", "YEARLY;COUNT=10;BYMONTH=6,7",
     "0610 0710 0610 0710 0610 0710 0610 0710 0610 0710 ."),
    ("19970310", "YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
     "0310 0110 0210 0310 0110 0210 0310 0110 0210 0310 ."),
    ("19970101", "YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
     "0101 0410 0719 0101 0409 0718 0101 0410 0719 0101 ."),
    ("19970519", "YEARLY;BYDAY=20MO", "0519 0518 0517"),
    ("19970512", "YEARLY;BYWEEKNO=20;BYDAY=MO", "0512 0511 0517"),
    ("19970313", "YEARLY;BYMONTH=3;BYDAY=TH", "0313 0320 0327 0305 0312 0319 0326 0304"),
    ("19970605", "YEARLY;BYDAY=TH;BYMONTH=6,7,8",
     "0605 0612 0619 0626 0703 0710 0717 0724 0731 0807 0814 0821 0828 0604"),
    ("19970913", "MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
     "0913 1011 1108 1213 0110 0207 0307 0411 0509 0613"),
    ("19961105", "YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
     "1105 1107 1102"),
    ("19970904", "MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "0904 1007 1106 ."),
    ("19970929", "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "0929 1030 1127 1230 0129 0226 0330"),
    ("19970805", "WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "0805 0810 0819 0824 ."),
    ("19970805", "WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "0805 0817 0819 0831 ."),
    ("20070115", "MONTHLY;BYMONTHDAY=15,30;COUNT=5", "0115 0130 0215 0315 0330 ."),
    # Beyond the RFC's examples: what its text says of each part.
    ("20240229", "YEARLY;COUNT=2", "0229 0229 ."),
    ("20270131", "MONTHLY;COUNT=4", "0131 0331 0531 0731 ."),
    ("20270101", "YEARLY;BYYEARDAY=-1,366;COUNT=4", "0101 1231 1231 1231 ."),
    ("20270101", "DAILY;BYMONTH=2;BYMONTHDAY=-1;COUNT=3", "0101 0228 0229 0228 ."),
    ("20270104", "DAILY;BYDAY=MO,FR;COUNT=4", "0104 0108 0111 0115 ."),
    ("20270104", "WEEKLY;BYMONTH=3;COUNT=3", "0104 0301 0308 0315 ."),
    ("20270105", "YEARLY;BYWEEKNO=1;COUNT=2", "0105 0104 ."),
    ("20270105", "YEARLY;BYWEEKNO=-1;COUNT=3", "0105 1228 1226 1225 ."),
    ("20270105", "YEARLY;BYWEEKNO=53;COUNT=2", "0105 ."),
    ("20270519", "YEARLY;BYWEEKNO=20;BYMONTH=5;COUNT=2", "0519 0517 ."),
    ("20270103", "YEARLY;BYWEEKNO=1;WKST=SU;COUNT=2", "0103 0102 ."),
    # The set of a week is the whole week, also of the first one.
    ("20270303", "WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1;COUNT=3", "0303 0308 0315 0322 ."),
    ("20270303", "WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2;COUNT=3", "0303 0310 0317 ."),
    ("20270303", "WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU;BYSETPOS=-1;COUNT=2", "0303 0317 ."),
    ("20270101", "YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=4", "0101 1231 0103 1229 ."),
    ("20270304", "WEEKLY;BYDAY=1MO;COUNT=2", "0304 0308 0315 ."),
    # The event itself counts, whether or not the rule falls on it.
    ("20270304", "WEEKLY;BYDAY=MO;COUNT=1", "0304 0308 ."),
    ("20270304", "DAILY;UNTIL=20270301", "0304 ."),
    ("20270304", "DAILY;UNTIL=20270305", "0304 0305 ."),
    ("20270304", "DAILY;UNTIL=20270305T090000", "0304 0305 ."),
    ("20270304", "DAILY;UNTIL=20270305T085959Z", "0304 ."),
    ("20270304", "DAILY;RSCALE=GREGORIAN;SKIP=OMIT;COUNT=2", "0304 0305 ."),
    ("20270304", " daily ; count=2 ;", "0304 0305 ."),
    # A rule that never comes true: dateutil would look for it until the year 9999.
    ("20270304", "DAILY;BYMONTH=2;BYMONTHDAY=30", "0304 ."),
    ("20270304", "YEARLY;BYMONTH=2;BYMONTHDAY=30", "0304 ."),
]  # fmt: skip


def starts(*lines):
    """When an event begins, in order, without a zone."""
    raw = calendar([*lines, "DURATION:PT1H"]).encode()
    file = read_events(raw, UTC)
    assert file.unread == []
    return sorted({interval.start for interval in occurrences(file, UNTIL)})


@pytest.mark.parametrize(("first", "rule", "days"), DAYS)
def test_a_rule_falls_on_the_days_that_the_rfc_says(first, rule, days):
    """In their order; where the list ends with a full stop, on no other."""
    *wanted, last = days.split()
    found = starts(f"DTSTART:{first}T090000", f"RRULE:FREQ={rule}")
    if last == ".":
        assert [f"{start:%m%d}" for start in found] == wanted
    else:
        assert [f"{start:%m%d}" for start in found[: len(wanted) + 1]] == [*wanted, last]


@pytest.mark.parametrize(
    ("first", "rule", "count"),
    [
        ("19970902", "DAILY;UNTIL=19971224T000000Z", 113),
        ("19970902", "WEEKLY;UNTIL=19971224T000000Z", 17),
        ("19980101", "YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", 93),
        ("19980101", "DAILY;UNTIL=20000131T140000Z;BYMONTH=1", 93),
        ("19970902", "DAILY;COUNT=25;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", 25),
    ],
)
def test_a_rule_ends_where_it_says(first, rule, count):
    """By an instant, or after so many."""
    assert len(starts(f"DTSTART:{first}T090000", f"RRULE:FREQ={rule}")) == count


def test_a_day_may_have_several_times():
    """By hours, minutes and seconds, and by their place among them."""
    event = ["DTSTART:20270304T090000", "RRULE:FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0,30;COUNT=5"]
    assert [f"{start:%d. %H:%M}" for start in starts(*event)] == [
        "04. 09:00", "04. 09:30", "04. 14:00", "04. 14:30", "05. 09:00"
    ]  # fmt: skip
    last = ["DTSTART:20270304T140000", "RRULE:FREQ=DAILY;BYHOUR=9,14;BYSETPOS=-1;COUNT=2"]
    assert [f"{start:%d. %H:%M}" for start in starts(*last)] == ["04. 14:00", "05. 14:00"]
    day = ["DTSTART;VALUE=DATE:20270304", "RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=2"]
    assert [f"{start:%d. %H:%M}" for start in starts(*day)] == ["04. 00:00", "05. 00:00"]


@pytest.mark.parametrize(
    "rule",
    [
        *("HOURLY;COUNT=2", "MINUTELY;INTERVAL=15", "SECONDLY", "NEVER"),
        *("WEEKLY;BYMONTHDAY=1", "WEEKLY;BYYEARDAY=1", "MONTHLY;BYWEEKNO=1", "DAILY;BYYEARDAY=1"),
        *("DAILY;BYDAY=1MO", "WEEKLY;BYDAY=2MO", "YEARLY;BYWEEKNO=20;BYDAY=1MO", "DAILY;BYDAY=0MO"),
        *("DAILY;BYSETPOS=1", "DAILY;COUNT=0", "DAILY;INTERVAL=0", "DAILY;BYMONTH=13", "DAILY;X=1"),
        *("DAILY;BYHOUR=24", "DAILY;BYSECOND=60", "MONTHLY;BYMONTHDAY=0", "MONTHLY;BYMONTHDAY=32"),
        *("DAILY;UNTIL=never", "DAILY;COUNT=2;COUNT=3", "WEEKLY;BYDAY=", "DAILY;WKST=XX"),
        "DAILY;RSCALE=CHINESE", "YEARLY;SKIP=FORWARD", "DAILY;BYEASTER=0",
        # Open in the RFC: to which year the week counts.
        "YEARLY;INTERVAL=2;BYWEEKNO=1", "YEARLY;BYWEEKNO=53;BYDAY=MO,TU;BYSETPOS=1",
    ],
)  # fmt: skip
def test_a_rule_that_is_not_read_is_named_and_the_event_itself_stays(rule):
    """What the RFC forbids or leaves open, and what repeats within a day."""
    event = ["DTSTART:20270304T090000", f"RRULE:FREQ={rule}", "DURATION:PT1H"]
    file = read_events(calendar(event).encode(), UTC)
    assert [unread.line for unread in file.unread] == [4]
    assert [f"{i.start:%m%d}" for i in occurrences(file, UNTIL)] == ["0304"]


def test_a_rule_of_exceptions_leaves_out_what_it_falls_on():
    """EXRULE, which old programs write; the event itself only where the rule falls on it."""
    event = ["DTSTART:20270305T090000", "RRULE:FREQ=DAILY;COUNT=6"]
    kept = starts(*event, "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2")
    assert [f"{start:%d}" for start in kept] == ["06", "08", "09", "10"]
    kept = starts(*event, "EXRULE:FREQ=WEEKLY;BYDAY=SA,SU")
    assert [f"{start:%d}" for start in kept] == ["05", "08", "09", "10"]


def test_two_rules_add_up():
    """RFC 5545 advises against it, and old files have it."""
    event = ["DTSTART:20270301T090000", "RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=3"]
    assert [f"{start:%d}" for start in starts(*event)] == ["01", "02", "03", "08"]


class Stopped(Exception):
    """The clock ran out."""


def test_what_never_comes_true_can_be_stopped_on_the_way():
    """A rule that yields nothing is asked at each step whether it may go on."""
    begins = EventTime(datetime(1900, 1, 1), UTC)  # noqa: DTZ001 - the wall's
    line = ContentLine(1, "RRULE", {}, "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    steps = iter(range(1000))

    def tick():
        if next(steps, None) is None:
            raise Stopped

    last = datetime(2030, 1, 1)  # noqa: DTZ001
    with pytest.raises(Stopped):
        list(walls(rule_of(line, begins), begins.wall, last, tick))


numbers = {
    "BYMONTH": st.integers(1, 12),
    "BYMONTHDAY": st.integers(1, 31) | st.integers(-31, -1),
    "BYYEARDAY": st.integers(1, 366) | st.integers(-366, -1),
    "BYWEEKNO": st.integers(2, 51),
    "BYHOUR": st.integers(0, 23),
    "BYMINUTE": st.integers(0, 59),
}
weekdays = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
forbidden = {
    "YEARLY": set(),
    "MONTHLY": {"BYYEARDAY", "BYWEEKNO"},
    "WEEKLY": {"BYYEARDAY", "BYWEEKNO", "BYMONTHDAY"},
    "DAILY": {"BYYEARDAY", "BYWEEKNO"},
}


@st.composite
def rules(draw):
    """A rule of any parts that dateutil reads as the RFC does."""
    frequency = draw(st.sampled_from(sorted(forbidden)))
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.integers(1, 4)))}
    for name in draw(st.sets(st.sampled_from(sorted(numbers.keys() - forbidden[frequency])))):
        parts[name] = ",".join(map(str, draw(st.sets(numbers[name], min_size=1, max_size=4))))
    if draw(st.booleans()) or "BYWEEKNO" in parts:
        days = sorted(draw(st.sets(weekdays, min_size=1, max_size=4)))
        if frequency in ("YEARLY", "MONTHLY") and "BYWEEKNO" not in parts:
            # dateutil finds no day where some of them have a number and some have none.
            nth = st.sampled_from(["1", "-1", "2", "-2", "5"] if draw(st.booleans()) else [""])
            days = [draw(nth) + day for day in days]
        parts["BYDAY"] = ",".join(days)
    by = [name for name in parts if name.startswith("BY")]
    if by and frequency != "WEEKLY" and draw(st.booleans()):
        positions = draw(st.sets(st.integers(-4, 4).filter(bool), min_size=1, max_size=2))
        parts["BYSETPOS"] = ",".join(map(str, positions))
    parts["WKST"] = draw(weekdays)
    return ";".join(f"{name}={value}" for name, value in parts.items())


@settings(max_examples=60, deadline=None)
@given(rules(), st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)))  # noqa: DTZ001
def test_where_dateutil_follows_the_rfc_it_gives_the_same(rule, begins):
    """Any parts together, from any start."""
    begins = begins.replace(second=0, microsecond=0)
    last = begins + timedelta(days=1500)
    line = ContentLine(1, "RRULE", {}, rule)
    rule_walls = walls(rule_of(line, EventTime(begins, UTC)), begins, last, lambda: None)
    found = list(islice(rule_walls, 50))
    # No further: dateutil looks for the one after the last until the year 9999.
    assert found == list(islice(rrulestr(rule, dtstart=begins), len(found)))
