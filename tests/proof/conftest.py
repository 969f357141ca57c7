"""What a proof needs beside what every race needs."""

import pytest

from tests.races.conftest import arena, rng

# Where they find a difference, they are to show it.
pytest.register_assert_rewrite("tests.proof.world")

__all__ = ["arena", "rng"]
