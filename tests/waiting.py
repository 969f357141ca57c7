"""Waiting for a fact that comes true elsewhere: in another task, another process, the database."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

# Only bounds how long a failure takes: no machine that the tests run on is so slow. Below the
# timeout of a whole test (pyproject.toml), so that the sentence is read.
PATIENCE_S = 120.0
LOOK_EVERY_S = 0.01

Fact = TypeVar("Fact")


async def think(seconds: float) -> None:
    """Let somebody in a scene think, or pause between two tries: it paces, and decides nothing."""
    await asyncio.sleep(seconds)


async def until(
    fact: Callable[[], Fact | Awaitable[Fact]],
    sentence: str,
    *,
    patience_s: float = PATIENCE_S,
    every_s: float = LOOK_EVERY_S,
) -> Fact:
    """Look again and again until the fact holds, and return it.

    Args:
        fact: what is looked at; it holds when it is true in the sense of ``if``.
        sentence: what was waited for, as the failure says it.
        patience_s: seconds after which the test fails.
        every_s: seconds between two looks.
    """
    __tracebackhide__ = True
    try:
        async with asyncio.timeout(patience_s) as bound:
            while True:
                state = fact()
                if inspect.isawaitable(state):
                    state = await state
                if state:
                    return state
                await asyncio.sleep(every_s)
    except TimeoutError:
        if not bound.expired():
            raise
        raise AssertionError(f"Waited {patience_s:g} s in vain until {sentence}") from None
