"""Public holidays by Land, and the two half-holidays that no law knows."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

# In no law, and yet hardly a salon is open: treated as holidays wherever holidays are kept.
_CUSTOMARY = {(12, 24): "Heiligabend", (12, 31): "Silvester"}


@lru_cache(maxsize=256)
def public_holidays(subdivision: str, year: int) -> dict[date, str]:
    """The holidays of an ISO 3166-2 subdivision such as DE-BE in a year, by date.

    A subdivision that is not known keeps the two customary ones alone.
    """
    import holidays  # half a second to import, and most processes never ask

    country, _, land = subdivision.partition("-")
    found: dict[date, str] = {}
    if land in holidays.list_supported_countries().get(country, ()):
        found = dict(holidays.country_holidays(country, subdiv=land, years=year, language="de"))
    return {date(year, *day): name for day, name in _CUSTOMARY.items()} | found
