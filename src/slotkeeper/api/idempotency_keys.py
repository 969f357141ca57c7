"""The Idempotency-Key header: a request that is sent again has one effect and one answer.

A key is bound to its request (method, path, query, body) for a day, also where the request was
refused. After a refusal or a crash the same request may be tried again under it. That is safe
because the database knows what a request makes by its call, and a wish that names no call belongs
to a call made of the key. Only successful answers are kept.
"""

from __future__ import annotations

import re
from hashlib import sha256

from starlette.requests import Request

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.storage.idempotency import IdempotencyKey

IDEMPOTENCY_KEY_HEADER = "Idempotency-Key"
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,200}")
_MADE_CALL_ID = re.compile(r"key:[0-9a-f]{32}")


def key_of(request: Request, raw: bytes) -> IdempotencyKey | None:
    """Read a request's key and bind it to the whole request; None where it has no key.

    Raises InvalidInput.
    """
    given = request.headers.getlist(IDEMPOTENCY_KEY_HEADER)
    if not given:
        return None
    if len(given) > 1 or not _PRINTABLE.fullmatch(given[0]):
        raise InvalidInput(
            IDEMPOTENCY_KEY_HEADER, "Expected one key of 1 to 200 printable ASCII characters"
        )
    said = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
    return IdempotencyKey(sha256(given[0].encode()).digest(), sha256(said + raw).digest())


def call_id_of(key: IdempotencyKey) -> str:
    """Name the call that a wish under a key belongs to, where it names none itself."""
    return f"key:{key.key_hash.hex()[:32]}"


def is_made_of_a_key(call_id: str) -> bool:
    """Whether ``call_id_of`` made this call id, so that it is no platform's call."""
    return _MADE_CALL_ID.fullmatch(call_id) is not None
