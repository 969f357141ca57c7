"""The server: routes, platforms, metrics and traces on an assembled application.

It has a file of its own, so that a command that only reads rows does not load it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from slotkeeper.api.metrics_routes import metrics_routes
from slotkeeper.api.problem_pages import problem_routes
from slotkeeper.api.rest import rest_routes
from slotkeeper.api.tool_routes import Tools
from slotkeeper.assembly import App, BadSetting, Settings
from slotkeeper.domain.errors import SlotkeeperError
from slotkeeper.http.companies import ApiKeys
from slotkeeper.http.measuring import Measured
from slotkeeper.http.problems import (
    WITHOUT_A_CLASS,
    TooManyRequests,
    Unauthorized,
    answer_error,
    problem_of,
)
from slotkeeper.http.rate_limits import RateLimits
from slotkeeper.metrics.prometheus import Exporter
from slotkeeper.metrics.redis_mirror import RedisMirror
from slotkeeper.metrics.tracing import Tracing, otlp
from slotkeeper.operations.context import Contexts
from slotkeeper.rollout.cohort import BadProvider, Rollout
from slotkeeper.tools.answering import Answering
from slotkeeper.tools.journal import Journal
from slotkeeper.voice.elevenlabs import ElevenLabs
from slotkeeper.voice.retell import Retell
from slotkeeper.voice.vapi import Vapi

if TYPE_CHECKING:
    from slotkeeper.voice.mcp import Mcp

log = structlog.get_logger()


def rollout_of(settings: Settings) -> Rollout:
    """Make the rollout of the server's settings and their flag provider. Raises BadSetting."""
    try:
        return Rollout.provided_by(
            settings.flag_provider,
            enabled=settings.holds_enabled,
            percent=settings.rollout_percent,
            shadow=settings.shadow,
        )
    except BadProvider as error:
        raise BadSetting(f"SLOTKEEPER_FLAG_PROVIDER: {error}") from error


def web_app(app: App, *, tracing: Tracing | None = None) -> Starlette:
    """Build the server: REST, its description, health, metrics, and the voice platforms.

    ``tracing`` replaces the tracing that the settings name.
    """
    settings = app.settings
    tracing = tracing or _tracing(settings)
    if tracing:
        app.db.watch = tracing.query
    exporter = Exporter(app.store, tracing=tracing)
    journal = Journal(app.store)
    of_calls, of_programs = _contexts(app, rollout_of(settings))
    answering = Answering(of_calls, journal=journal, measures=exporter.measures)
    rate_limits = RateLimits(app.store, settings.rates, settings.trusted_proxies)
    keys = ApiKeys(app.store, rate_limits)
    mcp = _mcp(answering, keys)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        app.db.lock_watch = exporter.measures.lock_taken
        mcp_running = mcp.running() if mcp else nullcontext()
        running = (journal.running(), app.store.uses.running(), rate_limits.running())
        async with running[0], running[1], running[2], mcp_running:
            yield
        if tracing:
            await asyncio.to_thread(tracing.close)

    served = Starlette(
        routes=[
            *rest_routes(of_programs, keys, settings.public_url),
            *problem_routes(),
            *metrics_routes(exporter, settings.metrics_token, keys),
            *Tools(answering, keys, settings.public_url).routes(),
            *Retell(answering, rate_limits).routes(),
            *Vapi(answering, keys).routes(),
            *ElevenLabs(answering, keys).routes(),
            *(mcp.routes() if mcp else ()),
        ],
        middleware=[Middleware(Measured, exporter.measures)],
        lifespan=lifespan,
        exception_handlers={**_HANDLERS, Unauthorized: _stranger_answered(rate_limits)},
    )
    # A redirect would lead to whatever the request calls us.
    served.router.redirect_slashes = False
    return served


def _contexts(app: App, rollout: Rollout) -> tuple[Contexts, Contexts]:
    """Make the contexts of voice calls, and those of programs that ask for a hold by name.

    A share of the calls is for calls alone: for a program only the switch and the shadow count.
    """
    of_calls, of_programs = (
        Contexts(app.store, hold_ttl_s=app.settings.lifetime_s, cohort_of=cohort_of)
        for cohort_of in (
            lambda company, call: rollout.cohort(company, call.id),
            lambda company, call: "on" if rollout.may_hold(company) else "off",
        )
    )
    return of_calls, of_programs


def _stranger_answered(limits: RateLimits) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Answer requests that proved nothing: as unauthorized, or as too many of one address."""

    async def answered(request: Request, error: Exception) -> Response:
        try:
            limits.stranger(request.client.host if request.client else "")
        except TooManyRequests as too_many:
            error = too_many
        return await answer_error(request, error)

    return answered


async def _no_such_route(request: Request, error: Exception) -> Response:
    return problem_of("no_such_route", WITHOUT_A_CLASS["no_such_route"])


async def _wrong_method(request: Request, error: Exception) -> Response:
    routes: list[BaseRoute] = request.app.routes
    here = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    methods = {each for route in here if isinstance(route, Route) for each in route.methods or ()}
    headers = {"Allow": ", ".join(sorted(methods))}
    return problem_of("wrong_method", WITHOUT_A_CLASS["wrong_method"], headers=headers)


async def _client_gone(request: Request, error: Exception) -> Response:
    log.info("client_gone", path=getattr(request.scope.get("route"), "path", None))
    return Response(status_code=400)  # nobody hears it


async def _internal(request: Request, error: Exception) -> Response:
    return problem_of("internal", WITHOUT_A_CLASS["internal"])


_HANDLERS: dict[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    SlotkeeperError: answer_error,
    ClientDisconnect: _client_gone,
    404: _no_such_route,
    405: _wrong_method,
    500: _internal,
}


def _tracing(settings: Settings) -> Tracing | None:
    return otlp(settings.traces_endpoint) if settings.traces_endpoint else None


@asynccontextmanager
async def mirrored(app: App) -> AsyncIterator[RedisMirror | None]:
    """Mirror figures to the original's Redis keys while the block lasts, if a Redis is set."""
    if app.settings.redis_url is None:
        yield None
    else:
        async with RedisMirror.connected(app.settings.redis_url, app.store) as mirror:
            yield mirror


def _mcp(answering: Answering, keys: ApiKeys) -> Mcp | None:
    """Answer MCP where its extra is installed: the SDK is too heavy for those who do without."""
    if find_spec("mcp") is None:
        return None
    from slotkeeper.voice.mcp import Mcp

    return Mcp(answering, keys)
