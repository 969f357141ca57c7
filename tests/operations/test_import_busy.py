"""What stands in another calendar is not offered here."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from slotkeeper.domain.company_rules import Rules
from slotkeeper.domain.errors import InvalidInput, SlotTaken, TooBusy
from slotkeeper.domain.ics.content_lines import MAX_CALENDAR_BYTES, CalendarFileRefused
from slotkeeper.domain.intervals import Interval
from slotkeeper.operations import calendar_child
from slotkeeper.operations import import_busy as module
from slotkeeper.operations.block import calendar_of
from slotkeeper.operations.calendar_child import merged
from slotkeeper.operations.import_busy import BEYOND_DAYS, ImportHeldBack, import_busy
from slotkeeper.storage.turns import FILES_AT_ONCE
from tests.build import FRIDAY_10, MONDAY_9, a_company

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
DENTIST = (
    "BEGIN:VEVENT\nUID:1\nSUMMARY:Zahnarzt\nDTSTART:20270305T093000Z\nDURATION:PT1H\nEND:VEVENT"
)
EVERY_DAY = (
    "BEGIN:VEVENT\nUID:2\nSUMMARY:Yoga\nDTSTART;TZID=Europe/Berlin:20200101T200000\n"
    "DURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT"
)


def calendar(*events):
    """A calendar file."""
    return "\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR"]).encode()


async def imported(salon, raw, name="Emma", source="private", **how):
    """Import a file for somebody."""
    owner = calendar_of(salon.company, staff=name, key=None)
    return await import_busy(salon.context(), owner, raw, source=source, **how)


async def stored(salon):
    """What is kept, as (whose, source, start, end)."""
    rows = await salon.rows(
        "SELECT c.key, b.source, b.starts_at, b.ends_at FROM busy_times b "
        "JOIN calendars c ON c.company_id = b.company_id AND c.id = b.calendar_id "
        "WHERE b.company_id = $1 ORDER BY 1, 2, 3"
    )
    return [tuple(row) for row in rows]


async def test_who_is_busy_elsewhere_is_not_offered(salon):
    """A wish that touches the time is refused, and another person is found."""
    done = await imported(salon, calendar(DENTIST))
    assert (done.events, done.stretches, done.replaced) == (1, 1, 0)
    with pytest.raises(SlotTaken) as no:
        await salon.hold(staff="Emma")
    assert no.value.blocked_by == "busy"
    assert (await salon.hold()).staff_id == salon.staff_ids["Sarah"]


async def test_what_stands_in_the_busy_time_is_named_and_stays(salon):
    """An appointment and a live hold that touch it; not those of others, nor beside it."""
    booked = await salon.book(staff="Emma")
    held = await salon.hold(staff="Emma", at=FRIDAY_10 + HOUR)
    await salon.hold(staff="Emma", at=FRIDAY_10 + 2 * HOUR)
    await salon.book(staff="Sarah")
    hits = (await imported(salon, calendar(DENTIST))).hits
    assert hits.appointments == (booked,)
    assert [(hold.token, hold.starts_at) for hold in hits.holds] == [(held.token, held.starts_at)]
    assert (await salon.convert(held.token)).starts_at == held.starts_at


async def test_importing_again_replaces(salon):
    """What this source said of this calendar, and nothing else."""
    await imported(salon, calendar(DENTIST), name="Sarah")
    await imported(salon, calendar(DENTIST), source="other")
    await imported(salon, calendar(DENTIST, EVERY_DAY))
    before = [row for row in await stored(salon) if row[:2] != ("Emma", "private")]
    again = await imported(salon, calendar(), anyway=True)
    assert again.replaced > 100
    assert await stored(salon) == before
    assert len(before) == 2


async def test_a_bad_file_changes_nothing(salon):
    """All of it or nothing: the old times stay."""
    await imported(salon, calendar(DENTIST))
    before = await stored(salon)
    with pytest.raises(CalendarFileRefused, match=r"^line 5: "):
        await imported(salon, calendar(DENTIST.replace("DTSTART:", "DTSTART:x")))
    assert await stored(salon) == before


async def test_an_event_that_cannot_be_read_costs_itself(salon):
    """It is named; those beside it are imported."""
    done = await imported(salon, calendar(EVERY_DAY.replace("DAILY", "NEVER"), DENTIST))
    assert [(unread.line, done.unread_count) for unread in done.unread] == [(7, 1)]
    assert (done.events, done.stretches) == (2, 1)


async def test_an_import_that_frees_more_than_half_is_held_back_and_told(salon):
    """What the source said stays, until somebody imports the file anyway."""
    later = DENTIST.replace("UID:1", "UID:3").replace("0305T", "0306T")
    longer = later.replace("UID:3", "UID:4").replace("0306T", "0307T").replace("PT1H", "PT90M")
    await imported(salon, calendar(DENTIST, later, longer))
    before = await stored(salon)
    with pytest.raises(ImportHeldBack) as no:
        await imported(salon, calendar(longer))
    assert (no.value.said_min, no.value.freed_min) == (210, 120)
    assert await stored(salon) == before
    ((payload,),) = await salon.rows(
        "SELECT payload FROM outbox WHERE company_id = $1 AND kind = 'busy.held_back'"
    )
    assert '"freed_min": 120' in str(payload)
    assert (await imported(salon, calendar(longer), anyway=True)).replaced == 3


async def test_half_of_what_was_said_may_become_free(salon):
    """So may what is over, and another source may say nothing at all."""
    past = DENTIST.replace("UID:1", "UID:9").replace("0305T", "0101T")
    later = DENTIST.replace("UID:1", "UID:3").replace("0305T", "0306T")
    await imported(salon, calendar(past, DENTIST, later))
    await imported(salon, calendar(), source="other")
    moved = later.replace("PT1H", "PT90M")
    assert (await imported(salon, calendar(moved))).stretches == 1
    assert (await imported(salon, calendar(moved))).replaced == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"BEGIN:VCALENDAR\nBEGIN:VAVAILABILITY\nEND:VAVAILABILITY\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR",
    ],
)
async def test_a_file_of_which_nothing_can_be_read_is_refused(salon, raw):
    """Whatever it says, it does not say that everything is free."""
    with pytest.raises(CalendarFileRefused):
        await imported(salon, raw, anyway=True)


async def test_a_rule_that_never_comes_true_takes_no_time(salon):
    """It is followed no further than the horizon, and the events beside it count."""
    never = EVERY_DAY.replace("FREQ=DAILY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    done = await imported(salon, calendar(*[never.replace("20200101", "20260101")] * 20, DENTIST))
    assert (done.events, done.unread_count, done.stretches) == (21, 0, 1)


async def test_repetitions_are_kept_up_to_the_horizon_and_a_month(salon):
    """From today on, at eight in the evening on the wall, over both nights of the year."""
    salon.company = replace(salon.company, rules=Rules(horizon_days=300))
    done = await imported(salon, calendar(EVERY_DAY))
    assert done.stretches == 300 + BEYOND_DAYS
    rows = await stored(salon)
    assert {f"{row[2].astimezone(BERLIN):%H:%M}" for row in rows} == {"20:00"}
    assert {f"{row[2]:%H:%M}" for row in rows} == {"18:00", "19:00"}
    assert rows[0][2].date() == MONDAY_9.date()


async def test_overlapping_times_are_kept_as_one(salon):
    """Two appointments at once elsewhere are one stretch here."""
    other = DENTIST.replace("UID:1", "UID:3").replace("T093000Z", "T100000Z")
    await imported(salon, calendar(DENTIST, other))
    ((_, _, starts_at, ends_at),) = await stored(salon)
    assert (starts_at, ends_at) == (FRIDAY_10 + HOUR / 2, FRIDAY_10 + 2 * HOUR)


async def test_a_long_stretch_is_kept_whole(salon):
    """A sabbatical is one row, cut off where nobody looks."""
    raw = calendar(DENTIST.replace("PT1H", "P400W"))
    done = await imported(salon, raw)
    ((_, _, _, ends_at),) = await stored(salon)
    assert ends_at == done.window.end
    with pytest.raises(SlotTaken):
        await salon.hold(staff="Emma", at=FRIDAY_10 + timedelta(days=30))


async def test_of_two_imports_at_once_one_stays_whole(real_salon):
    """They do not add up."""
    salon = real_salon
    await asyncio.gather(
        *(
            imported(salon, calendar(EVERY_DAY.replace("T200000", f"T{h}0000")), anyway=True)
            for h in range(10, 18)
        )
    )
    assert len({row[2].astimezone(BERLIN).hour for row in await stored(salon)}) == 1
    sources = await salon.store.busy_times.listed(salon.id)
    assert [found.stretches for found in sources] == [180 + BEYOND_DAYS]


async def test_titles_are_neither_kept_nor_told(salon, capsys):
    """Only counts and times leave the file."""
    done = await imported(salon, calendar(DENTIST))
    rows = await salon.rows("SELECT * FROM busy_times WHERE company_id = $1")
    assert "Zahnarzt" not in repr(done) + repr(rows) + capsys.readouterr().out
    with pytest.raises(CalendarFileRefused) as no:
        await imported(salon, calendar(DENTIST.replace("DTSTART:", "DTSTART:Zahnarzt")))
    assert "Zahnarzt" not in str(no.value)


async def test_sources_are_listed_and_cleared(salon):
    """Of one calendar, or of all."""
    for name in ("Emma", "Sarah"):
        await imported(salon, calendar(DENTIST, EVERY_DAY), name=name)
    busy = salon.store.busy_times
    emma, sarah = await busy.listed(salon.id)
    assert (emma.source, emma.stretches) == ("private", sarah.stretches)
    assert await busy.clear(salon.id, "private", emma.calendar_id) == emma.stretches
    assert await busy.listed(salon.id) == [sarah]
    assert await busy.clear(salon.id, "no such") == 0
    assert await busy.clear(salon.id, "private") == sarah.stretches


async def test_another_companys_busy_times_are_not_touched(salon, store):
    """The same source's name means nothing elsewhere."""
    other = await a_company(store)
    await imported(salon, calendar(DENTIST))
    await imported(other, calendar())
    assert await store.busy_times.listed(other.id) == []
    assert await store.busy_times.clear(other.id, "private") == 0
    assert len(await stored(salon)) == 1


