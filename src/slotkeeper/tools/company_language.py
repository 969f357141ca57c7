"""A company's language: what its callers mean, by its catalogue, hours and locale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from slotkeeper.domain.catalogue import Company
from slotkeeper.language.services import ServiceIndex
from slotkeeper.language.understanding import Understanding, WishText, understand
from slotkeeper.language.when import OpeningHours, opening_hours

__all__ = ["CompanyLanguage", "OpeningHours", "WishText", "language_of"]


class CompanyLanguage:
    """What is needed to understand a company's callers, made ready once."""

    def __init__(self, company: Company, hours: OpeningHours | None = None) -> None:
        """Index the services; ``hours`` win over the first branch's own."""
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
        """Understand a wish that is said at an instant."""
        return understand(
            said,
            now=now.astimezone(self.company.zone),
            locale=self.company.locale,
            index=self.index,
            hours=self.hours,
            appointment=appointment,
            offers=offers,
        )


@lru_cache(maxsize=256)
def language_of(company: Company) -> CompanyLanguage:
    """The language of one version of a catalogue."""
    return CompanyLanguage(company)
