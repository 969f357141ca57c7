"""Which company a request is for: the owner of an API key, or of a line or an address.

What is looked up here is remembered for seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from slotkeeper.http.problems import Unauthorized
from slotkeeper.http.timed_cache import TimedCache
from slotkeeper.storage.directory import Directory

# No line, agent's id or short name is longer. A longer one is not remembered as unknown either:
# it may come from a stranger's body, before the signature is proven.
LONGEST_NAME = 200


class ApiKeys:
    """API keys, looked up by their hash and remembered for seconds."""

    def __init__(self, directory: Directory) -> None:
        """Look keys up in this directory."""

        async def look_up(key: str) -> int | None:
            return await directory.find("api_key", key)

        self._companies: TimedCache[str, int] = TimedCache(look_up)

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


class CalledLines:
    """Called lines, companies' short names and signing secrets, remembered for seconds."""

    def __init__(self, directory: Directory, platform: str) -> None:
        """Look up in this directory; the secrets are those that ``platform`` signs with."""

        async def of_line(line: str) -> int | None:
            return await directory.find("line", line)

        async def of_slug(slug: str) -> int | None:
            return await directory.find("company", slug)

        async def secrets_of(company_id: int) -> list[str]:
            return await directory.signing_secrets(company_id, platform)

        self._of_line: TimedCache[str, int] = TimedCache(of_line)
        self._of_slug: TimedCache[str, int] = TimedCache(of_slug)
        self._secrets: TimedCache[int, list[str]] = TimedCache(secrets_of)

    async def company_of(self, slug: str | None, lines: tuple[str | None, ...]) -> int | None:
        """Find the company of an address or of the first line that is known.

        None for strangers, and where the address and a line belong to different companies.
        """
        by_line: int | None = None
        for line in lines:
            if line and len(line) <= LONGEST_NAME:
                by_line = by_line or await self._of_line.get(line)
        if slug is None:
            return by_line
        by_slug = await self._of_slug.get(slug) if len(slug) <= LONGEST_NAME else None
        return by_slug if by_line in (None, by_slug) else None

    async def believes(self, company_id: int, is_signed_by: Callable[[list[str]], bool]) -> bool:
        """Whether one of the company's two newest secrets signed, also one made just now."""
        if is_signed_by(await self._secrets.get(company_id) or []):
            return True
        return is_signed_by(await self._secrets.get(company_id, anew=True) or [])
