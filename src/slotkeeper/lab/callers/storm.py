"""Many callers at once who want the same few slots, and a count of what they were told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from random import Random

from slotkeeper.lab.callers.days import PopularSlot
from slotkeeper.lab.callers.retell_line import PhoneCall, RetellLine
from slotkeeper.lab.callers.simulated_people import invented_numbers
from slotkeeper.lab.callers.slot_seeker import SeekerExperience, SlotSeeker

# All call within this time, as in the quarter of an hour after a salon was on television.
ARRIVE_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class StormOutcome:
    """What a storm's callers were told. ``refused_after_free`` counts tries, not callers."""

    callers: int
    told_free: int
    told_taken: int
    refused_after_free: int
    let_down: int
    booked: int
    faults: int

    @classmethod
    def of(cls, experiences: Sequence[SeekerExperience]) -> StormOutcome:
        """Add up what each caller was told."""
        return cls(
            callers=len(experiences),
            told_free=sum(each.told_free for each in experiences),
            told_taken=sum(each.told_taken for each in experiences),
            refused_after_free=sum(each.refused_after_free for each in experiences),
            let_down=sum(each.was_let_down for each in experiences),
            booked=sum(each.booked_slot is not None for each in experiences),
            faults=sum(each.faults for each in experiences),
        )


async def storm(
    line: RetellLine, slots: Sequence[PopularSlot], *, callers: int, seed: int
) -> AsyncGenerator[SeekerExperience, None]:
    """Let callers want the slots, all at once; yield what each was told as they hang up.

    The same seed makes the same callers with the same wishes and patience. Who wins a race still
    depends on the machine.
    """
    calling = [
        asyncio.create_task(_call(line.ring(number), slots, Random(f"{seed}/{n}"), "Erika Muster"))
        for n, number in enumerate(invented_numbers(callers), start=1)
    ]
    try:
        for done in asyncio.as_completed(calling):
            yield await done
    finally:
        for task in calling:
            task.cancel()
        await asyncio.gather(*calling, return_exceptions=True)


async def _call(
    call: PhoneCall, slots: Sequence[PopularSlot], random: Random, name: str
) -> SeekerExperience:
    await asyncio.sleep(random.uniform(0, ARRIVE_WITHIN_S))
    return await SlotSeeker(call, name, random=random).seek(slots)
