"""Telephone numbers that belong to nobody: Germany's regulator keeps them for films."""

from __future__ import annotations

from random import SystemRandom

# Frankfurt, Hamburg, Cologne, Munich, a thousand numbers each. Berlin's are left to salons.
_BLOCKS = ("+496990009", "+494066969", "+492214710", "+498999998")
_NUMBERS = [f"{block}{last:03}" for block in _BLOCKS for last in range(1000)]


def invented_numbers(count: int) -> list[str]:
    """Draw different numbers, other ones each time: what one number may hold an hour is capped."""
    return SystemRandom().sample(_NUMBERS, count)
