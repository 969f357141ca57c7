"""What is kept of persons: its end after a while, its export, and its erasure.

Which tables and columns hold it stands in the core's view ``personal_data`` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from slotkeeper.storage.caller_hash import caller_hash
from slotkeeper.storage.database import Database
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.sql import query

# A statement stays far below its time limit, and nobody waits long for a row of it.
FORGET_BATCH = 500


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Whom an export or an erasure is about: a number (E.164), an e-mail address, or both.

    ``name`` picks one of several who share the number, as it was given when it was booked.
    """

    phone: str | None = None
    name: str | None = None
    email: str | None = None


class PersonalData:
    """Ends, exports and erases what is kept of persons."""

    def __init__(self, db: Database, secret: InstallationSecret) -> None:
        """Work on this database; the secret finds the calls of a number."""
        self._db = db
        self._secret = secret

    async def forget_old(
        self,
        company_id: int,
        *,
        kinds: Sequence[str] | None = None,
        limit: int = FORGET_BATCH,
        now: datetime | None = None,
    ) -> tuple[Mapping[str, int], Sequence[str]]:
        """End a batch of each kind that is too old, or of these ``kinds`` only.

        Gives how many rows of which kind ended, and the kinds of which there may be more.
        """
        rows = await self._db.change(query("forget_old"), company_id, limit, kinds, now)
        ended = {row["what"]: row["forgotten"] for row in rows if row["forgotten"]}
        return ended, [row["what"] for row in rows if row["is_full"]]

    async def of_person(self, company_id: int, person: DataSubject) -> Mapping[str, list[Any]]:
        """Read every row that is a person's, by its table, as JSON has it."""
        rows = await self._db.read(query("data_of_person"), company_id, *self._asked(person))
        found: dict[str, list[Any]] = {}
        for row in rows:
            found.setdefault(row["table_name"], []).append(msgspec.json.decode(row["kept"]))
        return found

    async def standing(
        self, company_id: int, person: DataSubject, *, now: datetime | None = None
    ) -> list[int]:
        """List the ids of a person's appointments that are still to come."""
        (row,) = await self._db.read(
            query("standing_of_person"), company_id, person.phone, person.name, now
        )
        return list(row["appointment_ids"])

    async def erase(
        self, company_id: int, person: DataSubject, *, now: datetime | None = None
    ) -> Mapping[str, int]:
        """Take a person out of every row, and tell how many rows of which tables that were."""
        rows = await self._db.change(query("erase_person"), company_id, *self._asked(person), now)
        erased: dict[str, int] = {}
        for row in rows:
            if row["erased"]:
                erased[row["table_name"]] = erased.get(row["table_name"], 0) + row["erased"]
        return erased

    def _asked(self, person: DataSubject) -> tuple[object, ...]:
        hashed = caller_hash(self._secret, person.phone)
        return person.phone, person.name, person.email, hashed
