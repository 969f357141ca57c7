"""One caller among many: wants a popular slot, thinks it over, says yes, or tries the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from slotkeeper.lab.callers.days import PopularSlot
from slotkeeper.lab.callers.retell_line import PhoneCall, ToolResponse, Unreachable

# Recorded callers think for 8 to 73 s; here time runs some thirty times faster.
THINK_S = (0.3, 2.0)
# "Then what about eleven?" comes faster than a yes.
PAUSE_BETWEEN_WISHES_S = (0.1, 0.4)

# What a check answers to a caller who may have the slot: kept for them, or only free just now.
FREE = ("held", "available")
# And to one who may not.
TAKEN = ("slot_taken", "too_many_holds")
# A busy database; an agent asks once more then. Anything else means that something broke.
BUSY = "try_again"


@dataclass(slots=True)
class SeekerExperience:
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


class SlotSeeker:
    """Somebody with a telephone and a first wish; any other popular slot will do as well."""

    def __init__(self, call: PhoneCall, name: str, *, random: Random) -> None:
        """Talk on this call; all that is left to chance comes from ``random``."""
        self._call = call
        self._name = name
        self._random = random

    async def seek(self, slots: Sequence[PopularSlot]) -> SeekerExperience:
        """Ask for slots, from a random one on, until one is booked or all were refused.

        One of them that is offered in another's place is taken; any other offer is declined.
        """
        lived = SeekerExperience()
        first = self._random.randrange(len(slots))
        for slot in (*slots[first:], *slots[:first]):
            try:
                await self._try(slot, slots, lived)
            except Unreachable:
                lived.faults += 1
            if lived.booked_slot is not None:
                break
            await self._pause(PAUSE_BETWEEN_WISHES_S)
        try:
            await self._call.hang_up()
        except Unreachable:
            lived.faults += 1
        return lived

    async def _try(
        self, slot: PopularSlot, wanted: Sequence[PopularSlot], lived: SeekerExperience
    ) -> None:
        checked = await self._use("check_availability", self._wish(slot))
        if checked.status in FREE:
            await self._say_yes(slot, checked.facts.get("reservation_token"), lived)
            return
        if checked.status not in TAKEN:
            lived.faults += 1
            return
        lived.told_taken += 1
        for other, token in _offered(checked, wanted):
            await self._say_yes(other, token, lived)
            return

    async def _say_yes(self, slot: PopularSlot, token: object, lived: SeekerExperience) -> None:
        lived.told_free += 1
        await self._pause(THINK_S)
        booked = await self._use(
            "start_booking", self._wish(slot) | {"reservation_token": token or ""}
        )
        if booked.status == "booked":
            lived.booked_slot = slot
        elif booked.status in TAKEN:
            lived.refused_after_free += 1
        else:
            lived.faults += 1

    async def _use(self, tool: str, args: dict[str, object]) -> ToolResponse:
        answer = await self._call.use_tool(tool, args)
        return await self._call.use_tool(tool, args) if answer.status == BUSY else answer

    def _wish(self, slot: PopularSlot) -> dict[str, object]:
        return {
            "name": self._name,
            "dienstleistung": slot.service.name,
            "datum": f"{slot.starts_at:%Y-%m-%d}",
            "uhrzeit": f"{slot.starts_at:%H:%M}",
            "mitarbeiter": slot.staff.key,
            "call_id": "call_1",
        }

    async def _pause(self, between_s: tuple[float, float]) -> None:
        await asyncio.sleep(self._random.uniform(*between_s))


def _offered(
    checked: ToolResponse, wanted: Sequence[PopularSlot]
) -> Iterator[tuple[PopularSlot, object]]:
    """Find the wanted slots among those that a refusal keeps for the caller instead."""
    by_place = {(slot.starts_at.isoformat(), slot.staff.name): slot for slot in wanted}
    offers = checked.facts.get("offers")
    for offer in offers if isinstance(offers, list) else ():
        slot = by_place.get((offer.get("start"), offer.get("staff")))
        if slot is not None:
            yield slot, offer.get("reservation_token")
