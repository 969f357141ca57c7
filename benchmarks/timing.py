"""Time several ways of doing the same thing against each other, round by round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

ROUNDS = 7


def seconds(act: Callable[[], object], times: int) -> float:
    """Return the average seconds of one call, over ``times`` of them."""
    started = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - started) / times


def compare(
    ways: Sequence[tuple[str, Callable[[], object], int]],
) -> None:
    """Run every way in each round, in turn, and print medians and ratios to the first.

    ``ways`` are (name, what to call, how often a round).
    """
    taken: dict[str, list[float]] = {name: [] for name, _, _ in ways}
    for _ in range(ROUNDS):
        for name, act, times in ways:
            taken[name].append(seconds(act, times))
    print_ratios(taken, ways[0][0])


def print_ratios(taken: Mapping[str, Sequence[float]], first: str) -> None:
    """Print each way's median and its ratio to the first by rounds: median (least to most)."""
    for name, seconds_a_round in taken.items():
        ratios = [a / b for a, b in zip(seconds_a_round, taken[first], strict=True)]
        print(
            f"{name:<34} {statistics.median(seconds_a_round) * 1e6:>10.1f} us"
            f"   ratio to the first {statistics.median(ratios):.4g}"
            f" ({min(ratios):.4g} to {max(ratios):.4g})"
        )
