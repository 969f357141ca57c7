"""Endpoints for whoever brings one of our keys: who asks, what is done, how a no is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from slotkeeper.domain.errors import Fault, SlotkeeperError
from slotkeeper.http.keys import Keys
from slotkeeper.http.problems import problem

log = structlog.get_logger()


def keyed(
    handler: Callable[[Request, int], Awaitable[object]],
    keys: Keys,
    *,
    channel: str,
    header: str | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of what a company's request is answered with.

    The key comes as a bearer, or bare in ``header`` where a platform knows no bearer.
    """

    async def endpoint(request: Request) -> Response:
        try:
            bare = request.headers.get(header) if header else None
            if bare is None or "authorization" in request.headers:
                company_id = await keys.company_of(request)
            else:
                company_id = await keys.company_of_key(bare)
            answer = await handler(request, company_id)
        except SlotkeeperError as error:
            if isinstance(error, Fault):
                log.error("fault", code=error.code, channel=channel)
            return problem(error)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    return endpoint
