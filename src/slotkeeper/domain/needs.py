"""What a segment needs beside the person: so many of these rooms, so many of those devices.

No calendar serves two needs at once. By Hall's theorem there is enough exactly where, for every set
of needs, the calendars that serve any of them are at least as many as they ask for together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from slotkeeper.domain.catalogue import Need


def enough(needs: Sequence[Need], free_of: Callable[[int], int]) -> int:
    """Give the cells at which all needs can be met; ``free_of`` gives a calendar's cells."""
    bits = -1
    for size in range(1, len(needs) + 1):
        for some in combinations(needs, size):
            ids = {calendar_id for need in some for calendar_id in need.calendar_ids}
            wanted = sum(need.count for need in some)
            bits &= _at_least(wanted, (free_of(calendar_id) for calendar_id in ids))
    return bits


def _at_least(wanted: int, maps: Iterable[int]) -> int:
    """Give the cells that are set in at least so many of the maps."""
    have = [-1] + [0] * wanted
    for bits in maps:
        for count in range(wanted, 0, -1):
            have[count] |= have[count - 1] & bits
    return have[wanted]


def choices(needs: Sequence[Need], is_free: Callable[[int], bool]) -> Iterator[tuple[int, ...]]:
    """Go through the sets of free calendars that meet all needs, the first named ones first."""
    if len(needs) < 2:
        free = [each for need in needs for each in need.calendar_ids if is_free(each)]
        return combinations(free, sum(need.count for need in needs))
    free_for = [[each for each in need.calendar_ids if is_free(each)] for need in needs]
    sets = {frozenset(chosen): chosen for chosen in _distinct(needs, free_for, ())}
    return iter(sets.values())


def _distinct(
    needs: Sequence[Need], free: Sequence[Sequence[int]], taken: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    if len(free) == 0:
        yield taken
        return
    left = [each for each in free[0] if each not in taken]
    for chosen in combinations(left, needs[0].count):
        yield from _distinct(needs[1:], free[1:], (*taken, *chosen))
