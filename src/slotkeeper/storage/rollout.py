"""Companies' own rollout settings, which win over the server's."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from slotkeeper.domain.catalogue import RolloutSettings
from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query


class RolloutStore:
    """Writes what a company's calls are served with; it is read with the catalogue."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def set(self, company_id: int, settings: RolloutSettings) -> None:
        """Make these the company's settings, all of them; every process sees it within moments."""
        async with self._db.acting_for(company_id) as connection:
            await connection.execute(query("enter_company"), company_id)
            for name, value in asdict(settings).items():
                encoded = None if value is None else msgspec.json.encode(value).decode()
                await connection.execute(query("rollout_set"), company_id, name, encoded)
            await connection.execute(query("bump_catalogue"), company_id)
