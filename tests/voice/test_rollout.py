"""The switch, the shadow and the share, over HTTP with two server processes on one database."""

import asyncio
import contextlib
import json
from contextlib import AsyncExitStack
from itertools import count

import aiohttp
import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.lab.callers.days import free_day, popular_slots
from slotkeeper.lab.callers.retell_line import RetellLine
from slotkeeper.lab.callers.storm import storm
from slotkeeper.lab.servers.running import running_server
from tests.api.client import TEN as TEN_O_CLOCK
from tests.api.client import Rest
from tests.build import HAIRCUT
from tests.cli.processes import environment
from tests.voice.line import MEIER, SECRET, TEN, Line, a_line, reservations
from tests.waiting import until

CALLERS, SLOTS = 30, 10


@pytest.fixture(scope="module")
async def addresses(database_url):
    """Where the two servers listen."""
    async with AsyncExitStack() as stack:
        starting = (
            running_server(database_url, "--no-worker", environ=environment()) for _ in "ab"
        )
        yield await asyncio.gather(*(stack.enter_async_context(one) for one in starting))


@pytest.fixture(scope="module")
async def clients(addresses):
    """An HTTP client of each."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(aiohttp.ClientSession(address)) for address in addresses
        ]


@pytest.fixture
async def lines(clients, store):
    """The same salon's line, once at each server."""
    first = await a_line(clients[0], store)
    return [first, Line(clients[1], first.salon, first.number)]


@pytest.fixture
async def programs(clients, lines):
    """The same salon's REST client, once at each server."""
    key = await lines[0].salon.store.directory.create_key(lines[0].salon.id)
    return [Rest(http, key) for http in clients]


