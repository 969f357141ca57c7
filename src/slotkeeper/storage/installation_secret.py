"""The installation's secret: one for all its processes; what needs a key takes a sub-key of it.

32 random bytes stand in the setting ``SLOTKEEPER_SECRET`` or in a file of the data directory. The
database knows their fingerprint only, so that a process with another secret does not start: it
could read no stored secret and would take every reservation token for an altered one.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
import secrets
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import asyncpg
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from slotkeeper.storage.database import Database
from slotkeeper.storage.sql import query

# What a sub-key is for. Each label gives another key, and none tells anything about another.
SubKey = Literal[
    "fingerprint",
    "caller-hash",
    "request-levels",
    "reservation-tokens",
    "signing-secrets",
    "secret-fingerprints",
    "demo",
]

LENGTH = 32
FILE_NAME = "installation-secret"
# Far longer than a secret: more is another file.
_MOST_BYTES = 200


class SecretRefused(Exception):
    """There is no usable secret, or it is another installation's; the message says what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class InstallationSecret:
    """The secret and where it was found; it shows itself to nobody who does not ask for it."""

    _secret: bytes
    source: str = "this process"

    def __post_init__(self) -> None:
        assert len(self._secret) == LENGTH, "32 bytes"

    def __repr__(self) -> str:
        return f"InstallationSecret({self.fingerprint})"

    @classmethod
    def new(cls) -> InstallationSecret:
        """Make one of random bytes."""
        return cls(secrets.token_bytes(LENGTH))

    @classmethod
    def parse(cls, text: str, source: str) -> InstallationSecret:
        """Read the base64url of 32 bytes. Raises SecretRefused."""
        try:
            secret = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != LENGTH or len(set(secret)) == 1:
            raise SecretRefused(f"{source}: expected 32 random bytes as base64url")
        return cls(secret, source)

    @property
    def text(self) -> str:
        """The base64url, as the setting and the file have it."""
        return base64.urlsafe_b64encode(self._secret).decode().rstrip("=")

    @property
    def fingerprint(self) -> str:
        """What tells it from another: 16 hexadecimal digits that lead nowhere."""
        return self.sub_key("fingerprint")[:8].hex()

    def sub_key(self, label: SubKey) -> bytes:
        """Derive the key of 32 bytes for one purpose, always the same."""
        return _derive(self._secret, label)


@cache
def _derive(secret: bytes, label: SubKey) -> bytes:
    hkdf = HKDF(SHA256(), LENGTH, salt=None, info=f"slotkeeper {label}".encode())
    return hkdf.derive(secret)


async def agreed_secret(
    db: Database, setting: InstallationSecret | None, data_dir: Path
) -> InstallationSecret:
    """Give the installation's secret, which the first process makes. Raises SecretRefused."""
    known = await _fingerprint(db)
    secret = setting or kept_in(data_dir, make=known is None)
    if secret is None:
        raise SecretRefused(
            f"the database belongs to the installation whose secret is {known}, and here is none. "
            f"Set SLOTKEEPER_SECRET to it, or copy its file to {data_dir / FILE_NAME}"
        )
    if known is None:
        known = await _register(db, secret)
    if known not in (None, secret.fingerprint):
        raise SecretRefused(
            f"the database belongs to the installation whose secret is {known}, but that of "
            f"{secret.source} is {secret.fingerprint}. Every host of an installation needs the same"
        )
    return secret


async def _fingerprint(db: Database) -> str | None:
    """The fingerprint that the database knows; None before the first start or migration."""
    try:
        rows = await db.read(query("installation_secret"))
    except asyncpg.UndefinedTableError:
        return None
    return rows[0]["secret_fingerprint"] if rows else None


async def _register(db: Database, secret: InstallationSecret) -> str | None:
    """Register the first secret, and give the fingerprint of the one that was first."""
    try:
        await db.change(query("register_secret"), secret.fingerprint)
    except asyncpg.UndefinedTableError:
        return None  # nothing works on such a database before it is migrated
    return await _fingerprint(db)


def kept_in(data_dir: Path, *, make: bool) -> InstallationSecret | None:
    """Read the directory's file, and ``make`` it where there is none."""
    path = data_dir / FILE_NAME
    try:
        if make:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        elif not path.exists():
            return None
        return InstallationSecret.parse(_locked_text(path), str(path))
    except OSError as error:
        raise SecretRefused(
            f"{path}: {error.strerror or error}. Set SLOTKEEPER_SECRET, or "
            "SLOTKEEPER_DATA_DIR to a directory that this account can write"
        ) from error


def _locked_text(path: Path) -> str:
    """Read a file that only this account may read; an empty or new one gets a new secret.

    The lock lets one of several first processes write; the others wait and read.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if stat.S_IMODE(os.fstat(fd).st_mode) & 0o077:
            raise SecretRefused(f"{path} is open to other accounts; run: chmod 600 {path}")
        fcntl.flock(fd, fcntl.LOCK_EX)
        text = os.read(fd, _MOST_BYTES).decode("ascii", "replace").strip()
        if not text:
            text = InstallationSecret.new().text
            os.write(fd, f"{text}\n".encode())
            # The database is told of it next, and must never remember what a power cut has lost.
            os.fsync(fd)
            _sync(path.parent)
        return text
    finally:
        os.close(fd)


def _sync(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
