"""Who asks: the company that a bearer key belongs to."""

from __future__ import annotations

import time

from starlette.requests import Request

from slotkeeper.http.problems import Unauthorized
from slotkeeper.storage.directory import Directory

# A revoked key stops within this; until then its look-up costs nothing.
KEPT_FOR_S = 5.0
# Only keys that exist are kept, so strangers cannot fill it; this bounds it all the same.
MAX_KEPT = 10_000


class Keys:
    """Bearer keys, looked up by hash and kept for moments."""

    def __init__(self, directory: Directory) -> None:
        """Look keys up here."""
        self._directory = directory
        self._kept: dict[str, tuple[int, float]] = {}

    async def company_of(self, request: Request) -> int:
        """Give the id of the company whose key came along. Raises Unauthorized."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not 20 <= len(key) <= 200:
            raise Unauthorized
        kept = self._kept.get(key)
        if kept and time.monotonic() < kept[1]:
            return kept[0]
        company_id = await self._directory.find("api_key", key)
        if company_id is None:
            self._kept.pop(key, None)
            raise Unauthorized
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[key] = (company_id, time.monotonic() + KEPT_FOR_S)
        return company_id
