"""The German names of holidays."""

from __future__ import annotations

from slotkeeper.domain.holiday_names.names import HolidayNames

LANGUAGE = HolidayNames(library="de", christmas_eve="Heiligabend", new_years_eve="Silvester")
