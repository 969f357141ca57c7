"""How many statements each operation sends to the database, on a server that is warm.

The documents name these figures: one that differs fails here.
"""

import re
import secrets
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from slotkeeper.api.rest import ROUTES
from slotkeeper.assembly import App
from slotkeeper.assembly.web import web_app
from slotkeeper.http import timed_cache
from slotkeeper.storage import catalogue_cache, database_clock
from slotkeeper.storage.database import Database
from slotkeeper.storage.store import Store
from slotkeeper.tools.registry import TOOLS
from tests.api.client import ANNA, TEN, Rest
from tests.build import HAIRCUT, SECRET, TOKENS
from tests.metrics.exposed import UNLIMITED
from tests.races.arena import Caller
from tests.tools.test_branches import open_second_branch
from tests.voice.line import CALLER, a_line
from tests.waiting import until

ROOT = Path(__file__).parents[2]
WORDS = ("none", "one", "two", "three")
MOST = 3
# What the documents say in a sentence.
SENTENCES = {
    "README.md": "A check takes {check} round trips to the database, the end of a call {ended}, "
    "and no operation more than {most}.",
    "docs/availability.md": "## One check, {check} round trips",
}
# A row of the guide: operation, what is special, statements, statements with a key.
ROW = re.compile(r"^\| `(\w+)`(, [^|]+)? \| (\d) \|(?: (\d?))?", re.M)
NOBODY = {"phone": "+4915100000001"}
HOUR = timedelta(hours=1)
ICS = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "END:VCALENDAR", ""))

_statements: ContextVar[list[str]] = ContextVar("statements")


@dataclass
class Answer:
    """What the application answered."""

    status: int = 0
    body: bytes = b""

    async def read(self):
        return self.body


