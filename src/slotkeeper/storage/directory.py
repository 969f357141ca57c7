"""What is found before a company is known: by hash only, without any personal data."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, Literal

from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

Kind = Literal["company", "api_key", "line"]

# Enough to tell keys apart, far too little to guess one.
PREFIX_LENGTH = 11


def hash_of(text: str) -> bytes:
    """SHA-256: what is looked up is random or public, so it needs no salt."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class Directory:
    """API keys, called lines and slugs, and the company each belongs to."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def find(self, kind: Kind, text: str) -> int | None:
        """Whose it is; None for what is unknown or revoked."""
        rows = await self._db.read(query("directory_find"), kind, hash_of(text))
        return int(rows[0]["company_id"]) if rows else None

    async def create_key(self, company_id: int) -> str:
        """Make an API key of 256 random bits. It is shown once; only its hash is kept."""
        key = f"sk_{secrets.token_urlsafe(32)}"
        await self._db.change(
            query("directory_add"), "api_key", hash_of(key), company_id, key[:PREFIX_LENGTH]
        )
        return key

    async def keys(self, company_id: int) -> list[tuple[str, datetime, datetime | None]]:
        """A company's keys: first characters, made at, revoked at."""
        rows: list[Any] = await self._db.read(query("directory_keys"), company_id)
        return [(row["prefix"], row["created_at"], row["revoked_at"]) for row in rows]

    async def revoke_key(self, company_id: int, prefix: str) -> bool:
        """End the key with these first characters; False where there is none."""
        return bool(await self._db.change(query("directory_revoke"), company_id, prefix))

    async def add_secret(self, company_id: int, platform: str, secret: str) -> None:
        """Accept one more secret that a platform signs with; the newest two are valid."""
        async with self._db.acting_for(company_id) as connection:
            await connection.execute(query("secrets_add"), company_id, platform, secret)

    async def signing_secrets(self, company_id: int, platform: str) -> list[str]:
        """The secrets that a platform may sign with, the newest first."""
        async with self._db.acting_for(company_id) as connection:
            rows = await connection.fetch(query("secrets_of"), company_id, platform)
        return [row["secret"] for row in rows]
