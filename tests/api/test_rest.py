from datetime import timedelta
from uuid import uuid4

import pytest

from slotkeeper.tools.registry import TOOLS
from tests.api.client import ANNA, TEN, Rest
from tests.build import HAIRCUT, PERM, a_company


async def test_a_hold_tells_all_a_program_needs(rest):
    """Token, staff, segments and expiry come with the 201."""
    status, held = await rest.hold(service=PERM, staff="Emma", lifetime_s=120)
    assert status == 201
    assert held["status"] == "active"
    assert held["staff"]["name"] == "Emma"
    assert [s["start"][11:16] for s in held["segments"]] == ["10:00", "11:05", "11:20", "11:35"]
    assert held["start"] == "2027-03-05T10:00:00+01:00"
    assert held["expires_in_s"] == pytest.approx(120, abs=1)


async def test_a_taken_slot_is_a_409_that_says_until_when(rest):
    """A refusal names what blocks, and the instant at which it may end, in the salon's zone."""
    _, held = await rest.hold(staff="Emma")
    status, no = await rest.hold(staff="Emma")
    assert (status, no["code"], no["blocked_by"]) == (409, "slot_taken", "hold")
    assert no["blocked_until"] == held["expires_at"]


async def test_a_hold_is_read_extended_and_converted(rest):
    """The life of a hold, over HTTP."""
    _, held = await rest.hold()
    path = f"/v1/reservations/{held['token']}"
    assert (await rest("GET", path))[1]["status"] == "active"
    status, longer = await rest("POST", f"{path}/extend", {"lifetime_s": 600})
    assert status == 200
    assert longer["expires_in_s"] > held["expires_in_s"]
    status, booked = await rest(
        "POST", f"{path}/convert", {"customer": {"name": "Anna", "phone": "+49 170 1234567"}}
    )
    assert (status, booked["status"], booked["customer_name"]) == (200, "booked", "Anna")
    assert (await rest("GET", path))[1]["appointment_id"] == booked["id"]
    assert (await rest("GET", f"/v1/appointments/{booked['id']}"))[1] == booked


async def test_a_released_hold_is_gone(rest):
    """Ended by DELETE, it can no longer be converted or extended."""
    _, held = await rest.hold()
    path = f"/v1/reservations/{held['token']}"
    assert (await rest("DELETE", path))[1]["status"] == "cancelled"
    for verb in ("convert", "extend"):
        status, no = await rest("POST", f"{path}/{verb}", {})
        assert (status, no["code"], no["reason"]) == (410, "reservation_cancelled", "released")


async def test_booking_at_once_and_cancelling(rest):
    """An appointment without a hold before, and its slot free again afterwards."""
    body = {"service": HAIRCUT, "start": TEN.isoformat(), "staff": "Emma", "customer": ANNA}
    status, booked = await rest("POST", "/v1/appointments", body)
    assert status == 201
    assert (await rest("POST", "/v1/appointments", body))[0] == 409
    path = f"/v1/appointments/{booked['id']}"
    assert (await rest("DELETE", path))[1]["status"] == "cancelled"
    assert (await rest("POST", "/v1/appointments", body))[0] == 201


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"start": "2027-03-05T10:00:00"}, "invalid_input", "$.start"),
        ({"start": "next friday"}, "invalid_input", "$.start"),
        ({"start": None}, "invalid_input", "$.start"),
        ({"service": 7}, "invalid_input", "$.service"),
        ({"service": ""}, "invalid_input", "$.service"),
        ({"colour": "red"}, "invalid_input", "$"),
        ({"person": 0}, "invalid_input", "$.person"),
        ({"person": 1.5}, "invalid_input", "$.person"),
        ({"lifetime_s": 0}, "invalid_input", "$.lifetime_s"),
        ({"lifetime_s": 10**30}, "invalid_input", "$.lifetime_s"),
        ({"call_id": "x" * 101}, "invalid_input", "$.call_id"),
        ({"customer": {"name": "A", "email": "a@b.c"}}, "invalid_input", "$.customer"),
        ({"customer": {"phone": "no number"}}, "invalid_input", "$.customer.phone"),
        ({"customer": {"name": "A\x00B"}}, "invalid_input", "$"),
        ({"service": "Regenbogen"}, "unknown_service", None),
        ({"staff": "Nobody"}, "unknown_staff", None),
        ({"start": "2001-01-01T10:00:00+01:00"}, "in_the_past", None),
    ],
)
async def test_bad_input_is_refused_and_says_where(rest, change, code, field):
    """Every bad field is a 422 with a code and, where it is a field's fault, the field."""
    status, no = await rest.hold(**change)
    assert (status, no["code"], no.get("field")) == (422, code, field)
    assert no["status"] == 422


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"\xff\xfe", 400),
        (b'{"service": "\\ud800", "start": "2027-03-05T10:00:00+01:00"}', 400),
        (b'{"service": "\xed\xa0\x80", "start": "2027-03-05T10:00:00+01:00"}', 400),
        (b'{"service": NaN}', 400),
        (b"[" * 10_000, 422),
        (b'{"service": "' + b"x" * 1_000_000 + b'"}', 413),
        (b'{"start": "9999-12-31T23:59:59-14:00", "service": "Herrenhaarschnitt"}', 422),
        (b'{"start": "0001-01-01T00:00:00+14:00", "service": "Herrenhaarschnitt"}', 422),
    ],
)
async def test_garbage_is_a_clear_4xx(rest, raw, status):
    """Nothing that is sent makes the server fail."""
    answered, no = await rest("POST", "/v1/reservations", raw=raw)
    assert answered == status
    assert no["code"]


