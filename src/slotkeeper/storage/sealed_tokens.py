"""Reservation tokens, sealed as they are given out: no edge takes the one that is stored.

A token is permuted under a key of the installation. So whoever reads rows, logs, events or a backup
holds nothing that opens a reservation, and the server can name the same token again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from slotkeeper.storage.installation_secret import InstallationSecret

# The fields of answers that hold a token, as msgspec writes them.
_IN_JSON = re.compile(
    rb'("(?:reservation_|visit_)?token":")([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=")'
)

_Step = Callable[[bytes], bytes]


class SealedTokens:
    """Seals tokens for whom they are given to, and unseals what comes back."""

    def __init__(self, secret: InstallationSecret) -> None:
        """Work with a sub-key of this secret: no other installation takes these tokens."""
        self._seal, self._unseal = _steps(secret.sub_key("reservation-tokens"))

    def seal(self, token: UUID) -> UUID:
        """Seal a stored token; one that a server of the former release has made stays as it is."""
        return _walk(self._seal, token)

    def unseal(self, sealed: UUID) -> UUID:
        """Give the stored token; of what was not sealed here, one that nobody stores."""
        return _walk(self._unseal, sealed)

    def seal_json(self, answer: bytes) -> bytes:
        """Seal the tokens of an encoded answer."""
        return _IN_JSON.sub(partial(_replaced, self.seal), answer)

    def unseal_json(self, answer: bytes) -> bytes:
        """Give an encoded answer with its tokens as they are stored."""
        return _IN_JSON.sub(partial(_replaced, self.unseal), answer)


@cache
def _steps(key: bytes) -> tuple[_Step, _Step]:
    # A token is one block of random bits, so encrypting each block alone gives no pattern away.
    cipher = Cipher(AES(key), ECB())  # noqa: S305
    return cipher.encryptor().update, cipher.decryptor().update


def _walk(step: _Step, token: UUID) -> UUID:
    """Take steps, some nine, until there is a UUID of a kind that is sealed; others stay.

    So each of these has one counterpart among them, and a sealed token is a UUID to any client.
    """
    block = token.bytes
    if not _is_sealed_kind(block):
        return token
    while not _is_sealed_kind(block := step(block)):
        pass
    return UUID(bytes=block)


def _is_sealed_kind(block: bytes) -> bool:
    """Whether this is a UUID of RFC 9562 of any version but 4, which the former release made."""
    version = block[6] >> 4
    return block[8] >> 6 == 2 and 1 <= version <= 8 and version != 4


def _replaced(change: Callable[[UUID], UUID], match: re.Match[bytes]) -> bytes:
    return match[1] + str(change(UUID(match[2].decode()))).encode()
