"""What a language brings along to name public holidays."""

from __future__ import annotations

from dataclasses import dataclass

from slotkeeper.domain.locale import LanguageRoom


@dataclass(frozen=True, slots=True)
class HolidayNames:
    """``library`` is how the library of holidays calls the language; it knows all other names."""

    library: str
    christmas_eve: str
    new_years_eve: str


HOLIDAY_NAMES = LanguageRoom("slotkeeper.domain.holiday_names", HolidayNames)
