"""calendar, busy and slots, and what the desk may set aside, as commands on a real database."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.domain.wish import Customer
from tests.build import FRIDAY_10, HAIRCUT, PERM
from tests.operations.test_check_availability import set_rules

ERIKA = Customer("Erika Muster", "+4915112345678")
FRIDAY = ("--from", "2027-03-05", "--to", "2027-03-05")
YOGA = (
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Yoga\nDTSTART;TZID=Europe/Berlin:20270305T180000\n"
    "DURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nEND:VCALENDAR\n"
)


@pytest.fixture
def command(database_url, monkeypatch, real_salon):
    """Run a command for the salon in a thread, beside the event loop of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "120")
    salon = ("--company", real_salon.company.slug)

    async def run_command(*words, stdin=None):
        return await asyncio.to_thread(CliRunner().invoke, app, [*words, *salon], input=stdin)

    return run_command


@pytest.fixture
def as_json(command):
    """Run a command that must succeed, and read the JSON that it prints."""

    async def run_command(*words, stdin=None):
        done = await command(*words, "--json", stdin=stdin)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    return run_command


@pytest.fixture
async def horizon(real_salon):
    """The salon books far enough ahead for Friday, whenever the test runs."""
    await set_rules(real_salon, horizon_days=730)


async def test_blocking_lists_who_must_be_rung_up(command, real_salon):
    """Name and number, masked; the appointment stays."""
    booked = await real_salon.book(staff="Emma", customer=ERIKA)
    await real_salon.hold(staff="Emma", at=FRIDAY_10.replace(hour=14))
    done = await command("calendar", "block", "--staff", "Emma", *FRIDAY)
    assert done.exit_code == 0, done.stderr
    assert "Erika Muster" in done.stdout
    assert "+49151•••678" in done.stdout
    assert ERIKA.phone not in done.stdout
    assert "may yet be booked (1)" in done.stdout
    found = await real_salon.store.appointments.find(real_salon.id, booked.id)
    assert found.status == "booked"


async def test_an_appointment_in_an_absence_is_marked(command, as_json, real_salon):
    """In the list, which has the column only where one is; the others are not marked."""
    held = await real_salon.hold(staff="Emma")
    other = await real_salon.book(staff="Sarah")
    day = ("appointment", "list", "--date", "2027-03-05")
    assert "hits" not in (await command(*day)).stdout
    await as_json("calendar", "block", "--staff", "Emma", *FRIDAY)
    booked = await real_salon.convert(held.token)
    listed = {one["id"]: one["hits"] for one in await as_json(*day)}
    assert listed == {booked.id: ["absence"], other.id: []}
    assert "absence" in (await command(*day)).stdout


async def test_a_day_alone_is_the_whole_day(as_json):
    """From its midnight to the next, also when it has 23 hours; a time is what it says."""
    for begins, ends, start, end in (
        ("2027-03-05", "2027-03-07", "2027-03-05T00:00:00+01:00", "2027-03-08T00:00:00+01:00"),
        ("2027-03-28", "2027-03-28", "2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00"),
        ("2027-03-05 14:00", "2027-03-05T18:30", "2027-03-05T14:00:00+01:00",
         "2027-03-05T18:30:00+01:00"),
    ):  # fmt: skip
        absence = await as_json("calendar", "block", "--calendar", "Emma",
                                "--from", begins, "--to", ends)  # fmt: skip
        assert (absence["from"], absence["to"]) == (start, end)


