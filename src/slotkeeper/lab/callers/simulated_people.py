"""Draws the callers of a simulation: all that each will wish and do, before the call begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random, SystemRandom

from slotkeeper.domain.availability import search_window, wished_placements
from slotkeeper.domain.catalogue import Company, Service, Staff
from slotkeeper.domain.diary import Diary, able_staff
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.wish import Wish
from slotkeeper.lab.callers import behaviour
from slotkeeper.lab.callers.days import POPULAR_HOURS, NoFreeDay

# Simulations play on fixed days, so that a seed makes the same callers today and next year.
FIRST_DAY = date(2027, 3, 2)
MOST_DAYS_AHEAD = 60
# Calls come from this time on, on the day before the day that is wished for.
RINGS_FROM = time(9)
POPULAR_SLOTS = 10
# Shorter services are extras, for which alone nobody calls.
SHORTEST_MIN = 30
# More than the most patient caller needs.
MOST_THOUGHTS = 8
# Germany's regulator reserves these numbers for films: Frankfurt, Hamburg, Cologne and Munich, a
# thousand each. Berlin's are left to the example salons.
_FILM_BLOCKS = ("+496990009", "+494066969", "+492214710", "+498999998")
_FILM_NUMBERS = [f"{block}{last:03}" for block in _FILM_BLOCKS for last in range(1000)]


@dataclass(frozen=True, slots=True)
class Load:
    """How many people call, about a day's popular times or (``quiet``) about any of its times."""

    callers: int
    quiet: bool = False

    @property
    def name(self) -> str:
        """The load's name in tables and pictures."""
        return f"quiet, {self.callers}" if self.quiet else str(self.callers)


@dataclass(frozen=True, slots=True)
class Scene:
    """What people call about: two open days of a company, and the services offered on them.

    ``times`` are the possible starts by service and day, the most popular first; ``services`` have
    some on both days. ``popular`` are the times of the first day that many want.
    """

    company: Company
    days: tuple[date, date]
    services: tuple[Service, ...]
    times: Mapping[tuple[int, date], Sequence[datetime]]
    popular: Sequence[datetime]

    @property
    def begins_at(self) -> datetime:
        """The instant of the first possible call."""
        eve = self.days[0] - timedelta(days=1)
        return datetime.combine(eve, RINGS_FROM, self.company.zone)


@dataclass(frozen=True, slots=True)
class TimeWish:
    """A time that a caller asks for, with a person (by key) or with anyone."""

    starts_at: datetime
    staff: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """One caller. ``wishes`` and ``thinks_s`` are used up in their order.

    A caller who ``hangs_up`` or ``changes_mind`` does so at the first free time that is named.
    ``repeats`` says for each tool call whether the platform sends it twice.
    """

    rings_after_s: int
    withheld: bool
    service: Service
    wishes: tuple[TimeWish, ...]
    thinks_s: tuple[float, ...]
    patience_s: int
    tolerance_min: int
    takes_another_day: bool
    hangs_up: bool
    hangs_up_unheard: bool
    changes_mind: bool
    repeats: tuple[bool, ...]


def scene_of(company: Company) -> Scene:
    """Find two open days and the popular times of the first. Raises NoFreeDay."""
    wanted = _wanted(company)
    ahead = (FIRST_DAY + timedelta(days=n) for n in range(MOST_DAYS_AHEAD))
    days = islice((day for day in ahead if any(starts(company, s, day) for s in wanted)), 2)
    first, second = (*days, None, None)[:2]
    if first is None or second is None:
        raise NoFreeDay(f"{company.slug} has no two open days from {FIRST_DAY} on")
    times = {(s.id, day): starts(company, s, day) for s in wanted for day in (first, second)}
    services = [s for s in wanted if times[s.id, first] and times[s.id, second]]
    if not services:
        raise NoFreeDay(f"{company.slug} has no service for both {first} and {second}")
    longest = max(services, key=lambda service: len(times[service.id, first]))
    enough = -(
        -POPULAR_SLOTS // len({member.calendar_id for member in able_staff(company, longest)})
    )
    popular = times[longest.id, first][:enough]
    return Scene(company, (first, second), tuple(services), times, popular)


