"""Copies of a company for simulations to compare, each served in another way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import msgspec

from slotkeeper.domain.catalogue import Cohort, Company, RolloutSettings
from slotkeeper.lab.callers.salon_day import Telephone
from slotkeeper.lab.database.company_copy import restore_as_sandbox
from slotkeeper.storage.store import Store

# The most that a company may be set to offer.
MOST_ALTERNATIVES = 3

_ROLLOUT: dict[Cohort, RolloutSettings] = {
    "off": RolloutSettings(enabled=False, shadow=False),
    "shadow": RolloutSettings(enabled=True, percent=100, shadow=True),
    "on": RolloutSettings(enabled=True, percent=100, shadow=False),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """How callers are served: with holds or without, and how many alternatives are named."""

    mode: Cohort
    alternatives: int


@dataclass(frozen=True, slots=True)
class Salon:
    """A copy of a company, served in one way."""

    setting: Setting
    company: Company
    telephone: Telephone


async def salon(
    catalogue: bytes, setting: Setting, *, company_id: int, address: str, store: Store
) -> Salon:
    """Restore a company's snapshot as the sandbox ``company_id``, which must be a new id.

    The copy has a line of its own. Every setting has its own copy, so that all of them can be
    simulated at once.
    """
    await restore_as_sandbox(store.db, _renumbered(catalogue, setting, company_id))
    await store.rollout.set(company_id, _ROLLOUT[setting.mode])
    number, secret = f"simulated-{company_id}", secrets.token_hex(16)
    await store.directory.add_line(company_id, number)
    await store.platform_secrets.add(company_id, "retell", secret)
    company = await store.catalogues.reload(company_id)
    return Salon(setting, company, Telephone(address, number, secret))


def _renumbered(catalogue: bytes, setting: Setting, company_id: int) -> bytes:
    """Give a snapshot to another company; ids below a company are its own and may stay."""
    tables: dict[str, list[dict[str, object]]] = msgspec.json.decode(catalogue)
    for rows in tables.values():
        for row in rows:
            row["company_id"] = company_id
    (company,) = tables["companies"]
    del company["company_id"]
    company["id"] = company_id
    company["slug"] = f"simulated-{company_id}"
    company["max_alternatives"] = setting.alternatives
    return msgspec.json.encode(tables)
