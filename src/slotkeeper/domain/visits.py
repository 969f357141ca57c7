"""A visit laid out as lines: what is done for each person, in which order, by whom, for how much.

One line for each person: her services follow one another without holes, in the order that the
catalogue gives (``visit_order``) and, where it is silent, as they were said. Buffers stand before
the first and after the last of them only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from slotkeeper.domain.catalogue import Combination, Company, Segment, Service, Staff
from slotkeeper.domain.errors import AddOnAlone, NotCombined, VisitTooLarge
from slotkeeper.domain.grid import CELL_MIN, cells
from slotkeeper.domain.wish import Wish, WishedPart

MAX_PEOPLE = 4
# The database numbers the segments of a visit up to here, and a hold writes a row for each claim.
MAX_CLAIMS = 24


@dataclass(frozen=True, slots=True)
class LinePart:
    """One service in a line; ``number`` is the place of the wish's part, from 1 on.

    ``wished`` are those of whom one must serve it; anyone, where it is empty. The extras are those
    of combinations.
    """

    number: int
    person: int
    service: Service
    wished: tuple[Staff, ...] = ()
    extra_min: int = 0
    extra_cents: int = 0

    def length(self, position: int, staff: Staff) -> int:
        """Give how long a segment takes this person, in cells."""
        minutes = self.service.segment_min(position, staff)
        if self.extra_min and position + 1 == len(self.service.segments):
            minutes = max(minutes + self.extra_min, CELL_MIN)
        return cells(minutes)

    def price_cents(self, staff: Staff) -> int | None:
        """Give what it costs with this person, in cents; None where no price is set."""
        price = self.service.price_with(staff)
        return None if price is None else max(price + self.extra_cents, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """What is done for one person. With ``one_staff`` one person of the staff must do all of it."""

    parts: tuple[LinePart, ...]
    one_staff: bool = False
    key: object = None

    def is_last(self, number: int, position: int) -> bool:
        """Whether this is the last segment of the last part."""
        part = self.parts[number]
        return number + 1 == len(self.parts) and position + 1 == len(part.service.segments)

    def buffers(self, number: int, position: int) -> tuple[int, int]:
        """Give the cells that are kept free before and after a segment of a part."""
        service = self.parts[number].service
        before = service.buffer_before_min if number == position == 0 else 0
        after = service.buffer_after_min
        if after and not self.is_last(number, position):
            after = 0
        return (cells(before), cells(after)) if before or after else (0, 0)

    def gaps(self, number: int, position: int) -> range:
        """Give the gaps that may follow a segment, in cells, the shortest first."""
        segments = self.parts[number].service.segments
        return gaps_after(segments[position]) if position + 1 < len(segments) else range(1)

    @property
    def wants(self) -> object:
        """What is wanted, whoever it is for: of equal lines it does not matter who waits."""
        return tuple(
            (part.service.id, tuple(each.id for each in part.wished)) for part in self.parts
        )

    def of_one_staff(self) -> Line:
        """Give the same line, all of it by one person of the staff."""
        return self if self.one_staff else replace(self, one_staff=True, key=(self.key, "one"))


def line_of(service: Service) -> Line:
    """Give the line of one service alone."""
    return Line((LinePart(1, 1, service),), key=service.id)


def lines_of(company: Company, parts: Sequence[WishedPart]) -> tuple[Line, ...]:
    """Lay wished parts out as one line for each person, in the order in which they are named."""
    if len(parts) == 1:
        (only,) = parts
        alone = LinePart(1, only.person, only.service, only.wished)
        return (Line((alone,), key=only.service.id),)
    numbered: dict[int, list[LinePart]] = {}
    for number, part in enumerate(parts, start=1):
        line = numbered.setdefault(part.person, [])
        line.append(LinePart(number, part.person, part.service, part.wished))
    return tuple(_line(company, line) for line in numbered.values())


def _line(company: Company, parts: Sequence[LinePart]) -> Line:
    if len(parts) == 1:
        (part,) = parts
        return Line((part,), key=(part.service.id, part.number))
    ordered = with_extras(company, _in_order(parts))
    key = tuple((p.number, p.service.id, tuple(each.id for each in p.wished)) for p in ordered)
    return Line(tuple(ordered), company.rules.same_staff_in_visit == "required", key)


def _in_order(parts: Sequence[LinePart]) -> list[LinePart]:
    """Sort the parts that have an order among their places; the others stay where they are."""
    orders = {
        place: part.service.visit_order
        for place, part in enumerate(parts)
        if part.service.visit_order is not None
    }
    ordered = list(parts)
    for place, moved in zip(orders, sorted(orders, key=orders.__getitem__), strict=True):
        ordered[place] = parts[moved]
    return ordered


def arranged(company: Company, wish: Wish) -> Wish:
    """Give the wish with each person's parts in the order in which they are done."""
    lines = lines_of(company, wish.parts)
    numbers = [part.number for line in lines for part in line.parts]
    return replace(wish, parts=tuple(wish.parts[number - 1] for number in numbers))


def with_extras(company: Company, parts: Sequence[LinePart]) -> list[LinePart]:
    """Add what combinations change to the last part that each concerns."""
    changed = list(parts)
    for combination in combinations_in(company, [part.service for part in parts]):
        last = max(
            place
            for place, part in enumerate(changed)
            if part.service.id in combination.service_ids
        )
        changed[last] = replace(
            changed[last],
            extra_min=changed[last].extra_min + combination.extra_min,
            extra_cents=changed[last].extra_cents + combination.extra_cents,
        )
    return changed


def combinations_in(company: Company, services: Iterable[Service]) -> list[Combination]:
    """List the combinations that services done for one person make, the largest first.

    A service counts in one combination only: cut, colour and styling together are not also a cut
    with a colour.
    """
    left = {service.id for service in services}
    made: list[Combination] = []
    for combination in sorted(company.combinations, key=lambda each: -len(each.service_ids)):
        if combination.is_done and combination.service_ids <= left:
            made.append(combination)
            left -= combination.service_ids
    return made


def check_visit(company: Company, wish: Wish) -> None:
    """Refuse a visit that is never done. Raises VisitTooLarge, NotCombined or AddOnAlone."""
    if len(wish.persons) > MAX_PEOPLE:
        raise VisitTooLarge(MAX_PEOPLE, MAX_CLAIMS)
    if sum(claims_of(part.service) for part in wish.parts) > MAX_CLAIMS:
        raise VisitTooLarge(MAX_PEOPLE, MAX_CLAIMS)
    for person in wish.persons:
        services = [part.service for part in wish.parts if part.person == person]
        if all(service.add_on for service in services):
            raise AddOnAlone(services[0].name)
        ids = {service.id for service in services}
        for combination in company.combinations:
            if not combination.is_done and combination.service_ids <= ids:
                names = [s.name for s in services if s.id in combination.service_ids]
                raise NotCombined(tuple(dict.fromkeys(names)))


def claims_of(service: Service) -> int:
    """Count the calendars that a service takes: a person for each segment, and what it needs."""
    return sum(1 + sum(need.count for need in segment.every_need) for segment in service.segments)


def gaps_after(segment: Segment) -> range:
    """Give the gaps that may follow a segment, in cells, the shortest first."""
    shortest = cells(segment.gap_after_min)
    return range(shortest, max(segment.gap_after_max_min // CELL_MIN, shortest) + 1)
