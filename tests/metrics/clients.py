"""Clients who do all that can be done to a reservation, and remember what they were told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.build import HAIRCUT, PERM
from tests.races.programs import Answer, Client
from tests.waiting import think

# A company's slots: so few that callers meet on them, so many that most of them get one.
DAYS, HOURS = 20, (9, 12, 15)
STAFF = ("Emma", "Sarah", None)
# Seconds; the first is let die more often than not.
LIFETIMES_S = (1, 2)
# How soon a client whose answer was lost asks again.
AGAIN_AFTER_S = 0.05
# What a server may answer while it is broken, and what when nothing is.
BROKEN = {None, 503}
REFUSED = {404, 409, 410, 422, 429}


@dataclass
class Facts:
    """What a company's clients were told. Nothing of it may be lost, or be otherwise in the end."""

    made: set[UUID] = field(default_factory=set)
    converted: set[UUID] = field(default_factory=set)
    cancelled: set[UUID] = field(default_factory=set)
    expired: set[UUID] = field(default_factory=set)
    had_again: set[UUID] = field(default_factory=set)


@dataclass
class Someone:
    """One client of a company; each operation goes on until it is known what became of it."""

    rest: Client
    servers: Callable[[], list[str]]
    rng: Random
    facts: Facts
    done: Counter[str]
    held: list[UUID] = field(default_factory=list)
    booked: list[int] = field(default_factory=list)
    call: str = ""

    async def do_something(self) -> None:
        """Do what nobody has done yet, else one operation by chance; it may need a hold first."""
        names = list(WEIGHTS)
        (name,) = self.rng.choices(names, [WEIGHTS[name] for name in names])
        name = next((new for new in names if not self.done[new] and self._can(new)), name)
        if not self._can(name):
            name = "hold"
        operation: Callable[[], Awaitable[None]] = getattr(self, name)
        await operation()
        self.done[name] += 1

    def _can(self, name: str) -> bool:
        """Whether there is something to do it to."""
        return bool(
            (name not in OF_A_HOLD or self.held) and (name not in OF_A_BOOKING or self.booked)
        )

    async def hold(self) -> None:
        """Hold a haircut."""
        self._hold(await self._post("reservations", **self._wish(HAIRCUT)))

    async def hold_compound(self) -> None:
        """Hold a perm."""
        self._hold(await self._post("reservations", **self._wish(PERM)))

    async def check(self) -> None:
        """Wish a time, and hold it or what is offered instead."""
        answer = await self._post("offers", **self._wish(self.rng.choice((HAIRCUT, PERM))))
        for offered in ([answer.get("wished")] if answer else []) + answer.get("others", []):
            self._hold(offered)

    async def ask(self) -> None:
        """Ask as an agent does, in words; ask again for what was named."""
        start = self._start()
        answer = await self._post(
            "tools/check_availability",
            service=HAIRCUT,
            date=f"{start:%Y-%m-%d}",
            time=f"{start:%H:%M}",
            conversation_id=self._call(),
        )
        if token := answer.get("reservation_token"):
            self.facts.made.add(UUID(token))

    async def convert(self) -> None:
        """Say yes to what was held last."""
        self._converted(self.held[-1], await self._yes(self.held.pop(), reacquire=False))

    async def convert_late(self) -> None:
        """Say yes to what was held first, which is mostly dead, and have it again if it is free."""
        token = self.held.pop(0)
        answer = await self._yes(token, reacquire=True)
        if self._converted(token, answer) and UUID(answer.body["reservation_token"]) != token:
            self.facts.had_again.add(token)
            self.facts.expired.add(token)

    async def cancel(self) -> None:
        """Give a hold back."""
        token = self.held.pop(self.rng.randrange(len(self.held)))
        answer = await self._until_answered("DELETE", f"reservations/{token}")
        ends = {"cancelled": self.facts.cancelled, "expired": self.facts.expired}
        if (status := answer.body.get("status")) in ends:
            ends[status].add(token)

    async def extend(self) -> None:
        """Keep a hold for longer."""
        token = self.rng.choice(self.held)
        await self._post(f"reservations/{token}/extend", lifetime_s=self.rng.choice(LIFETIMES_S))

    async def end_call(self) -> None:
        """Hang up."""
        await self._post(f"calls/{self._call()}/end")
        self.call = ""

    async def book(self) -> None:
        """Book without holding first."""
        wish = self._wish(self.rng.choice((HAIRCUT, PERM)))
        del wish["lifetime_s"]
        if booked := await self._post("appointments", **wish):
            self._book(booked)

    async def cancel_appointment(self) -> None:
        """Cancel what is booked, so that others find room."""
        appointment_id = self.booked.pop(self.rng.randrange(len(self.booked)))
        await self._until_answered("DELETE", f"appointments/{appointment_id}")

    async def move(self) -> None:
        """Put an appointment elsewhere, if there is room."""
        appointment_id = self.rng.choice(self.booked)
        await self._post(f"appointments/{appointment_id}/move", start=self._start().isoformat())

    def _wish(self, service: str) -> dict[str, Any]:
        staff = self.rng.choice(STAFF)
        return {
            "service": service,
            "customer": {"name": "Erika Muster"},
            "start": self._start().isoformat(),
            "call_id": self._call(),
            "lifetime_s": self.rng.choice(LIFETIMES_S),
        } | ({"staff": staff} if staff else {})

    def _start(self) -> datetime:
        today = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        day = today + timedelta(days=self.rng.randint(2, DAYS + 1))
        return day.replace(hour=self.rng.choice(HOURS))

    def _call(self) -> str:
        """Mostly a new one; some go on, and wish again and again."""
        if not self.call or self.rng.random() < 0.7:
            self.call = f"cv_{self.rng.getrandbits(128):032x}"
        return self.call

    def _hold(self, view: dict[str, Any] | None) -> None:
        if view:
            self.facts.made.add(UUID(view["token"]))
            if view["status"] == "active":
                self.held.append(UUID(view["token"]))

    def _book(self, view: dict[str, Any]) -> None:
        token = UUID(view["reservation_token"])
        self.facts.made.add(token)
        self.facts.converted.add(token)
        self.booked.append(view["id"])

    async def _yes(self, token: UUID, *, reacquire: bool) -> Answer:
        path = f"reservations/{token}/convert"
        return await self._until_answered("POST", path, reacquire=reacquire)

    def _converted(self, token: UUID, answer: Answer) -> bool:
        if answer.status == 200:
            self._book(answer.body)
        elif answer.body.get("code") == "reservation_expired":
            self.facts.expired.add(token)
        return answer.status == 200

    async def _post(self, path: str, **body: object) -> dict[str, Any]:
        """Ask until there is an answer; a refusal is nothing."""
        answer = await self._until_answered("POST", path, **body)
        return answer.body if answer.status in (200, 201) else {}

    async def _until_answered(self, method: str, path: str, **body: object) -> Answer:
        """Ask any server again until it is known what became of it."""
        while True:
            url = f"{self.rng.choice(self.servers())}/v1/{path}"
            answer = await self.rest.ask(method, url, **body)
            if answer.status not in BROKEN:
                assert answer.status in {200, 201, *REFUSED}, (method, path, body, answer)
                return answer
            await think(AGAIN_AFTER_S)


# How often each is done.
WEIGHTS = {
    "hold": 14,
    "hold_compound": 10,
    "check": 10,
    "ask": 6,
    "convert": 14,
    "convert_late": 10,
    "cancel": 7,
    "extend": 5,
    "end_call": 5,
    "book": 6,
    "cancel_appointment": 18,
    "move": 5,
}
OF_A_HOLD = {"convert", "convert_late", "cancel", "extend"}
OF_A_BOOKING = {"cancel_appointment", "move"}
