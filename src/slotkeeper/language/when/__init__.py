"""Understanding days and times as callers say them, in every language that has a file here.

Pure: no clock, no input or output. Call ``understand_when``; it gives a ``When``. A text becomes
tokens (``tokens``), which the grammars read into items (``scan``); items become drafts of wishes
(``drafts``), and each draft is resolved by calendar, opening hours and clock (``resolve``).
"""

from slotkeeper.language.when.hours import OpeningHours, opening_hours
from slotkeeper.language.when.resolve import Situation
from slotkeeper.language.when.result import When, Window
from slotkeeper.language.when.understand import understand_when

__all__ = ["OpeningHours", "Situation", "When", "Window", "opening_hours", "understand_when"]
