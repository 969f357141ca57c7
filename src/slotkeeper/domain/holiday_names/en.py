"""The English names of holidays."""

from __future__ import annotations

from slotkeeper.domain.holiday_names.names import HolidayNames

LANGUAGE = HolidayNames(
    library="en_US", christmas_eve="Christmas Eve", new_years_eve="New Year's Eve"
)
