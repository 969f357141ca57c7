"""A company's language: understands its callers by its services, hours and locale."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from slotkeeper.domain.catalogue import Company
from slotkeeper.language.services.service_index import ServiceIndex
from slotkeeper.language.understanding import Understanding, WishText, understand
from slotkeeper.language.when import OpeningHours, Situation, opening_hours

__all__ = ["CompanyLanguage", "OpeningHours", "WishText", "language_of", "prepared"]

MAX_LANGUAGES = 256
# Names and synonyms that are indexed within some 30 ms.
SMALL_NAMES = 200

_LANGUAGES: dict[Company, CompanyLanguage] = {}
_UNDER_WAY: dict[Company, asyncio.Future[CompanyLanguage]] = {}


class CompanyLanguage:
    """Understands the callers of one company; its service index is built once."""

    def __init__(self, company: Company, hours: OpeningHours | None = None) -> None:
        """Index the services; ``hours`` replace the first branch's own."""
        self.company = company
        self.index = ServiceIndex(company.services, locale=company.locale)
        branch_id = company.branches[0].id if company.branches else 0
        self.hours = hours or opening_hours(company.hours, branch_id) or None

    def understand(
        self,
        said: WishText,
        *,
        now: datetime,
        appointment: datetime | None = None,
        offers: Sequence[datetime] = (),
    ) -> Understanding:
        """Understand a wish that is said at the instant ``now``."""
        return understand(
            said,
            Situation(now.astimezone(self.company.zone), self.hours, appointment, tuple(offers)),
            locale=self.company.locale,
            index=self.index,
        )


def language_of(company: Company) -> CompanyLanguage:
    """Give the language of one version of a company's catalogue."""
    language = _LANGUAGES.get(company)
    if language is None:
        language = CompanyLanguage(company)
        _remember(company, language)
    return language


async def prepared(company: Company) -> None:
    """Index a large catalogue in a thread, so that no other company's caller waits for it."""
    names = sum(1 + len(service.synonyms) for service in company.services)
    if company in _LANGUAGES or names <= SMALL_NAMES:
        return
    under_way = _UNDER_WAY.get(company)
    if under_way is None:
        under_way = asyncio.ensure_future(asyncio.to_thread(language_of, company))
        _UNDER_WAY[company] = under_way
        under_way.add_done_callback(lambda _: _UNDER_WAY.pop(company))
    # Whoever gives up waiting ends the wait of nobody else.
    await asyncio.shield(under_way)


def _remember(company: Company, language: CompanyLanguage) -> None:
    """Keep a language, and forget the oldest where there are too many."""
    while len(_LANGUAGES) >= MAX_LANGUAGES:
        _LANGUAGES.pop(next(iter(_LANGUAGES)), None)
    _LANGUAGES[company] = language
