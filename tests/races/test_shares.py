"""Shares: one company attacks with all it has, and the callers of another notice nothing of it."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from slotkeeper.operations import import_busy
from slotkeeper.storage import turns
from tests.api.client import TEN
from tests.build import HAIRCUT, a_company
from tests.operations.test_check_availability import set_rules
from tests.voice.line import a_line
from tests.waiting import think, until

CALLERS, CALLS_EACH = 4, 3
AT_ONCE = 64
# Two of the attacker's requests at once, and one in six seconds from then on: more than that come,
# however slow the machine is.
ATTACKERS_RATE = 10
NONSENSE = " ".join(f"dauer{n}wel schnit{n}fär ba{n}lay" for n in range(9))
MONTH = {
    "service": HAIRCUT,
    "from": TEN.isoformat(),
    "to": (TEN + timedelta(days=31)).isoformat(),
}
# The 30th of February never comes, however long it is looked for.
ENDLESS = "\r\n".join(
    [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"),
        *(
            line
            for n in range(50)
            for line in (
                *("BEGIN:VEVENT", f"UID:{n}", "DTSTAMP:20270101T000000Z"),
                *("DTSTART:20270101T000000Z", "DURATION:PT1M"),
                *("RRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", "END:VEVENT"),
            )
        ),
        *("END:VCALENDAR", ""),
    ]
)


class Attacker:
    """A company with a valid key that asks as fast as it is answered."""

    def __init__(self, base_url, key):
        self.base_url, self.headers = base_url, {"Authorization": f"Bearer {key}"}
        self.answers = Counter()

    @asynccontextmanager
    async def attacking(self, path, *, connections=AT_ONCE, body=None, text=None):
        """Send the same over and over while the block lasts, from its first answer on."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            self.base_url, headers=self.headers, connector=connector
        ) as http:
            sending = [
                asyncio.create_task(self._send(http, path, body, text)) for _ in range(connections)
            ]
            try:
                await until(lambda: self.answers.total() >= 1, "the attack is under way")
                yield
            finally:
                for task in sending:
                    task.cancel()
                await asyncio.gather(*sending, return_exceptions=True)

    async def _send(self, http, path, body, text):
        kind = {"Content-Type": "text/calendar"} if text else None
        while True:
            async with http.post(path, json=body, data=text, headers=kind) as answer:
                said = (await answer.json()).get("status") if answer.status == 200 else ""
            self.answers[said or answer.status] += 1
            # A refusal costs next to nothing; here the client takes more of the machine than it.
            if answer.status in (429, 503):
                await think(0.05)


@pytest.fixture
async def attacker(base_url, store):
    """Company 2, which has no limit of its own yet."""
    salon = await a_company(store, sandbox=False)
    attacker = Attacker(base_url, await store.directory.create_key(salon.id))
    attacker.salon = salon
    return attacker


async def heard(http, store):
    """What the callers of company 1 hear, each of whom asks about several times of her own."""
    line = await a_line(http, store)

    async def ring(number):
        heard = []
        for n in range(CALLS_EACH):
            # Each on a day of its own, of which callers who are new may hold a part only.
            wish = {"datum": f"2027-03-{8 + number * CALLS_EACH + n:02}", "uhrzeit": "10:00"}
            envelope = line.envelope(f"call_{number}_{n}", from_number=f"+4917012345{number}{n}")
            args = wish | {"dienstleistung": HAIRCUT}
            payload = {"name": "check_availability", "call": envelope, "args": args}
            _, answer = await line.post("/v1/retell/functions", payload)
            heard.append(answer["status"])
        return heard

    return [one for heard in await asyncio.gather(*map(ring, range(CALLERS))) for one in heard]


@pytest.mark.parametrize(
    "attack",
    [
        {"path": "/v1/tools/check_availability", "body": {"service": HAIRCUT, "date": "morgen"}},
        {"path": "/v1/availability", "body": MONTH},
        {
            "path": "/v1/tools/check_availability",
            "body": dict.fromkeys(("service", "date", "time", "staff"), NONSENSE),
            "connections": 8,
        },
        {"path": "/v1/busy?staff=Emma&source=x", "text": ENDLESS, "connections": 6},
    ],
    ids=["checks", "months", "nonsense", "calendars"],
)
async def test_no_caller_of_another_company_is_failed(http, store, attacker, attack, monkeypatch):
    """With and without a limit on requests: each hears that the time is held."""
    monkeypatch.setattr(import_busy, "READ_WITHIN_S", 1.0)
    async with attacker.attacking(**attack):
        assert Counter(await heard(http, store)) == {"held": CALLERS * CALLS_EACH}
    await set_rules(attacker.salon, max_requests_per_min=ATTACKERS_RATE)
    async with attacker.attacking(**attack):
        assert Counter(await heard(http, store)) == {"held": CALLERS * CALLS_EACH}
        await until(lambda: attacker.answers[429], "the attacker hears that it is too much")


async def test_a_queue_that_is_full_refuses_its_own_company(http, store, attacker, monkeypatch):
    """Its tool calls hear that it is tried again, its programs 503; nobody else does."""
    monkeypatch.setattr(turns, "MAX_WAITING", 4)
    check = {"service": HAIRCUT, "date": "morgen"}
    async with (
        attacker.attacking("/v1/tools/check_availability", body=check),
        attacker.attacking("/v1/availability", body=MONTH),
    ):
        assert Counter(await heard(http, store)) == {"held": CALLERS * CALLS_EACH}
        await until(lambda: attacker.answers["try_again"], "a tool call is refused")
        await until(lambda: attacker.answers[503], "a program is refused")
