"""Finds a company by its slug, line or API key; only hashes are stored, no personal data."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

DirectoryKind = Literal["company", "api_key", "line"]
# What an API key may do; `admin` is all of it.
Scope = Literal["read", "agent", "desk", "import", "metrics", "admin"]
# Who registered a line: its company's file, or somebody at the command line.
LineSource = Literal["file", "hand"]

# Enough to tell keys apart, far too little to guess one.
PREFIX_LENGTH = 11
# Enough to tell a salon's lines apart. It is the salon's own number, so nobody's personal data.
ENDING_LENGTH = 4


def hash_of(text: str) -> bytes:
    """Return the SHA-256; without salt, because keys are random, and lines and slugs public."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def label_of_line(line: str, source: LineSource) -> str:
    """Return what is stored of a line beside its hash: who registered it, and how it ends."""
    return f"{source} {line[-ENDING_LENGTH:]}"


def is_by_hand(label: str) -> bool:
    """Whether a line was added by hand; lines from before there were labels came from files."""
    return label.startswith("hand ")


@dataclass(frozen=True, slots=True)
class RegisteredLine:
    """A registered line, known by its last characters only."""

    ending: str
    by_hand: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A valid API key: its hash, whose it is, and what it may do."""

    key_hash: bytes
    company_id: int
    scopes: tuple[Scope, ...]

    @property
    def is_desks(self) -> bool:
        """Whether who has it is the desk, as long as no call and no number is named."""
        return not {"desk", "admin"}.isdisjoint(self.scopes)


class RegisteredKey(NamedTuple):
    """An API key as its owner sees it: its first characters, and what became of it."""

    prefix: str
    created_at: datetime
    revoked_at: datetime | None
    scopes: list[Scope]
    expires_at: datetime | None
    last_used_at: datetime | None


class Directory:
    """Registers API keys and called lines, and finds the company that one belongs to."""

    def __init__(self, db: Database) -> None:
        """Work on this database."""
        self._db = db

    async def find(self, kind: DirectoryKind, text: str) -> int | None:
        """Return the id of the company it belongs to; None if it is unknown or revoked."""
        rows = await self._db.read(query("directory_find"), kind, hash_of(text))
        return int(rows[0]["company_id"]) if rows else None

    async def find_key(self, text: str) -> ApiKey | None:
        """Return whose an API key is and what it may do; None if it is unknown, or has ended."""
        key_hash = hash_of(text)
        rows = await self._db.read(query("find_key"), key_hash)
        return ApiKey(key_hash, rows[0]["company_id"], tuple(rows[0]["scopes"])) if rows else None

    async def create_key(
        self,
        company_id: int,
        scopes: Sequence[Scope] = ("admin",),
        expires_at: datetime | None = None,
    ) -> str:
        """Make an API key of 256 random bits. It is shown once; only its hash is kept."""
        key = f"sk_{secrets.token_urlsafe(32)}"
        prefix = key[:PREFIX_LENGTH]
        await self._db.change(
            query("add_key"), hash_of(key), company_id, prefix, list(scopes), expires_at
        )
        return key

    async def keys(self, company_id: int) -> list[RegisteredKey]:
        """A company's keys, the oldest first."""
        rows: list[Any] = await self._db.read(query("directory_keys"), company_id)
        return [RegisteredKey(*row) for row in rows]

    async def revoke_key(self, company_id: int, prefix: str) -> bool:
        """Revoke the key with these first characters; False where there is none."""
        return bool(await self._db.change(query("directory_revoke"), company_id, prefix))

    async def add_line(self, company_id: int, line: str) -> int | None:
        """Register a line (E.164, or an agent's id) by hand; return the company that has it.

        That is another company where the line is taken; a line of the same company stays as it is.
        """
        owner = await self.find("line", line)
        if owner is not None:
            return owner
        label = label_of_line(line, "hand")
        await self._db.change(query("register_lines"), company_id, [hash_of(line)], [label])
        return await self.find("line", line)

    async def remove_line(self, company_id: int, line: str) -> RegisteredLine | None:
        """Free a line for others, and return it; None where it is not the company's."""
        rows: list[Any] = await self._db.change(query("give_up_lines"), company_id, [hash_of(line)])
        return _line(rows[0]) if rows else None

    async def lines(self, company_id: int) -> list[RegisteredLine]:
        """A company's lines, the oldest first."""
        rows: list[Any] = await self._db.read(query("lines_of"), company_id)
        return [_line(row) for row in rows]


def _line(row: Any) -> RegisteredLine:
    return RegisteredLine(
        row["label"].partition(" ")[2], is_by_hand(row["label"]), row["created_at"]
    )
