"""Where schedules are played: scenes one after the other, and what came of each judged."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import asyncpg

from tests.build import Salon, a_company
from tests.databases import TestDatabase
from tests.proof.conductor import Conductor, conducted
from tests.proof.schedules import Choice, Choose, Part, perform
from tests.proof.steps import AFTER_LOCK, CLIENTS, install
from tests.races.arena import Arena, Caller, day, later
from tests.races.scene import OPERATIONS, Operation, Scene, a_scene, after, expire_due
from tests.races.truth import assert_sound_now

# All rows of a company are judged after each schedule, so a company does not grow old.
SCENES_A_COMPANY = 20

Told = tuple[list[object], object]


async def book_desk(salon: Salon, scene: Scene) -> object:
    """The desk books over the dead hold."""
    desk = Caller(salon, None)
    booking = await desk.book(desk.slot(later(day(scene.number), hours=8)))
    return booking.outcome, booking.blocked_by


async def cancel_offer(salon: Salon, scene: Scene) -> object:
    """Both options of the offer are released."""
    held, _ = await salon.store.reservations.find(salon.id, scene.chosen)
    return len(
        await salon.store.reservations.cancel(salon.id, offer_id=held.offer_id, reason="released")
    )


PLAYED: list[Operation] = [*OPERATIONS, book_desk, cancel_offer]


@dataclass
class Stage:
    """A company's scenes, its clients, and what each order of operations comes to by itself."""

    arena: Arena
    conductor: Conductor
    salon: Salon
    for_two: bool = False
    numbers: count[int] = field(default_factory=count)
    serial: dict[tuple[object, ...], Told] = field(default_factory=dict)

    async def play(self, operations: Sequence[Operation], choose: Choose) -> list[Choice]:
        """Play operations in the order that is chosen, and judge what came of it."""
        scene = await self.next_scene()
        parts = [Part(partial(act, op, scene), op is expire_due) for op in operations]
        answers, choices = await perform(self.conductor, self.salon, parts, choose)
        told = answers, await self.left_of(scene)
        await self._judge(operations, told)
        await assert_sound_now(self.salon)
        return choices

    async def next_scene(self) -> Scene:
        """Set a new scene, now and then in a new company."""
        number = next(self.numbers)
        if number % SCENES_A_COMPANY == 0:
            self.salon = await a_company(self.salon.store, sandbox=False)
        return await a_scene(self.salon, number, for_two=self.for_two)

    async def left_of(self, scene: Scene) -> object:
        """Tell what is left of a scene, without the ids of its company's calendars."""
        emma = self.salon.company.staff_member("Emma").calendar_id
        reservations, *others = await after(self.salon, scene)
        named = [(role, calendar - emma, *rest) for role, calendar, *rest in reservations]
        return named, *others

    async def one_after_the_other(
        self, operations: Sequence[Operation], order: Sequence[int]
    ) -> Told:
        """What operations answer and leave behind in this order, each done before the next."""
        key = (*operations, *order)
        if key not in self.serial:
            scene = await self.next_scene()
            answers = {n: await operations[n](self.salon, scene) for n in order}
            told = [answers[n] for n in range(len(operations))]
            self.serial[key] = told, await self.left_of(scene)
        return self.serial[key]

    async def _judge(self, operations: Sequence[Operation], told: Told) -> None:
        """Demand that all is as if they had come one after the other, in the lock's order."""
        orders = list(explaining(operations, self.conductor.trace))
        for order in orders:
            if told == await self.one_after_the_other(operations, order):
                return
        names = [operation.__name__ for operation in operations]
        steps = "\n".join(f"  {names[n]} ({n}): {step}" for n, step in self.conductor.trace)
        serial = self.serial[(*operations, *orders[0])]
        raise AssertionError(f"{names}\n{steps}\ntold {told}\nnot {serial}")


async def act(operation: Operation, scene: Scene, salon: Salon) -> object:
    """Do an operation on a scene, as the salon's client."""
    return await operation(salon, scene)


def explaining(
    operations: Sequence[Operation], trace: Sequence[tuple[int, str]]
) -> Iterator[list[int]]:
    """The orders that a schedule must equal one of: as the lock was had, the worker anywhere."""
    order = list(dict.fromkeys(number for number, step in trace if step == AFTER_LOCK))
    workers = [n for n, operation in enumerate(operations) if operation is expire_due]
    yield from _put_in(order, workers)


def _put_in(order: list[int], others: list[int]) -> Iterator[list[int]]:
    if not others:
        yield order
        return
    for place in range(len(order) + 1):
        yield from _put_in([*order[:place], others[0], *order[place:]], others[1:])


@asynccontextmanager
async def a_stage(
    arena: Arena,
    *bugs: tuple[str, str],
    clients: int = 2,
    crashes: bool = False,
    for_two: bool = False,
) -> AsyncIterator[Stage]:
    """Build the core with its pauses into the arena, with bugs for who wants to see them.

    Where nothing ``crashes``, nobody waits for the disk. ``for_two``: the offer is a visit.
    """
    assert clients <= CLIENTS
    await install(arena.urls, *bugs)
    if not crashes:
        await make_quick(arena.urls)
    (salon,) = await arena.salons(1)
    async with conducted(arena.urls, clients) as conductor:
        yield Stage(arena, conductor, salon, for_two)


async def make_quick(urls: TestDatabase) -> None:
    """Find deadlocks at once, and do not wait for the disk: here nothing crashes."""
    admin = await asyncpg.connect(urls.superuser_url)
    name = await admin.fetchval("SELECT current_database()")
    await admin.execute(f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'")
    await admin.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await admin.close()
