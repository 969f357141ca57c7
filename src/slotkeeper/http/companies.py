"""Which company a request is for: the owner of an API key, or of a line or an address.

What is looked up here is remembered for seconds.
"""

from __future__ import annotations

import asyncio
import secrets as random_text
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request

from slotkeeper.domain.actor import Actor, act_as
from slotkeeper.http.problems import Unauthorized
from slotkeeper.http.rate_limits import RateLimits
from slotkeeper.http.scopes import demand_scope
from slotkeeper.http.signing import Signature
from slotkeeper.http.timed_cache import ABSENCE_KEPT_FOR_S, MAX_ABSENT, TimedCache, remember
from slotkeeper.storage.directory import PREFIX_LENGTH, ApiKey, DirectoryKind
from slotkeeper.storage.platform_secrets import MOST_SECRETS
from slotkeeper.storage.store import Store

# No line, agent's id or short name is longer. A longer one is not remembered as unknown either:
# it may come from a stranger's body, before the signature is proven.
LONGEST_NAME = 200


# What tells whose secret signed: the address's short name, or the lines in the body.
_Name = tuple[str | None, tuple[str, ...]]

# No company has this id.
NOBODY = 0
# From here on a signature is compared in a thread, which frees the others for those milliseconds.
LONG_BODY_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Signer:
    """Who may sign under a name: a company with its secrets and their fingerprints, or nobody."""

    company_id: int
    secrets: tuple[str, ...]
    fingerprints: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.company_id != NOBODY


STRANGER = _Signer(NOBODY, ())
# Compared with until as many secrets were compared as a company may have; nobody knows it.
_NOBODYS_SECRET = random_text.token_hex(16)


class ApiKeys:
    """API keys, looked up by their hash and remembered for seconds."""

    def __init__(self, store: Store, limits: RateLimits) -> None:
        """Look keys up in this store; ``limits`` are those of all requests."""
        self.limits = limits
        self._uses = store.uses
        self._keys: TimedCache[str, ApiKey] = TimedCache(store.directory.find_key)

    async def company_of(self, request: Request, operation: str) -> int:
        """Give the id of the company whose key came along. Raises Unauthorized or ScopeMissing."""
        return (await self.key_of(request, operation)).company_id

    async def key_of(self, request: Request, operation: str) -> ApiKey:
        """Give the key that came along.

        Raises Unauthorized, and ScopeMissing where the key may not do the operation.
        """
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized
        return await self.valid(key, operation)

    async def valid(self, key: str, operation: str) -> ApiKey:
        """Give what is known of a key. Raises Unauthorized or ScopeMissing."""
        known = await self._keys.get(key) if 20 <= len(key) <= 200 else None
        if known is None:
            raise Unauthorized
        demand_scope(operation, known.scopes)
        self._uses.key(known.key_hash)
        act_as(Actor("key", key[:PREFIX_LENGTH]))
        return known


class CalledLines:
    """Called lines, companies' short names and signing secrets, remembered for seconds.

    What is refused costs the same whether a name is known or not: one look-up of the same
    statements and one comparison with as many secrets, and the comparison alone for seconds after.
    """

    def __init__(self, store: Store, platform: str) -> None:
        """Look up in this store; the secrets are those that ``platform`` signs with."""
        self._store = store
        self._platform = platform
        self._of_line: TimedCache[str, int] = TimedCache(partial(store.directory.find, "line"))
        self._signers: TimedCache[_Name, _Signer] = TimedCache(self._signer)
        self._refused_until: dict[_Name, float] = {}

    async def company_of(self, lines: Iterable[str | None]) -> int | None:
        """Find the company of the first line that is known; None for strangers."""
        found = [await self._of_line.get(line) for line in _names(lines)]
        return next(filter(None, found), None)

    async def signed(
        self,
        body: bytes,
        signature: Signature,
        *,
        slug: str | None,
        lines: Iterable[str | None] = (),
    ) -> int:
        """Prove which company signed a body: that of the address, or else of the first known line.

        A secret or a line that was made just now counts within ``ABSENCE_KEPT_FOR_S``. Raises
        Unauthorized alike for strangers and for wrong signatures.
        """
        if slug is not None and len(slug) > LONGEST_NAME:
            raise Unauthorized
        name = (slug, _names(lines) if slug is None else ())
        kept = self._signers.kept(name)
        if kept is not None and await self._proves(signature, body, kept):
            return kept.company_id
        if time.monotonic() < self._refused_until.get(name, 0.0):
            if kept is None:
                await self._proves(signature, body, STRANGER)
            raise Unauthorized
        known = await self._signers.newest(name) or STRANGER
        if known != kept and await self._proves(signature, body, known):
            return known.company_id
        until = time.monotonic() + ABSENCE_KEPT_FOR_S
        remember(self._refused_until, name, until, MAX_ABSENT)
        raise Unauthorized

    async def _signer(self, name: _Name) -> _Signer:
        slug, lines = name
        kind: DirectoryKind
        kind, texts = ("line", lines) if slug is None else ("company", (slug,))
        owners = [await self._store.directory.find(kind, text) for text in texts]
        company_id = next(filter(None, owners), NOBODY)
        known = await self._store.platform_secrets.of(company_id, self._platform)
        secrets = {secret.text: secret.fingerprint for secret in known if secret.text is not None}
        return _Signer(company_id, tuple(secrets), tuple(secrets.values()))

    async def _proves(self, signature: Signature, body: bytes, signer: _Signer) -> bool:
        """Compare with as many secrets as any company may have, and note which one it was."""
        secrets = [*signer.secrets, *[_NOBODYS_SECRET] * MOST_SECRETS][:MOST_SECRETS]
        find = partial(signature.signer, body, secrets)
        place = await asyncio.to_thread(find) if len(body) > LONG_BODY_BYTES else find()
        if place is None or place >= len(signer.secrets):
            return False
        fingerprint = signer.fingerprints[place]
        self._store.uses.secret(signer.company_id, self._platform, fingerprint)
        return True


def _names(lines: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(line for line in lines if line and len(line) <= LONGEST_NAME)
