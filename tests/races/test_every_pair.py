"""Every pair of the core's operations, each with itself too, on one scene."""

from __future__ import annotations

from itertools import combinations_with_replacement, count

import pytest

from tests.races.arena import together
from tests.races.scene import OPERATIONS, a_scene, after
from tests.races.truth import assert_sound_now


@pytest.mark.parametrize("rounds", [2, pytest.param(200, marks=pytest.mark.prove)])
@pytest.mark.parametrize("first", OPERATIONS, ids=lambda operation: operation.__name__)
async def test_two_at_once_are_as_if_one_came_after_the_other(arena, rng, rounds, first):
    """Answers and rows of two operations at once are those of one of their two orders."""
    left, right = await arena.salons()
    numbers = count()
    pairs = [pair for pair in combinations_with_replacement(OPERATIONS, 2) if pair[0] is first]
    for pair in pairs:
        allowed = []
        for order in ((0, 1), (1, 0)):
            scene = await a_scene(left, next(numbers))
            answers = {index: await pair[index](left, scene) for index in order}
            allowed.append(([answers[0], answers[1]], await after(left, scene)))
        for _ in range(rounds):
            scene = await a_scene(left, next(numbers))
            at_once = await together(rng, pair[0](left, scene), pair[1](right, scene))
            assert (at_once, await after(left, scene)) in allowed, pair
    await assert_sound_now(left)
    await arena.assert_no_deadlock()
