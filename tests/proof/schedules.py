"""Orders in which clients take their steps: as they are written down, all of them, or by chance."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

from tests.build import Salon
from tests.proof.conductor import Client, Conductor, Run
from tests.proof.steps import BEFORE_LOCK

Choose = Callable[[int, Sequence[int]], int]


@dataclass(frozen=True)
class Choice:
    """Who was let go, of those who could have been."""

    taken: int
    among: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """What a client does; who ``takes_no_lock`` begins when it is chosen, not with the others."""

    run: Run
    takes_no_lock: bool = False


async def perform(
    conductor: Conductor, salon: Salon, parts: Sequence[Part], choose: Choose
) -> tuple[list[object], list[Choice]]:
    """Let clients go in the order that is chosen; their answers, and what was chosen."""
    conductor.trace.clear()
    clients, choices = conductor.clients[: len(parts)], []
    for client in conductor.clients:
        client.task, client.turn = None, None
    for client, part in zip(clients, parts, strict=True):
        if not part.takes_no_lock:
            await conductor.begin(client, part.run, salon)
            await _come_to_the_lock(conductor, client)
    while ready := tuple(c.number for c in clients if c.task is None or c.turn is not None):
        taken = choose(len(choices), ready)
        choices.append(Choice(taken, ready))
        if clients[taken].task is None:
            await conductor.begin(clients[taken], parts[taken].run, salon)
        else:
            await conductor.let_go(clients[taken])
    return [await client.task for client in clients if client.task], choices


async def _come_to_the_lock(conductor: Conductor, client: Client) -> None:
    """Nothing that is done before the lock concerns anybody else: it needs no order."""
    while client.turn is not None and client.at != BEFORE_LOCK:
        await conductor.let_go(client)


def written(choices: Sequence[int]) -> Choose:
    """Choose as it is written, and then whoever is first."""
    return lambda number, ready: choices[number] if number < len(choices) else ready[0]


def by_chance(rng: Random) -> Choose:
    """Choose by chance: now and then another, but often the same again, so that some get far."""
    last = -1

    def choose(number: int, ready: Sequence[int]) -> int:
        nonlocal last
        if last not in ready or rng.random() < 0.4:
            last = rng.choice(ready)
        return last

    return choose


async def every_schedule(
    play: Callable[[Choose], Awaitable[list[Choice]]], limit: int
) -> AsyncIterator[list[Choice]]:
    """Play every order there is, the last choice changed first; not more than ``limit``."""
    beginning: list[int] | None = []
    for _ in range(limit):
        choices = await play(written(beginning))
        yield choices
        beginning = _next(choices)
        if beginning is None:
            return


def _next(choices: Sequence[Choice]) -> list[int] | None:
    for number in range(len(choices) - 1, -1, -1):
        later = [one for one in choices[number].among if one > choices[number].taken]
        if later:
            return [choice.taken for choice in choices[:number]] + later[:1]
    return None
