"""How people call, think and give up: recorded figures, assumptions, and draws from both.

The ``Random`` that is passed in decides every draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

# Seconds between "that is free" and the booking. 8 and 12: the window that the original system's
# guide names. 17.6, 21.5 and 73: measured in its production calls; 30 and 60: the ends of a range
# reported there. 33: a recorded call (fc-081 and fc-082 of tests/language/recorded-inputs.json).
RECORDED_THINK_S = (8.0, 12.0, 17.6, 21.5, 30.0, 33.0, 60.0, 73.0)

# Nothing below was recorded: these are assumptions, the same for every mode.

# Calls about a popular day: (from second, to second, share of the callers). People redial until
# somebody answers, then it becomes quieter.
RUSH = ((0, 60, 0.25), (60, 300, 0.35), (300, 900, 0.25), (900, 3600, 0.15))
# Calls about a quiet day: evenly over nine hours.
QUIET = ((0, 9 * 3600, 1.0),)

# After a no, a caller names the next time sooner than they would say yes.
NEXT_WISH_S = 5
# How many seconds somebody stays on the telephone, and for how many times they ask at most.
PATIENCE_S = (90, 420)
WISHES = (2, 4)
# How many minutes from the wish another time of the same day may be to be accepted.
TOLERANCE_MIN = (60, 240)
# The share of callers who would come on another day too, at any time that is named.
TAKES_ANOTHER_DAY = 0.3

HANGS_UP_THINKING = 0.06
# A hang-up that the platform never reports: the hold lives until it expires.
HANGS_UP_UNHEARD = 0.2
CHANGES_MIND = 0.10
TOOL_CALL_REPEATED = 0.10
WITHHOLDS_NUMBER = 0.10
WISHES_A_PERSON = 0.3
WISHES_A_COMPOUND = 0.25
WISHES_A_POPULAR_TIME = 0.8
ASKS_FOR_ANOTHER_DAY = 0.25


def think_s(random: Random) -> float:
    """Draw a thinking time in seconds from the distribution of the recorded figures."""
    place = random.random() * (len(RECORDED_THINK_S) - 1)
    below = int(place)
    shorter, longer = RECORDED_THINK_S[below : below + 2]
    return shorter + (longer - shorter) * (place - below)


def arrivals_s(random: Random, callers: int, hours: Sequence[tuple[int, int, float]]) -> list[int]:
    """Draw in which whole second each caller calls, in ascending order.

    Each calls independently of the others, more often in popular hours: a Poisson process with a
    known number of arrivals.
    """
    shares = [share for _, _, share in hours]
    stretches = random.choices(hours, shares, k=callers)
    return sorted(random.randrange(begins, ends) for begins, ends, _ in stretches)
