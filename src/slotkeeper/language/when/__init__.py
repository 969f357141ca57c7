"""Understanding of days and times as callers say them, German and English.

Pure: no clock, no input or output. ``understand_when`` is the one way in, ``When`` what comes out.
"""

from slotkeeper.language.when.hours import OpeningHours, opening_hours
from slotkeeper.language.when.result import (
    Candidate,
    DateRange,
    Grain,
    Part,
    Reason,
    Shift,
    When,
    WhenStatus,
    Window,
)
from slotkeeper.language.when.understand import understand_when

__all__ = [
    "Candidate",
    "DateRange",
    "Grain",
    "OpeningHours",
    "Part",
    "Reason",
    "Shift",
    "When",
    "WhenStatus",
    "Window",
    "opening_hours",
    "understand_when",
]
