"""rollout, run as a command against a real database."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.domain.catalogue import RolloutSettings
from slotkeeper.storage.calls import RecordedToolCall
from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, PERM, SECRET, a_company

NOTHING_OF_ITS_OWN = {"enabled": None, "percent": None, "lifetime_s": None, "shadow": None}


@pytest.fixture
def command(database_url, monkeypatch, real_salon):
    """Run a command for the salon in a thread, beside the event loop of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    salon = ("--company", real_salon.company.slug)

    async def run_command(*words, whose=salon):
        return await asyncio.to_thread(CliRunner().invoke, app, ["rollout", *words, *whose])

    return run_command


@pytest.fixture
def as_json(command):
    """Run a command that must succeed, and read the JSON that it prints."""

    async def run_command(*words, **more):
        done = await command(*words, "--json", **more)
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    return run_command


@pytest.fixture
def own(real_salon):
    """The salon's own settings, as a server reads them."""

    async def settings():
        return (await real_salon.store.catalogues.reload(real_salon.id)).rollout

    return settings


async def test_what_is_set_is_what_applies(as_json, own):
    """A share and a lifetime; what was not named stays as it was."""
    (shown,) = await as_json("set", "--percent", "25", "--lifetime", "90s")
    assert shown["applies"] == "holds of 90 s for 25 % of calls"
    assert await own() == RolloutSettings(percent=25, lifetime_s=90)
    await as_json("set", "--percent", "50%", "--on")
    assert await own() == RolloutSettings(True, 50, 90)


async def test_off_and_shadow_hold_nothing(as_json):
    """Each is said in its own words."""
    (off,) = await as_json("set", "--off")
    (shadow,) = await as_json("set", "--on", "--shadow")
    (light,) = await as_json("set", "--no-shadow")
    assert [one["applies"] for one in (off, shadow, light)] == [
        "no holds",
        "no holds, in the shadow",
        "holds of 300 s for 100 % of calls",
    ]


async def test_reset_takes_the_servers_settings_again(as_json, own, monkeypatch):
    """All of them, but for what is named beside it."""
    monkeypatch.setenv("RESERVATION_ROLLOUT_PERCENT", "10")
    monkeypatch.setenv("RESERVATION_LIFETIME", "2")
    await as_json("set", "--off", "--percent", "70")
    (shown,) = await as_json("set", "--reset", "--lifetime", "10")
    assert shown["applies"] == "holds of 600 s for 10 % of calls"
    assert await own() == RolloutSettings(lifetime_s=600)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--percent", "101"], "expected a whole number from 0 to 100"),
        (["--percent", "-1"], "expected a whole number from 0 to 100"),
        (["--lifetime", "16"], "expected 1 second to 15 minutes, such as 5 or 300s"),
        (["--lifetime", "0s"], "expected 1 second to 15 minutes, such as 5 or 300s"),
        (["--lifetime", "soon"], "expected 1 second to 15 minutes, such as 5 or 300s"),
        ([], "say what to set"),
    ],
)
async def test_what_cannot_be_set_is_refused(command, own, words, said):
    """With what is expected, and nothing is changed."""
    done = await command("set", *words)
    assert done.exit_code != 0
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert await own() == RolloutSettings()


@pytest.mark.parametrize("words", [["stop"], ["set", "--off"]])
async def test_whose_it_is_must_be_said(command, real_salon, words):
    """One company or all of them, not both and not neither."""
    both = ["--all", "--company", real_salon.company.slug]
    for whose in ([], both):
        done = await command(*words, whose=whose)
        assert done.exit_code == 1
        assert "either --company or --all" in done.stderr


async def test_stop_says_how_many_holds_are_still_honoured(as_json, real_salon, own):
    """A compound is one; what is booked or dead is none. The holds live on."""
    perm = await real_salon.hold(PERM)
    await real_salon.hold(at=FRIDAY_10.replace(hour=14))
    await real_salon.book(at=FRIDAY_10.replace(hour=17))
    (stopped,) = await as_json("stop")
    assert (stopped["new_holds"], stopped["still_honoured"]) == ("stopped", 2)
    assert await own() == RolloutSettings(enabled=False)
    assert (await real_salon.convert(perm.token)).status == "booked"


