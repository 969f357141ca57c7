"""The customer and the wished person of staff, from the arguments that a model sent."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.errors import UnknownStaff
from slotkeeper.domain.wish import Customer
from slotkeeper.language.people.names import is_made_up, understand_name
from slotkeeper.language.people.phones import understand_phone
from slotkeeper.language.people.staff import StaffSaid, staff_said
from slotkeeper.tools.arguments import flag
from slotkeeper.tools.tool import ToolRequest

# A name that the platform redacted or left unfilled counts as missing: nobody asks for it again.
_REDACTED = re.compile(r"[\[\]{}<>*]")


def customer_of(request: ToolRequest) -> Customer:
    """Give the customer; the caller's number stands in where no number was said."""
    number = understand_phone(request.argument("customer_phone"), request.company.region)
    return Customer(
        understand_name(request.argument("customer_name")),
        number or understand_phone(request.caller_phone),
    )


def needs_a_name(request: ToolRequest) -> bool:
    """Whether the model made up a name, such as User or Unbekannt, so that we must ask for it."""
    given = request.argument("customer_name")
    return given is not None and not _REDACTED.search(given) and understand_name(given) is None


def real_name(name: str | None) -> str | None:
    """Give a name as a program wrote it; None where it was made up."""
    return None if name is None or is_made_up(name) else name


def note_wished_staff(request: ToolRequest) -> StaffSaid:
    """Note whom the caller wishes from now on; who was wished before stays wished if unsaid."""
    conversation = request.context.conversation
    said = staff_said(request.argument("staff"), request.company.staff)
    if said.kind == "unsaid" and (only := _only_choice(request)) is not None:
        said = StaffSaid("named", (only,))
    conversation.staff_unsaid = said.kind == "unsaid"
    if said.kind in ("named", "anyone"):
        wished = tuple(person.id for person in said.people)
        conversation.say(replace(conversation.topic, staff_ids=wished))
    return said


def _only_choice(request: ToolRequest) -> Staff | None:
    """Give the one person who was asked about, where the answer is a mere yes."""
    question = request.context.conversation.stored.question
    if question is None or question.about != "staff" or len(question.choices) != 1:
        return None
    only = UUID(question.choices[0])
    return request.company.staff_by_id(only) if flag(request.args, "staff") else None


def wished_people(request: ToolRequest) -> tuple[Staff, ...]:
    """Give whom the caller wishes, in the order of wish; empty for anybody. Raises UnknownStaff.

    Where nothing is said about the person, it is whom the call has wished before.
    """
    said = note_wished_staff(request)
    if said.kind in ("unclear", "unknown"):
        # A name that only sounds similar may mean somebody else.
        raise UnknownStaff
    if said.kind != "unsaid":
        return said.people
    known = map(request.company.staff_by_id, request.context.conversation.topic.staff_ids)
    return tuple(person for person in known if person is not None)


def wished_person(request: ToolRequest) -> Staff | None:
    """Give the person who is wished most; None for anybody. Raises UnknownStaff."""
    return next(iter(wished_people(request)), None)
