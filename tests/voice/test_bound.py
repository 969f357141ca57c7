"""What a signature or a key binds counts; an address, a header and an argument beside it do not."""

import asyncio
import json
import time

import pytest

from slotkeeper.http.signing import sign_retell
from tests.voice.line import CALLER, TEN


async def booked(line):
    """The appointments of the salon."""
    return await line.salon.rows("SELECT id FROM appointments WHERE company_id = $1")


def address(line, tool):
    """The address of a tool of the salon."""
    return f"/v1/retell/{line.salon.company.slug}/functions/{tool}"


@pytest.mark.parametrize("signed", ["get_customer_appointments", "made_up"])
async def test_what_was_signed_for_one_tool_does_nothing_at_anothers_address(line, signed):
    """The address is not signed, so it may not say what is done."""
    body = {"name": signed, "call": line.envelope("call_real"), "args": TEN}
    status, answer = await line.post(address(line, "start_booking"), body)
    assert (status, answer["code"]) == (422, "invalid_input")
    assert await booked(line) == []


@pytest.mark.parametrize("name", ["check_availability", "check_availability_v17"])
async def test_a_name_that_means_the_addresss_tool_is_answered(line, name):
    """A version behind the name makes it no other tool."""
    body = {"name": name, "call": line.envelope("call_real"), "args": TEN}
    _, answer = await line.post(address(line, "check_availability"), body)
    assert answer["status"] == "held"


async def test_a_header_beside_the_signature_names_no_call(line):
    """Whoever sees a signed request can add a header: it makes nobody the caller of a call."""
    await line.tool("check_availability", TEN, call="call_real")
    sent = {"X-Call-Id": "call_real", "X-Caller-Phone": CALLER}
    _, answer = await line.post(address(line, "start_booking"), {"customer_name": "Eva"}, **sent)
    assert answer["status"] != "booked"
    (held,) = await line.salon.store.reservations.active(line.salon.id)
    assert held.call_id == "call_real"


async def test_signed_bytes_without_a_call_have_one_effect(line):
    """Sent again, at once or later, they get the first answer; signed anew, they are a new wish."""
    path, now_ms = address(line, "start_booking"), int(time.time() * 1000)
    wish = TEN | {"customer_name": "Anna Meier"}
    header = sign_retell(json_of(wish), line.secret, now_ms)
    sends = [line.post(path, wish, header=header) for _ in range(5)]
    answers = [answer for _, answer in await asyncio.gather(*sends)]
    answers += [(await line.post(path, wish, header=header))[1]]
    assert {answer["appointment_id"] for answer in answers} == {answers[0]["appointment_id"]}
    assert len(await booked(line)) == 1
    anew = sign_retell(json_of(wish), line.secret, now_ms + 1)
    await line.post(path, wish, header=anew)
    assert len(await booked(line)) == 2


async def test_signed_bytes_without_a_call_do_nothing_at_another_address(line):
    """The same arguments would mean something else to another tool."""
    header = sign_retell(json_of(TEN), line.secret, int(time.time() * 1000))
    await line.post(address(line, "check_availability"), TEN, header=header)
    status, answer = await line.post(address(line, "start_booking"), TEN, header=header)
    assert (status, answer["code"]) == (422, "key_reused")


def json_of(payload):
    """The bytes that a line sends."""
    return json.dumps(payload).encode()
