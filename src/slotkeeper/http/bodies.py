"""Reading a request's body: bounded, JSON, of one shape, and free of what cannot be stored.

A body costs what is built of it: a megabyte of small lists makes half a million objects, which the
garbage collector then looks through again and again. So lists and objects are counted in the raw
bytes, before one is built. Of a platform's large envelope only the fields of a shape are built; the
decoder skips the rest. What a model sent in it is opened by ``part``, within the same bounds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import msgspec
from starlette.requests import Request

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.http.problems import NoRoom, NotJson, TooLarge, WrongMediaType

# The bodies of our own API are small; voice platforms, with transcripts, get a larger bound.
MAX_BODY_BYTES = 64 * 1024

# More than the largest visit has: 4 people with 24 services, each an object.
MAX_CONTAINERS = 2_000
# Deeper than any of our shapes; what walks through a value may go one call deeper for each.
MAX_DEPTH = 32
# Arguments of a few tool calls beside each other, with the tools' descriptions.
MAX_PART_BYTES = 256 * 1024
# How much of large bodies is kept while their last byte is awaited, of all clients and of one
# address. Only bodies beyond MAX_BODY_BYTES count, so small requests never wait for large ones.
MAX_HELD_BYTES = 64 * 1024 * 1024
MAX_HELD_OF_ONE = 16 * 1024 * 1024

# A part of an envelope that was not sent.
NOTHING = msgspec.Raw()

# An odd number of backslashes before u0000 makes it a NUL, which no text column can hold.
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")

# Half of a character beyond the first 65,536: what is left where a program cut a text in between.
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = re.compile(
    rb"(?<!\\)((?:\\\\)*)(?:" + _HIGH + rb"(?!" + _LOW + rb")|(?<!" + _HIGH + rb")" + _LOW + rb")"
)
# Escapes that JSON does not know, and what some languages write for a number that is none.
_NO_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\(?![\\\"/bfnrt]|u[0-9a-fA-F]{4})")
_NO_NUMBER = re.compile(rb"(?<=[\[:,\s])(?:NaN|-?Infinity)(?=[\s,\]}])")
# Bare control characters become blanks: within a text they are forbidden, outside they are padding.
_SAID_AND_WHERE = re.compile(r"(.*?)(?: - at `(\$[^`\s]*)`)?", re.S)
# A field that is spelt like one of ours is named; any other may be somebody's name.
_SENT = re.compile(r"(?<=unknown field) `(?![a-z_]{1,40}`).*|(?<=Invalid enum value) .*", re.S)
_CONTROLS = bytes.maketrans(bytes(range(32)), b" " * 32)
# What the decoder would give up at, and what a skipped part is cut to.
_NESTING = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
MAX_SKIPPED_DEPTH = 500
# Looking for the depth costs a microsecond for each; no transcript has as many.
MAX_SKIPPED_CONTAINERS = 200_000

# Beyond these no calendar is kept, and arithmetic with time zones would overflow.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

T = TypeVar("T")


class _LargeBodies:
    """How many bytes of large bodies are kept, for all clients and for each."""

    def __init__(self) -> None:
        self.all = 0
        self.of_one: Counter[str] = Counter()

    @contextmanager
    def kept_for(self, client: str) -> Iterator[Callable[[int], None]]:
        """Give a function to be told how large a body has become. It raises NoRoom."""
        kept = 0

        def keep(size: int) -> None:
            nonlocal kept
            if self.all + size - kept > MAX_HELD_BYTES:
                raise NoRoom
            if self.of_one[client] + size - kept > MAX_HELD_OF_ONE:
                raise NoRoom
            self.all += size - kept
            self.of_one[client] += size - kept
            kept = size

        try:
            yield keep
        finally:
            self.all -= kept
            self.of_one[client] -= kept
            if not self.of_one[client]:
                del self.of_one[client]


_LARGE = _LargeBodies()


async def read_bytes(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """Read the raw body, and stop as soon as it is too large."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    with _LARGE.kept_for(request.client.host if request.client else "") as keep:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise TooLarge
            if size > MAX_BODY_BYTES:
                keep(size)
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


async def read_text(request: Request, media_types: Sequence[str], *, limit: int) -> bytes:
    """Read a body of another kind, as it was sent. Raises TooLarge or WrongMediaType."""
    _refuse_other_than(request, *media_types)
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


def _refuse_other_than(request: Request, *wanted: str) -> None:
    media_type = request.headers.get("content-type", "").split(";")[0].strip()
    if media_type.lower() not in (*wanted, ""):
        raise WrongMediaType


def decode(raw: bytes, shape: type[T]) -> T:
    """Decode JSON of a shape. Raises NotJson or InvalidInput, which names the field."""
    if rb"\u0000" in raw and _NUL.search(raw):
        raise InvalidInput("$", "text may not contain NUL")
    refuse_too_many(raw)
    return cast(T, _decoded(raw, shape))


