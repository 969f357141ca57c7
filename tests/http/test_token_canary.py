"""A hold's token through every door: who reads what the server writes has none that opens it."""

import json
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.metrics.lifecycle import log_events
from slotkeeper.metrics.tracing import Tracing
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.store import Store
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS
from tests.api.test_statements import InProcess
from tests.build import HAIRCUT, SECRET, TOKENS
from tests.http.test_canary import Doors, company_tables, rows_of
from tests.http.test_hostile_values import CHANNELS
from tests.metrics.exposed import UNLIMITED, served
from tests.reading import tell_news
from tests.voice.line import CALLER, a_line
from tests.voice.line import SECRET as SIGNING_SECRET

FRIDAY = {"service": HAIRCUT, "date": "2027-03-05"}
CUSTOMER = {"customer": {"name": "Otto", "phone": CALLER}}


@dataclass
class TokenDoors(Doors):
    """Every door, and the tokens that came out of any."""

    spans: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    given: set[str] = field(default_factory=set)

    async def keyed(self, path, body):
        """Ask for a hold, or about one, under a key."""
        key = {"Idempotency-Key": f"the key of {path}"}
        return await self.post(f"/v1/reservations{path}", json.dumps(body), **key)


@pytest.fixture
async def doors(database):
    """A salon with every door, on a server whose spans are kept beside it."""
    provider, spans = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    store = Store(database, SECRET)
    async with served(store, UNLIMITED, tracing=Tracing(provider)) as http:
        line = await a_line(http, store)
        await store.platform_secrets.add(line.salon.id, "elevenlabs", SIGNING_SECRET)
        yield TokenDoors(
            line, await store.directory.create_key(line.salon.id), count(), spans=spans
        )


async def told(doors, sent):
    """What an answer told, whatever its envelope; the tokens in it are remembered."""
    status, raw = await sent
    text = raw.decode().replace("\\", "")
    for before in ('"token":"', 'token": "', 'token":"'):
        doors.given |= {each[:36] for each in text.split(before)[1:]}
    return status, text


async def use_every_door(doors):
    """Hold by every door, say yes with the token, and send it in every argument and path."""
    for number, channel in enumerate(CHANNELS):
        tool, before, free = getattr(doors, channel), set(doors.given), {"time": f"{9 + number}:00"}
        answer = await told(doors, tool("check_availability", json.dumps(FRIDAY | free)))
        assert len(doors.given - before) == 1, answer
        (token,) = doors.given - before
        sent = [("start_booking", {"reservation_token": token, "customer_name": "Otto"})]
        sent += [(name, {"token": f" {token.upper()} "}) for name in TOOLS]
        said = {name: f"wie {token}" for name in PARAMETERS if name != "conversation_id"}
        sent += [(name, said) for name in TOOLS]
        for name, args in sent:
            await told(doors, tool(name, json.dumps(args)))
    wish = {"service": HAIRCUT, "start": "2027-03-08T14:00:00Z", **CUSTOMER}
    answers = []
    for _ in "ab":  # the second time the answer that was kept comes
        answers.append(await told(doors, doors.keyed("", wish)))
        path = f"/{json.loads(answers[-1][1])['token']}"
        answers.append(await told(doors, doors.keyed(f"{path}/extend", {"lifetime_s": 700})))
        answers.append(await told(doors, doors.keyed(f"{path}/convert", CUSTOMER)))
    assert answers[:3] == answers[3:]
    assert {status for status, _ in answers} == {200, 201}
    for start in ("2027-03-08T14:00:00Z", "2027-03-09T14:00:00Z"):
        await told(doors, doors.post("/v1/offers", json.dumps(wish | {"start": start})))
    await doors.hang_up()


async def test_a_token_is_in_no_row_log_metric_span_or_event(doors, capfd):
    """What was held and booked by it stands there, by the stored token."""
    await use_every_door(doors)
    salon = doors.line.salon
    assert len(doors.given) > len(CHANNELS)
    await tell_news(salon.store, log_events)
    async with doors.line.http.get("/metrics") as answer:
        written = await answer.text()
    output = capfd.readouterr()
    written += output.out + output.err
    written += "".join(each.to_json() for each in doors.spans.get_finished_spans())
    kept = await rows_of(salon, company_tables())
    stored = {str(TOKENS.unseal(UUID(token))) for token in doors.given}
    assert {table for table, text in kept.items() if any(each in text for each in stored)} >= {
        *("appointment_reservations", "appointments", "idempotency_keys", "outbox", "tool_calls"),
    }
    assert any(each in output.out + output.err for each in stored)
    for token in doors.given:
        assert [table for table, text in kept.items() if token in text] == []
        assert token not in written
        assert token.replace("-", "") not in written


async def attempts(doors, token):
    """What each door answers to a token that is tried at it; a tool that asks on says so alike."""
    path, yes = f"/v1/reservations/{token}", {"reservation_token": str(token), **FRIDAY}
    answers = [
        await doors.post(path, None, "GET"),
        await doors.post(f"{path}/extend", "{}"),
        await doors.post(f"{path}/convert", json.dumps(CUSTOMER)),
        await doors.post(path, None, "DELETE"),
    ]
    for channel in CHANNELS:
        for name in ("start_booking", "release_hold"):
            said = json.dumps(yes | {"customer_name": "Otto"})
            status, raw = await getattr(doors, channel)(name, said)
            answer = raw.decode().replace("\\", "")
            answers.append((name, channel, status, answer.split('"status":"')[1].split('"')[0]))
    return answers


async def test_a_stored_token_is_as_unknown_as_a_made_up_one(doors):
    """At every door; the hold lives on, and its own token opens it."""
    salon = doors.line.salon
    held = await salon.hold()
    made_up = UUID("7d9e8a35-54c1-8d0b-9f3e-3f5f0d0e6c11")
    answers = await attempts(doors, held.token)
    assert answers == await attempts(doors, made_up)
    assert {status for status, _ in answers[:4]} == {404}
    assert (await salon.find(held.token)).status == "active"
    status, _ = await doors.post(
        f"/v1/reservations/{TOKENS.seal(held.token)}/convert", json.dumps(CUSTOMER)
    )
    assert status == 200


async def test_another_installations_token_opens_nothing(doors, database):
    """Of the same row, under another secret."""
    salon = doors.line.salon
    held = await salon.hold()
    other = InProcess(web_app(App(Settings(), Store(database, InstallationSecret.new()))))
    headers = {"Authorization": f"Bearer {doors.key}"}
    path = f"/v1/reservations/{TOKENS.seal(held.token)}"
    async with other.request("GET", path, headers=headers) as answer:
        assert answer.status == 404
    assert (await doors.post(path, None, "GET"))[0] == 200
