"""How people ring, think and give up: the recorded figures, what is assumed, and draws from both.

All chance comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

# Seconds between "that is free" and the booking. 8 and 12: the window that the original system's
# guide names. 17.6, 21.5 and 73: measured in its production calls; 30 and 60: the ends of a range
# reported there. 33: a recorded call (fc-081 and fc-082 of tests/language/recorded-inputs.json).
RECORDED_THINK_S = (8.0, 12.0, 17.6, 21.5, 30.0, 33.0, 60.0, 73.0)

# Nothing below was recorded: these are assumptions, the same for every mode.

# Who rings about a popular day: (seconds from, to, share of the callers). They redial until
# somebody answers, then it becomes quieter.
RUSH = ((0, 60, 0.25), (60, 300, 0.35), (300, 900, 0.25), (900, 3600, 0.15))
# And about a quiet one: evenly over nine hours.
QUIET = ((0, 9 * 3600, 1.0),)

# "Then what about eleven?" comes faster than a yes.
NEXT_WISH_S = 5
# How long somebody stays on the telephone, and how many times they ask for before they give up.
PATIENCE_S = (90, 420)
WISHES = (2, 4)
# How far from the wish another time of the same day may be and still do, in minutes.
TOLERANCE_MIN = (60, 240)
# Of those who would also come on another day, who take any time that is named.
TAKES_ANOTHER_DAY = 0.3

HANGS_UP_THINKING = 0.06
# A hang-up that the platform never tells of: the hold lives on until it expires.
HANGS_UP_UNHEARD = 0.2
CHANGES_MIND = 0.10
TOOL_CALL_REPEATED = 0.10
WITHHOLDS_NUMBER = 0.10
WISHES_A_PERSON = 0.3
WISHES_A_COMPOUND = 0.25
WISHES_A_POPULAR_TIME = 0.8
ASKS_FOR_ANOTHER_DAY = 0.25


def think_s(random: Random) -> float:
    """Draw a time to think, between the recorded figures as they are distributed."""
    place = random.random() * (len(RECORDED_THINK_S) - 1)
    below = int(place)
    shorter, longer = RECORDED_THINK_S[below : below + 2]
    return shorter + (longer - shorter) * (place - below)


def arrivals_s(random: Random, callers: int, hours: Sequence[tuple[int, int, float]]) -> list[int]:
    """Draw when so many callers ring, in whole seconds, the first one first.

    Each rings independently of the others, more often in popular hours: a Poisson stream of which
    it is known how many came.
    """
    shares = [share for _, _, share in hours]
    stretches = random.choices(hours, shares, k=callers)
    return sorted(random.randrange(begins, ends) for begins, ends, _ in stretches)