def decode_object(raw: bytes) -> dict[str, Any]:
    """Decode a JSON object of any shape. Raises NotJson or InvalidInput."""
    value = decode(raw, dict[str, Any])
    if not _is_flat(raw) and _depth_of(value) > MAX_DEPTH:
        raise InvalidInput("$", f"more than {MAX_DEPTH} levels deep")
    return value


def decode_envelope(raw: bytes | msgspec.Raw, shape: type[T]) -> T:
    """Decode a platform's envelope, of any size; what has no field in the shape is skipped.

    NULs are left out, and what JSON does not allow is mended: halves of characters become the
    replacement character, for a caller's words are worth more than a mark that nobody can say. The
    shape must have no field of any type: those are ``msgspec.Raw``, for ``part``. Raises NotJson or
    InvalidInput.
    """
    raw = without_nul(bytes(raw))
    try:
        return cast(T, _decoded(raw, shape))
    except NotJson:
        mended = _mended(raw)
        if mended == raw:
            raise
        return cast(T, _decoded(mended, shape))


def opened(raw: bytes | msgspec.Raw, shape: type[T]) -> T:
    """Read an object within an envelope, also where it was sent as text; empty for anything else.

    Every field of the shape must have a default.
    """
    try:
        sent = bytes(raw)
        inner = msgspec.json.decode(sent, type=str).encode() if sent.startswith(b'"') else sent
        return decode_envelope(inner, shape)
    except (NotJson, InvalidInput, msgspec.MsgspecError, UnicodeError):
        return shape()


def is_object(raw: bytes | msgspec.Raw) -> bool:
    """Whether a part of an envelope is an object, also where it was sent as text."""
    return bytes(raw).startswith((b"{", b'"{'))


def text_of(raw: bytes | msgspec.Raw) -> str:
    """Give a part of an envelope that is a text or a whole number, trimmed, else ""."""
    value = part(raw)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def part(raw: bytes | msgspec.Raw) -> Any:
    """Open a part of an envelope, also where it was sent as text inside of text.

    None for what is missing, too large or cannot be read: whoever asks goes on without it.
    """
    try:
        value = _part(bytes(raw))
        is_json = isinstance(value, str) and value.lstrip().startswith(("{", "["))
        return _part(value.encode()) if is_json else value
    except (NotJson, InvalidInput, UnicodeError):
        return None


def without_nul(raw: bytes) -> bytes:
    """Leave the NULs out of JSON."""
    return _NUL.sub(rb"\1", raw) if rb"\u0000" in raw else raw


def _mended(raw: bytes) -> bytes:
    """Replace what JSON does not allow and some platforms send all the same."""
    text = raw.decode("utf-8-sig", "replace").encode().translate(_CONTROLS)
    text = _HALF.sub(rb"\1\\ufffd", _NO_ESCAPE.sub(rb"\1\\ufffd", text))
    return _shallow(_NO_NUMBER.sub(rb"null", text))


def _shallow(raw: bytes) -> bytes:
    """Empty the lists and objects that are too deep to be skipped."""
    if not MAX_SKIPPED_DEPTH < _containers(raw) <= MAX_SKIPPED_CONTAINERS:
        return raw
    kept, depth, since = bytearray(), 0, 0
    for token in _NESTING.finditer(raw):
        if token[0] in b"[{":
            depth += 1
            if depth == MAX_SKIPPED_DEPTH:
                kept += raw[since : token.end()]
        elif token[0] in b"]}":
            if depth == MAX_SKIPPED_DEPTH:
                since = token.start()
            depth -= 1
    return bytes(kept + raw[since:])


def _part(raw: bytes) -> Any:
    if not 0 < len(raw) <= MAX_PART_BYTES:
        return None
    refuse_too_many(raw)
    value: Any = decode_envelope(raw, cast("type[Any]", Any))
    return value if _is_flat(raw) or _depth_of(value) <= MAX_DEPTH else None


def _decoded(raw: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise NotJson from None


def _containers(raw: bytes) -> int:
    """Count what may begin a list or an object: at least as many as there are."""
    return raw.count(b"[") + raw.count(b"{")


def refuse_too_many(raw: bytes) -> None:
    """Refuse JSON of more lists and objects than any request needs. Raises InvalidInput."""
    if _containers(raw) > MAX_CONTAINERS:
        raise InvalidInput("$", f"more than {MAX_CONTAINERS} lists and objects")


def _is_flat(raw: bytes) -> bool:
    return _containers(raw) <= MAX_DEPTH


def _depth_of(value: object) -> int:
    """Count the levels of lists and objects, without a call for each."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [v for one in level for v in (one.values() if isinstance(one, dict) else one)]
    return depth


def _invalid(message: str) -> InvalidInput:
    """Split msgspec's "Expected `str`, got `int` - at `$.name`", without what was sent."""
    split = _SAID_AND_WHERE.fullmatch(message)
    assert split is not None, "it matches any text"
    return InvalidInput(split[2] or "$", _SENT.sub("", split[1]))
