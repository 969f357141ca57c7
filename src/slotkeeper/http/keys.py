"""Who asks: the company that a bearer key belongs to."""

from __future__ import annotations

from starlette.requests import Request

from slotkeeper.http.kept import Kept
from slotkeeper.http.problems import Unauthorized
from slotkeeper.storage.directory import Directory


class Keys:
    """Bearer keys, looked up by hash and kept for moments."""

    def __init__(self, directory: Directory) -> None:
        """Look keys up here."""

        async def look_up(key: str) -> int | None:
            return await directory.find("api_key", key)

        self._companies: Kept[str, int] = Kept(look_up)

    async def company_of(self, request: Request) -> int:
        """Give the id of the company whose key came along. Raises Unauthorized."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized
        return await self.company_of_key(key)

    async def company_of_key(self, key: str) -> int:
        """Give the id of the company whose key it is. Raises Unauthorized."""
        company_id = await self._companies.get(key) if 20 <= len(key) <= 200 else None
        if company_id is None:
            raise Unauthorized
        return company_id
