"""Which call a tool call belongs to where no signed envelope says so: plain REST and MCP.

The platform's own header wins. Without it the server mints a handle, puts it into every answer as
``conversation_id``, and takes a request that sends it back for the same call. Anything else that a
model sends as an id (``call_1``, ``1``, ``{{call_id}}``) is a guess and is ignored.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from slotkeeper.domain.phone_numbers import dialled, e164
from slotkeeper.domain.wish import Call
from slotkeeper.tools.arguments import as_declared

# The platform or the program in between sets these headers, never a model.
CALL_HEADER = "X-Call-Id"
PHONE_HEADER = "X-Caller-Phone"

HANDLE = "conversation_id"

_CALL_ID = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?")
_MINTED = re.compile(r"cv_[0-9a-f]{32}")


def call_of(
    channel: str, header: str | None, args: Mapping[str, object], *, caller: str | None = None
) -> tuple[Call, str | None]:
    """Find the call of a tool call, and the handle that the answer must carry.

    ``header`` is what came as X-Call-Id, ``args`` what the model sent, ``caller`` the number that
    rings, where it is known. The handle is None where the header named the call; otherwise it is
    the one that was sent back, or a new one. Add it to the answer as ``conversation_id``.
    """
    caller = caller or f"line:{channel}"
    if (named := call_id(header)) is not None:
        return Call(channel, named, caller), None
    sent = as_declared(args).get(HANDLE)
    handle = sent.strip() if isinstance(sent, str) else ""
    if not _MINTED.fullmatch(handle):
        handle = f"cv_{secrets.token_hex(16)}"
    return Call(channel, handle, caller), handle


def call_id(text: object) -> str | None:
    """Take a platform's call id; None for an unfilled ``{{…}}`` and for what cannot be an id."""
    if not isinstance(text, str) or "{{" in text or not _CALL_ID.fullmatch(text):
        return None
    return text


def phone(text: object) -> str | None:
    """Take a number that a platform set: in E.164, or as digits where it names no country.

    None where it is withheld or no number. The company's country is added where it is known.
    """
    digits = dialled(text) if isinstance(text, str) else None
    return e164(digits) if digits and digits.startswith("+") else digits
