"""Companies' catalogues, cached in each process for at most CHECK_EVERY_S seconds unchecked."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Outdated
from slotkeeper.storage.catalogue_loading import read_company
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# A change of the catalogue is seen by every process within this, even where no busy time is read.
CHECK_EVERY_S = 2.0
# The first decision may be by a catalogue that is out of date, the second may meet a change.
CATALOGUE_TRIES = 3

T = TypeVar("T")


class CatalogueChanged(Outdated):
    """The catalogue changed between the read of it and the decision that was to use it."""

    code = "catalogue_changed"


class CatalogueCache:
    """Caches each company's catalogue, which it reads once a version."""

    def __init__(self, db: Database) -> None:
        """Work on this database; nothing is read yet."""
        self._db = db
        self._cached: dict[int, tuple[Company, float]] = {}

    async def get(self, company_id: int) -> Company:
        """Return the catalogue, at most CHECK_EVERY_S seconds out of date."""
        cached = self._cached.get(company_id)
        if cached is None:
            return await self.reload(company_id)
        company, checked_at = cached
        if time.monotonic() - checked_at < CHECK_EVERY_S:
            return company
        (row,) = await self._db.read(query("catalogue_version"), company_id)
        if row["version"] != company.version:
            return await self.reload(company_id)
        self._cached[company_id] = (company, time.monotonic())
        return company

    def cached(self, company_id: int) -> Company | None:
        """Return the catalogue as it was read last, however long ago; None if it never was."""
        cached = self._cached.get(company_id)
        return cached[0] if cached else None

    async def reload(self, company_id: int) -> Company:
        """Read the catalogue now."""
        company = await read_company(self._db, company_id)
        self._cached[company_id] = (company, time.monotonic())
        return company

    async def deciding(self, company_id: int, decide: Callable[[Company], Awaitable[T]]) -> T:
        """Decide with the catalogue; again with the newest where it changed underneath.

        Raises CatalogueChanged where it changes faster than it can be read, CATALOGUE_TRIES times.
        """
        company = await self.get(company_id)
        for _ in range(CATALOGUE_TRIES - 1):
            try:
                return await decide(company)
            except CatalogueChanged:
                company = await self.reload(company_id)
        return await decide(company)
