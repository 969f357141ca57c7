"""Rate limits: who sends too much is refused, hears when to ask again, and costs nobody else."""

from ipaddress import ip_network

import pytest

from slotkeeper.http import rate_limits
from slotkeeper.http.edge_limits import Rates
from slotkeeper.http.problems import TooManyRequests
from slotkeeper.http.rate_limits import BURST_S, RateLimits
from tests.api.client import Rest
from tests.build import HAIRCUT, a_company
from tests.operations.test_check_availability import set_rules
from tests.voice.line import TEN, a_line

# One request now, the next one after a minute, which no test takes.
A_FEW = 1
ONE, TWO = 1_000_001, 1_000_002
FEW = Rates(company=10**6, key=A_FEW, line=A_FEW, caller=A_FEW, address=A_FEW)


@pytest.fixture
async def still(store, monkeypatch):
    """The clock of the process stands, and no process has told anything."""
    monkeypatch.setattr(rate_limits, "monotonic", lambda: 1_000.0)
    await store.db.change("DELETE FROM request_levels")


def admitted(limits, times, company_id=ONE, **whose):
    """How many of so many requests are let pass."""
    return sum(limits.admits(company_id, **whose) for _ in range(times))


@pytest.mark.parametrize("limit", ["key", "line", "caller"])
async def test_each_is_counted_by_itself(store, limit):
    """A limit that one has met is nobody else's."""
    limits = RateLimits(store, FEW)
    assert admitted(limits, 3, **{limit: "a"}) == 1
    assert admitted(limits, 3, **{limit: "b"}) == 1
    assert admitted(limits, 3, TWO, **{limit: "a"}) == 1
    with pytest.raises(TooManyRequests) as no:
        limits.admit(ONE, **{limit: "a"})
    assert no.value.limit == limit
    assert 0 < no.value.retry_after_s <= 60


async def test_a_request_that_is_refused_counts_nowhere(store):
    """So a caller who is refused takes nothing of the company's share."""
    limits = RateLimits(store, Rates(company=int(2 * 60 / BURST_S), caller=A_FEW))
    assert admitted(limits, 50, caller="a") == 1
    assert admitted(limits, 50, caller="b") == 1


async def test_a_company_may_have_a_limit_of_its_own(store, salon):
    """Its rule wins over the server's setting."""
    limits = RateLimits(store, Rates(company=A_FEW))
    assert admitted(limits, 3, salon.id) == 1
    await set_rules(salon, max_requests_per_min=120)
    assert admitted(RateLimits(store, Rates(company=A_FEW)), 10, salon.id) == 10


async def test_a_busy_salon_meets_no_limit(store):
    """60 callers at once on one line, each of whom sends two requests in one breath."""
    limits = RateLimits(store, Rates())
    assert all(
        limits.admits(ONE, key="key", line="line", caller=f"caller {n}")
        for n in range(60)
        for _ in range(2)
    )


async def test_two_processes_keep_a_limit_together(store, still):
    """But for one burst: then each knows what the other has taken."""
    burst = 40
    rates = Rates(caller=int(burst * 60 / BURST_S))
    one, two = RateLimits(store, rates), RateLimits(store, rates)
    assert admitted(one, 2 * burst, caller="a") == burst
    await one.exchange()
    assert admitted(two, burst // 2, caller="a") == burst // 2
    await two.exchange()
    assert admitted(two, 2 * burst, caller="a") == 0
    await two.exchange()
    await one.exchange()
    # One has taken a burst and two half of one: both are full for as long as that takes to run out.
    for process in (one, two):
        with pytest.raises(TooManyRequests) as no:
            process.admit(ONE, caller="a")
        assert no.value.retry_after_s > BURST_S / 4
    assert admitted(two, 1, caller="b") == 1


async def test_what_is_told_twice_counts_once(store, still):
    """However often processes tell each other the same."""
    rates = Rates(caller=int(40 * 60 / BURST_S))
    one, two = RateLimits(store, rates), RateLimits(store, rates)
    assert admitted(one, 20, caller="a") == 20
    assert admitted(two, 16, caller="a") == 16
    for _ in range(5):
        await one.exchange()
        await two.exchange()
    # What a process is told for the first time has run out a little on the way.
    assert 40 - 20 - 16 <= admitted(one, 100, caller="a") < 40 - 20


async def test_a_process_that_died_gives_back_what_it_used(store, still):
    """What it told is nobody's any more, and goes."""
    limits = RateLimits(store, FEW)
    assert admitted(limits, 2, caller="a") == 1
    await limits.exchange()
    async with store.db.acting_for(ONE) as db:
        await db.execute("UPDATE request_levels SET told_at = told_at - interval '20 seconds'")
    other = RateLimits(store, FEW)
    assert admitted(other, 1, caller="b") == 1
    await other.exchange()
    assert admitted(other, 2, caller="a") == 1
    assert len(await store.db.read("SELECT FROM request_levels WHERE told_at < now()")) == 1


async def test_a_calm_server_asks_nothing_of_the_database(store):
    """Far from every limit there is nothing to tell."""
    limits = RateLimits(store, Rates())
    asked = []
    store.db.watch = lambda name, *_: asked.append(name)
    try:
        assert admitted(limits, 4, key="k", line="l", caller="c") == 4
        await limits.exchange()
    finally:
        store.db.watch = None
    assert "exchange_levels" not in asked


async def test_memory_has_a_bound(store, monkeypatch):
    """However many numbers ring."""
    monkeypatch.setattr(rate_limits, "MAX_LEVELS", 10)
    limits = RateLimits(store, FEW)
    assert admitted(limits, 1, caller="first", line="line") == 1
    for n in range(100):
        limits.admits(ONE, caller=f"{n}")
    assert len(limits._levels) <= 10


async def test_no_number_stands_in_what_is_told(store, still):
    """A bucket's name is a hash with the installation's key."""
    limits = RateLimits(store, FEW)
    limits.admit(ONE, caller="+491701234567")
    await limits.exchange()
    rows = await store.db.read("SELECT bucket FROM request_levels")
    assert all(len(row["bucket"]) == rate_limits.BUCKET_BYTES for row in rows)
    assert not any(b"170" in row["bucket"] for row in rows)


@pytest.mark.parametrize(
    ("host", "passed"),
    [("203.0.113.9", 1), ("2001:db8::1", 1), ("127.0.0.1", 9), ("10.0.0.7", 9), ("", 9)],
)
async def test_strangers_are_counted_by_an_address_that_is_known(store, host, passed):
    """A trusted proxy's address is many people's, and a socket has none."""
    trusted = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))
    limits = RateLimits(store, FEW, trusted)
    refused = 0
    for _ in range(9):
        try:
            limits.stranger(host)
        except TooManyRequests:
            refused += 1
    assert 9 - refused == passed
    assert admitted(limits, 1, key="a") == 1