@pytest.mark.parametrize("source", ["", " ", "x" * 201, "a\nb", "\0"])
async def test_a_source_has_a_name(salon, source):
    """One line of text."""
    with pytest.raises(InvalidInput, match=r"^\$\.source"):
        await imported(salon, calendar(), source=source)


@pytest.mark.parametrize(
    ("name", "bound"),
    [("MAX_STEPS", 1_000), ("MAX_OCCURRENCES", 100), ("READ_WITHIN_S", 0.0)],
)
async def test_an_import_is_bounded(salon, monkeypatch, name, bound):
    """By what it works out, by what it keeps and by the time it takes; nothing is changed."""
    monkeypatch.setattr(module, name, bound)
    with pytest.raises(CalendarFileRefused):
        await imported(salon, calendar(EVERY_DAY))
    with pytest.raises(CalendarFileRefused, match="larger than 5 MB"):
        await imported(salon, b"x" * (MAX_CALENDAR_BYTES + 1))
    assert await stored(salon) == []


async def test_a_process_that_takes_too_long_is_ended_and_the_next_file_is_read(salon, monkeypatch):
    """Nobody waits for it, and nothing of it stays."""
    with monkeypatch.context() as patched:
        patched.setattr(calendar_child, "PATIENCE_S", 0.0)
        patched.setattr(module, "READ_WITHIN_S", 0.0)
        with pytest.raises(CalendarFileRefused, match="more time or memory"):
            await imported(salon, calendar(EVERY_DAY))
    assert (await imported(salon, calendar(EVERY_DAY))).stretches > 0


async def test_files_are_read_a_few_at_a_time(salon, monkeypatch):
    """Who comes while others are read waits, and is told so if it takes too long."""
    monkeypatch.setattr(calendar_child, "WAIT_S", 0.0)
    places = salon.store.turns.files
    for _ in range(FILES_AT_ONCE):
        await places.acquire()
    with pytest.raises(TooBusy):
        await imported(salon, calendar(EVERY_DAY))
    for _ in range(FILES_AT_ONCE):
        places.release()
    assert (await imported(salon, calendar(EVERY_DAY))).stretches > 0


def test_what_touches_is_joined_and_what_sticks_out_is_cut():
    """Half-open stretches in any order become the fewest."""

    def stretch(start, end):
        midnight = datetime(2027, 3, 5, tzinfo=UTC)
        return Interval(midnight + start * HOUR, midnight + end * HOUR)

    found = [stretch(9, 10), stretch(-3, 2), stretch(10, 11), stretch(9.5, 9.75), stretch(20, 90)]
    assert merged(found, stretch(0, 24)) == [stretch(0, 2), stretch(9, 11), stretch(20, 24)]
