"""The secrets with which voice platforms sign what they send, sealed in the database.

Each is encrypted with a sub-key of the installation's secret, for its company and platform alone,
and named by a fingerprint. All of a platform's secrets are valid until they are revoked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.storage.database import Database
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.sql import query

# Enough to rotate in peace; each costs every request one more comparison.
MOST_SECRETS = 3
# The platforms' own are random and longer.
SECRET_LENGTH = range(16, 501)
LEAST_DIFFERENT = 8
NONCE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class PlatformSecret:
    """A secret that a platform signs with; ``text`` is None where it cannot be decrypted."""

    fingerprint: str
    text: str | None = field(repr=False)
    added_at: datetime
    verified_at: datetime | None


class PlatformSecrets:
    """Stores, reads and revokes platforms' secrets."""

    def __init__(self, db: Database, secret: InstallationSecret) -> None:
        """Work on this database, with sub-keys of this secret."""
        self._db = db
        self._secret = secret

    async def of(self, company_id: int, platform: str) -> list[PlatformSecret]:
        """A platform's secrets, the newest first. Those that stand in clear are sealed."""
        rows = await self._db.read(query("secrets_of"), company_id, platform)
        return [
            await self._carried_over(company_id, platform, row)
            if row["clear_id"] is not None
            else PlatformSecret(
                row["fingerprint"],
                self._unsealed(company_id, platform, row["sealed"]),
                row["added_at"],
                row["verified_at"],
            )
            for row in rows
        ]

    async def add(self, company_id: int, platform: str, text: str) -> bool:
        """Accept one more secret, or make one that is there the newest.

        False where there are MOST_SECRETS others. Raises InvalidInput where it is too weak.
        """
        refuse_weak(text)
        others = [s for s in await self.of(company_id, platform) if s.text != text]
        if len(others) >= MOST_SECRETS:
            return False
        (row,) = await self._db.change(
            query("keep_secret"),
            company_id,
            platform,
            self._fingerprint(company_id, platform, text),
            self._sealed(company_id, platform, text),
            MOST_SECRETS,
        )
        return bool(row["is_kept"])

    async def revoke(self, company_id: int, platform: str, fingerprint: str) -> bool:
        """Forget a secret; False where there is none of this fingerprint."""
        for known in await self.of(company_id, platform):
            if known.fingerprint == fingerprint:
                (row,) = await self._db.change(
                    query("revoke_secret"), company_id, platform, fingerprint, known.text
                )
                return bool(row["is_revoked"])
        return False

    async def _carried_over(self, company_id: int, platform: str, row: Any) -> PlatformSecret:
        text = row["clear"]
        fingerprint = self._fingerprint(company_id, platform, text)
        sealed = self._sealed(company_id, platform, text)
        await self._db.change(
            query("carry_secret_over"), company_id, row["clear_id"], fingerprint, sealed
        )
        return PlatformSecret(fingerprint, text, row["added_at"], None)

    def _fingerprint(self, company_id: int, platform: str, text: str) -> str:
        key = self._secret.sub_key("secret-fingerprints")
        said = _bound_to(company_id, platform) + text.encode()
        return hmac.new(key, said, hashlib.sha256).hexdigest()[:16]

    def _sealed(self, company_id: int, platform: str, text: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_LENGTH)
        bound_to = _bound_to(company_id, platform)
        return nonce + self._cipher().encrypt(nonce, text.encode(), bound_to)

    def _unsealed(self, company_id: int, platform: str, sealed: bytes) -> str | None:
        nonce, text = sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:]
        try:
            return self._cipher().decrypt(nonce, text, _bound_to(company_id, platform)).decode()
        except InvalidTag:
            return None

    def _cipher(self) -> AESGCM:
        return AESGCM(self._secret.sub_key("signing-secrets"))


def refuse_weak(text: str) -> None:
    """Raise InvalidInput where a secret could be guessed, or is none at all."""
    if len(text) not in SECRET_LENGTH:
        raise InvalidInput(
            "secret",
            f"a secret has {SECRET_LENGTH[0]} to {SECRET_LENGTH[-1]} characters, "
            f"this one has {len(text)}",
        )
    if len(set(text)) < LEAST_DIFFERENT:
        raise InvalidInput("secret", f"a secret has {LEAST_DIFFERENT} different characters or more")


def _bound_to(company_id: int, platform: str) -> bytes:
    """What a sealed secret belongs to: moved to another company, it opens nothing."""
    return f"{company_id}:{platform}:".encode()