async def test_an_absence_is_listed_until_it_is_ended(as_json, real_salon):
    """And then she can be booked again."""
    absence = await as_json("calendar", "block", "--staff", "Emma", *FRIDAY, "--reason", "Kurs")
    (listed,) = await as_json("calendar", "list")
    assert (listed["id"], listed["calendar"], listed["reason"]) == (absence["id"], "Emma", "Kurs")
    assert (await as_json("calendar", "unblock", str(absence["id"]))) == listed
    assert await as_json("calendar", "list") == []
    await real_salon.book(staff="Emma")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("block", "--staff", "Nobody", *FRIDAY), "unknown_staff"),
        (("block", "--calendar", "Room 9", *FRIDAY), "unknown_calendar"),
        (("block", *FRIDAY), "staff"),
        (("block", "--staff", "Emma", "--from", "friday", "--to", "2027-03-05"), "--from"),
        (("block", "--staff", "Emma", "--from", "2027-03-05", "--to", "2027-03-04"), "--to"),
        (("block", "--staff", "Emma", "--from", "2020-01-01", "--to", "2020-01-01"), "in_the_past"),
        (
            ("block", "--staff", "Emma", "--from", "2027-03-28 02:30", "--to", "2027-03-28"),
            "no_such_time",
        ),
        (("unblock", "999999999"), "unknown_absence"),
    ],
)
async def test_what_cannot_be_blocked_is_refused(command, words, why):
    """With a reason and exit code 1; nothing is printed for a program to read."""
    done = await command("calendar", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert why in done.stderr


async def test_a_calendar_file_is_imported_listed_and_cleared(as_json, tmp_path, horizon):
    """By its name, from a file or standard input; again replaces; titles are never printed."""
    file = tmp_path / "emma.ics"
    file.write_text(YOGA)
    done = await as_json("busy", "import", str(file), "--staff", "Emma")
    assert (done["source"], done["events"], done["busy_stretches"]) == ("emma.ics", 1, 3)
    assert "Yoga" not in json.dumps(done)
    again = await as_json("busy", "import", "-", "--staff", "Emma", "--source", "emma.ics",
                          stdin=YOGA)  # fmt: skip
    assert again["replaced"] == 3
    (listed,) = await as_json("busy", "list")
    assert (listed["calendar"], listed["stretches"]) == ("Emma", 3)
    assert listed["from"] == "2027-03-05T18:00:00+01:00"
    assert (await as_json("busy", "clear", "--source", "emma.ics"))["cleared"] == 3
    assert await as_json("busy", "list") == []


async def test_a_file_that_cannot_be_read_is_refused(command, tmp_path):
    """With the line, or with what the system says."""
    done = await command("busy", "import", "-", "--staff", "Emma", stdin=YOGA[:60])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "line 2" in done.stderr
    missing = await command("busy", "import", str(tmp_path / "no.ics"), "--staff", "Emma")
    assert (missing.exit_code, "No such file" in missing.stderr) == (1, True)


async def test_a_line_that_cannot_be_read_is_listed(command, as_json):
    """With the reason; the rest is imported."""
    broken = YOGA.replace("DAILY", "OFTEN")
    done = await command("busy", "import", "-", "--staff", "Emma", stdin=broken)
    assert done.exit_code == 0
    assert "Cannot be read (1)" in done.stdout
    assert "6     a rule that repeats often" in done.stdout
    told = await as_json("busy", "import", "-", "--staff", "Emma", stdin=broken)
    assert (told["unread_count"], told["unread"][0]["line"]) == (1, 6)


async def test_a_file_that_would_free_too_much_asks_for_anyway(command, as_json):
    """As a download does that was cut off at the wrong place, or of somebody else's calendar."""
    await as_json("busy", "import", "-", "--staff", "Emma", stdin=YOGA)
    empty = "BEGIN:VCALENDAR\nEND:VCALENDAR"
    no = await command("busy", "import", "-", "--staff", "Emma", stdin=empty)
    assert (no.exit_code, "--anyway" in no.stderr) == (1, True)
    done = await as_json("busy", "import", "-", "--staff", "Emma", "--anyway", stdin=empty)
    assert done["replaced"] > 0


async def a_friday(salon, as_json):
    """A perm, a hold, an absence and yoga: one of each."""
    await salon.book(PERM, staff="Emma", customer=ERIKA)
    await salon.hold(staff="Sarah", customer=ERIKA)
    await as_json("calendar", "block", "--staff", "Sarah",
                  "--from", "2027-03-05 08:00", "--to", "2027-03-05 09:00")  # fmt: skip
    await as_json("busy", "import", "-", "--staff", "Emma", stdin=YOGA)


async def test_a_day_is_a_picture(command, as_json, real_salon, horizon):
    """A row a person, a column a quarter of an hour; readable without colour, and nameless."""
    await a_friday(real_salon, as_json)
    done = await command("slots", "--date", "2027-03-05")
    lines = done.stdout.splitlines()
    hours = "08  09  10  11  12  13  14  15  16  17  18  19"
    assert lines[0] == "Salon, Fri 2027-03-05"
    assert lines[1].split() == hours.split()
    # 10:00 to 10:50, and from 11:05 to 12:15 with ten minutes and none of gap.
    emma = "········█████████·······················xxxx····"
    sarah = "xxxx····▒▒▒▒····································"
    assert {row[:5].strip(): row[6:] for row in lines[2:4]} == {"Emma": emma, "Sarah": sarah}
    assert lines[1][6:8] == "08"
    assert "█ booked" in lines[4]
    assert "Emma   08:00-10:00, 10:50-11:05, 11:10-11:20, 12:15-18:00, 19:00-20:00" in done.stdout
    assert "Erika" not in done.stdout


async def test_a_day_is_a_table_of_starts(command, as_json, real_salon, horizon):
    """Of a service, for those who perform it; every one of them can be booked."""
    await a_friday(real_salon, as_json)
    done = await command("slots", "--date", "2027-03-05", "--service", HAIRCUT, "--staff", "Sarah")
    assert "free starts, every 5 min" in done.stdout
    assert "Sarah  09:00-09:05, 10:55-19:05" in done.stdout
    assert "Emma" not in done.stdout
    found = await as_json("slots", "--date", "2027-03-05", "--service", HAIRCUT)
    for person in found["staff"]:
        assert {s["state"] for s in person["stretches"]} <= {"booked", "held", "away", "free"}
        first = person["free_starts"][0]
        await real_salon.book(staff=person["name"], at=FRIDAY_10.fromisoformat(first))


async def test_a_day_is_a_table_of_starts_of_a_visit(command, as_json, real_salon, horizon):
    """Of several services, for several people: where the whole of it fits."""
    await a_friday(real_salon, as_json)
    visit = ("--service", HAIRCUT, "--service", "2:Trockenschnitt")
    done = await command("slots", "--date", "2027-03-05", *visit)
    assert f"1: {HAIRCUT} (55 min), 2: Trockenschnitt (30 min)" in done.stdout
    found = await as_json("slots", "--date", "2027-03-05", *visit)
    assert [part["person"] for part in found["parts"]] == [1, 2]
    starts = {person["name"]: person["free_starts"] for person in found["staff"]}
    # Sarah is held at ten, so the son would wait for Emma, who has a perm then.
    assert "2027-03-05T09:30:00+01:00" not in starts["Sarah"]
    assert "2027-03-05T13:00:00+01:00" in starts["Emma"]


async def test_the_day_when_the_clocks_change_has_its_hours(command, real_salon):
    """Open around the clock, the wall shows no two o'clock in March and two of them in October."""
    await real_salon.rows(
        "UPDATE opening_hours SET opens_local = '00:00', closes_local = '24:00' "
        "WHERE company_id = $1 RETURNING id"
    )
    await real_salon.store.catalogues.reload(real_salon.id)
    for date, hours, count in (("2027-03-28", "01  03", 23), ("2027-10-31", "01  02  02  03", 25)):
        lines = (await command("slots", "--date", date)).stdout.splitlines()
        assert hours in lines[1]
        assert lines[2].count("·") == 4 * count


async def test_a_closed_day_says_so(command, real_salon):
    """With the reason."""
    await real_salon.rows(
        "INSERT INTO closures (company_id, first_day, last_day, reason) "
        "VALUES ($1, '2027-03-05', '2027-03-05', 'Inventur') RETURNING id"
    )
    await real_salon.store.catalogues.reload(real_salon.id)
    done = await command("slots", "--date", "2027-03-05")
    assert "closed all day: Inventur" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--service", "Rainbow"),
        ("--staff", "Nobody"),
        ("--date", "9999-12-31"),
        ("--date", "0001-01-01"),
    ],
)
async def test_a_day_that_cannot_be_shown_is_a_refusal(command, words):
    """Unknown names, and days beyond all calendars."""
    done = await command("slots", *words)
    assert isinstance(done.exception, SystemExit)
    assert (done.exit_code, done.stdout) == (1, "")


async def test_the_desk_cancels_within_the_notice_if_it_insists(command, as_json, real_salon):
    """Without --anyway it is refused, and told how."""
    await set_rules(real_salon, cancel_notice_min=10**7)
    booked = await real_salon.book()
    done = await command("appointment", "cancel", str(booked.id))
    assert (done.exit_code, "--anyway" in done.stderr) == (1, True)
    ended = await as_json("appointment", "cancel", str(booked.id), "--anyway")
    assert ended["status"] == "cancelled"
