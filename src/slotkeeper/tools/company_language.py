"""A company's language: understands its callers by its services, hours and locale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from slotkeeper.domain.catalogue import Company
from slotkeeper.language.services.service_index import ServiceIndex
from slotkeeper.language.understanding import Understanding, WishText, understand
from slotkeeper.language.when import OpeningHours, Situation, opening_hours

__all__ = ["CompanyLanguage", "OpeningHours", "WishText", "language_of"]


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


@lru_cache(maxsize=256)
def language_of(company: Company) -> CompanyLanguage:
    """Give the language of one version of a company's catalogue."""
    return CompanyLanguage(company)
