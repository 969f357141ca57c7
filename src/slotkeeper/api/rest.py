"""All routes of REST, with their description and the health checks."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from slotkeeper.api import (
    appointment_routes,
    customer_routes,
    desk_routes,
    offer_routes,
    reservation_routes,
    tool_routes,
)
from slotkeeper.api.health_routes import health_routes
from slotkeeper.api.openapi import describe
from slotkeeper.api.routing import serve
from slotkeeper.http.companies import ApiKeys
from slotkeeper.operations.context import Contexts

ROUTES = [
    *reservation_routes.ROUTES,
    *offer_routes.ROUTES,
    *appointment_routes.ROUTES,
    *desk_routes.ROUTES,
    *customer_routes.ROUTES,
]


def rest_routes(
    contexts: Contexts, keys: ApiKeys, public_url: str | None = None
) -> list[StarletteRoute]:
    """Make every endpoint of REST, the OpenAPI description and the health checks.

    Programs reach the server at ``public_url``; None where they ask for the description.
    """
    tools = [*tool_routes.DESCRIBED, *tool_routes.each_tool()]
    description = msgspec.json.encode(describe([*ROUTES, *tools], server=public_url or "/"))

    async def openapi(request: Request) -> Response:
        return Response(description, media_type="application/json")

    return [
        *(serve(route, contexts, keys) for route in ROUTES),
        StarletteRoute("/openapi.json", openapi),
        *health_routes(contexts.store),
    ]
