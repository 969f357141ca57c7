"""All of REST, as routes to mount."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from slotkeeper.api import appointments, desk, offers, reservations, tools
from slotkeeper.api.health import health_routes
from slotkeeper.api.openapi import describe
from slotkeeper.api.routing import serve
from slotkeeper.http.keys import Keys
from slotkeeper.operations.context import Contexts

ROUTES = reservations.ROUTES + offers.ROUTES + appointments.ROUTES + desk.ROUTES


def rest_routes(contexts: Contexts, keys: Keys) -> list[StarletteRoute]:
    """Make every REST endpoint, its description and the health checks."""
    description = msgspec.json.encode(describe([*ROUTES, *tools.DESCRIBED]))

    async def openapi(request: Request) -> Response:
        return Response(description, media_type="application/json")

    return [
        *(serve(route, contexts, keys) for route in ROUTES),
        StarletteRoute("/openapi.json", openapi),
        *health_routes(contexts.store),
    ]