class InProcess:
    """The application without a server, called as an aiohttp session is; counts statements."""

    def __init__(self, app):
        self.app = app
        self.statements = []

    @asynccontextmanager
    async def request(self, method, path, *, data=None, headers=None):
        body = data.encode() if isinstance(data, str) else data or b""
        path, _, query = path.partition("?")
        fields = [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()]
        scope = {
            "type": "http", "method": method, "path": path, "query_string": query.encode(),
            "headers": fields, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        answer = Answer()

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            answer.status = message.get("status", answer.status)
            answer.body += message.get("body", b"")

        self.statements = []
        _statements.set(self.statements)
        await self.app(scope, receive, send)
        yield answer

    def post(self, path, **sent):
        return self.request("POST", path, **sent)


@pytest.fixture
async def server(shared, monkeypatch):
    """The application on a database of one connection; what it keeps stays kept."""
    monkeypatch.setattr(catalogue_cache, "CHECK_EVERY_S", 3600.0)
    monkeypatch.setattr(database_clock, "LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr(timed_cache, "KEPT_FOR_S", 3600.0)
    monkeypatch.setattr(timed_cache, "ABSENCE_KEPT_FOR_S", 3600.0)
    db = await Database.open(shared.app_url, size=1)
    store = Store(db, SECRET)
    app = web_app(App(UNLIMITED, store))
    db.watch = lambda name, *_: _statements.get([]).append(name)
    yield InProcess(app), store
    await db.close()


class Rounds:
    """Does every operation; a second time all that the server keeps is warm."""

    def __init__(self, server, line, rest, branches):
        self.server, self.line, self.rest, self.branches = server, line, rest, branches
        self.day = TEN
        self.counts = {}

    async def rest_route(self, name, method, path, body=None, **sent):
        status, answer = await self.rest(method, path, body, **sent)
        assert status < 300, (name, answer)
        self.counts[name] = list(self.server.statements)
        return answer

    async def tool(self, name, args, label=None, call="call_real", caller=CALLER, *, line=None):
        answer = await (line or self.line).tool(name, args, call=call, caller=caller)
        self.counts[label or name] = list(self.server.statements)
        return answer

    async def all(self):
        """Once through every tool and every route, with an Idempotency-Key and without."""
        for keyed in (True, False):
            self.day += timedelta(days=1)
            await self.rest_routes(keyed)
        await self.tools(f"call_{self.day:%d}")

    async def rest_routes(self, keyed):
        route, once, wish = self.rest_route, partial(self.post, keyed), self.wish
        window = {"from": self.day.isoformat(), "to": (self.day + HOUR).isoformat()}
        await route("listSlots", "POST", "/v1/availability", {"service": HAIRCUT, **window})
        held = await once("createReservation", "/v1/reservations", wish(hours=0))
        path = f"/v1/reservations/{held['token']}"
        await route("getReservation", "GET", path)
        await once("extendReservation", f"{path}/extend", {})
        booked = await once("convertReservation", f"{path}/convert", {})
        path = f"/v1/appointments/{booked['id']}"
        await route("getAppointment", "GET", path)
        await once("moveAppointment", f"{path}/move", {"start": wish(hours=1)["start"]})
        await route("cancelAppointment", "DELETE", path)
        await once("makeOffer", "/v1/offers", wish(hours=3))
        await once("createAppointment", "/v1/appointments", wish(hours=5))
        held = await once("createReservation", "/v1/reservations", wish(hours=0))
        await route("cancelReservation", "DELETE", f"/v1/reservations/{held['token']}")
        blocked = await once("createAbsence", "/v1/absences", window | {"staff": "Emma"})
        await route("deleteAbsence", "DELETE", f"/v1/absences/{blocked['id']}")
        await route(
            "replaceBusy", "POST", "/v1/busy?staff=Emma&source=home", raw=ICS,
            headers={"Content-Type": "text/calendar"},
        )  # fmt: skip

        await route("exportCustomer", "POST", "/v1/customers/export", NOBODY)
        await route("eraseCustomer", "POST", "/v1/customers/erase", NOBODY)

    async def post(self, keyed, name, path, body):
        """What takes an Idempotency-Key."""
        headers = {"Idempotency-Key": secrets.token_hex(8)} if keyed else None
        name = f"{name}, with a key" if keyed else name
        return await self.rest_route(name, "POST", path, body, headers=headers)

    def wish(self, *, hours):
        """A wish of the day."""
        start = (self.day + hours * HOUR).isoformat()
        return {"service": HAIRCUT, "start": start, "customer": ANNA}

    async def tools(self, call):
        wish = {"datum": f"{self.day:%Y-%m-%d}", "uhrzeit": "16:00", "dienstleistung": HAIRCUT}
        for name in ("get_current_context", "check_customer", "get_opening_hours",
                     "get_available_services", "request_callback",
                     "transfer_to_human"):  # fmt: skip
            await self.tool(name, {}, call=call)
        await self.tool("get_alternatives", wish, call=call)
        await self.tool("find_next_available", wish, call=call)
        await self.tool("release_hold", {}, call=call)
        held = await self.tool("check_availability", wish, call=call)
        token = {"reservation_token": held["reservation_token"], "customer_name": "Anna"}
        booked = await self.tool("start_booking", token, call=call)
        assert booked["status"] == "booked", booked
        await self.tool("get_customer_appointments", {}, call=call)
        moved = await self.tool("reschedule_appointment", {"new_time": "18:00"}, call=call)
        assert moved["status"] == "moved", moved
        await self.rest("POST", "/v1/appointments", self.wish(hours=9))
        await self.rest("POST", "/v1/appointments", self.wish(hours=9))
        taken = {"new_time": "19:00"}
        label = "reschedule_appointment, to a time that is taken"
        others = await self.tool("reschedule_appointment", taken, label, call=call)
        assert others["status"] == "slot_taken", others
        assert others["alternatives"]
        gone = await self.tool("cancel_appointment", {}, call=call)
        assert gone["status"] == "cancelled", gone
        await self.of_an_earlier_call(wish, call)
        await self.line.hang_up(call)
        self.counts["call_ended"] = list(self.server.statements)
        await self.of_the_same_caller(call, wish)
        await self.at_some_branch(call, wish)
        await self.too_late(call, wish)
        await self.on_an_unknown_line(wish)

    async def of_the_same_caller(self, call, wish):
        """A newer call of a number wishes again what stands, and then moves it."""
        who, wish = f"+49151123456{self.day:%d}", wish | {"customer_name": "Anna"}
        booked = await self.tool(
            "start_booking", wish, "start_booking, of what was not held", f"{call}_0", who
        )
        assert booked["status"] == "booked", booked
        times = {"check_availability": "16:30", "start_booking": "17:00"}
        for name, at in times.items():
            newer = f"{call}_{name}", who
            wish |= {"uhrzeit": at}
            asked = await self.tool(name, wish, f"{name}, of what stands already", *newer)
            assert asked.get("reason") == "stands_already", (name, asked)
            move = wish | {"another": "lieber verschieben"}
            moved = await self.tool(name, move, f"{name}, answered by a move", *newer)
            assert moved["status"] == "moved", moved
        await self.of_what_is_gone(call, wish, who)
        gone = await self.line.tool("cancel_appointment", {}, call=f"{call}_0", caller=who)
        assert gone["status"] == "cancelled", gone

    async def of_what_is_gone(self, call, wish, who):
        """What stands is wished again when nobody else is free, and when nobody is there."""
        at = self.day + 7 * HOUR
        away = {"from": at.isoformat(), "to": (at + 2 * HOUR).isoformat()}
        label, wish = "start_booking, of what stands already and", wish | {"uhrzeit": "17:15"}
        await self.rest("POST", "/v1/appointments", self.wish(hours=7))
        gone = "start_booking, of what was not held and is gone"
        other = await self.tool(
            "start_booking", wish, gone, f"{call}_t", f"+4917499900{self.day:%d}"
        )
        assert (other["status"], bool(other["offers"])) == ("slot_taken", True), other
        proven = f"{call}_start_booking", who
        asked = await self.tool("start_booking", wish, f"{label} is taken", *proven)
        assert (asked["reason"], bool(asked["offers"])) == ("stands_already", True), asked
        for person in ("Emma", "Sarah"):
            await self.rest("POST", "/v1/absences", away | {"staff": person})
        asked = await self.tool("start_booking", wish, f"{label} nobody is there", *proven)
        assert (asked["reason"], bool(asked["offers"])) == ("stands_already", True), asked

    async def at_some_branch(self, call, wish):
        """A company of several branches: none is said, or one was said before."""
        for name, at in (("check_availability", "18:00"), ("start_booking", "19:00")):
            where = f"{call}_{name}_branch", f"+4917399900{self.day:%d}"
            label, line = f"{name}, without a branch", self.branches
            asked = await self.tool(name, wish, label, *where, line=line)
            assert asked["missing"] == ["branch"], asked
            branch = {"branch": "west"}
            await line.tool("check_availability", branch, call=where[0], caller=where[1])
            label = f"{name}, at the branch of before"
            answer = await self.tool(
                name, wish | {"uhrzeit": at, "customer_name": "Eva"}, label, *where, line=line
            )
            assert answer.get("branch") == "Salon Weststadt", answer

    async def too_late(self, call, wish):
        """A yes to a hold that has expired: had again, or lost to others."""
        wish = wish | {"uhrzeit": "12:00"}
        for is_lost in (False, True):
            late = f"{call}_late_{is_lost}", f"+4915{2 + is_lost}123456{self.day:%d}"
            held = await self.tool("check_availability", wish, None, *late)
            assert held["status"] == "held", held
            await self.dies(TOKENS.unseal(UUID(held["reservation_token"])))
            if is_lost:
                await self.rest("POST", "/v1/appointments", self.wish(hours=2))
            yes = {"reservation_token": held["reservation_token"], "customer_name": "Anna"}
            label = f"start_booking, of a hold that has expired{' and is lost' * is_lost}"
            answer = await self.tool("start_booking", yes, label, *late)
            assert answer["status"] == ("slot_taken" if is_lost else "booked"), answer

    async def dies(self, token):
        """Let a hold expire, by the clock of the server as well."""
        salon = self.line.salon
        await Caller(salon, None).let_die(token)
        hold, _ = await salon.store.reservations.find(salon.id, token)

        async def is_dead():
            return hold.is_expired(await salon.store.clock.now())

        await until(is_dead, "the hold is dead")

    async def of_an_earlier_call(self, wish, call):
        """Asked for one thing, the caller says it: the name, in a call for each tool."""
        told = {"customer_name": "Anna Zwei"}
        # Its holds count for a number of its own.
        caller = f"+4917299900{self.day:%d}"
        booked = await self.line.tool("start_booking", wish | told, call=f"{call}_b", caller=caller)
        assert booked["status"] == "booked", booked
        for name in ("get_customer_appointments", "reschedule_appointment", "cancel_appointment"):
            args = told | ({"new_time": "18:00"} if name.startswith("re") else {})
            label, another = f"{name}, of an earlier call", f"{call}_{name}"
            asked = await self.tool(name, {}, f"{label}, not proven", another, caller)
            assert asked["status"] == "needs_info", asked
            answer = await self.tool(name, args, label, another, caller)
            assert answer["success"], (name, answer)

    async def on_an_unknown_line(self, wish):
        """A web call: its agent is registered nowhere, so only the address names the company."""
        call = {"call_id": f"web_{self.day:%d}", "call_type": "web_call", "agent_id": "agent_x"}
        slug = self.line.salon.company.slug
        await self.line.post(
            f"/v1/retell/{slug}/functions",
            {"name": "check_availability", "call": call, "args": wish},
        )
        name = "check_availability, of a web call on an unknown line"
        self.counts[name] = list(self.server.statements)


@pytest.fixture
async def counts(server):
    """The statements of every operation, by its name."""
    http, store = server
    line = await a_line(http, store)
    rest = Rest(http, await store.directory.create_key(line.salon.id))
    branches = await a_line(http, store)
    await open_second_branch(branches.salon)
    rounds = Rounds(http, line, rest, branches)
    await rounds.all()
    await rounds.all()
    return rounds.counts


async def test_every_operation_needs_at_most_three_statements(counts):
    """Every REST route and every tool; what begins and ends a transaction is counted too."""
    assert {route.operation_id for route in ROUTES} <= counts.keys()
    assert TOOLS.keys() <= counts.keys()
    too_many = {name: sent for name, sent in counts.items() if len(sent) > MOST}
    assert not too_many


async def test_the_tables_of_the_guide_are_measured(counts):
    """Each operation stands in the reservation model with its number of statements."""
    guide = (ROOT / "docs" / "reservation-model.md").read_text("utf-8")
    written = {}
    for name, more, plain, keyed in re.findall(
        r"^\| `(\w+)`(, [^|]+)? \| (\d) \|(?: (\d?))?", guide, re.M
    ):
        written[f"{name}{more}".strip()] = int(plain)
        if keyed:
            written[f"{name}, with a key"] = int(keyed)
    assert written == {name: len(sent) for name, sent in counts.items()}


async def test_the_sentences_of_the_documents_are_measured(counts):
    """What is said in words is what is counted."""
    facts = {
        "check": WORDS[len(counts["check_availability"])],
        "ended": WORDS[len(counts["call_ended"])],
        "most": WORDS[max(map(len, counts.values()))],
    }
    for document, sentence in SENTENCES.items():
        assert sentence.format(**facts) in (ROOT / document).read_text("utf-8"), document
