"""``/metrics`` for Prometheus: readable with its token, or else from this machine alone.

With an API key of the scope `metrics` a company reads its own figures there, and nobody else's.
"""

from __future__ import annotations

import hmac
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slotkeeper.http.companies import ApiKeys
from slotkeeper.http.keyed import sent_key
from slotkeeper.http.problems import WITHOUT_A_CLASS, Unauthorized, problem_of
from slotkeeper.metrics.prometheus import CONTENT_TYPE, Exporter

# A proxy on this machine makes every client look local, and each kind marks its requests by other
# headers. So what looks local may carry no header but those of a program that reads figures.
OF_A_READER = frozenset(
    "host user-agent accept accept-encoding connection x-prometheus-scrape-timeout-seconds".split()
)


def metrics_routes(exporter: Exporter, token: str | None, keys: ApiKeys) -> list[Route]:
    """Make the endpoint; without a token or a key it answers only this machine."""

    async def metrics(request: Request) -> Response:
        if "authorization" in request.headers:
            if token is None or not _has(request, token):
                return await of_company(request)
        elif token is not None:
            raise Unauthorized
        elif not _is_local(request):
            return problem_of("only_local", WITHOUT_A_CLASS["only_local"])
        return Response(await exporter.scrape(), media_type=CONTENT_TYPE)

    async def of_company(request: Request) -> Response:
        company_id = await keys.company_of(request, "metrics")
        keys.limits.admit(company_id, key=sent_key(request))
        return Response(await exporter.scrape_company(company_id), media_type=CONTENT_TYPE)

    return [Route("/metrics", metrics)]


def _has(request: Request, token: str) -> bool:
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        sent.strip().encode("latin-1"), token.encode()
    )


def _is_local(request: Request) -> bool:
    """Whether the client is on this machine, calls it so, and no proxy has marked the request."""
    if request.client is None or not OF_A_READER.issuperset(request.headers.keys()):
        return False
    named = request.url.hostname or ""
    return _is_loopback(request.client.host) and (named == "localhost" or _is_loopback(named))


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
