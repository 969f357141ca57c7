"""One telephone number is one caller, line and customer, through whichever door it comes."""

import pytest

from tests.build import HAIRCUT
from tests.voice.line import CALLER, MEIER, TEN, appointments, reservations

BARE = CALLER.removeprefix("+")
WRITTEN = [BARE, f"00{BARE}", f"sip:{CALLER}@10.0.0.5;user=phone", "0170 1234567", f"tel:{CALLER}"]
WITHHELD = ["", None, "anonymous", "Restricted", "sip:anonymous@anonymous.invalid", "+266696687"]


async def held_by_retell(line, *, caller, number):
    """The hold of a wish whose envelope writes caller and line in this way."""
    call = line.envelope("call_written", from_number=caller, to_number=number)
    payload = {"name": "check_availability", "call": call, "args": TEN}
    status, answer = await line.post("/v1/retell/functions", payload)
    assert (status, answer["status"]) == (200, "held"), answer
    (hold,) = await reservations(line)
    return hold


@pytest.mark.parametrize("caller", [CALLER, *WRITTEN])
async def test_retells_line_and_caller_are_found_however_they_are_written(line, caller):
    """A SIP trunk leaves the plus out, or sends an address."""
    bare = line.number.removeprefix("+")
    number = f"sip:{bare}@trunk.example" if caller.startswith("sip") else bare
    hold = await held_by_retell(line, caller=caller, number=number)
    assert hold.customer_phone == CALLER
    event = {"event": "call_ended", "call": line.envelope("call_written", to_number=number)}
    assert (await line.post("/v1/retell/events", event))[0] == 204
    assert await reservations(line) == []


@pytest.mark.parametrize("caller", WITHHELD)
async def test_a_withheld_number_stays_withheld(line, caller):
    """Whatever the network sends in its place, nobody is rung back on it."""
    assert (await held_by_retell(line, caller=caller, number=line.number)).customer_phone is None


async def sent(line, path, body, **headers):
    """Send as a program or platform with a key of the salon's."""
    key = await line.salon.store.directory.create_key(line.salon.id)
    headers |= {"Authorization": f"Bearer {key}"}
    async with line.http.post(path, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def by_vapi(line, caller):
    """A wish over Vapi."""
    item = {"id": "t1", "function": {"name": "check_availability", "arguments": TEN}}
    message = {"type": "tool-calls", "call": {"id": "vapi-1"}, "customer": {"number": caller}}
    await sent(line, "/v1/vapi", {"message": message | {"toolCallList": [item]}})


async def by_elevenlabs(line, caller):
    """A wish over ElevenLabs."""
    bound = {"call_id": "conv_" + "0" * 26, "caller_id": caller}
    await sent(line, "/v1/elevenlabs/tools/check_availability", TEN | bound)


async def by_header(line, caller):
    """A wish over plain REST, with the number in its header."""
    headers = {"X-Call-Id": "rest-1", "X-Caller-Phone": caller}
    await sent(line, "/v1/tools/check_availability", TEN, **headers)


@pytest.mark.parametrize("door", [by_vapi, by_elevenlabs, by_header])
@pytest.mark.parametrize("caller", WRITTEN)
async def test_every_platforms_caller_is_the_same_customer(line, door, caller):
    """The number is kept in one form."""
    await door(line, caller)
    (hold,) = await reservations(line)
    assert hold.customer_phone == CALLER


async def test_what_a_program_books_is_the_callers_own(line):
    """REST took any spelling and kept it; by voice nobody was known by it."""
    body = {"service": HAIRCUT, "start": "2027-03-05T10:00:00+01:00"}
    body |= {"customer": {"name": "Anna Meier", "phone": "0170 / 123 45 67"}}
    status, booked = await sent(line, "/v1/appointments", body)
    assert (status, booked["customer_phone"]) == (201, CALLER)
    answer = await line.tool("get_customer_appointments", MEIER, caller=BARE)
    assert [each["appointment_id"] for each in answer["appointments"]] == [booked["id"]]


async def test_a_number_that_no_network_has_is_refused_by_rest(line):
    """It is named, and nothing is booked."""
    body = {"service": HAIRCUT, "start": "2027-03-05T10:00:00+01:00"}
    status, no = await sent(line, "/v1/appointments", body | {"customer": {"phone": "000 000"}})
    assert (status, no["code"], no["field"]) == (422, "invalid_input", "$.customer.phone")
    assert await appointments(line) == []


async def test_a_number_that_is_said_without_its_plus_is_rung_back_right(line):
    """49170… is no landline in Leer."""
    said = MEIER | {"customer_phone": BARE}
    await line.tool("request_callback", said, caller="anonymous")
    await line.tool("request_callback", said | {"customer_phone": int(BARE)}, call="call_2")
    noted = await line.salon.store.callbacks.listed(line.salon.id)
    assert [each.customer_phone for each in noted] == [CALLER, CALLER]
