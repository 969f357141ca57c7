"""What a call wished and could not have, as it is kept with the call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from slotkeeper.domain.wish import Wish

# A caller who has been refused more often has moved on from the first wish.
MOST_REFUSED = 4


class RefusedPart(msgspec.Struct, frozen=True):
    """A service for a person, with one of the staff or (None) anyone."""

    service: int
    person: int
    staff: UUID | None


class RefusedWish(msgspec.Struct, frozen=True):
    """A start that was wished in vain; ``further`` are the parts of a visit behind the first."""

    at: datetime
    service: int
    person: int
    staff: UUID | None
    further: tuple[RefusedPart, ...] = ()

    @classmethod
    def of(cls, wish: Wish) -> RefusedWish:
        """Take down a wish."""
        first, *further = (
            RefusedPart(part.service.id, part.person, part.staff.id if part.staff else None)
            for part in wish.parts
        )
        return cls(wish.starts_at, first.service, first.person, first.staff, tuple(further))

    def is_of_the_same(self, wish: Wish) -> bool:
        """Whether the same is wished for the same people, whenever and with whomever."""
        further = [(part.service, part.person) for part in self.further]
        return [(self.service, self.person), *further] == [
            (part.service.id, part.person) for part in wish.parts
        ]


def refused_wishes_of(stored: str | None) -> tuple[RefusedWish, ...]:
    """Read what is kept with a call."""
    return msgspec.json.decode(stored, type=tuple[RefusedWish, ...]) if stored else ()


def with_refused(before: Sequence[RefusedWish], wish: RefusedWish) -> str | None:
    """Write what is to be kept after one more refusal; None where it is kept already."""
    if wish in before:
        return None
    return msgspec.json.encode([*before, wish][-MOST_REFUSED:]).decode()
