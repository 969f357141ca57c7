"""The test clock over REST: what time it is for a sandbox company, said by whoever asks."""

from datetime import datetime, timedelta

import pytest

from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from tests.api.client import ANNA, TEN, Rest
from tests.build import FRIDAY_10, HAIRCUT
from tests.waiting import until

# Long over by the database's own clock.
PAST_TEN = FRIDAY_10.replace(year=2021)


class Sandbox(Rest):
    """Speaks for a sandbox company, and says what time it is."""

    now = PAST_TEN - timedelta(days=1)

    async def __call__(self, method, path, body=None, **how):
        """Send the clock along."""
        return await super().__call__(
            method, path, body, headers={TEST_CLOCK_HEADER: self.now.isoformat()}, **how
        )


@pytest.fixture
async def sandbox(http, salon):
    """A client with the key of a sandbox company of its own."""
    return Sandbox(http, await salon.store.directory.create_key(salon.id))


async def hold(sandbox, **wish):
    """Hold Emma on that Friday in the past."""
    _, held = await sandbox.hold(start=PAST_TEN.isoformat(), staff="Emma", **wish)
    return held


async def test_a_hold_expires_when_the_clock_says_so(sandbox):
    """At its expiry, not before; read, extended and converted alike."""
    held = await hold(sandbox, lifetime_s=300)
    path = f"/v1/reservations/{held['token']}"
    assert datetime.fromisoformat(held["expires_at"]) == sandbox.now + timedelta(seconds=300)
    sandbox.now += timedelta(seconds=299)
    _, found = await sandbox("GET", path)
    assert (found["status"], found["expires_in_s"]) == ("active", 1)
    sandbox.now += timedelta(seconds=1)
    assert (await sandbox("GET", path))[1]["status"] == "expired"
    for verb in ("extend", "convert"):
        assert (await sandbox("POST", f"{path}/{verb}", {}))[1]["code"] == "reservation_expired"


async def test_a_hold_lives_by_its_clock_alone(sandbox):
    """Extended, released and converted years after it died by the database's."""
    held = await hold(sandbox)
    path = f"/v1/reservations/{held['token']}"
    _, longer = await sandbox("POST", f"{path}/extend", {"lifetime_s": 600})
    assert (longer["status"], longer["expires_in_s"]) == ("active", 600)
    assert (await sandbox("DELETE", path))[1]["status"] == "cancelled"
    held = await hold(sandbox)
    path = f"/v1/reservations/{held['token']}"
    booked = await sandbox("POST", f"{path}/convert", {"customer": ANNA})
    assert booked[1]["status"] == "booked"


async def test_what_is_free_and_offered_goes_by_the_clock(sandbox):
    """Availability, offers, moves and the desk see the past as to come."""
    start, end = PAST_TEN.isoformat(), (PAST_TEN + timedelta(hours=3)).isoformat()
    wish = {"service": HAIRCUT, "start": start, "staff": "Emma"}
    window = {"service": HAIRCUT, "from": start, "to": end}
    assert (await sandbox("POST", "/v1/availability", window))[1]["slots"][0]["start"]
    assert (await sandbox("POST", "/v1/offers", wish))[1]["wished"]["status"] == "active"
    assert (await sandbox("POST", "/v1/offers", window))[1]["others"]
    body = wish | {"staff": "Sarah", "start": end, "customer": ANNA}
    status, booked = await sandbox("POST", "/v1/appointments", body)
    assert status == 201
    path = f"/v1/appointments/{booked['id']}"
    later = (PAST_TEN + timedelta(hours=5)).isoformat()
    assert (await sandbox("POST", f"{path}/move", {"start": later}))[0] == 200
    assert (await sandbox("DELETE", path))[1]["status"] == "cancelled"
    absence = {"staff": "Emma", "from": start, "to": end}
    status, blocked = await sandbox("POST", "/v1/absences", absence)
    assert (status, blocked["holds"] > 0) == (201, True)


async def test_when_the_clock_has_passed_a_wish_it_is_in_the_past(sandbox):
    """The same wish a week later."""
    sandbox.now = PAST_TEN + timedelta(days=7)
    assert (await hold(sandbox))["code"] == "in_the_past"


async def test_a_real_company_is_judged_by_no_clock_but_its_own(rest, real_salon):
    """Refused before anything is done, also a mere read."""
    clock = {TEST_CLOCK_HEADER: "2021-03-05T10:00:00+01:00"}
    wish = {"service": HAIRCUT, "start": TEN.isoformat()}
    _, held = await rest.hold(staff="Emma")
    for method, path, body in (
        ("POST", "/v1/reservations", wish),
        ("POST", "/v1/appointments", wish),
        ("GET", f"/v1/reservations/{held['token']}", None),
        ("DELETE", f"/v1/reservations/{held['token']}", None),
    ):
        status, no = await rest(method, path, body, headers=clock)
        assert (status, no["code"]) == (403, "test_clock_refused")
    assert (await rest("GET", f"/v1/reservations/{held['token']}"))[1]["status"] == "active"
    ((rows,),) = await real_salon.rows(
        "SELECT count(*) FROM appointment_reservations WHERE company_id = $1"
    )
    assert rows == 1


async def test_a_clock_may_have_any_offset(http, salon):
    """Also one that PostgreSQL would not read."""
    rest = Rest(http, await salon.store.directory.create_key(salon.id))
    clock = {TEST_CLOCK_HEADER: "2021-03-05T00:00:00+23:59", "X-Call-Id": "call_far"}
    body = {"service": HAIRCUT, "date": "2021-03-05", "time": "10:00"}
    assert (await rest("POST", "/v1/tools/check_availability", body, headers=clock))[0] == 200

    async def story():
        return await salon.store.calls.story(salon.id, "call_far")

    await until(story, "the story is written")


@pytest.mark.parametrize(
    "clock", ["", "yesterday", "2021-03-05T10:00:00", "1615000000", "9999-12-31T23:59:59+00:00"]
)
async def test_garbage_is_no_clock(http, salon, clock):
    """It names the header."""
    rest = Rest(http, await salon.store.directory.create_key(salon.id))
    body = {"service": HAIRCUT, "start": TEN.isoformat()}
    status, no = await rest("POST", "/v1/reservations", body, headers={TEST_CLOCK_HEADER: clock})
    assert (status, no["code"], no["field"]) == (422, "invalid_input", TEST_CLOCK_HEADER)
