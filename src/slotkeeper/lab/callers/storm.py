"""Many callers at once who want few slots, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from random import Random

from slotkeeper.lab.callers.days import PopularSlot
from slotkeeper.lab.callers.retell_line import PhoneCall, RetellLine
from slotkeeper.lab.callers.simulated_people import invented_numbers
from slotkeeper.lab.callers.slot_seeker import SeekerExperience, SlotSeeker

# All ring within this: the quarter of an hour after the salon was on television.
ARRIVE_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class StormOutcome:
    """What callers lived through, counted. ``refused_after_free`` counts tries, not callers."""

    callers: int
    told_free: int
    told_taken: int
    refused_after_free: int
    let_down: int
    booked: int
    faults: int

    @classmethod
    def of(cls, lived: Sequence[SeekerExperience]) -> StormOutcome:
        """Count experiences."""
        return cls(
            callers=len(lived),
            told_free=sum(one.told_free for one in lived),
            told_taken=sum(one.told_taken for one in lived),
            refused_after_free=sum(one.refused_after_free for one in lived),
            let_down=sum(one.was_let_down for one in lived),
            booked=sum(one.booked_slot is not None for one in lived),
            faults=sum(one.faults for one in lived),
        )


async def storm(
    line: RetellLine, slots: Sequence[PopularSlot], *, callers: int, seed: int
) -> AsyncGenerator[SeekerExperience, None]:
    """Let callers want the slots, all at once; gives what each lived through as they hang up.

    The same seed brings the same callers with the same wishes and patience; who wins a race
    remains the machine's choice.
    """
    calling = [
        asyncio.create_task(_one(line.ring(number), slots, Random(f"{seed}/{n}"), "Erika Muster"))
        for n, number in enumerate(invented_numbers(callers), start=1)
    ]
    try:
        for done in asyncio.as_completed(calling):
            yield await done
    finally:
        for task in calling:
            task.cancel()
        await asyncio.gather(*calling, return_exceptions=True)


async def _one(
    call: PhoneCall, slots: Sequence[PopularSlot], random: Random, name: str
) -> SeekerExperience:
    await asyncio.sleep(random.uniform(0, ARRIVE_WITHIN_S))
    return await SlotSeeker(call, name, random=random).seek(slots)
