"""Public holidays by Land, with Christmas Eve and New Year's Eve."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

# No law makes these two holidays, but hardly a salon is open: a branch that keeps holidays keeps
# them as well.
_CUSTOMARY = {
    "de": {(12, 24): "Heiligabend", (12, 31): "Silvester"},
    "en": {(12, 24): "Christmas Eve", (12, 31): "New Year's Eve"},
}
# How the library calls a language in which it knows the names.
_LANGUAGES = {"de": "de", "en": "en_US"}


@lru_cache(maxsize=256)
def public_holidays(subdivision: str, year: int, locale: str = "de") -> dict[date, str]:
    """Give the holidays of an ISO 3166-2 subdivision such as DE-BE in a year, by date.

    They are named in the language of ``locale``. An unknown subdivision has the two customary ones
    only.
    """
    import holidays  # half a second to import, and most processes never ask

    country, _, land = subdivision.partition("-")
    public: dict[date, str] = {}
    if land in holidays.list_supported_countries().get(country, ()):
        language = _LANGUAGES[locale]
        public = dict(
            holidays.country_holidays(country, subdiv=land, years=year, language=language)
        )
    return {date(year, *day): name for day, name in _CUSTOMARY[locale].items()} | public
