"""Public holidays by Land, with Christmas Eve and New Year's Eve."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from slotkeeper.domain.holiday_names.names import HOLIDAY_NAMES
from slotkeeper.domain.locale import Locale


@lru_cache(maxsize=256)
def public_holidays(subdivision: str, year: int, locale: Locale) -> dict[date, str]:
    """Give the holidays of an ISO 3166-2 subdivision such as DE-BE in a year, by date.

    They are named in the language of ``locale``. An unknown subdivision has the two customary ones
    only: no law makes these two, but hardly a salon is open then.
    """
    import holidays  # half a second to import, and most processes never ask

    country, _, land = subdivision.partition("-")
    names = HOLIDAY_NAMES[locale]
    public: dict[date, str] = {}
    if land in holidays.list_supported_countries().get(country, ()):
        known = holidays.country_holidays(country, subdiv=land, years=year, language=names.library)
        public = dict(known)
    customary = {date(year, 12, 24): names.christmas_eve, date(year, 12, 31): names.new_years_eve}
    return customary | public
