"""What is kept of a customer, over REST: handed over, erased, and never named by an address."""

import pytest

from slotkeeper.api.customer_routes import ROUTES
from slotkeeper.domain.wish import Customer

PHONE = "+4915112345678"
WHO = {"phone": "+49 151 12345678"}
EXPORT, ERASE = "/v1/customers/export", "/v1/customers/erase"


async def history(salon):
    """What was done, and by what kind of actor."""
    rows = await salon.rows(
        "SELECT kind, split_part(actor, ':', 1) AS by FROM outbox WHERE company_id = $1 ORDER BY id"
    )
    return [(row["kind"], row["by"]) for row in rows]


async def test_a_customer_is_handed_over_and_erased(rest, real_salon):
    """What stands is refused first; said again, nothing more is done."""
    appointment = await real_salon.book(customer=Customer("Anna Alt", PHONE))
    status, exported = await rest("POST", EXPORT, WHO | {"name": "anna alt"})
    names = [row["customer_name"] for row in exported["kept"]["appointments"]]
    assert (status, names) == (200, ["Anna Alt"])
    status, problem = await rest("POST", ERASE, WHO)
    assert (status, problem["code"]) == (409, "appointments_stand")
    assert problem["appointment_ids"] == [appointment.id]
    status, erased = await rest("POST", ERASE, WHO | {"cancel": True})
    assert (status, erased["cancelled"]) == (200, [appointment.id])
    assert erased["erased"]["appointments"] == 1
    done = await history(real_salon)
    assert done[-2:] == [("appointment.cancelled", "key"), ("customer.erased", "key")]
    again = {"erased": {}, "cancelled": []}
    assert await rest("POST", ERASE, WHO | {"cancel": True}) == (200, again)
    assert await rest("POST", EXPORT, WHO) == (200, {"kept": {}})
    assert await history(real_salon) == done


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "$.phone"),
        ({"phone": "0151 123"}, "$.phone"),
        ({"name": "Anna Alt"}, "$.phone"),
        ({"email": "anna"}, "$.email"),
        ({"email": "a@b.example", "name": "Anna Alt"}, "$.name"),
    ],
)
@pytest.mark.parametrize("path", [EXPORT, ERASE])
async def test_whoever_is_not_named_clearly_is_asked_about(rest, path, body, field):
    """By a field's name, and never by what stood in it."""
    status, problem = await rest("POST", path, body)
    assert (status, problem["code"], problem["field"]) == (422, "invalid_input", field)
    assert "Anna" not in str(problem)


def test_nobody_is_named_by_an_address():
    """Addresses stand in the logs of every proxy."""
    assert [(route.query, "{" in route.path) for route in ROUTES] == [(None, False)] * 2
