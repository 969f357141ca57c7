"""Refusals and faults as problem+json (RFC 9457), with our stable codes.

Endpoints let them pass: ``answer_error`` is the one handler of the application. Only MCP and Vapi
answer some of them in their own formats.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Literal

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response

from slotkeeper.domain.errors import Fault, Refusal, SlotkeeperError, TooBusy

log = structlog.get_logger()

# Codes that no class of error has, with their titles.
WITHOUT_A_CLASS = {
    "only_local": "Only this machine may read the metrics, or who has their token or a key.",
    "no_such_route": "There is nothing at this address.",
    "wrong_method": "This address does not take this method.",
    "internal": "Something broke on our side.",
}
# code -> HTTP status. A test checks that every code has one.
STATUS: dict[str, int] = {
    "not_found": 404,
    "unknown_service": 422,
    "unknown_staff": 422,
    "unknown_calendar": 422,
    "unknown_reservation": 404,
    "unknown_appointment": 404,
    "unknown_part": 404,
    "unknown_absence": 404,
    "slot_taken": 409,
    "staff_cannot": 422,
    "visit_too_large": 422,
    "not_combined": 422,
    "add_on_alone": 422,
    "staff_absent": 409,
    "search_given_up": 409,
    "closed": 409,
    "in_the_past": 422,
    "too_soon": 422,
    "too_far": 422,
    "off_step": 422,
    "too_late_to_change": 409,
    "too_many_holds": 429,
    "customer_needed": 422,
    "holds_off": 409,
    "appointment_cancelled": 409,
    "appointments_stand": 409,
    "reservation_expired": 410,
    "reservation_cancelled": 410,
    "call_ended": 409,
    "no_such_time": 422,
    "ambiguous_time": 422,
    "test_clock_refused": 403,
    "key_reused": 422,
    "invalid_input": 422,
    "catalogue_refused": 422,
    "calendar_file_refused": 422,
    "import_held_back": 409,
    "not_json": 400,
    "too_large": 413,
    "head_too_large": 431,
    "too_slow": 408,
    "too_busy": 503,
    "no_room": 503,
    "too_many_requests": 429,
    "bad_request": 400,
    "wrong_media_type": 415,
    "unauthorized": 401,
    "scope_missing": 403,
    "only_local": 403,
    "no_such_route": 404,
    "wrong_method": 405,
    "storage_unavailable": 503,
    "outcome_unknown": 503,
    "catalogue_changed": 503,
    "standing_changed": 503,
    "not_isolated": 503,
    "internal": 500,
}


# Whose requests are counted.
Limited = Literal["company", "key", "line", "caller", "address"]


class Problem(msgspec.Struct, omit_defaults=True):
    """A problem, for programs (``code`` and the facts) and for people (``detail``).

    ``status`` repeats the HTTP status. The other members are the facts of the code.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    blocked_by: str | None = None
    blocked_until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    candidates: list[Annotated[datetime, msgspec.Meta(tz=True)]] | None = None
    field: str | None = None
    reason: str | None = None
    notice_min: int | None = None
    horizon_days: int | None = None
    step_min: int | None = None
    line: int | None = None
    max_people: int | None = None
    max_claims: int | None = None
    service: str | None = None
    services: list[str] | None = None
    needed: str | None = None
    limit: str | None = None
    retry_after_s: int | None = None
    missing: list[str] | None = None
    appointment_ids: list[int] | None = None
    said_min: int | None = None
    freed_min: int | None = None


class TooManyRequests(Refusal):
    """More requests come than this company, key, line, caller or address may send."""

    code = "too_many_requests"

    def __init__(self, limit: Limited, retry_after_s: int) -> None:
        """Say which limit was met, and after how many seconds to ask again."""
        super().__init__(limit)
        self.limit = limit
        self.retry_after_s = retry_after_s


class NotJson(Refusal):
    """The body is not JSON."""

    code = "not_json"


class TooLarge(Refusal):
    """The body is larger than the server reads."""

    code = "too_large"


class NoRoom(Refusal):
    """The server has as many connections or requests as it takes."""

    code = "no_room"


class WrongMediaType(Refusal):
    """The body has another media type than this address reads: JSON, or a calendar."""

    code = "wrong_media_type"


class AppointmentsStand(Refusal):
    """The customer has appointments to come: cancel them, or let them stand without a name."""

    code = "appointments_stand"

    def __init__(self, appointment_ids: Sequence[int]) -> None:
        """Say which ones."""
        super().__init__()
        self.appointment_ids = list(appointment_ids)


class ScopeMissing(Refusal):
    """The key is valid, and has no scope that allows this."""

    code = "scope_missing"

    def __init__(self, allowed: Sequence[str]) -> None:
        """Name the scopes that would allow it."""
        super().__init__()
        self._allowed = allowed

    def facts(self) -> dict[str, object]:
        """Give the scopes of which one is needed."""
        return {"needed": " or ".join((*self._allowed, "admin"))}


class Unauthorized(Refusal):
    """No valid key came with the request."""

    code = "unauthorized"


async def answer_error(request: Request, error: Exception) -> Response:
    """Answer what an endpoint has raised, and log it if it is a fault.

    Instants are in the zone of the company, once ``request.state.zone`` tells it.
    """
    assert isinstance(error, SlotkeeperError)
    log_fault(error, path=getattr(request.scope.get("route"), "path", None))
    return problem(error, zone=getattr(request.state, "zone", UTC))


def log_fault(error: SlotkeeperError, **where: object) -> None:
    """Log a fault with where it came up; a refusal is an answer like any other.

    So is a full queue: whoever fills it would fill the log as well.
    """
    if isinstance(error, Fault) and not isinstance(error, TooBusy):
        log.error("fault", code=error.code, **where)


def problem(
    error: SlotkeeperError, headers: dict[str, str] | None = None, *, zone: tzinfo = UTC
) -> Response:
    """Answer a refusal or a fault; after a fault the client may retry soon."""
    headers = dict(headers or {})
    if isinstance(error, Fault | NoRoom):
        headers["Retry-After"] = "1"
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    facts = {name: in_zone(fact, zone) for name, fact in error.facts().items()}
    return problem_of(error.code, (type(error).__doc__ or "").splitlines()[0], facts, headers)


def in_zone(fact: object, zone: tzinfo) -> object:
    """Give a fact with its instants in a zone."""
    if isinstance(fact, datetime):
        return fact.astimezone(zone)
    return [in_zone(each, zone) for each in fact] if isinstance(fact, list) else fact


def problem_of(
    code: str,
    title: str,
    facts: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer any code of STATUS."""
    facts = {name: value for name, value in (facts or {}).items() if value is not None}
    detail = f"{facts['field']}: {facts['reason']}" if "field" in facts else title
    body = Problem(f"/problems/{code}", title, STATUS[code], code, detail, **facts)  # type: ignore[arg-type]
    return Response(
        msgspec.json.encode(body),
        STATUS[code],
        headers,
        media_type="application/problem+json",
    )
