"""``/metrics`` for Prometheus: readable with its token, or else from this machine alone."""

from __future__ import annotations

import hmac
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slotkeeper.http.problems import Unauthorized, problem_of
from slotkeeper.metrics.prometheus import CONTENT_TYPE, Exporter

# A proxy on this machine makes every client look local; in these headers it names the client.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


def metrics_routes(exporter: Exporter, token: str | None) -> list[Route]:
    """Make the endpoint; without a token it answers only this machine."""

    async def metrics(request: Request) -> Response:
        if token is not None and not _has(request, token):
            raise Unauthorized
        if token is None and not _is_local(request):
            return problem_of(
                "only_local", "Metrics are given to this machine only, or with the metrics token."
            )
        return Response(await exporter.scrape(), media_type=CONTENT_TYPE)

    return [Route("/metrics", metrics)]


def _has(request: Request, token: str) -> bool:
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        sent.strip().encode("latin-1"), token.encode()
    )


def _is_local(request: Request) -> bool:
    """Whether the client is on this machine and no proxy stands in between."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
