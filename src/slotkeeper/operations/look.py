"""Look what is free, and hold nothing."""

from __future__ import annotations

from datetime import datetime

from slotkeeper.domain.availability import why_not, wished_placements
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.ranking import alternatives
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.check_availability import Answer
from slotkeeper.operations.placing import see
from slotkeeper.storage.store import Store


async def look(
    company: Company, wish: Wish, *, call: Call, store: Store, now: datetime | None = None
) -> Answer:
    """Find the wished slot or the nearest others; true only until somebody else takes them.

    ``looked_at`` has the wished one alone, or, with a ``refusal``, the others. Raises StaffCannot.
    """
    seen = await see(company, wish, call=call, store=store, now=now)
    if found := wished_placements(seen.diary, wish, seen.people, seen.read_at):
        return Answer(looked_at=(found[0],))
    limit = company.rules.max_alternatives
    others = alternatives(seen.diary, wish, seen.people, seen.read_at, limit)
    refusal = why_not(seen.diary, wish, seen.people, seen.read_at)
    return Answer(looked_at=others.offered, refusal=refusal)
