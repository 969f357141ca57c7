"""A caller who wants any of a few popular slots and tries one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from slotkeeper.lab.callers.days import PopularSlot
from slotkeeper.lab.callers.retell_line import PhoneCall, ToolResponse, Unreachable

# Recorded callers think for 8 to 73 s; these are some thirty times faster.
THINK_S = (0.3, 2.0)
# After a no, a caller names the next time sooner than they would say yes.
PAUSE_BETWEEN_WISHES_S = (0.1, 0.4)

# Statuses of a check that name the slot as free, with a hold or without one.
FREE = ("held", "available")
# Statuses that mean the caller cannot have the slot.
TAKEN = ("slot_taken", "too_many_holds")
# The status of a busy database: the agent calls the tool once more.
BUSY = "try_again"


@dataclass(slots=True)
class SeekerExperience:
    """What one caller was told. ``refused_after_free`` counts yeses refused after "free"."""

    told_free: int = 0
    told_taken: int = 0
    refused_after_free: int = 0
    booked_slot: PopularSlot | None = None
    faults: int = 0

    @property
    def was_let_down(self) -> bool:
        """Whether the caller was told that a slot is free and was then refused it."""
        return self.refused_after_free > 0


class SlotSeeker:
    """A caller with a first wish, for whom any other popular slot will do as well."""

    def __init__(self, call: PhoneCall, name: str, *, random: Random) -> None:
        """Use this call; ``random`` decides everything that is left to chance."""
        self._call = call
        self._name = name
        self._random = random

    async def seek(self, slots: Sequence[PopularSlot]) -> SeekerExperience:
        """Ask for the slots, from a random one on, until one is booked or all were refused.

        The caller takes an alternative that is one of the slots, and declines any other.
        """
        experience = SeekerExperience()
        first = self._random.randrange(len(slots))
        for slot in (*slots[first:], *slots[:first]):
            try:
                await self._try(slot, slots, experience)
            except Unreachable:
                experience.faults += 1
            if experience.booked_slot is not None:
                break
            await self._pause(PAUSE_BETWEEN_WISHES_S)
        try:
            await self._call.hang_up()
        except Unreachable:
            experience.faults += 1
        return experience

    async def _try(
        self, slot: PopularSlot, wanted: Sequence[PopularSlot], experience: SeekerExperience
    ) -> None:
        checked = await self._use("check_availability", self._wish(slot))
        if checked.status in FREE:
            await self._say_yes(slot, checked.facts.get("reservation_token"), experience)
            return
        if checked.status not in TAKEN:
            experience.faults += 1
            return
        experience.told_taken += 1
        for alternative, token in _offered(checked, wanted):
            await self._say_yes(alternative, token, experience)
            return

    async def _say_yes(
        self, slot: PopularSlot, token: object, experience: SeekerExperience
    ) -> None:
        experience.told_free += 1
        await self._pause(THINK_S)
        yes = {"reservation_token": token or "", "customer_name": "Erika Muster"}
        booked = await self._use("start_booking", self._wish(slot) | yes)
        if booked.status == "booked":
            experience.booked_slot = slot
        elif booked.status in TAKEN:
            experience.refused_after_free += 1
        else:
            experience.faults += 1

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
    """Find the wanted slots among the alternatives that are held, with their tokens."""
    by_place = {(slot.starts_at.isoformat(), slot.staff.name): slot for slot in wanted}
    offers = checked.facts.get("offers")
    for offer in offers if isinstance(offers, list) else ():
        slot = by_place.get((offer.get("start"), offer.get("staff")))
        if slot is not None:
            yield slot, offer.get("reservation_token")
