"""Measures every request, in a thin layer around all routes."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from slotkeeper.metrics.measures import Measures

# Labels for requests without a route, and the methods that may become labels: strangers must not
# be able to make up new ones.
NOWHERE = "none"
METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())


class Measured:
    """Times every HTTP request by its route, and traces it where tracing is on."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        """Measure what this application answers."""
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and measure what was served."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # the status that an unhandled exception gets further outside

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = time.perf_counter()
        with self._measures.request():
            try:
                await self._app(scope, receive, noting)
            finally:
                took_s = time.perf_counter() - began
                route = getattr(scope.get("route"), "path", NOWHERE)
                method = scope["method"] if scope["method"] in METHODS else "other"
                self._measures.request_answered(route, method, status, took_s)
