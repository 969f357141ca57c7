import asyncio
import json
from pathlib import Path

import pytest

from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage.catalogue_loading import find_company
from slotkeeper.storage.database import Database
from tests.cli.processes import run

RECORDED = Path(__file__).parents[2] / "language" / "recorded-inputs.json"
SALON = "friseur-1"
# Recorded in an older catalogue, where it was a service.
FORMER_SERVICE = "Beratung"
# What they took up was recorded elsewhere: an appointment, an offer, a full calendar, other hours.
TAKEN_UP = {"fc-014", "fc-058", "fc-059", "fc-068", "fc-071", "fc-098"}
# A recorded attack: a call that nobody signed.
FORGED = "fc-116"
HELD_OR_BOOKED = ("available", "booked", "confirmed", "checked", "year_repaired")


@pytest.fixture(scope="module")
async def replayed(store, database_url):
    """Every recorded function call with what was answered and committed, by id."""
    await load_company(example(SALON), filename=SALON, db=store.db)
    command = ("replay", str(RECORDED), "--company", SALON)
    done = await asyncio.to_thread(run, *command, DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    return {told["id"]: told for told in map(json.loads, done.stdout.splitlines())}


async def test_an_example_is_replayed_without_being_loaded(fresh):
    """The user's own database has no such company, before as after."""
    one = json.dumps(recordings()[0])
    command = ("replay", "-", "--company", SALON)
    done = await asyncio.to_thread(run, *command, stdin=one, DATABASE_URL=fresh.app_url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["http_status"] == 200
    db = await Database.open(fresh.app_url, size=1)
    assert await find_company(db, SALON) is None
    await db.close()


def recordings():
    """The recorded function calls."""
    return [one for one in json.loads(RECORDED.read_text()) if one["kind"] == "function_call"]


def wished(one):
    """Whether a recording names a slot that can be judged here."""
    expected = one["expected"]
    return (
        "start" in expected
        and expected.get("service") not in (FORMER_SERVICE, None)
        and "staff_id" not in expected  # of the original's database
        and one["id"] not in TAKEN_UP
    )


async def test_every_recording_is_answered_once_in_its_order(replayed):
    """None raises, none is lost, and what is said can be spoken."""
    assert list(replayed) == [one["id"] for one in recordings()]
    for known, told in replayed.items():
        assert told["http_status"] == (401 if known == FORGED else 200), known
        assert known == FORGED or (told["answer"]["status"] and told["answer"]["say"]), known


async def test_the_wished_slot_is_the_one_that_was_meant(replayed):
    """Service, start and end are those that the recording expects, and stand in the database."""
    checked = 0
    for one in filter(wished, recordings()):
        expected, told = one["expected"], replayed[one["id"]]
        answer = told["answer"]
        assert answer["start"] == expected["start"], one["id"]
        if expected["outcome"].startswith(HELD_OR_BOOKED) and answer["status"] != "closed":
            assert answer["service"] == expected["service"], one["id"]
            assert answer["end"] == expected["end"], one["id"]
            made = told["committed"]["reservations"] + told["committed"]["appointments"]
            assert expected["start"] in {row["start"] for row in made}, one["id"]
        checked += 1
    assert checked >= 12


async def test_a_compound_is_held_with_all_its_segments(replayed):
    """Four staffed segments before "free" is said."""
    (row,) = replayed["fc-003"]["committed"]["reservations"]
    assert (row["status"], [s["number"] for s in row["segments"]]) == ("active", [1, 2, 3, 4])


async def test_the_envelopes_call_counts(replayed):
    """Not the placeholder among the arguments."""
    for known in ("fc-002", "fc-005", "fc-047"):
        expected = {one["id"]: one["expected"] for one in recordings()}[known]
        assert replayed[known]["answer"]["call_id"] == expected["call_id"]


async def test_what_was_refused_is_refused_for_its_reason(replayed):
    """Too soon before closed, a placeholder's name asked for, an unknown service never replaced."""
    answers = {known: told["answer"] for known, told in replayed.items()}
    assert answers["fc-016"]["reason"] == "too_soon"
    assert answers["fc-017"]["reason"] == "closed"
    assert answers["fc-063"]["missing"] == ["customer_name"]
    assert answers["fc-111"]["candidates"]
    assert answers["fc-088"]["missing"] == ["service"]
    assert answers["fc-065"]["status"] == "callback_requested"


async def test_nothing_is_ever_booked_on_a_wrong_day(replayed):
    """Neither in a year that is over nor on the day before an offer."""
    booked = [row for told in replayed.values() for row in told["committed"]["appointments"]]
    assert booked
    assert not [row for row in booked if row["start"] < "2025"]
    assert replayed["fc-014"]["committed"]["appointments"] == []
    assert "Montag, den 10. November" in replayed["fc-027"]["answer"]["say"]


async def test_a_recording_without_a_time_has_no_valid_signature(replayed):
    """A forged call is refused, and leaves nothing behind."""
    told = replayed[FORGED]
    assert (told["http_status"], told["answer"]["code"]) == (401, "unauthorized")
    assert told["committed"] == {"reservations": [], "appointments": []}


async def test_other_opening_hours_may_be_replayed_with(database_url, replayed, tmp_path):
    """An early salon books at ten past eight."""
    hours = tmp_path / "hours.json"
    hours.write_text(json.dumps({day: ["06:55", "22:15"] for day in ("mon", "fri")}))
    wanted = [one for one in recordings() if one["id"] in ("fc-058", "fc-098")]
    command = ("replay", "-", "--company", SALON, "--hours", str(hours))
    lines = "\n".join(json.dumps(one) for one in wanted)
    done = await asyncio.to_thread(run, *command, stdin=lines, DATABASE_URL=database_url)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["answer"]["status"] for one in told] == ["booked", "booked"]
    assert [one["answer"]["start"] for one in told] == [w["expected"]["start"] for w in wanted]


@pytest.mark.parametrize(
    ("text", "why"), [("", "not recordings"), ("[{]", "not recordings"), ('[{"id": 1}]', "input")]
)
async def test_what_is_no_recording_is_refused(database_url, replayed, text, why):
    """With a word why, before anything is started."""
    command = ("replay", "-", "--company", SALON)
    done = await asyncio.to_thread(run, *command, stdin=text, DATABASE_URL=database_url)
    assert (done.returncode, why in done.stderr) == (1, True), done.stderr
