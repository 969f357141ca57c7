"""Idempotency keys: which request came under a key, and how it was answered.

An answer lives a day, under the same policies as the rows that it tells of, and with its tokens as
they are stored there; keys and requests are kept as hashes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slotkeeper.storage.database import Database
from slotkeeper.storage.sealed_tokens import SealedTokens
from slotkeeper.storage.sql import query


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key and the request that it came with, as SHA-256."""

    key_hash: bytes
    payload_hash: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was sent, to the byte."""

    body: bytes
    status: int


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """Whether a request may begin: ``claimed``. ``answer`` is there where it was ``answered``.

    ``in_flight`` is under way or has just broken off; ``reused`` belongs to another request.
    """

    state: Literal["claimed", "in_flight", "answered", "reused"]
    answer: KeptAnswer | None


class KeyNotClaimed(Exception):
    """The request under this key must not run; ``claim`` says why."""

    def __init__(self, claim: KeyClaim) -> None:
        """Keep what stands under the key."""
        super().__init__(claim.state)
        self.claim = claim


class FirstClaim:
    """A key that a request claims with its first read, so that claiming costs no round trip."""

    def __init__(self, key: IdempotencyKey) -> None:
        """Nothing is claimed yet."""
        self.key = key
        self.is_claimed = False

    def settle(self, claim: KeyClaim) -> None:
        """Take what the database said. Raises KeyNotClaimed."""
        if claim.state != "claimed":
            raise KeyNotClaimed(claim)
        self.is_claimed = True


class Idempotency:
    """Claims and settles keys; each method is one round trip."""

    def __init__(self, db: Database, tokens: SealedTokens) -> None:
        """Work on this database; answers hold tokens that are sealed with these."""
        self._db = db
        self._tokens = tokens

    async def claim(self, company_id: int, key: IdempotencyKey) -> KeyClaim:
        """Begin a request under its key, or return how an earlier one stands.

        Deletes keys that are a day old.
        """
        (row,) = await self._db.change(
            query("claim_key"), company_id, key.key_hash, key.payload_hash
        )
        return claim_of(row, self._tokens)

    async def keep(self, company_id: int, key: IdempotencyKey, answer: KeptAnswer) -> KeptAnswer:
        """Store the answer for all who ask again; return the one that was stored first."""
        body = self._tokens.unseal_json(answer.body).decode()
        rows = await self._settle(company_id, key, body, answer.status)
        return (_answer(rows[0], self._tokens) if rows else None) or answer

    async def let_go(self, company_id: int, key: IdempotencyKey, status: int) -> None:
        """Note that a request failed with this status, so that it may be tried again at once."""
        await self._settle(company_id, key, None, status)

    async def _settle(
        self, company_id: int, key: IdempotencyKey, body: str | None, status: int
    ) -> list[Any]:
        return await self._db.change(
            query("keep_answer"), company_id, key.key_hash, key.payload_hash, body, status
        )


def claim_of(row: Any, tokens: SealedTokens) -> KeyClaim:
    """Make a claim of the row that claim_key returns."""
    return KeyClaim(row["state"], _answer(row, tokens))


def _answer(row: Any, tokens: SealedTokens) -> KeptAnswer | None:
    if row["answer"] is None:
        return None
    return KeptAnswer(tokens.seal_json(row["answer"].encode()), row["http_status"])
