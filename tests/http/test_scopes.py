"""What a key's scopes allow, over REST, the tools, MCP and the platforms with keys."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from slotkeeper.api.rest import ROUTES
from slotkeeper.api.tool_routes import DESCRIBED
from slotkeeper.http.scopes import ALLOWED
from slotkeeper.storage.directory import Scope, hash_of
from tests.api.client import ANNA, TEN, Rest
from tests.build import HAIRCUT

BESIDE = {
    "mcp": ("POST", "/mcp"),
    "vapi": ("POST", "/v1/vapi"),
    "elevenlabs": ("POST", "/v1/elevenlabs/tools/parse_date"),
    "metrics": ("GET", "/metrics"),
}
NO_ID = "00000000-0000-4000-8000-000000000000"


def test_every_operation_says_which_scopes_it_takes():
    """A new route without an entry fails here, and when the server starts."""
    assert set(ALLOWED) == {route.operation_id for route in (*ROUTES, *DESCRIBED)} | set(BESIDE)


async def answer_to(http, key, method, path):
    """The status and the code of a request that says nothing."""
    path = path.format(token=NO_ID, appointment_id="1", absence_id="1", tool="x", call_id="c")
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json, text/event-stream"}
    async with http.request(method, path, json={}, headers=headers) as answer:
        is_json = "json" in answer.content_type
        body = await answer.json(content_type=None) if is_json else None
        return answer.status, body.get("code") if isinstance(body, dict) else None


@pytest.mark.parametrize("scope", get_args(Scope))
async def test_a_key_does_what_its_scope_allows_and_nothing_else(http, salon, scope):
    """What it may not do is refused before anything of the request is read."""
    key = await salon.store.directory.create_key(salon.id, [scope])
    paths = {route.operation_id: (route.method, route.path) for route in (*ROUTES, *DESCRIBED)}
    for operation, (method, path) in (paths | BESIDE).items():
        may = scope == "admin" or scope in ALLOWED[operation]
        refused = await answer_to(http, key, method, path) == (403, "scope_missing")
        assert refused is not may, operation


@pytest.mark.parametrize(
    ("scopes", "unproven"),
    [
        (["agent"], "unnamed"),
        (["desk"], None),
        (["agent", "desk"], None),
        (["admin"], None),
    ],
)
async def test_only_a_desks_key_speaks_for_the_desk(http, real_salon, scopes, unproven):
    """Without a call and a number; what any other keeps counts as a withheld caller's."""
    rest = Rest(http, await real_salon.store.directory.create_key(real_salon.id, scopes))
    headers = {"Idempotency-Key": "k" * 20}
    for path, sent in (("/v1/reservations", {}), ("/v1/appointments", headers)):
        wish = {"service": HAIRCUT, "start": TEN.isoformat(), "customer": ANNA}
        assert (await rest("POST", path, wish, headers=sent))[0] == 201
    rows = await real_salon.rows(
        "SELECT unproven FROM appointment_reservations WHERE company_id = $1"
    )
    assert {row["unproven"] for row in rows} == {unproven}


async def test_an_agents_key_reads_no_appointment_by_its_id(http, real_salon):
    """Whatever the id, the answer is the same."""
    booked = await real_salon.book()
    rest = Rest(http, await real_salon.store.directory.create_key(real_salon.id, ["agent"]))
    for appointment_id in (booked.id, 999_999):
        status, answer = await rest("GET", f"/v1/appointments/{appointment_id}")
        assert (status, answer["code"], answer["needed"]) == (
            403,
            "scope_missing",
            "read or desk or admin",
        )


async def test_a_key_ends_when_it_expires(http, salon):
    """It is refused like one that never was."""
    directory, now = salon.store.directory, datetime.now(UTC)
    over = await directory.create_key(salon.id, ["read"], now - timedelta(seconds=1))
    lasting = await directory.create_key(salon.id, ["read"], now + timedelta(days=1))
    assert (await answer_to(http, over, "GET", "/v1/tools"))[0] == 401
    assert (await answer_to(http, lasting, "GET", "/v1/tools"))[0] == 200


async def test_the_last_use_of_a_key_is_noted(salon):
    """In a batch, after the request."""
    key = await salon.store.directory.create_key(salon.id, ["read"])
    salon.store.uses.key(hash_of(key))
    await salon.store.uses.flush()
    (listed,) = await salon.store.directory.keys(salon.id)
    assert listed.last_used_at is not None
