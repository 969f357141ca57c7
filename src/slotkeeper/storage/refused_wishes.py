"""What a call wished and could not have, as it is kept with the call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from slotkeeper.domain.wish import Wish

# A caller who has been refused more often has moved on from the first wish.
MOST_REFUSED = 4


class RefusedWish(msgspec.Struct, frozen=True):
    """A start that was wished in vain: of a service, with one of the staff or (None) anyone."""

    at: datetime
    service: int
    person: int
    staff: UUID | None

    @classmethod
    def of(cls, wish: Wish) -> RefusedWish:
        """Take down a wish of one service."""
        staff_id = wish.staff.id if wish.staff else None
        return cls(wish.starts_at, wish.service.id, wish.person, staff_id)


def refused_wishes_of(stored: str | None) -> tuple[RefusedWish, ...]:
    """Read what is kept with a call."""
    return msgspec.json.decode(stored, type=tuple[RefusedWish, ...]) if stored else ()


def with_refused(before: Sequence[RefusedWish], wish: RefusedWish) -> str | None:
    """Write what is to be kept after one more refusal; None where it is kept already."""
    if wish in before:
        return None
    return msgspec.json.encode([*before, wish][-MOST_REFUSED:]).decode()
