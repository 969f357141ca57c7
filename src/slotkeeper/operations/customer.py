"""What is kept of one customer: to be handed over, or to be erased (GDPR, Art. 15, 17 and 20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slotkeeper.domain.catalogue import Company
from slotkeeper.operations.cancel import cancel_appointment
from slotkeeper.operations.context import RequestContext
from slotkeeper.storage.personal_data import DataSubject


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of an erasure: ``rows`` by table, and the appointments that were ``cancelled``.

    Where appointments are ``standing``, nothing was erased.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    cancelled: Sequence[int] = ()
    standing: Sequence[int] = ()


async def export_customer(context: RequestContext, person: DataSubject) -> dict[str, Any]:
    """Give all that a company keeps of a person, by its table."""
    company: Company = context.company
    kept = await context.store.personal_data.of_person(company.id, person)
    return {"company": company.slug, "kept": kept}


async def erase_customer(
    context: RequestContext, person: DataSubject, *, cancel: bool = False, anyway: bool = False
) -> Erasure:
    """Take a person out of all that a company keeps; times and services stay.

    Nothing is erased where the person has an appointment to come, unless it is cancelled
    (``cancel``) or may stand without a name (``anyway``). Said again, nothing more is done.
    """
    data, company_id = context.store.personal_data, context.company.id
    standing = await data.standing(company_id, person, now=context.test_now)
    if standing and not (cancel or anyway):
        return Erasure(standing=standing)
    for appointment_id in standing if cancel else ():
        await cancel_appointment(context, appointment_id, reason="erased", anyway=True)
    rows = await data.erase(company_id, person, now=context.test_now)
    return Erasure(rows, cancelled=standing if cancel else ())
