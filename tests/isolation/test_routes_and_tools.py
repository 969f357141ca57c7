"""Another company's key and ids: every route and every tool answers as if the id named nothing.

The cases come from the routes' own table, the structs of their bodies and the tools' registry: a
new route, field or parameter fails here until it says whether it can name a row.
"""

import re
from uuid import UUID

import pytest
from msgspec import inspect

from slotkeeper.api.rest import ROUTES
from slotkeeper.api.tool_routes import DESCRIBED
from slotkeeper.tools.registry import TOOLS
from tests.build import HAIRCUT
from tests.isolation.conftest import CUSTOMER, LATER, START, without_ids

ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
DAY = {"from": START, "to": LATER}
OTTO = {"name": "Otto Beispiel", "phone": "+4915100000009"}
WISH = {"service": HAIRCUT, "staff": "Emma", "start": START, "call_id": "call_own"}
# A request of each route that does what it is for, as far as it names no row.
BODIES = {
    "createReservation": WISH,
    "convertReservation": {"customer": OTTO},
    "extendReservation": {},
    "listSlots": {"service": HAIRCUT, **DAY},
    "makeOffer": WISH,
    "moveAppointment": {"start": "2027-03-05T16:00:00+01:00"},
    "createAppointment": WISH | {"customer": OTTO},
    "createAbsence": {"staff": "Emma", **DAY},
    "callTool": {"service": HAIRCUT, "staff": "Emma", "date": "2027-03-05", "time": "10:00"},
    "replaceBusy": ICS,
    "exportCustomer": OTTO,
    "eraseCustomer": OTTO,
}
QUERIES = {"replaceBusy": "?staff=Emma&source=home"}
# Which field, path parameter, tool parameter and header can name a row, and of what.
NAMES = {
    **{name: name for name in ("token", "appointment_id", "absence_id", "call_id", "phone")},
    **{"reservation_token": "token", "conversation_id": "call_id", "customer_phone": "phone"},
    **{"X-Call-Id": "call_id", "X-Caller-Phone": "phone", "Idempotency-Key": "key"},
}
# Names of the company's own catalogue, times, and what the caller says: none is a row's id.
NAMES_NO_ROW = set(
    "service parts start staff branch person party customer lifetime_s reacquire from to limit "
    "calendar reason source format date time datetime customer_name confirmed old_date old_time "
    "new_date new_time another which part email cancel anyway "
    "Slotkeeper-Test-Clock tool name".split()
)
NOWHERE = {
    "token": str(UUID(int=7)),
    "appointment_id": 987654321,
    "absence_id": 987654321,
    "call_id": "call_nowhere",
    "phone": "+4915100000001",
    "key": "key-nowhere",
}


def fields_of(kind):
    """The names that a shape has on the wire, those of the shapes inside it too."""
    if isinstance(kind, inspect.StructType):
        inner = [fields_of(each.type) for each in kind.fields]
        return {each.encode_name for each in kind.fields}.union(*inner)
    if isinstance(kind, inspect.UnionType):
        return set().union(*(fields_of(each) for each in kind.types))
    return fields_of(kind.item_type) if isinstance(kind, inspect.ListType) else set()


def places_of(route):
    """Where a request of the route can name something: path, query, body and headers."""
    described = {operation.operation_id: operation for operation in DESCRIBED}
    known = described.get(route.operation_id, route)
    return (
        set(re.findall(r"{(\w+)}", route.path))
        | fields_of(inspect.type_info(known.body))
        | fields_of(inspect.type_info(known.query))
        | set(known.headers)
    )


def requests_of(route):
    """Each place of the route that can name a row, as (what it names, how the request is made)."""
    for place in sorted(places_of(route)):
        if place in NAMES:
            yield NAMES[place], place


def request(route, ids, place, value):
    """Make a request of the route in which one place has this value, and the path A's id."""
    path = re.sub(r"{(\w+)}", lambda name: str(ids.get(NAMES.get(name[1]), name[1])), route.path)
    path += QUERIES.get(route.operation_id, "")
    body, headers = BODIES.get(route.operation_id), {}
    if place in route.headers:
        headers[place] = str(value)
    elif place == "phone" and place not in body:
        body = body | {"customer": {"name": "Otto", "phone": value}}
    elif f"{{{place}}}" not in route.path:
        body = body | {place: value}
    return route.method, path, body, headers


async def answered(rest, method, path, body, headers):
    """The status and the body of an answer."""
    if isinstance(body, str):
        return await rest(method, path, raw=body, headers={"Content-Type": "text/calendar"})
    return await rest(method, path, body, headers=headers)


async def assert_same(neighbourhood, twins, what, ask):
    """Ask one twin with A's id and the other with one that names nothing; the same comes."""
    told = []
    for rest, ids in zip(twins, (neighbourhood.ids, NOWHERE), strict=True):
        status, answer = await ask(rest, ids)
        told.append((status, without_ids(answer, sent=(str(ids[what]),))))
    assert told[0] == told[1]
    assert CUSTOMER["name"] not in str(told)


def test_every_place_of_a_request_says_whether_it_can_name_a_row():
    """A new route, field, header or parameter stands here before it is served."""
    places = set().union(*(places_of(route) for route in [*ROUTES, *DESCRIBED]))
    places |= {name for tool in TOOLS.values() for name in tool.parameters}
    assert places - NAMES.keys() - NAMES_NO_ROW == set()


@pytest.mark.parametrize("protection", ["neither"])
async def test_without_both_protections_a_leak_is_seen(neighbourhood):
    """The comparison fails where another company's row can be read."""
    (route,) = [route for route in ROUTES if route.operation_id == "getAppointment"]
    twins = [await neighbourhood.stranger() for _ in "ab"]

    async def ask(rest, ids):
        return await answered(rest, *request(route, ids, "appointment_id", ids["appointment_id"]))

    with pytest.raises(AssertionError, match=r"200.*404"):
        await assert_same(neighbourhood, twins, "appointment_id", ask)


async def test_every_route_answers_anothers_id_as_an_unknown_one(neighbourhood):
    """The same status and body, and nothing of the other company is changed."""
    before = await neighbourhood.rows_of_a()
    cases = 0
    for route in ROUTES:
        twins = [await neighbourhood.stranger() for _ in "ab"]
        for what, place in requests_of(route):

            async def ask(rest, ids, route=route, what=what, place=place):
                return await answered(rest, *request(route, ids, place, ids[what]))

            await assert_same(neighbourhood, twins, what, ask)
            cases += 1
    assert cases > 20
    assert await neighbourhood.rows_of_a() == before


async def test_every_tool_answers_anothers_id_as_an_unknown_one(neighbourhood):
    """By every parameter that names a row, and by the headers that name the call."""
    before = await neighbourhood.rows_of_a()
    cases = 0
    for tool in TOOLS.values():
        twins = [await neighbourhood.stranger() for _ in "ab"]
        for place in (*tool.parameters, "conversation_id", "X-Call-Id", "X-Caller-Phone"):
            if place not in NAMES:
                continue

            async def ask(rest, ids, tool=tool, place=place):
                args, headers = {}, {}
                if "service" in tool.parameters:
                    args = dict(BODIES["callTool"])
                (headers if place.startswith("X-") else args)[place] = ids[NAMES[place]]
                return await rest("POST", f"/v1/tools/{tool.name}", args, headers=headers)

            await assert_same(neighbourhood, twins, NAMES[place], ask)
            cases += 1
    assert cases > 40
    assert await neighbourhood.rows_of_a() == before
