"""Reading a request's body: bounded, JSON, of one shape, and free of what cannot be stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.http.problems import NotJson, TooLarge, WrongMediaType

# The bodies of our own API are small; voice platforms, with transcripts, get a larger bound.
MAX_BODY_BYTES = 64 * 1024

# Beyond these no calendar is kept, and arithmetic with time zones would overflow.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

T = TypeVar("T")


async def read_bytes(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """Read the raw body, and stop as soon as it is too large."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


async def read(request: Request, shape: type[T]) -> T:
    """Read a JSON body of a shape. Raises TooLarge, WrongMediaType, NotJson or InvalidInput."""
    return decode(await read_json(request), shape)


async def read_json(request: Request) -> bytes:
    """Read a JSON body as it was sent; a missing body counts as ``{}``.

    Raises TooLarge or WrongMediaType.
    """
    raw = await read_bytes(request)
    if raw:  # a missing body has no type to check
        _refuse_other_than(request, "application/json")
    return raw or b"{}"


async def read_text(request: Request, media_type: str, *, limit: int) -> bytes:
    """Read a body of another kind, as it was sent. Raises TooLarge or WrongMediaType."""
    _refuse_other_than(request, media_type)
    return await read_bytes(request, limit)


def read_query(request: Request, shape: type[T]) -> T:
    """Read the query string. Raises InvalidInput, which names the field."""
    given = dict(request.query_params)
    if any("\0" in text for text in given.values()):
        raise InvalidInput("$", "text may not contain NUL")
    try:
        return msgspec.convert(given, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None


def bounded_instant(field: str, instant: datetime) -> datetime:
    """Take an instant that a calendar may hold. Raises InvalidInput, which names the field."""
    if not EARLIEST <= instant <= LATEST:
        raise InvalidInput(
            field, f"Expected an instant from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}, in UTC"
        )
    return instant


def _refuse_other_than(request: Request, wanted: str) -> None:
    media_type = request.headers.get("content-type", wanted).split(";")[0].strip()
    if media_type.lower() not in (wanted, ""):
        raise WrongMediaType


def decode(raw: bytes, shape: type[T]) -> T:
    """Decode JSON of a shape. Raises NotJson or InvalidInput, which names the field."""
    if rb"\u0000" in raw:
        # The backslash may itself be escaped, which is harmless: look more closely.
        _refuse_nul(raw)
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise NotJson from None


def decode_object(raw: bytes) -> dict[str, Any]:
    """Decode a JSON object of any shape. Raises NotJson or InvalidInput."""
    return decode(raw, dict[str, Any])


def _refuse_nul(raw: bytes) -> None:
    # An odd number of backslashes before u0000 makes it a NUL, which no text column can hold.
    if re.search(rb"(?<!\\)(?:\\\\)*\\u0000", raw):
        raise InvalidInput("$", "text may not contain NUL")


def _invalid(message: str) -> InvalidInput:
    """Split msgspec's "Expected `str`, got `int` - at `$.name`"."""
    what, _, where = message.partition(" - at `")
    return InvalidInput(where.rstrip("`") or "$", what)
