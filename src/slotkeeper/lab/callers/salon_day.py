"""Simulates a day of a salon's telephone: all its callers, over real HTTP, in fast time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import aiohttp

from slotkeeper.domain.catalogue import Service
from slotkeeper.lab.callers.behaviour import NEXT_WISH_S
from slotkeeper.lab.callers.retell_line import PhoneCall, RetellLine, ToolResponse, Unreachable
from slotkeeper.lab.callers.simulated_people import Person, Scene, TimeWish, invented_numbers
from slotkeeper.lab.callers.slot_seeker import FREE, TAKEN
from slotkeeper.lab.callers.virtual_time import VirtualTime


@dataclass(frozen=True, slots=True)
class NamedTime:
    """A time that was named as free; ``token`` is the hold's, None where nothing was held."""

    starts_at: datetime
    token: str | None
    named_at: datetime


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes to a named time; ``token`` is the booked reservation's, None where it was refused."""

    named: NamedTime
    said_at: datetime
    token: str | None


@dataclass(slots=True)
class SimulatedCall:
    """One simulated call as it went.

    ``faults`` counts answers that are neither a yes nor a no, and repeated calls that were answered
    differently.
    """

    service: Service
    first_wish: datetime
    heard_free: int = 0
    heard_taken: int = 0
    yeses: list[Yes] = field(default_factory=list)
    hung_up: bool = False
    faults: int = 0

    @property
    def booked_at(self) -> datetime | None:
        """The start that was booked; None where nothing was."""
        return next((yes.named.starts_at for yes in self.yeses if yes.token), None)

    @property
    def was_let_down(self) -> bool:
        """Whether the caller said yes to a named time and was refused."""
        return any(yes.token is None for yes in self.yeses)


@dataclass(frozen=True, slots=True)
class Telephone:
    """A sandbox company's line: the server's address, the number, and the signing secret."""

    address: str
    number: str
    secret: str


async def salon_day(
    telephone: Telephone, scene: Scene, callers: Sequence[Person]
) -> list[SimulatedCall]:
    """Let all callers call, each at their time; return their calls in the same order."""
    clock = VirtualTime(scene.begins_at)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), middlewares=(clock.stamp,)
    ) as http:
        line = RetellLine(http, telephone.address, number=telephone.number, secret=telephone.secret)
        numbers = invented_numbers(len(callers))
        talking = [
            _Talk(person, line.ring(None if person.withheld else number), clock, scene).play()
            for person, number in zip(callers, numbers, strict=True)
        ]
        return await clock.run(talking)


class _Talk:
    """Plays one person's call."""

    def __init__(self, person: Person, call: PhoneCall, clock: VirtualTime, scene: Scene) -> None:
        self._person = person
        self._call = call
        self._clock = clock
        self._scene = scene
        self._record = SimulatedCall(person.service, person.wishes[0].starts_at)
        self._thinks_s = iter(person.thinks_s)
        self._repeats = iter(person.repeats)
        self._changes_mind = person.changes_mind
        self._gives_up_at = clock.now

    async def play(self) -> SimulatedCall:
        """Wait, call, wish, think and hang up."""
        await self._clock.sleep(self._person.rings_after_s)
        self._gives_up_at = self._clock.now + timedelta(seconds=self._person.patience_s)
        try:
            for wished in self._person.wishes:
                if await self._is_done_after(wished) or self._clock.now >= self._gives_up_at:
                    break
                await self._clock.sleep(NEXT_WISH_S)
            if not (self._record.hung_up and self._person.hangs_up_unheard):
                await self._call.hang_up()
        except Unreachable:
            self._record.faults += 1
        return self._record

    async def _is_done_after(self, wished: TimeWish) -> bool:
        """Ask for a time and answer what is named; True where the call ends with it."""
        answer = await self._use("check_availability", wished)
        while (named := self._choose(answer, wished)) is not None:
            think_s = next(self._thinks_s, None)
            if think_s is None:
                return True
            if self._person.hangs_up:
                await self._clock.sleep(think_s / 2)
                self._record.hung_up = True
                return True
            await self._clock.sleep(think_s)
            if self._changes_mind:
                self._changes_mind = False
                return False
            answer = await self._say_yes(named, wished)
            if self._record.booked_at is not None:
                return True
            if self._clock.now >= self._gives_up_at:
                return True
        return False

    def _choose(self, answer: ToolResponse, wished: TimeWish) -> NamedTime | None:
        """Count the answer, and choose the nearest named time that the person accepts."""
        now = self._clock.now
        if answer.status in FREE:
            self._record.heard_free += 1
            return NamedTime(wished.starts_at, _text(answer.facts.get("reservation_token")), now)
        if answer.status not in TAKEN:
            self._record.faults += 1
            return None
        self._record.heard_taken += 1
        others = _others(answer, now, self._scene)
        self._record.heard_free += len(others)
        near = [time for time in others if self._will_do(time.starts_at, wished.starts_at)]
        return min(near, key=lambda time: abs(time.starts_at - wished.starts_at), default=None)

    def _will_do(self, start: datetime, wished: datetime) -> bool:
        if start.date() != wished.date():
            return self._person.takes_another_day
        return abs(start - wished) <= timedelta(minutes=self._person.tolerance_min)

    async def _say_yes(self, named: NamedTime, wished: TimeWish) -> ToolResponse:
        chosen = replace(wished, starts_at=named.starts_at)
        answer = await self._use("start_booking", chosen, reservation_token=named.token or "")
        booked = answer.status == "booked"
        if booked or answer.status in TAKEN:
            token = _text(answer.facts.get("reservation_token")) if booked else None
            self._record.yeses.append(Yes(named, self._clock.now, token))
        return answer

    async def _use(self, tool: str, wished: TimeWish, **more: object) -> ToolResponse:
        """Call a tool as the agent would; sometimes the platform sends the call twice."""
        args = {
            "name": "Erika Muster",
            "dienstleistung": self._person.service.name,
            "datum": f"{wished.starts_at:%Y-%m-%d}",
            "uhrzeit": f"{wished.starts_at:%H:%M}",
            "mitarbeiter": wished.staff or "",
            "call_id": "call_1",
            **more,
        }
        times = 2 if next(self._repeats, False) else 1
        answers = await asyncio.gather(*(self._call.use_tool(tool, args) for _ in range(times)))
        if tool == "start_booking" and len({answer.status for answer in answers}) > 1:
            self._record.faults += 1
        return answers[-1]


def _others(answer: ToolResponse, now: datetime, scene: Scene) -> list[NamedTime]:
    """Read the alternatives of an answer, with the tokens of those that are held."""
    tokens = {
        datetime.fromisoformat(str(offer["start"])): str(offer["reservation_token"])
        for offer in _objects(answer.facts.get("offers"))
    }
    times = (str(offer["time"]) for offer in _objects(answer.facts.get("alternatives")))
    starts = (datetime.fromisoformat(text).replace(tzinfo=scene.company.zone) for text in times)
    return [NamedTime(start, tokens.get(start), now) for start in starts]


def _objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
