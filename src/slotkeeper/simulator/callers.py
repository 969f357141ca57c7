"""One caller among many: wants a popular slot, thinks it over, says yes, or tries the next."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from slotkeeper.simulator.client import Answer, PhoneCall, Unreachable
from slotkeeper.simulator.days import PopularSlot

# Recorded callers think for 8 to 73 s; here time runs some thirty times faster.
THINK_S = (0.3, 2.0)
# "Then what about eleven?" comes faster than a yes.
NEXT_WISH_S = (0.1, 0.4)

# What a check answers to a caller who may have the slot: kept for them, or only free just now.
FREE = ("held", "available")


@dataclass(slots=True)
class Experience:
    """What one caller lived through. ``refused_after_free`` is how often free turned out untrue."""

    told_free: int = 0
    told_taken: int = 0
    refused_after_free: int = 0
    booked_slot: PopularSlot | None = None
    faults: int = 0

    @property
    def was_let_down(self) -> bool:
        """Whether this caller was told that a slot is free and then could not have it."""
        return self.refused_after_free > 0


class Caller:
    """Somebody with a telephone and a first wish; any other popular slot will do as well."""

    def __init__(self, call: PhoneCall, name: str, *, random: Random) -> None:
        """Talk on this call; all that is left to chance comes from ``random``."""
        self._call = call
        self._name = name
        self._random = random

    async def seek(self, slots: Sequence[PopularSlot]) -> Experience:
        """Ask for slots, from a random one on, until one is booked or all were refused."""
        lived = Experience()
        first = self._random.randrange(len(slots))
        for slot in (*slots[first:], *slots[:first]):
            try:
                await self._try(slot, lived)
            except Unreachable:
                lived.faults += 1
            if lived.booked_slot is not None:
                break
            await self._pause(NEXT_WISH_S)
        try:
            await self._call.hang_up()
        except Unreachable:
            lived.faults += 1
        return lived

    async def _try(self, slot: PopularSlot, lived: Experience) -> None:
        wish = {
            "name": self._name,
            "dienstleistung": slot.service.name,
            "datum": f"{slot.starts_at:%Y-%m-%d}",
            "uhrzeit": f"{slot.starts_at:%H:%M}",
            "mitarbeiter": slot.staff.key,
            "call_id": "call_1",
        }
        checked = await self._call.use_tool("check_availability", wish)
        if checked.status not in FREE:
            _count_no(checked, lived)
            return
        lived.told_free += 1
        await self._pause(THINK_S)
        token = checked.facts.get("reservation_token", "")
        booked = await self._call.use_tool("start_booking", wish | {"reservation_token": token})
        if booked.status == "booked":
            lived.booked_slot = slot
        elif booked.status == "slot_taken":
            lived.refused_after_free += 1
        else:
            lived.faults += 1

    async def _pause(self, between_s: tuple[float, float]) -> None:
        await asyncio.sleep(self._random.uniform(*between_s))


def _count_no(checked: Answer, lived: Experience) -> None:
    if checked.status == "slot_taken":
        lived.told_taken += 1
    else:
        lived.faults += 1
