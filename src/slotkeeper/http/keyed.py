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
    *,
    header: str | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a handler as an endpoint that authenticates by API key and answers in JSON.

    The handler gets the request and the company's id. The key comes as a bearer token, or alone in
    ``header`` where a platform has no bearer tokens.
    """

    async def endpoint(request: Request) -> Response:
        bare = request.headers.get(header) if header else None
        if bare is None or "authorization" in request.headers:
            company_id = await keys.company_of(request)
        else:
            company_id = await keys.company_of_key(bare)
        answer = await handler(request, company_id)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return endpoint
