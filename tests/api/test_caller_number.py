"""The number that rings, as a program says it in X-Caller-Phone."""

import pytest

from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from tests.api.client import TEN, Rest

RITA, WRITTEN_APART = "+491729990011", "+49 172 9990011"
SILENT_S = 90


class Ringing(Rest):
    """Speaks for a sandbox company on calls of numbers that ring."""

    def __init__(self, http, key, clock):
        super().__init__(http, key)
        self.clock = clock

    async def __call__(self, method, path, body=None, *, number=None):
        """Send the clock and the number along."""
        sent = {TEST_CLOCK_HEADER: self.clock.now.isoformat()}
        sent |= {"X-Caller-Phone": number} if number else {}
        return await super().__call__(method, path, body, headers=sent)

    async def wish(self, call_id, number, path="/v1/reservations", **wish):
        """Wish for Emma on Friday at ten on a call."""
        body = {"call_id": call_id, "staff": "Emma", "service": "Herrenhaarschnitt", **wish}
        body |= {"start": TEN.isoformat(), "customer": {"name": "Rita"}}
        return await self("POST", path, body, number=number)

    async def left(self, number):
        """What a call held whose line dropped."""
        _, held = await self.wish("older", number)
        self.clock.advance(SILENT_S)
        return held


@pytest.fixture
async def ringing(http, salon):
    """A client with the key of a sandbox company of its own."""
    return Ringing(http, await salon.store.directory.create_key(salon.id), salon.clock)


@pytest.mark.parametrize("path", ["/v1/reservations", "/v1/offers", "/v1/appointments"])
async def test_a_newer_call_of_the_number_takes_over_what_was_left(ringing, path):
    """Whichever way it wishes; the older call's yes hears what happened."""
    old = await ringing.left(RITA)
    status, taken = await ringing.wish("newer", WRITTEN_APART, path)
    assert status in (200, 201)
    assert taken.get("wished", taken) is not None
    status, problem = await ringing("POST", f"/v1/reservations/{old['token']}/convert", {})
    assert (status, problem["code"], problem["reason"]) == (
        410,
        "reservation_cancelled",
        "taken_over",
    )


@pytest.mark.parametrize("number", ["anonymous", "0172 99", "+491729990012", None])
async def test_nobody_else_takes_anything_over(ringing, number):
    """A number that is withheld or cannot be rung is nobody's, not even beside its like."""
    await ringing.left(RITA)
    assert (await ringing.wish("newer", number))[1]["code"] == "slot_taken"


@pytest.mark.parametrize("number", ["anonymous", None])
async def test_withheld_stays_withheld(ringing, number):
    """Two calls without a number are two callers."""
    await ringing.left(number)
    assert (await ringing.wish("newer", number))[1]["code"] == "slot_taken"


async def test_the_number_that_rings_is_not_the_customers(ringing, salon):
    """Somebody may book for somebody else; the number is neither kept with the hold nor shown."""
    _, held = await ringing.wish("c1", RITA)
    (row,) = await salon.store.reservations.active(salon.id)
    assert (row.customer_name, row.customer_phone) == ("Rita", None)
    assert RITA not in str(held)


async def test_a_number_holds_no_more_than_its_share(ringing, salon):
    """Its calls are counted together, as they are by voice."""
    await salon.rows("UPDATE companies SET max_holds_per_caller_hour = 1 WHERE id = $1")
    await ringing.wish("c1", RITA)
    status, problem = await ringing.wish("c2", WRITTEN_APART, staff="Sarah")
    assert (status, problem["code"]) == (429, "too_many_holds")


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k1"}], ids=["without key", "with key"])
async def test_whom_the_desk_has_booked_is_a_customer(ringing, salon, key):
    """The number that the desk gives is not just said on a call, with an idempotency key or not."""
    wish = {"service": "Herrenhaarschnitt", "start": TEN.isoformat(), "staff": "Sarah"}
    body = wish | {"customer": {"name": "Rita", "phone": RITA}}
    headers = {TEST_CLOCK_HEADER: salon.clock.now.isoformat(), **key}
    status, _ = await Rest.__call__(ringing, "POST", "/v1/appointments", body, headers=headers)
    assert status == 201
    await ringing.wish("c1", RITA)
    ((unproven,),) = await salon.rows(
        "SELECT unproven FROM appointment_reservations WHERE company_id = $1 AND status = 'active'"
    )
    assert unproven is None
