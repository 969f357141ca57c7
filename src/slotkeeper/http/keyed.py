"""Endpoints that authenticate by API key and answer in JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from slotkeeper.http.companies import ApiKeys


def keyed(
    handler: Callable[[Request, int], Awaitable[object]],
    keys: ApiKeys,
    operation: str,
    *,
    header: str | None = None,
    limited: bool = True,
) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a handler as an endpoint that authenticates by API key and answers in JSON.

    ``operation`` is what the key must have a scope for (see ``scopes``). The handler gets the
    request and the company's id. The key comes as a bearer token, or alone in
    ``header`` where a platform has no bearer tokens. Where it is not ``limited``, the handler
    counts its requests itself, because a caller must hear an answer instead of a refusal, or they
    are taken however many come.
    """

    async def endpoint(request: Request) -> Response:
        key = sent_key(request, header)
        if header is None or "authorization" in request.headers or header not in request.headers:
            company_id = await keys.company_of(request, operation)
        else:
            company_id = (await keys.valid(key, operation)).company_id
        if limited:
            keys.limits.admit(company_id, key=key)
        answer = await handler(request, company_id)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return endpoint


def sent_key(request: Request, header: str | None = None) -> str:
    """Give the key that came along, as it was sent: as a bearer token, or alone in ``header``."""
    bare = request.headers.get(header) if header else None
    token = request.headers.get("authorization")
    return (token.partition(" ")[2] if token is not None else bare) or ""
