"""The callers of simulations stay who they are, so that figures of two releases can be compared.

Whoever changes them on purpose measures all figures of docs/proof.md anew, and writes the new
digests here.
"""

import hashlib
from dataclasses import fields

import pytest

from slotkeeper.lab.callers import behaviour
from slotkeeper.lab.callers.simulated_people import Load, Person, people, scene_of
from tests.domain.salon import EMMA, SARAH, a_cut, a_salon

# A salon of its own, because the example's catalogue may change.
SALON = a_salon(
    services=[
        a_cut(30, key="cut", number=1),
        a_cut(60, key="styling", number=2),
        a_cut(30, 15, 45, key="colour", number=3),
    ],
    staff=(EMMA, SARAH),
)


def in_words(value: object) -> object:
    """Write a trait of a person so that it is the same on every machine."""
    if isinstance(value, tuple):
        return [in_words(item) for item in value]
    if isinstance(value, float):
        return f"{value:.6f}"
    return str(getattr(value, "key", value))


def digest(*parts: object) -> str:
    """Give the beginning of a hash."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("load", "seed", "drawn"),
    [
        (Load(15, quiet=True), "1/0", "6f9c50d6c83da82d"),
        (Load(15), "1/0", "61351f8b56b2fa5a"),
        (Load(30), "1/1", "e45047e96467be51"),
        (Load(60), "2/9", "76b800bc390b10fb"),
    ],
)
def test_a_seed_draws_the_same_people_as_ever(load, seed, drawn):
    """All that each wishes and does is drawn before the call, whatever the server answers."""
    everybody = people(scene_of(SALON), load, seed)
    traits = [[in_words(getattr(one, field.name)) for field in fields(Person)] for one in everybody]
    assert (len(everybody), digest(*traits)) == (load.callers, drawn)


def test_people_behave_as_ever():
    """How long they think, how many hang up or change their mind, what they accept."""
    figures = {name: value for name, value in vars(behaviour).items() if name.isupper()}
    assert digest(sorted(figures.items())) == "ac1f881527c39aa4"
