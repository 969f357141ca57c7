"""Reads what takes time on calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slotkeeper.domain.diary import Busy
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import Appointment
from slotkeeper.domain.topic import Topic
from slotkeeper.storage.appointments import (
    NOTHING_STANDING,
    NumberStanding,
    appointment_of,
    standing_of,
)
from slotkeeper.storage.caller_hash import caller_hash
from slotkeeper.storage.database import Database
from slotkeeper.storage.idempotency import FirstClaim, claim_of
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.refused_wishes import RefusedWish, refused_wishes_of
from slotkeeper.storage.sealed_tokens import SealedTokens
from slotkeeper.storage.sql import query
from slotkeeper.storage.topics import topic_of


@dataclass(frozen=True, slots=True)
class BusyRead:
    """Busy time of a window, the clock it was judged by, and the catalogue's version then.

    ``moving`` is the first appointment that the asker wants to move, None where there is no such.
    ``topic`` is what the asker's call talks about, ``refused`` what it has wished in vain; what is
    busy is read back to a day before the first of it.
    ``standing`` is what stands for the number that rings, where a start is wished.
    """

    version: int
    read_at: datetime
    busy: tuple[Busy, ...]
    moving: Appointment | None = None
    topic: Topic | None = None
    standing: NumberStanding = NOTHING_STANDING
    refused: tuple[RefusedWish, ...] = ()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: this call's holds for these people, and what it moves, do not block it.

    It moves the appointments ``moving_ids``, or of one only the parts of the numbers
    ``moving_parts``. The number that rings, ``caller``, may take over what its older call left
    behind at ``wished_at``. Until ``named_until`` a name is said that may be compared with what
    stands.
    """

    call_id: str | None = None
    persons: tuple[int, ...] = (1,)
    moving_ids: tuple[int, ...] | None = None
    moving_parts: tuple[int, ...] | None = None
    caller: str | None = None
    wished_at: datetime | None = None
    named_until: datetime | None = None


class Calendars:
    """Reads busy time from reservations, outside calendars and absences alike."""

    def __init__(
        self, db: Database, secret: InstallationSecret, claim: FirstClaim | None = None
    ) -> None:
        """Work on this database; the first read claims the key of ``claim`` as well."""
        self._db = db
        self._secret = secret
        self._claim = claim

    async def busy(
        self,
        company_id: int,
        calendar_ids: Iterable[int],
        window: Interval,
        *,
        asker: Asker | None = None,
        now: datetime | None = None,
    ) -> BusyRead:
        """Read what takes time in a window, the asker's own marked as such.

        Raises KeyNotClaimed where the read was to claim a key and could not.
        """
        own = asker or Asker()
        row = await self._busy(
            company_id,
            list(calendar_ids),
            *(window.start, window.end),
            *(own.call_id, own.persons, own.moving_ids, own.moving_parts),
            *(own.caller, own.wished_at, own.named_until),
            now,
            caller_hash(self._secret, own.caller),
        )
        columns = ("kinds", "calendar_ids", "starts", "ends", "expiries")
        return BusyRead(
            row["catalogue_version"],
            row["read_at"],
            tuple(
                Busy(kind, calendar_id, Interval(start, end), expires_at)
                for kind, calendar_id, start, end, expires_at in zip(
                    *(row[column] for column in columns), strict=True
                )
            ),
            appointment_of(row["moving"]) if row["moving"] else None,
            topic_of(row["topic"]),
            standing_of(row),
            refused_wishes_of(row["refused"]),
        )

    async def _busy(self, *asked: object) -> Any:
        if self._claim is None or self._claim.is_claimed:
            (row,) = await self._db.read(query("busy"), *asked)
            return row
        key = self._claim.key
        (row,) = await self._db.change(
            query("busy_under_key"), *asked, key.key_hash, key.payload_hash
        )
        self._claim.settle(claim_of(row, SealedTokens(self._secret)))
        return row
