"""Callers who use the REST API at random on few slots, and record every answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import aiohttp
import msgspec

from slotkeeper.lab.proof.causes import LEFT_AFTER_S
from slotkeeper.lab.proof.history import History, Op, Record, RecordOutcome, judged_fields
from slotkeeper.tools.call_identity import PHONE_HEADER

# After this time the outcome of a request is unknown.
REQUEST_TIMEOUT_S = 6.0
# A request with an unknown outcome is sent again, with the same identity, so many times.
ATTEMPTS = 40
PAUSE_BETWEEN_ATTEMPTS_S = 0.25
# Operation -> how often a caller chooses it, as a weight.
MIX: Mapping[Op, int] = {
    "hold": 30,
    "offer": 12,
    "book": 10,
    "convert": 20,
    "extend": 6,
    "cancel": 8,
    "move": 5,
    "cancel_appointment": 10,
    "end_call": 4,
    "absence": 3,
    "ring_again": 6,
}
# So long is somebody away who is taken out of a wanted slot.
AWAY = timedelta(minutes=5)
# This share of the requests is sent twice at once, as platforms do.
DOUBLED_PERCENT = 4
# This share of the wishes is a visit of two services, for one person or for two.
VISITS_PERCENT = 20
# This share of the changes of an appointment concerns its second part alone, where it has one.
PARTS_PERCENT = 30
# Some holds expire while the caller thinks, at any point of the worker's round.
LIFETIMES_S = (1, 1, 2, 5, 10, 30)
THINKS_PERCENT, THINK_S = 12, (0.7, 1.5)
# What a caller whose line drops has held lives so long, and so many of such calls are remembered.
LEFT_LIFETIME_S, LEFT_CALLS, LEAVING_TRIES = 300, 2, 3
# Who rings again waits this much longer than the silence that there must be.
SILENCE_SLACK_S = 0.5
# Percent of the calls without a number, with a new one (both meet the caps), with a customer's.
SHARES_OF_CALLS = (10, 10, 80)
# So many who ring again want other than before; so many older calls say yes at the same time.
OTHER_WISH_PERCENT, AT_ONCE_PERCENT = 30, 30
REMEMBERED = 12
# Who has more appointments cancels one next, so that the days do not fill up in a long run.
MOST_APPOINTMENTS = 3
# The desk tries so many slots to make a number a customer's.
DESK_TRIES = 50


@dataclass(frozen=True, slots=True)
class WantedSlot:
    """A slot that the callers of a run want: a service with a person at a time."""

    service: str
    staff: str
    start: str


@dataclass
class Workload:
    """What the callers of a run share: servers that are up, API key, wanted slots, history.

    In ``our_own`` salon some of the staff are away at times, and callers have numbers; somebody's
    sandbox should not keep absences, and its caps are not ours. ``silence_s`` is how long a call
    must be silent before a newer one of its number takes over what it holds.
    """

    servers: Callable[[], Sequence[str]]
    key: str
    slots: Sequence[WantedSlot]
    history: History
    numbers: count[int] = field(default_factory=lambda: count(1))
    began: float = field(default_factory=time.monotonic)
    prefix: str = "prove"
    our_own: bool = False
    silence_s: float = LEFT_AFTER_S

    def now_s(self) -> float:
        """Measure the seconds since the run began, on a monotonic clock."""
        return time.monotonic() - self.began


@dataclass
class _Answer:
    outcome: RecordOutcome
    body: dict[str, Any]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class _LeftCall:
    """A call whose line dropped when it held a slot; nobody told the server."""

    token: str
    wish: Mapping[str, Any]
    left_s: float


class RandomCaller:
    """One of many callers; ``random`` decides everything that is left to chance."""

    def __init__(
        self, number: int, workload: Workload, http: aiohttp.ClientSession, random: Random
    ):
        """Send requests on this HTTP session."""
        self._number, self._workload, self._http, self._random = number, workload, http, random
        self._calls = count(1)
        self._tokens: list[str] = []
        self._appointments: list[int] = []
        self._absence_id: int | None = None
        self._left: list[_LeftCall] = []
        self._customers_number, self._new_number = _number(2 * number), _number(2 * number + 1)
        self._call_id: str | None = None
        self._rings_as: str | None = None
        self._new_call()

    async def become_customer(self) -> None:
        """Have the desk book an appointment for one of our numbers, which stands to the end."""
        self._call_id = self._rings_as = None
        service = self._workload.slots[0].service
        slots = [slot for slot in self._workload.slots if slot.service == service]
        customer = {"name": "Erika Muster", "phone": self._customers_number}
        for slot in self._random.sample(slots, min(DESK_TRIES, len(slots))):
            body = asdict(slot) | {"customer": customer}
            records = await self._ask("book", "POST", "/v1/appointments", body)
            if records[-1].outcome == "ok":
                break
        self._new_call()

    async def act(self) -> None:
        """Do one random operation, perhaps after a pause or twice at once, and record it."""
        if self._random.random() * 100 < THINKS_PERCENT:
            await asyncio.sleep(self._random.uniform(*THINK_S))
        op = self._random.choices(list(MIX), list(MIX.values()))[0]
        if len(self._appointments) > MOST_APPOINTMENTS:
            op = "cancel_appointment"
        if op in ("convert", "extend", "cancel") and not self._tokens:
            op = "hold"
        if op in ("absence", "ring_again") and not self._workload.our_own:
            op = "hold"
        if op in ("move", "cancel_appointment") and not self._appointments:
            op = "book"
        await getattr(self, f"_{op}")(op)

    async def _hold(self, op: Op) -> None:
        body = self._wish() | {"lifetime_s": self._random.choice(LIFETIMES_S)}
        self._keep(await self._ask(op, "POST", "/v1/reservations", body))

    async def _offer(self, op: Op) -> None:
        body = self._wish() | {"lifetime_s": self._random.choice(LIFETIMES_S), "limit": 2}
        self._keep(await self._ask(op, "POST", "/v1/offers", body))

    async def _book(self, op: Op) -> None:
        self._keep(await self._ask(op, "POST", "/v1/appointments", self._wish()))

    async def _convert(self, op: Op) -> None:
        token = self._some_token()
        body = {"reacquire": self._random.random() < 0.3}
        path = f"/v1/reservations/{token}/convert"
        self._keep(await self._ask(op, "POST", path, body, token=token))

    async def _extend(self, op: Op) -> None:
        token = self._some_token()
        body = {"lifetime_s": self._random.choice(LIFETIMES_S)}
        await self._ask(op, "POST", f"/v1/reservations/{token}/extend", body, token=token)

    async def _cancel(self, op: Op) -> None:
        token = self._tokens.pop(self._random.randrange(len(self._tokens)))
        await self._ask(op, "DELETE", f"/v1/reservations/{token}", None, token=token)

    async def _move(self, op: Op) -> None:
        appointment_id = self._random.choice(self._appointments)
        slot = self._random.choice(self._workload.slots)
        path = f"/v1/appointments/{appointment_id}/move"
        body: dict[str, Any] = {"start": slot.start}
        if self._random.random() * 100 < PARTS_PERCENT:
            body["parts"] = [2]
        await self._ask(op, "POST", path, body, appointment_id=appointment_id)

    async def _cancel_appointment(self, op: Op) -> None:
        appointment_id = self._random.choice(self._appointments)
        path = f"/v1/appointments/{appointment_id}"
        if self._random.random() * 100 < PARTS_PERCENT:
            path += "?parts=2"  # the rest stands
        else:
            self._appointments.remove(appointment_id)
        await self._ask(op, "DELETE", path, None, appointment_id=appointment_id)

    async def _end_call(self, op: Op) -> None:
        await self._ask(op, "POST", f"/v1/calls/{self._call_id}/end", None)
        self._new_call()

    async def _absence(self, op: Op) -> None:
        """Let somebody be back, or be away just as a slot with her is wished."""
        if self._absence_id is not None:
            await self._ask(op, "DELETE", f"/v1/absences/{self._absence_id}", None)
            self._absence_id = None
            return
        slot = self._random.choice(self._workload.slots)
        begins = datetime.fromisoformat(slot.start)
        away = {"staff": slot.staff, "from": slot.start, "to": (begins + AWAY).isoformat()}
        wish = self._wish() | {"service": slot.service, "start": slot.start, "staff": slot.staff}
        absences, holds = await asyncio.gather(
            self._ask(op, "POST", "/v1/absences", away),
            self._ask("hold", "POST", "/v1/reservations", wish | {"lifetime_s": 60}),
        )
        self._keep(holds)
        self._absence_id = next((each.absence_id for each in absences if each.absence_id), None)

    async def _ring_again(self, op: Op) -> None:
        """Ring for what a call of ours was told whose line dropped: late enough, or too early."""
        if self._left and self._workload.now_s() >= self._silent_enough_s(self._left[0]):
            await self._ring_for(self._left.pop(0), op)
        elif len(self._left) == LEFT_CALLS or (self._left and self._random.random() < 0.5):
            await self._wish_and_leave(op, self._random.choice(self._left).wish)
        else:
            for _ in range(LEAVING_TRIES):  # most slots are taken
                if await self._wish_and_leave(op, self._wish(named_percent=100)):
                    break

    async def ring_once_more(self) -> None:
        """Wait until our left calls have been silent for long enough, and ring again."""
        left, self._left = self._left, []
        for call in left:
            await asyncio.sleep(max(0.0, self._silent_enough_s(call) - self._workload.now_s()))
            await self._ring_for(call, "ring_again")

    async def _ring_for(self, call: _LeftCall, op: Op) -> None:
        """Wish the slot of a left call, or another one; that call says yes, at once or later."""
        wish = dict(call.wish)
        if self._random.random() * 100 < OTHER_WISH_PERCENT and "service" in wish:
            wish["service"] = self._random.choice(self._workload.slots).service
        if self._random.random() * 100 < AT_ONCE_PERCENT:
            await asyncio.gather(self._wish_and_leave(op, wish), self._say_yes(call.token))
        else:
            await self._wish_and_leave(op, wish)
            await self._say_yes(call.token)

    def _silent_enough_s(self, call: _LeftCall) -> float:
        return call.left_s + self._workload.silence_s + SILENCE_SLACK_S

    async def _wish_and_leave(self, op: Op, wish: Mapping[str, Any]) -> bool:
        """Wish on a call of its own, whose line drops then; tell whether it held the slot."""
        self._new_call()
        body = {**wish, "call_id": self._call_id, "lifetime_s": LEFT_LIFETIME_S}
        records = await self._ask(op, "POST", "/v1/reservations", body)
        held = [each.token for record in records for each in record.held]
        if held and len(self._left) < LEFT_CALLS:
            self._left.append(_LeftCall(held[0], body, self._workload.now_s()))
        else:
            self._keep(records)
        self._new_call()
        return bool(held)

    async def _say_yes(self, token: str) -> None:
        path = f"/v1/reservations/{token}/convert"
        self._keep(await self._ask("convert", "POST", path, {}, token=token))

    def _new_call(self) -> None:
        self._call_id = f"{self._workload.prefix}-{self._number}-{next(self._calls)}"
        numbers = (None, self._new_number, self._customers_number)
        chosen = self._random.choices(numbers, SHARES_OF_CALLS)[0]
        self._rings_as = chosen if self._workload.our_own else None

    def _some_token(self) -> str:
        """Choose the newest token or, as often, any older one."""
        newest = self._random.random() < 0.5
        return self._tokens[-1] if newest else self._random.choice(self._tokens)

    def _wish(self, *, named_percent: int = 70) -> dict[str, Any]:
        slot = self._random.choice(self._workload.slots)
        wish: dict[str, Any] = {
            "call_id": self._call_id,
            "start": slot.start,
            "customer": {"name": "Erika Muster"},
        }
        part: dict[str, Any] = {"service": slot.service, "person": 1}
        if self._random.random() * 100 < named_percent:
            part["staff"] = slot.staff
        if self._random.random() * 100 < VISITS_PERCENT:
            other = self._random.choice(self._workload.slots)
            person = self._random.choice((1, 2))
            return wish | {"parts": [part, {"service": other.service, "person": person}]}
        return wish | part | {"person": self._random.choice((1, 1, 1, 2))}

    def _keep(self, records: Sequence[Record]) -> None:
        """Remember the tokens and appointments of answers, for later operations."""
        for record in records:
            self._tokens += [held.token for held in record.held]
            booked = [record.appointment_id or 0, *record.others] if record.outcome == "ok" else []
            self._appointments += [each for each in booked if each not in (0, *self._appointments)]
        del self._tokens[:-REMEMBERED], self._appointments[:-REMEMBERED]

    async def _ask(
        self,
        op: Op,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        *,
        token: str | None = None,
        appointment_id: int | None = None,
    ) -> list[Record]:
        """Send a request, now and then twice at once, until its outcome is known."""
        wishes = body is not None and "customer" in body
        known = {
            "call_id": self._call_id,
            "caller": self._rings_as if wishes else None,
            "token": token,
            "appointment_id": appointment_id,
            "wish": body,
        }
        doubled = self._random.random() * 100 < DOUBLED_PERCENT
        number = next(self._workload.numbers)
        asking = [self._until_known(op, number, (method, path, body), known)]
        if doubled:
            again = known | {"repeats": number}
            twin = next(self._workload.numbers)
            asking.append(self._until_known(op, twin, (method, path, body), again))
        records = await asyncio.gather(*asking)
        return [record for each in records for record in each]

    async def _until_known(
        self,
        op: Op,
        number: int,
        request: tuple[str, str, dict[str, Any] | None],
        known: Mapping[str, Any],
    ) -> list[Record]:
        records: list[Record] = []
        first = known.get("repeats") or number
        for attempt in range(ATTEMPTS):
            invoked_s = self._workload.now_s()
            headers = self._headers(request[1], f"{self._workload.prefix}-{first}", known["caller"])
            answer = await self._send(*request, headers)
            record = Record(
                n=number if attempt == 0 else next(self._workload.numbers),
                client=self._number,
                op=op,
                invoked_s=invoked_s,
                done_s=self._workload.now_s(),
                outcome=answer.outcome,
                replayed=answer.replayed,
                **{**known, **judged_fields(op, answer.outcome, answer.body, known["token"])},
            )
            self._workload.history.add(record)
            records.append(record)
            if answer.outcome != "unknown":
                break
            await asyncio.sleep(PAUSE_BETWEEN_ATTEMPTS_S)
        return records

    def _headers(self, path: str, key: str, caller: str | None) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._workload.key}"}
        # Sent again without it, these would make a second offer or appointment.
        if path == "/v1/offers" or self._call_id is None:
            headers["Idempotency-Key"] = key
        if caller is not None:
            headers[PHONE_HEADER] = caller
        return headers

    async def _send(
        self, method: str, path: str, body: dict[str, Any] | None, headers: Mapping[str, str]
    ) -> _Answer:
        servers = self._workload.servers()
        if not servers:
            return _Answer("unknown", {})
        url = self._random.choice(servers) + path
        try:
            async with self._http.request(method, url, json=body, headers=headers) as response:
                raw = await response.read()
                facts = msgspec.json.decode(raw) if raw else {}
        except (aiohttp.ClientError, TimeoutError, ConnectionError, msgspec.DecodeError):
            return _Answer("unknown", {})
        if response.status >= 500:
            return _Answer("unknown", facts)
        replayed = response.headers.get("Idempotent-Replayed") == "true"
        return _Answer("ok" if response.status < 300 else "refused", facts, replayed)


def _number(which: int) -> str:
    """Make a number that is possible, and nobody's."""
    return f"+49155{which:08d}"
