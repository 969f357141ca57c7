"""The laboratory's telephone against the real server."""

import pytest

from slotkeeper.lab.callers.retell_line import RetellLine, Unreachable


async def test_a_signed_tool_call_is_answered(line):
    """The answer has its status, what is said, and how long it took."""
    answer = await line.ring("+4917604069000").use_tool("get_current_context", {"call_id": "1"})
    assert (answer.http_status, answer.status) == (200, "context")
    assert answer.say.startswith("Heute ist ")
    assert answer.took_s > 0


async def test_a_wrong_secret_is_refused(line, client, base_url):
    """Then the answer's status is the problem's code."""
    stranger = RetellLine(client, base_url, number=line.number, secret="key_of_nobody")
    answer = await stranger.ring(None).use_tool("get_current_context", {})
    assert (answer.http_status, answer.status, answer.say) == (401, "unauthorized", "")


async def test_hanging_up_is_told_to_the_server(line, friseur):
    """After it, the call holds nothing more."""
    call = line.ring("+4917604069000")
    assert (await call.hang_up()).http_status == 204
    wish = {"service": "Gloss", "date": "2027-03-04", "time": "10:00"}
    assert (await call.use_tool("check_availability", wish)).status == "call_ended"
    assert await friseur.store.reservations.for_call(friseur.id, call.call_id) == []


async def test_call_ids_begin_as_the_line_was_told(client, base_url):
    """A simulation's calls can be told from others, and each has its own."""
    line = RetellLine(client, base_url, number="+49", secret="", call_prefix="call_test")
    ids = [line.ring(None).call_id for _ in range(3)]
    assert all(call_id.startswith("call_test") for call_id in ids)
    assert len(set(ids)) == 3


async def test_a_server_that_is_not_there_is_unreachable(client):
    """Whatever the network says, callers see one kind of failure."""
    line = RetellLine(client, "http://127.0.0.1:1", number="+49", secret="")
    with pytest.raises(Unreachable, match="/v1/retell/functions"):
        await line.ring(None).use_tool("get_current_context", {})
