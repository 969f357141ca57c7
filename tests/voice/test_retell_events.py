import pytest

from slotkeeper.http import timed_cache
from tests.voice.line import CALLER, TEN
from tests.waiting import until


async def ringing(line, caller=CALLER, path="/v1/retell/events"):
    """The variables that an incoming call is given."""
    inbound = {"from_number": caller, "to_number": line.number, "agent_id": "agent_1"}
    status, answer = await line.post(path, {"event": "call_inbound", "call_inbound": inbound})
    assert status == 200
    return answer["call_inbound"]["dynamic_variables"]


async def test_an_incoming_call_learns_the_day_and_the_hours(test_line):
    """Before a word is said, as strings, which is all that Retell takes."""
    variables = await ringing(test_line)
    assert variables["today"] == "Montag, den 1. März"
    assert variables["time"] == "neun Uhr"
    assert variables["company"] == "Salon"
    assert "von acht Uhr bis zwanzig Uhr" in variables["opening_hours_today"]
    assert all(isinstance(value, str) for value in variables.values())


async def test_a_known_number_is_greeted_as_any_other(test_line):
    """A number is a hint: the model gets no variable that it may not say to whoever rings."""
    await test_line.tool("start_booking", TEN | {"customer_name": "Anna Meier"})
    assert await ringing(test_line) == await ringing(test_line, "anonymous")


@pytest.mark.parametrize("event", ["transcript_updated", "call_transferred", "", "CALL_ENDED"])
async def test_what_is_not_for_us_is_taken_calmly(line, event):
    """More events may come than we know; none of them releases anything."""
    await line.tool("check_availability", TEN)
    await line.event(event)
    assert len(await line.salon.store.reservations.active(line.salon.id)) == 1


async def test_a_call_that_ends_before_its_webhook_is_ended(line):
    """A wish that was still on its way is refused."""
    await line.hang_up("call_late")
    answer = await line.tool("check_availability", TEN, call="call_late")
    assert answer["status"] == "call_ended"


async def test_events_find_the_company_by_its_address_too(line):
    """Web calls have no line."""
    path = f"/v1/retell/{line.salon.company.slug}"
    call = {"call_id": "call_web", "call_type": "web_call"}
    status, held = await line.post(
        f"{path}/functions/check_availability",
        {"name": "check_availability", "call": call, "args": TEN},
    )
    assert (status, held["status"]) == (200, "held")
    status, _ = await line.post(f"{path}/events", {"event": "call_ended", "call": call})
    assert status == 204
    assert await line.salon.store.reservations.active(line.salon.id) == []


async def test_every_secret_is_valid_until_it_is_revoked(line, monkeypatch):
    """Rotation leaves no gap, and a leaked secret ends without a new one."""
    monkeypatch.setattr(timed_cache, "KEPT_FOR_S", 0.05)
    secrets = line.salon.store.platform_secrets
    texts = [line.secret, "the_second_secret", "the_third_secret"]
    for secret in texts[1:]:
        assert await secrets.add(line.salon.id, "retell", secret)
    known = {
        secret.text: secret.fingerprint for secret in await secrets.of(line.salon.id, "retell")
    }

    async def accepted():
        statuses = []
        for line.secret in texts:
            payload = {"name": "get_current_context", "call": line.envelope("c"), "args": {}}
            statuses.append((await line.post("/v1/retell/functions", payload))[0])
        return statuses

    assert await accepted() == [200, 200, 200]
    assert await secrets.revoke(line.salon.id, "retell", known[texts[0]])

    async def is_over():
        return await accepted() == [401, 200, 200]

    await until(is_over, "the revoked secret alone is refused")


async def test_a_test_clock_is_refused_outside_a_sandbox(line):
    """Nobody moves a real salon's time."""
    payload = {"name": "check_availability", "call": line.envelope("c"), "args": TEN}
    clock = {"Slotkeeper-Test-Clock": "2027-03-01T09:00:00+01:00"}
    status, answer = await line.post("/v1/retell/functions", payload, **clock)
    assert (status, answer["code"]) == (403, "test_clock_refused")
    assert await line.salon.store.reservations.listed(line.salon.id) == []


async def test_a_hold_without_a_call_is_given_back_by_its_token(line):
    """Where no call is named the token stands for itself: what is said to be free is free."""
    path = f"/v1/retell/{line.salon.company.slug}/functions"
    _, held = await line.post(f"{path}/check_availability", TEN)
    token = {"reservation_token": held["reservation_token"]}
    _, answer = await line.post(f"{path}/release_hold", token)
    assert answer["status"] == "released"
    assert (await line.salon.find(token["reservation_token"])).end_reason == "released"
