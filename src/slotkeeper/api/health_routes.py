"""Health checks: is the process alive, and can it reach the database."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from slotkeeper.domain.errors import Fault
from slotkeeper.http.problems import problem
from slotkeeper.storage.store import Store


def health_routes(store: Store) -> list[Route]:
    """Make ``/health/live`` (the process answers) and ``/health/ready`` (the database does too)."""

    async def live(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(request: Request) -> Response:
        try:
            await store.db.read("SELECT 1")
        except Fault as fault:
            return problem(fault)
        return JSONResponse({"status": "ok"})

    return [Route("/health/live", live), Route("/health/ready", ready)]