async def test_all_are_stopped_with_one_word(database, fresh, monkeypatch):
    """Each company there is, and each is named with what it still honours."""
    salons = [await a_company(Store(database, SECRET), sandbox=False) for _ in range(2)]
    for salon in salons:
        slug = hash_of(salon.company.slug)
        await database.change(query("directory_add"), "company", slug, salon.id, "")
    held = await salons[0].hold()
    monkeypatch.setenv("DATABASE_URL", fresh.app_url)
    words = ["rollout", "stop", "--all", "--json"]
    done = await asyncio.to_thread(CliRunner().invoke, app, words)
    assert {one["company"]: one["still_honoured"] for one in json.loads(done.stdout)} == {
        salons[0].company.slug: 1,
        salons[1].company.slug: 0,
    }
    assert (await salons[0].convert(held.token)).status == "booked"


async def test_show_tells_the_servers_settings_and_the_companys_own(as_json, command, real_salon):
    """What is empty is the server's."""
    await as_json("set", "--percent", "5")
    server, salon = await as_json("show")
    assert server == {
        "company": "(server)",
        **{"enabled": True, "percent": 100, "lifetime_s": 300, "shadow": False},
        "applies": "",
    }
    assert salon == {
        "company": real_salon.company.slug,
        **(NOTHING_OF_ITS_OWN | {"percent": 5}),
        "applies": "holds of 300 s for 5 % of calls",
    }
    table = (await command("show")).stdout
    assert "holds of 300 s for 5 % of calls" in table
    assert "None" not in table


async def test_every_change_is_written_down(as_json, real_salon):
    """Who, what, and to what; a log to which is only ever added."""
    await as_json("set", "--percent", "25")
    await as_json("set", "--reset")
    await as_json("stop")
    logged = await real_salon.rows(
        "SELECT actor, action, subject FROM audit_log WHERE company_id = $1 ORDER BY id"
    )
    assert [tuple(row) for row in logged] == [
        ("cli", "rollout.set", "percent=25"),
        *[
            (
                "cli",
                "rollout.set",
                "enabled=default percent=default lifetime_s=default shadow=default",
            )
        ],
        ("cli", "rollout.stop", "enabled=False"),
    ]


async def answered(salon, **facts):
    """Keep an answer as a server writes it."""
    now = await salon.store.clock.now()
    kept = {"tool": "check_availability", "arguments": {}, "understood": None, "answer": {}}
    kept |= {"call_id": "call_1", "channel": "test", "took_ms": 1, "answered_at": now}
    kept |= {"service_id": salon.company.service(PERM).id, "cohort": "off"}
    await salon.store.calls.add_tool_calls(salon.id, [RecordedToolCall(**kept | facts)])


async def a_broken_word(salon):
    """Somebody is told that a slot is free, and then that it is not."""
    await answered(
        salon, wish="asked", status="available", told_free=[FRIDAY_10], told_free_staff=[None]
    )
    refused = {"status": "slot_taken", "refused_start": FRIDAY_10, "reason": "taken"}
    await answered(salon, wish="accepted", compound=True, **refused)


async def test_a_report_names_every_figure(as_json, real_salon):
    """Counts, shares in percent, and how sure they are."""
    await a_broken_word(real_salon)
    off = (await as_json("report"))["cohorts"]["off"]
    assert off["calls"] == off["slot_taken_after_free"] == off["a_hold_would_have_prevented"] == 1
    assert off["outcomes"]["told_free_then_refused"] == 1
    races = off["race_errors"]
    assert (races["count"], races["of"], races["percent"]) == (1, 1, 100.0)
    assert (races["low"], races["high"]) == (pytest.approx(20.65, abs=0.01), 100.0)
    assert off["compound_reliability"]["percent"] == off["booking_success"]["percent"] == 0.0
    assert off["race_window"]["median_s"] < 60


async def test_a_report_shows_what_the_original_aimed_at(command, real_salon):
    """A table of the cohorts beside it, and what it means in words."""
    await a_broken_word(real_salon)
    done = await command("report", "--since", "1h")
    assert done.exit_code == 0, done.stderr
    for words in ("15 to 20 %", "< 5 %", "100.0 % (1 of 1;", "Nothing to compare"):
        assert words in done.stdout


async def test_a_report_of_nothing_is_empty_and_not_perfect(command, as_json):
    """No percentage of no calls."""
    on = (await as_json("report", "--since", "24h"))["cohorts"]["on"]
    assert (on["calls"], on["race_errors"]["percent"], on["race_window"]["p95_s"]) == (
        0,
        None,
        None,
    )
    assert "0.0 %" not in (await command("report")).stdout
