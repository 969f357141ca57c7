"""Timing two ways of doing a thing against each other, round by round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

ROUNDS = 7


def seconds(act: Callable[[], object], times: int) -> float:
    """How long one call takes on average, over so many."""
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
    first = ways[0][0]
    for name, _, _ in ways:
        ratios = [a / b for a, b in zip(taken[name], taken[first], strict=True)]
        print(
            f"{name:<44} {statistics.median(taken[name]) * 1e6:>10.1f} us"
            f"   ratio to the first {statistics.median(ratios):.4f}"
            f" ({min(ratios):.4f} to {max(ratios):.4f})"
        )
