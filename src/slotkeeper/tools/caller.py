"""Which appointments are a caller's: those of this very call, and those of the ringing number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slotkeeper.domain.reservation import Appointment
from slotkeeper.language.people import same_person, understand_phone
from slotkeeper.language.when import When
from slotkeeper.tools.arguments import argument, number
from slotkeeper.tools.registry import Conversation

# What is looked through of a number's appointments.
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Found:
    """Appointments that are still to come, by their start; cancelled ones too.

    ``own`` were booked in this very call, ``others`` before, from the number that rings.
    """

    own: tuple[Appointment, ...]
    others: tuple[Appointment, ...]

    @property
    def standing(self) -> list[Appointment]:
        """All that were not cancelled, by their start."""
        both = [one for one in self.own + self.others if one.status == "booked"]
        return sorted(both, key=lambda one: one.starts_at)


async def of_caller(asked: Conversation) -> Found:
    """Find what the caller has booked and is still to come; what the call holds lives on."""
    own, others = await asked.store.appointments.of_caller(
        asked.company.id,
        asked.call.id,
        understand_phone(asked.caller_phone),
        limit=LOOKED_AT,
        ttl_s=asked.lifetime_s,
        now=asked.test_now,
    )
    mine = {one.id for one in own}
    return Found(
        _to_come(own, asked), _to_come([one for one in others if one.id not in mine], asked)
    )


def may_change(
    asked: Conversation, found: Found, said: When, *, status: str = "booked"
) -> list[Appointment]:
    """Those that may be meant and that this caller may change.

    What this call booked is its own, always; any other takes a second fact beside the number: the
    name, or when it is.
    """
    own = [one for one in found.own if one.status == status and _matches(one, said, asked)]
    name = argument(asked.args, "customer_name")
    return own or [
        one
        for one in found.others
        if one.status == status
        and _matches(one, said, asked)
        and (said.date is not None or same_person(name, one.customer_name))
    ]


def _to_come(several: Sequence[Appointment], asked: Conversation) -> tuple[Appointment, ...]:
    later = (one for one in several if one.starts_at > asked.now)
    return tuple(sorted(later, key=lambda one: one.starts_at))


def _matches(one: Appointment, said: When, asked: Conversation) -> bool:
    """Whether an appointment may be the one that was spoken of."""
    wanted = number(asked.args, "appointment_id")
    local = one.starts_at.astimezone(asked.company.zone)
    return (
        (not wanted or one.id == wanted)
        and (said.date is None or said.date == local.date())
        and (said.time is None or said.time == local.time())
    )