@pytest.fixture
def rollout(database_url, monkeypatch, lines):
    """Run a command for the salon in a thread, beside the event loop of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    async def command(*words):
        whose = ("--company", lines[0].salon.company.slug, "--json")
        done = await asyncio.to_thread(CliRunner().invoke, app, ["rollout", *words, *whose])
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    return command


async def eventually(ask, wanted):
    """Ask until the answer is the wanted one."""

    async def as_wanted():
        return await ask() == wanted

    await until(as_wanted, f"the answer is {wanted}")


async def let_one_down(line):
    """Tell two callers without holds that the same time is free; only one can book it.

    Which calls have no holds is decided by their ids: call until two of them have called, and
    give the number of calls.
    """
    told_free = []
    for n in count():
        caller = {"call": f"call_{n}", "caller": f"+4917000001{n:02}"}
        heard = await line.tool("check_availability", TEN | {"mitarbeiter": "Emma"}, **caller)
        if heard["status"] == "available":
            told_free.append(caller)
        else:
            await line.hang_up(caller["call"])
        if len(told_free) == 2:
            break
    said = [
        await line.tool("start_booking", TEN | {"mitarbeiter": "Emma"}, **caller)
        for caller in told_free
    ]
    assert [one["status"] for one in said] == ["booked", "slot_taken"]
    return n + 1


async def status_of(program):
    """What a program hears that wants to hold Friday at ten."""
    status, answer = await program.hold()
    return status, answer.get("code")


async def test_stop_ends_new_holds_on_every_server_and_honours_those_that_live(lines, rollout):
    """What was promised is kept, on whichever server; what is asked now is free, and not held."""
    first, second = lines
    promised = await first.tool("check_availability", TEN, call="call_a")
    assert (await second.tool("check_availability", TEN, call="call_b"))["status"] == "held"

    (stopped,) = await rollout("stop")
    assert stopped["still_honoured"] == 2

    for n, line in enumerate(lines):
        wish = TEN | {"uhrzeit": f"{14 + n}:00"}
        heard = await line.tool("check_availability", wish, call=f"call_new_{n}")
        assert heard["status"] == "available"
        assert "reservation_token" not in heard
        said = await line.tool("start_booking", wish, call=f"call_new_{n}")
        assert (said["status"], said["start"]) == ("booked", heard["start"])

    token = {"reservation_token": promised["reservation_token"]}
    said = await second.tool("start_booking", token, call="call_a")
    assert (said["status"], said["start"]) == ("booked", promised["start"])
    assert [one.call_id for one in await reservations(first)] == ["call_b"]

    await rollout("set", "--on")
    for n, line in enumerate(lines):
        heard = await line.tool("check_availability", TEN | {"uhrzeit": "17:00"}, call=f"on_{n}")
        assert heard["status"] == "held"


async def test_stop_refuses_holds_that_are_asked_for_by_name(lines, programs, rollout):
    """On both servers, within moments; what is held goes on as if nothing had happened."""
    (_, kept), (_, given_back) = await programs[0].hold(), await programs[1].hold()
    await rollout("stop")
    for program in programs:
        await eventually(lambda program=program: status_of(program), (409, "holds_off"))
        offer = {"service": HAIRCUT, "start": TEN_O_CLOCK.isoformat()}
        status, problem = await program("POST", "/v1/offers", offer)
        assert (status, problem["code"]) == (409, "holds_off")

    path = f"/v1/reservations/{kept['token']}"
    assert (await programs[1]("POST", f"{path}/extend", {}))[0] == 200
    assert (await programs[1]("POST", f"{path}/convert", {}))[0] == 200
    status, ended = await programs[0]("DELETE", f"/v1/reservations/{given_back['token']}")
    assert (status, ended["status"]) == (200, "cancelled")

    # A share is for calls: who asks by name is served again.
    await rollout("set", "--on", "--percent", "0")
    await eventually(lambda: status_of(programs[0]), (201, None))


async def test_a_server_that_is_switched_off_refuses_them_too(database_url, lines, programs):
    """By its own setting, for a company that says nothing else."""
    environ = environment(FEATURE_OPTIMISTIC_RESERVATIONS="false")
    async with (
        running_server(database_url, "--no-worker", environ=environ) as address,
        aiohttp.ClientSession(address) as http,
    ):
        program = Rest(http, programs[0].headers["Authorization"].removeprefix("Bearer "))
        assert await status_of(program) == (409, "holds_off")
        line = Line(http, lines[0].salon, lines[0].number)
        assert (await line.tool("check_availability", TEN))["status"] == "available"
    assert await status_of(programs[0]) == (201, None)


async def test_other_times_are_booked_by_their_time_where_nothing_is_held(lines, rollout):
    """The wished time is taken; an alternative that was named has no token, and is to be had."""
    first, second = lines
    await rollout("set", "--percent", "0")
    wish = TEN | {"mitarbeiter": "Emma"}
    assert (await first.tool("start_booking", wish, call="call_a"))["status"] == "booked"
    heard = await second.tool("check_availability", wish, call="call_b")
    assert (heard["status"], heard["reason"], heard["offers"]) == ("slot_taken", "taken", [])
    day, clock = heard["alternatives"][0]["time"].split()
    said = await second.tool(
        "start_booking", wish | {"datum": day, "uhrzeit": clock}, call="call_b"
    )
    assert said["status"] == "booked"
    assert said["start"].startswith(f"{day}T{clock}")


async def test_get_alternatives_names_others_where_nothing_is_held(lines, rollout):
    """Near the wished time and not the wished time itself, as with holds."""
    await rollout("set", "--percent", "0")
    heard = await lines[0].tool("get_alternatives", TEN)
    times = {one["time"] for one in heard["alternatives"]}
    assert times
    assert "2027-03-05 10:00" not in times
    assert all(time.startswith("2027-03-05") for time in times)
    assert await reservations(lines[0]) == []


async def test_a_refused_move_names_other_times_where_nothing_is_held(lines, rollout):
    """The appointment stays where it is."""
    line = lines[0]
    await rollout("set", "--percent", "0")
    for name, call in (("Emma", "call_a"), ("Sarah", "call_b")):
        await line.tool(
            "start_booking", TEN | MEIER | {"mitarbeiter": name}, call=call, caller=None
        )
    await line.tool("start_booking", TEN | {"uhrzeit": "15:00"}, call="call_c")
    heard = await line.tool("reschedule_appointment", {"new_time": "10:00"}, call="call_c")
    assert (heard["status"], len(heard["alternatives"])) == ("slot_taken", 2)
    assert await reservations(line) == []


async def test_the_shadow_holds_nothing_and_counts(lines, rollout):
    """Two callers hear "free", one is disappointed: a hold would have kept the word."""
    await rollout("set", "--shadow")
    wish = TEN | {"mitarbeiter": "Emma"}
    for n, line in enumerate(lines):
        heard = await line.tool("check_availability", wish, call=f"call_{n}")
        assert heard["status"] == "available"
    assert await reservations(lines[0]) == []
    said = [
        await line.tool("start_booking", wish, call=f"call_{n}") for n, line in enumerate(lines)
    ]
    assert [one["status"] for one in said] == ["booked", "slot_taken"]

    async def prevented():
        return (await rollout("report"))["cohorts"]["shadow"]["a_hold_would_have_prevented"]

    await eventually(prevented, 1)


async def test_the_cohorts_stand_side_by_side(addresses, clients, lines, rollout):
    """Half of the callers have holds: none of them is let down, and of the others some are."""
    salon = lines[0].salon
    await rollout("set", "--percent", "50")
    day = await free_day(salon.company, salon.store)
    slots = popular_slots(salon.company, salon.company.service(HAIRCUT), day, SLOTS)

    async def half(n):
        line = RetellLine(clients[n], addresses[n], number=lines[0].number, secret=SECRET)
        calling = storm(line, slots, callers=CALLERS // 2, seed=n)
        async with contextlib.aclosing(calling):
            return [lived async for lived in calling]

    lived = [one for each in await asyncio.gather(half(0), half(1)) for one in each]
    assert sum(one.faults for one in lived) == 0

    booked = sum(one.booked_slot is not None for one in lived)
    # An offer that is kept for one caller may be what all others wish: nobody need book it then.
    assert 0 < booked <= SLOTS

    calls = CALLERS + await let_one_down(lines[0])
    let_down = sum(one.refused_after_free for one in lived) + 1

    async def counted():
        on, off, _ = (await rollout("report"))["cohorts"].values()
        # Without holds an alternative that was named may be gone as well when its turn comes.
        broken = on["slot_taken_after_free"], off["slot_taken_after_free"] >= let_down
        booked = on["outcomes"]["booked"] + off["outcomes"]["booked"]
        return on["calls"] + off["calls"], broken, booked

    await eventually(counted, (calls, (0, True), booked + 1))
    report = await rollout("report")
    on, off = report["cohorts"]["on"], report["cohorts"]["off"]
    assert on["race_errors"]["count"] == 0 < off["race_errors"]["count"]
    assert on["race_window"]["p95_s"] == 0.0 < off["race_window"]["median_s"]
    assert any("too few to compare on with off" in said for said in report["verdicts"])
