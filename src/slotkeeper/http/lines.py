"""Whom a platform speaks for: the company of a line or address, and what it signs with."""

from __future__ import annotations

from collections.abc import Callable

from slotkeeper.http.kept import Kept
from slotkeeper.storage.directory import Directory


class Lines:
    """Lines, companies' short names and signing secrets, kept for moments."""

    def __init__(self, directory: Directory, platform: str) -> None:
        """Look up here; the secrets are those that ``platform`` signs with."""

        async def of_line(line: str) -> int | None:
            return await directory.find("line", line)

        async def of_slug(slug: str) -> int | None:
            return await directory.find("company", slug)

        async def secrets_of(company_id: int) -> list[str]:
            return await directory.signing_secrets(company_id, platform)

        self._of_line: Kept[str, int] = Kept(of_line)
        self._of_slug: Kept[str, int] = Kept(of_slug)
        self._secrets: Kept[int, list[str]] = Kept(secrets_of)

    async def company_of(self, slug: str | None, lines: tuple[str | None, ...]) -> int | None:
        """Find the company of an address or of the first line that is known.

        None for strangers, and where the address and a line belong to different companies.
        """
        by_line: int | None = None
        for line in filter(None, lines):
            by_line = by_line or await self._of_line.get(line)
        if slug is None:
            return by_line
        by_slug = await self._of_slug.get(slug)
        return by_slug if by_line in (None, by_slug) else None

    async def believes(self, company_id: int, is_signed_by: Callable[[list[str]], bool]) -> bool:
        """Whether one of the company's two newest secrets signed; one made just now counts."""
        if is_signed_by(await self._secrets.get(company_id) or []):
            return True
        return is_signed_by(await self._secrets.get(company_id, anew=True) or [])
