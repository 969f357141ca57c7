"""What simulations compare: a company's copies, each served in another way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import msgspec

from slotkeeper.domain.catalogue import Cohort, Company, RolloutSettings
from slotkeeper.lab.callers.salon_day import Telephone
from slotkeeper.storage.company_copy import restore_as_sandbox
from slotkeeper.storage.store import Store

# As many as a company may have.
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
    taken: bytes, setting: Setting, *, company_id: int, address: str, store: Store
) -> Salon:
    """Put a copy of a company's snapshot into a database that does not know ``company_id``.

    Its line is one that nobody else has. Every setting has a company of its own, so that all of
    them can be simulated at once.
    """
    await restore_as_sandbox(store.db, _renumbered(taken, setting, company_id))
    await store.rollout.set(company_id, _ROLLOUT[setting.mode])
    number, secret = f"simulated-{company_id}", secrets.token_hex(16)
    await store.directory.add_line(company_id, number)
    await store.directory.add_secret(company_id, "retell", secret)
    company = await store.catalogues.reload(company_id)
    return Salon(setting, company, Telephone(address, number, secret))


def _renumbered(taken: bytes, setting: Setting, company_id: int) -> bytes:
    """The same rows as another company's: what lies below a company is numbered within it."""
    tables: dict[str, list[dict[str, object]]] = msgspec.json.decode(taken)
    for rows in tables.values():
        for row in rows:
            row["company_id"] = company_id
    (company,) = tables["companies"]
    del company["company_id"]
    company["id"] = company_id
    company["slug"] = f"simulated-{company_id}"
    company["max_alternatives"] = setting.alternatives
    return msgspec.json.encode(tables)
