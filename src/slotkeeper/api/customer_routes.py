"""REST for what is kept of a customer: hand it over, or erase it.

Whom it is about stands in the body: an address of ours never names anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from slotkeeper.api.routing import RestAnswer, RestRequest, Route
from slotkeeper.api.structs import DialledNumber, ShortText
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import InvalidInput
from slotkeeper.domain.phone_numbers import in_region
from slotkeeper.http.problems import AppointmentsStand
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.customer import erase_customer, export_customer
from slotkeeper.storage.personal_data import DataSubject

EmailAddress = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class PersonBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """Whom it is about: by ``phone`` with its country code, by ``email``, or by both.

    ``name``, as it was booked, picks one of several people who share the number.
    """

    phone: DialledNumber | None = None
    email: EmailAddress | None = None
    name: ShortText | None = None


class ErasureBody(PersonBody, forbid_unknown_fields=True, kw_only=True):
    """Whom to erase, and what becomes of the appointments to come.

    ``cancel`` cancels them, ``anyway`` lets them stand without a name; with neither nothing is
    erased where there are any.
    """

    cancel: bool = False
    anyway: bool = False


class ExportView(Struct):
    """All that is kept of a person: rows by their table."""

    kept: Mapping[str, list[dict[str, Any]]]


class ErasureView(Struct):
    """How many rows of which table named the person, and the appointments that were cancelled."""

    erased: Mapping[str, int]
    cancelled: Sequence[int]


async def export_person(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Hand over all that is kept of a customer."""
    exported = await export_customer(context, _person(request.body, context.company))
    return RestAnswer(ExportView(exported["kept"]))


async def erase_person(request: RestRequest, context: RequestContext) -> RestAnswer:
    """Take a customer out of all that is kept."""
    body: ErasureBody = request.body
    erasure = await erase_customer(
        context, _person(body, context.company), cancel=body.cancel, anyway=body.anyway
    )
    if erasure.standing:
        raise AppointmentsStand(erasure.standing)
    return RestAnswer(ErasureView(erasure.rows, erasure.cancelled))


def _person(body: PersonBody, company: Company) -> DataSubject:
    phone = in_region(body.phone, company.region) if body.phone else None
    if body.phone is not None and phone is None:
        raise InvalidInput("$.phone", "Expected a number such as +493012345678")
    if phone is None and body.email is None:
        raise InvalidInput("$.phone", "Expected a number, or an e-mail address")
    if phone is None and body.name is not None:
        raise InvalidInput("$.name", "Expected a name beside a number only")
    return DataSubject(phone, body.name, body.email)


ROUTES = [
    Route(
        "POST",
        "/v1/customers/export",
        "exportCustomer",
        "Hand over all that is kept of a customer",
        export_person,
        ExportView,
        body=PersonBody,
        refusals=("invalid_input",),
        rank="report",
    ),
    # It takes no Idempotency-Key: said again, nothing more is done, and no answer of it is kept.
    Route(
        "POST",
        "/v1/customers/erase",
        "eraseCustomer",
        "Take a customer out of all that is kept",
        erase_person,
        ErasureView,
        body=ErasureBody,
        refusals=("invalid_input", "appointments_stand"),
        rank="report",
    ),
]