async def few(salon):
    """Let a salon send hardly anything; its catalogue has been read."""
    await set_rules(salon, max_requests_per_min=A_FEW)
    return salon


async def test_rest_answers_429_and_says_when_to_ask_again(http, salon):
    """Also the tools; another company is served."""
    await few(salon)
    rest = Rest(http, await salon.store.directory.create_key(salon.id))
    assert (await rest("GET", "/v1/appointments/1"))[0] == 404
    for method, path, body in (
        ("GET", "/v1/appointments/1", None),
        ("POST", "/v1/reservations", {}),
        ("GET", "/v1/tools", None),
        ("POST", "/v1/tools/check_availability", {}),
    ):
        async with http.request(method, path, json=body, headers=rest.headers) as answer:
            problem = await answer.json()
            assert (answer.status, problem["code"]) == (429, "too_many_requests"), path
            assert int(answer.headers["Retry-After"]) == problem["retry_after_s"] > 0
            assert problem["limit"] == "company"
    assert (await rest("POST", "/v1/calls/call_1/end"))[0] == 200  # what it holds is others'
    other = await a_company(salon.store)
    served = Rest(http, await salon.store.directory.create_key(other.id))
    assert (await served("GET", "/v1/appointments/1"))[0] == 404


async def test_mcp_answers_429(http, salon):
    """Before it reads what is called."""
    await few(salon)
    key = await salon.store.directory.create_key(salon.id)
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for status in (200, 429):
        async with http.post("/mcp", json=listing, headers=headers) as answer:
            assert answer.status == status
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_caller_hears_that_it_is_tried_again(http, store):
    """Retell is answered with 200; the end of the call is taken all the same."""
    line = await a_line(http, store)
    await line.tool("get_current_context", {})
    await few(line.salon)
    payload = {"name": "check_availability", "call": line.envelope("call_real"), "args": TEN}
    answers = [await line.post("/v1/retell/functions", payload) for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200]
    assert answers[1][1]["status"] == "try_again"
    assert answers[1][1]["say"]
    await line.hang_up()


@pytest.mark.parametrize("platform", ["vapi", "elevenlabs"])
async def test_other_platforms_hear_it_too(http, salon, platform):
    """With 200, because they read nothing else aloud."""
    await few(salon)
    key = await salon.store.directory.create_key(salon.id)
    headers = {"Authorization": f"Bearer {key}"}
    path, body = "/v1/elevenlabs/tools/check_availability", {"service": HAIRCUT}
    if platform == "vapi":
        called = {"id": "1", "name": "check_availability", "arguments": {"service": HAIRCUT}}
        message = {"type": "tool-calls", "call": {"id": "call-1"}, "toolCallList": [called]}
        path, body = "/v1/vapi", {"message": message}
    for _ in range(2):
        async with http.post(path, json=body, headers=headers) as answer:
            assert answer.status == 200
            text = await answer.text()
    assert "try_again" in text
