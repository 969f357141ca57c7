"""Public holidays by Land and place, with Christmas Eve and New Year's Eve."""

from __future__ import annotations

import unicodedata
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from slotkeeper.domain.holiday_names.names import HOLIDAY_NAMES
from slotkeeper.domain.locale import Locale

if TYPE_CHECKING:
    from holidays import HolidayBase

# The places that keep more holidays than their Land, with the sign that follows the Land's code:
# `DE-BY/C` is a municipality in Bavaria with mostly Catholic inhabitants.
PLACES = {"catholic": "C", "augsburg": "A"}
_AUGSBURG = ("DE", "BY")


def holidays_code(subdivision: str | None, place: str | None) -> str | None:
    """Give the code of a Land, or of a place in it, whose holidays are kept."""
    return f"{subdivision}/{PLACES[place]}" if subdivision and place else subdivision


@lru_cache(maxsize=256)
def public_holidays(code: str, year: int, locale: Locale) -> dict[date, str]:
    """Give the holidays of an ISO 3166-2 subdivision such as DE-BE in a year, by date.

    ``code`` may be that of a country alone, or of a place (``holidays_code``). They are named in
    the language of ``locale``. An unknown subdivision has the two customary ones only: no law makes
    these two, but hardly a salon is open then.
    """
    names = HOLIDAY_NAMES[locale]
    subdivision, _, place = code.partition("/")
    public: dict[date, str] = {}
    if is_known(subdivision):
        public = dict(_of_land(subdivision, year, names.library, ("public",)))
    if place:
        public = dict(_of_place(subdivision, place, year, names.library)) | public
    customary = {date(year, 12, 24): names.christmas_eve, date(year, 12, 31): names.new_years_eve}
    return customary | public


def _of_land(
    subdivision: str, year: int, language: str, categories: tuple[str, ...]
) -> HolidayBase:
    import holidays  # half a second to import, and most processes never ask

    country, _, land = subdivision.partition("-")
    return holidays.country_holidays(
        country, subdiv=land or None, years=year, language=language, categories=categories
    )


def _of_place(subdivision: str, place: str, year: int, language: str) -> HolidayBase:
    if place == PLACES["augsburg"]:
        return _of_land("DE-Augsburg", year, language, ("public",))
    return _of_land(subdivision, year, language, ("catholic",))


def has_place(subdivision: str, place: str) -> bool:
    """Whether a Land has such places, and they keep more holidays than itself."""
    if place == "augsburg":
        return tuple(subdivision.split("-")) == _AUGSBURG
    import holidays

    country, _, _ = subdivision.partition("-")
    kinds = getattr(holidays.country_holidays(country), "supported_categories", ())
    # Any year does: these are kept every year.
    return "catholic" in kinds and bool(_of_land(subdivision, 2027, "de", ("catholic",)))


def is_known(subdivision: str) -> bool:
    """Whether the holidays of a country, or of a Land of it, are known."""
    country, dash, land = subdivision.partition("-")
    lands = _countries().get(country)
    return lands is not None and (land in lands if dash else True)


def nearest(subdivision: str) -> str:
    """Give the known code that a code nobody knows was probably meant for.

    A code is likened to the known ones, and to the names of the Länder that it may abbreviate.
    """
    country, _, land = subdivision.partition("-")
    countries = _countries()
    if country not in countries:
        # Rather one that has such a Land: UK-ENG is GB-ENG.
        likely = [known for known, lands in countries.items() if land in lands] or countries
        country = max(sorted(likely), key=lambda known: _likeness(country, known))
    named = _names(country)
    if not named:
        return country

    def closeness(known: str) -> float:
        by_name = (_abbreviation(land, name) for name in named[known])
        return max(_likeness(land, known), *by_name)

    return f"{country}-{max(sorted(named), key=closeness)}"


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    """List the Länder of each country by their codes; what is below a Land has longer names."""
    import holidays

    countries = holidays.list_supported_countries(include_aliases=False)
    return {
        country: [land for land in lands if len(land) <= 3] for country, lands in countries.items()
    }


def _names(country: str) -> dict[str, list[str]]:
    import holidays

    aliases = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    named: dict[str, list[str]] = {land: [""] for land in _countries()[country]}
    for name, land in aliases.items():
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        named.get(land, []).append(plain.upper())
    return named


def _likeness(written: str, known: str) -> float:
    return SequenceMatcher(None, written, known).ratio()


def _abbreviation(written: str, name: str) -> float:
    """Say how well letters abbreviate a name: in their order, from its first letter on."""
    if not written or name[:1] != written[0]:
        return 0.0
    rest = iter(name)
    in_order = 0.9 if all(letter in rest for letter in written) else 0.0
    return 0.95 if name.startswith(written) else max(_likeness(written, name), in_order)