def starts(company: Company, service: Service, day: date) -> list[datetime]:
    """List the hours at which a service can start on an empty day, the most popular first."""
    hours = (datetime.combine(day, time(hour), company.zone) for hour in POPULAR_HOURS)
    people = able_staff(company, service)
    return [start for start in hours if people and _fits(company, service, people, start)]


def people(scene: Scene, load: Load, seed: str) -> list[Person]:
    """Draw all callers of a load; the same seed draws the same callers."""
    hours = behaviour.QUIET if load.quiet else behaviour.RUSH
    rings = behaviour.arrivals_s(Random(f"{seed}/{load.name}"), load.callers, hours)
    return [
        _person(scene, load, Random(f"{seed}/{load.name}/{number}"), after_s)
        for number, after_s in enumerate(rings, start=1)
    ]


def _person(scene: Scene, load: Load, random: Random, after_s: int) -> Person:
    service = _service(scene, random)
    return Person(
        rings_after_s=after_s,
        withheld=random.random() < behaviour.WITHHOLDS_NUMBER,
        service=service,
        wishes=_wishes(scene, load, random, service),
        thinks_s=tuple(behaviour.think_s(random) for _ in range(MOST_THOUGHTS)),
        patience_s=random.randint(*behaviour.PATIENCE_S),
        tolerance_min=random.randint(*behaviour.TOLERANCE_MIN),
        takes_another_day=random.random() < behaviour.TAKES_ANOTHER_DAY,
        hangs_up=random.random() < behaviour.HANGS_UP_THINKING,
        hangs_up_unheard=random.random() < behaviour.HANGS_UP_UNHEARD,
        changes_mind=random.random() < behaviour.CHANGES_MIND,
        repeats=tuple(
            random.random() < behaviour.TOOL_CALL_REPEATED for _ in range(2 * MOST_THOUGHTS)
        ),
    )


def _service(scene: Scene, random: Random) -> Service:
    """Draw a service, compound or simple by the assumed share."""
    wants_compound = random.random() < behaviour.WISHES_A_COMPOUND
    offered = [s for s in scene.services if s.is_compound == wants_compound]
    return random.choice(offered or scene.services)


def _wishes(scene: Scene, load: Load, random: Random, service: Service) -> tuple[TimeWish, ...]:
    """Draw the first wish and those that follow a no, all different."""
    able = able_staff(scene.company, service)
    wishes_a_person = random.random() < behaviour.WISHES_A_PERSON
    staff = random.choice(able).key if wishes_a_person else None
    wished: list[TimeWish] = []
    for turn in range(random.randint(*behaviour.WISHES)):
        later = turn > 0 and random.random() < behaviour.ASKS_FOR_ANOTHER_DAY
        times = scene.times[service.id, scene.days[later]]
        popular = [start for start in times if start in scene.popular]
        wants_popular = not load.quiet and random.random() < behaviour.WISHES_A_POPULAR_TIME
        left = [TimeWish(start, staff) for start in (popular if wants_popular else times) or times]
        left = [wish for wish in left if wish not in wished]
        wished += [random.choice(left)] if left else []
    return tuple(wished)


def _wanted(company: Company) -> Sequence[Service]:
    """Choose the services that people call for."""
    offered = [service for service in company.services if able_staff(company, service)]
    return [service for service in offered if service.duration_min >= SHORTEST_MIN] or offered


def _fits(company: Company, service: Service, able: Sequence[Staff], start: datetime) -> bool:
    grid = Grid.over(search_window(company, service, start))
    before = start - timedelta(days=1)
    diary, wish = Diary(company, grid, []), Wish.of(service, start)
    return bool(wished_placements(diary, wish, able, before, limit=1))


def invented_numbers(count: int) -> list[str]:
    """Draw different telephone numbers, new ones each time, as holds are capped by number."""
    return SystemRandom().sample(_FILM_NUMBERS, count)