async def test_another_media_type_is_refused(rest):
    """A form is not JSON."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    status, no = await rest("POST", "/v1/reservations", raw=b"a=b", headers=headers)
    assert (status, no["code"]) == (415, "wrong_media_type")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer x", "Basic c2s6", "Bearer sk_" + "a" * 43, "Bearer " + "ä" * 30],
)
async def test_without_a_valid_key_nothing_is_answered(rest, authorization):
    """A missing, malformed or unknown key is a 401."""
    status, no = await rest(
        "GET", f"/v1/reservations/{uuid4()}", headers={"Authorization": authorization}
    )
    assert (status, no["code"]) == (401, "unauthorized")


async def test_a_revoked_key_is_refused(http, real_salon):
    """A key that was revoked before its first use opens nothing."""
    directory = real_salon.store.directory
    key = await directory.create_key(real_salon.id)
    assert await directory.revoke_key(real_salon.id, key[:11])
    assert (await Rest(http, key).hold())[0] == 401


async def test_another_companys_ids_look_unknown(http, rest, store):
    """What belongs to somebody else cannot be told from what does not exist."""
    other = await a_company(store, sandbox=False)
    stranger = Rest(http, await store.directory.create_key(other.id))
    _, held = await rest.hold()
    _, booked = await rest("POST", f"/v1/reservations/{held['token']}/convert", {})
    for token, appointment_id in ((held["token"], booked["id"]), (uuid4(), 10**15)):
        for method, path in (
            ("GET", f"/v1/reservations/{token}"),
            ("POST", f"/v1/reservations/{token}/convert"),
            ("POST", f"/v1/reservations/{token}/extend"),
            ("DELETE", f"/v1/reservations/{token}"),
            ("GET", f"/v1/appointments/{appointment_id}"),
            ("DELETE", f"/v1/appointments/{appointment_id}"),
        ):
            status, no = await stranger(method, path, {} if method == "POST" else None)
            assert (status, no["code"][:8]) == (404, "unknown_"), (method, path)
    assert (await rest("GET", f"/v1/appointments/{booked['id']}"))[1] == booked


@pytest.mark.parametrize("token", ["x", "..%2f..", "%00", "0" * 400, "{", "ä"])
async def test_a_malformed_token_is_unknown(rest, token):
    """What is no token belongs to nobody."""
    assert (await rest("GET", f"/v1/reservations/{token}"))[0] == 404


async def test_unknown_routes_and_methods_are_problems_as_well(rest):
    """Even what is not there answers in one form."""
    assert (await rest("GET", "/nothing"))[1]["code"] == "no_such_route"
    assert (await rest("PUT", "/v1/reservations"))[1]["code"] == "wrong_method"


async def test_a_hold_past_its_expiry_is_shown_as_expired(rest, real_salon):
    """What is read never lags behind the clock."""
    _, held = await rest.hold(lifetime_s=1)
    await real_salon.rows(
        "UPDATE appointment_reservations SET expires_at = now(), "
        "reserved_at = now() - $2::interval WHERE company_id = $1 RETURNING id",
        timedelta(hours=1),
    )
    _, found = await rest("GET", f"/v1/reservations/{held['token']}")
    assert (found["status"], found["expires_in_s"]) == ("expired", 0)
    status, no = await rest("POST", f"/v1/reservations/{held['token']}/convert", {})
    assert (status, no["code"]) == (410, "reservation_expired")


async def test_health_tells_life_from_readiness(rest):
    """Both are open to anyone."""
    for path in ("/health/live", "/health/ready"):
        assert await rest("GET", path, headers={"Authorization": ""}) == (200, {"status": "ok"})


async def test_what_is_described_is_what_is_served(rest):
    """Every route stands in the OpenAPI description with its body and its answers."""
    _, described = await rest("GET", "/openapi.json")
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == {
        "POST /v1/reservations",
        "GET /v1/reservations/{token}",
        "POST /v1/reservations/{token}/convert",
        "POST /v1/reservations/{token}/extend",
        "DELETE /v1/reservations/{token}",
        "POST /v1/appointments",
        "GET /v1/appointments/{appointment_id}",
        "DELETE /v1/appointments/{appointment_id}",
        "POST /v1/appointments/{appointment_id}/move",
        "POST /v1/availability",
        "POST /v1/offers",
        "POST /v1/absences",
        "DELETE /v1/absences/{absence_id}",
        "POST /v1/busy",
        "POST /v1/customers/export",
        "POST /v1/customers/erase",
        "GET /v1/tools",
        "POST /v1/tools/{tool}",
        *(f"POST /v1/tools/{name}" for name in TOOLS),
        "POST /v1/calls/{call_id}/end",
    }
    assert {"201", "409", "422", "401"} <= set(operations["POST /v1/reservations"]["responses"])
    assert described["components"]["schemas"]["HoldBody"]["additionalProperties"] is False
    busy = operations["POST /v1/busy"]
    assert list(busy["requestBody"]["content"]) == ["text/calendar", "application/octet-stream"]
    assert {(p["name"], p["required"]) for p in busy["parameters"] if p["in"] == "query"} == {
        ("staff", True),
        ("source", True),
        ("anyway", False),
    }


async def test_what_was_made_has_an_address(rest):
    """201 names it, the first time and when it is sent again."""
    body = {"service": HAIRCUT, "start": TEN.isoformat(), "customer": ANNA}
    for path, name in (("/v1/reservations", "token"), ("/v1/appointments", "id")):
        for _ in range(2):
            headers = rest.headers | {"Idempotency-Key": path}
            async with rest.http.post(path, json=body, headers=headers) as answer:
                made = await answer.json()
                assert answer.status == 201
                assert answer.headers["Location"] == f"{path}/{made[name]}"
        assert (await rest("GET", answer.headers["Location"]))[0] == 200


async def test_the_type_of_a_problem_leads_to_a_page(rest):
    """It says what the code means, to anybody; of another code there is none."""
    _, no = await rest.hold(service="nothing")
    async with rest.http.get(no["type"]) as page:
        assert (page.status, page.content_type) == (200, "text/html")
        assert no["title"] in await page.text()
    async with rest.http.get("/problems/<b>") as page:
        assert page.status == 404


@pytest.mark.parametrize("name", ["-", "unknown", "Kunde", "n/a", "k.A.", "  ", "{{name}}", "Herr"])
async def test_a_name_that_was_made_up_is_nobodys(rest, name):
    """Neither held and converted nor booked at once, by the rule that holds for a voice's names."""
    nobody = {"customer": {"name": name}}
    _, held = await rest.hold(**nobody)
    path = f"/v1/reservations/{held['token']}/convert"
    assert (await rest("POST", path, nobody))[1]["code"] == "customer_needed"
    wish = {"service": PERM, "start": TEN.replace(hour=14).isoformat()} | nobody
    assert (await rest("POST", "/v1/appointments", wish))[1]["code"] == "customer_needed"


@pytest.mark.parametrize("name", ["Firma Müller & Co. KG", "Familie Meier (2 Kinder)", "Herr Gast"])
async def test_a_name_stays_as_a_program_wrote_it(rest, name):
    """A desk writes more than a caller says."""
    _, held = await rest.hold(customer={"name": name})
    _, booked = await rest("POST", f"/v1/reservations/{held['token']}/convert", {})
    assert booked["customer_name"] == name


async def test_nobody_is_booked_without_a_name_or_a_number(rest):
    """The answer says what is missing, and the hold lives on."""
    _, held = await rest.hold(customer=None)
    path = f"/v1/reservations/{held['token']}"
    status, no = await rest("POST", f"{path}/convert", {})
    assert (status, no["code"], no["needed"]) == (422, "customer_needed", "name_or_number")
    assert no["missing"] == ["name", "phone"]
    assert (await rest("GET", path))[1]["status"] == "active"
    status, booked = await rest("POST", f"{path}/convert", {"customer": {"name": "Anna"}})
    assert (status, booked["customer_name"]) == (200, "Anna")
