"""Every start that a diary leaves, for tests that compare all of them with something else."""

from collections.abc import Sequence
from datetime import datetime

from slotkeeper.domain.availability import bookable
from slotkeeper.domain.catalogue import Service, Staff
from slotkeeper.domain.diary import Diary
from slotkeeper.domain.grid import indexes


def all_starts(
    diary: Diary, service: Service, people: Sequence[Staff], now: datetime
) -> dict[Staff, list[datetime]]:
    """List every start that opening hours, rules and busy time allow, by person."""
    allowed = bookable(diary.company, service, diary.grid, now)
    return {
        person: [diary.grid.instant(i) for i in indexes(diary.starts(service, person) & allowed)]
        for person in people
    }
