"""A scene that every operation of the core has something to do in, and what it looks like after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.build import PERM, Salon
from tests.races.arena import Caller, day, later
from tests.races.truth import Row

TTL_S, EXTENDED_TTL_S = 100, 300


@dataclass(frozen=True)
class Scene:
    """A day: a call with two live offers, a dead hold and an appointment; and a rival."""

    number: int
    chosen: UUID  # a perm with Emma at 10, or ...
    other: UUID  # ... with Sarah at 10: the other option of the same offer
    single: UUID  # a haircut with Emma at 14
    dead: UUID  # a perm with Emma at 17, past its expiry and not swept
    appointment_id: int  # a haircut with Sarah at 15
    left: UUID  # a haircut with Sarah at 19, of a call that has been silent for long

    @property
    def call_id(self) -> str:
        """The call that all of it belongs to."""
        return f"caller-{self.number}"

    @property
    def phone(self) -> str:
        """The number of the silent call, and of the newer one."""
        return f"+49170{self.number:07}"

    @property
    def rival_id(self) -> str:
        """A call that has nothing yet."""
        return f"rival-{self.number}"


async def a_scene(salon: Salon, number: int, *, for_two: bool = False) -> Scene:
    """Set the scene on a day of its own; what is dead from earlier ones is swept.

    With ``for_two`` the offer is a visit of two people at 10 or at 11, instead of a perm.
    """
    await salon.store.reservations.expire_due()
    caller = Caller(salon, f"caller-{number}")
    (dead,) = await caller.hold(_at(caller, number, 7, "Emma", PERM), service=PERM, ttl_s=TTL_S)
    booking = await caller.book(_at(caller, number, 5, "Sarah"))
    perms = [_at(caller, number, 0, staff, PERM) for staff in ("Emma", "Sarah")]
    await caller.let_die(dead)
    if for_two:
        visits = [caller.for_two(later(day(number), hours=hour)) for hour in (0, 1)]
        chosen, other = await caller.hold(*visits, ttl_s=TTL_S)
    else:
        chosen, other = await caller.hold(*perms, service=PERM, ttl_s=TTL_S)
    (single,) = await caller.hold(_at(caller, number, 4), ttl_s=TTL_S)
    assert booking.appointment is not None
    silent = Caller(salon, f"silent-{number}", f"+49170{number:07}")
    (left,) = await silent.hold(_at(silent, number, 9, "Sarah"), ttl_s=TTL_S)
    async with salon.store.db.acting_for(salon.id) as db:
        await db.execute(FALL_SILENT, salon.id, left)
    return Scene(number, chosen, other, single, dead, booking.appointment.id, left)


FALL_SILENT = """
    UPDATE appointment_reservations SET updated_at = updated_at - interval '90 seconds'
    WHERE company_id = $1 AND caller_token = $2
"""


def _at(
    caller: Caller, number: int, hour: float, staff: str = "Emma", service: str | None = None
) -> Any:
    named = {"service": service} if service else {}
    return caller.slot(later(day(number), hours=hour), staff, **named)


Operation = Callable[[Salon, Scene], Awaitable[object]]


async def reserve_rival(salon: Salon, scene: Scene) -> object:
    """A rival wishes what is held, what is dead and what is booked, all in one offer."""
    rival = Caller(salon, scene.rival_id)
    options = await rival.reserve(
        _at(rival, scene.number, 1, "Emma"),
        _at(rival, scene.number, 4, "Emma"),
        _at(rival, scene.number, 5, "Sarah"),
        _at(rival, scene.number, 8, "Emma"),
    )
    return [(option.outcome, option.blocked_by) for option in options]


async def reserve_again(salon: Salon, scene: Scene) -> object:
    """The call wishes again what its first offer holds."""
    caller = Caller(salon, scene.call_id)
    options = await caller.reserve(
        *(_at(caller, scene.number, 0, staff, PERM) for staff in ("Emma", "Sarah")),
        service=PERM,
        ttl_s=EXTENDED_TTL_S,
    )
    return [option.outcome for option in options]


async def reserve_new(salon: Salon, scene: Scene) -> object:
    """The call's third offer lies on its dead hold, and costs it its oldest."""
    caller = Caller(salon, scene.call_id)
    (option,) = await caller.reserve(_at(caller, scene.number, 8), ttl_s=EXTENDED_TTL_S)
    return option.outcome, option.blocked_by, len(option.superseded)


async def convert_chosen(salon: Salon, scene: Scene) -> object:
    """Yes to one option of the offer."""
    done = await Caller(salon, scene.call_id).convert(scene.chosen)
    return done.outcome, done.end_reason


async def convert_other(salon: Salon, scene: Scene) -> object:
    """Yes to the other option of the offer."""
    done = await Caller(salon, scene.call_id).convert(scene.other)
    return done.outcome, done.end_reason


async def convert_late(salon: Salon, scene: Scene) -> object:
    """A late yes, to be had again if it is free."""
    return (await Caller(salon, scene.call_id).convert(scene.dead, reacquire=True)).outcome


async def book_rival(salon: Salon, scene: Scene) -> object:
    """A rival books over the dead hold."""
    rival = Caller(salon, scene.rival_id)
    booking = await rival.book(_at(rival, scene.number, 8))
    return booking.outcome, booking.blocked_by


async def cancel(salon: Salon, scene: Scene) -> object:
    """The chosen option is released."""
    return len(await Caller(salon, None).cancel(scene.chosen))


async def extend(salon: Salon, scene: Scene) -> object:
    """The call still talks."""
    extended = await Caller(salon, scene.call_id).extend(ttl_s=EXTENDED_TTL_S)
    # A dead one is named too, if this is what ended it.
    return sum(one.status == "active" for one in extended)


async def end_call(salon: Salon, scene: Scene) -> object:
    """The caller hangs up."""
    return len(await Caller(salon, scene.call_id).hang_up())


async def cancel_appointment(salon: Salon, scene: Scene) -> object:
    """The desk cancels the appointment."""
    found = await Caller(salon, None).cancel_appointment(scene.appointment_id)
    assert found is not None
    return found.status


async def move(salon: Salon, scene: Scene) -> object:
    """The desk moves the appointment onto the dead hold."""
    desk = Caller(salon, None)
    moved = await desk.move(scene.appointment_id, _at(desk, scene.number, 8))
    return moved.outcome, moved.blocked_by


async def expire_due(salon: Salon, scene: Scene) -> object:
    """The worker comes round. How many it ends is its own affair: it leaves what is in use."""
    await Caller(salon, None).expire_due()
    return None


async def take_over(salon: Salon, scene: Scene) -> object:
    """A newer call of the silent call's number wishes the very slot that is held."""
    newer = Caller(salon, f"newer-{scene.number}", scene.phone)
    (option,) = await newer.reserve(_at(newer, scene.number, 9, "Sarah"), ttl_s=TTL_S)
    return option.outcome, option.blocked_by


async def convert_left(salon: Salon, scene: Scene) -> object:
    """The silent call says yes after all."""
    done = await Caller(salon, f"silent-{scene.number}").convert(scene.left)
    return done.outcome, done.end_reason


async def extend_left(salon: Salon, scene: Scene) -> object:
    """The silent call speaks after all."""
    extended = await Caller(salon, f"silent-{scene.number}").extend(ttl_s=EXTENDED_TTL_S)
    return sum(one.status == "active" for one in extended)


OPERATIONS: list[Operation] = [
    reserve_rival,
    reserve_again,
    reserve_new,
    convert_chosen,
    convert_other,
    convert_late,
    book_rival,
    cancel,
    extend,
    end_call,
    cancel_appointment,
    move,
    expire_due,
]


async def after(salon: Salon, scene: Scene) -> object:
    """What is left of a scene, told without what differs from day to day: ids and instants."""
    again = [f"silent-{scene.number}", f"newer-{scene.number}"]
    about = salon.id, [scene.call_id, scene.rival_id, *again]
    base = day(scene.number)
    async with salon.store.db.acting_for(salon.id) as db:
        reservations = await db.fetch(RESERVATIONS, *about)
        appointments = await db.fetch(APPOINTMENTS, *about)
        ended = await db.fetch(ENDED, *about)
        told = await db.fetch(TOLD, salon.id, [row["id"] for row in appointments])
    return (
        sorted(_told(row, base) for row in reservations),
        sorted((_role(row), row["starts_at"] - base, row["status"]) for row in appointments),
        sorted(_role(row) for row in ended),
        sorted(row["kind"] for row in told),
    )


OF_CALLS = "WHERE company_id = $1 AND call_id = ANY ($2)"
RESERVATIONS = f"""
    SELECT *, status = 'expired' OR status = 'active' AND expires_at <= clock_timestamp() AS is_dead
    FROM appointment_reservations {OF_CALLS}
"""
APPOINTMENTS = f"SELECT * FROM appointments {OF_CALLS}"
ENDED = f"SELECT * FROM calls {OF_CALLS} AND ended_at IS NOT NULL"
TOLD = """
    SELECT kind FROM outbox
    WHERE company_id = $1 AND (payload->>'appointment_id')::bigint = ANY ($2)
"""


def _told(row: Row, base: datetime) -> tuple[object, ...]:
    return (
        _role(row),
        row["calendar_id"],
        row["start_time"] - base,
        "expired" if row["is_dead"] else row["status"],
        row["end_reason"] or "",
        row["blocks"] and not row["is_dead"],
        row["replaced_by_token"] is not None,
        # Whether it was renewed by what came later.
        (row["expires_at"] - row["reserved_at"]).total_seconds() > EXTENDED_TTL_S - TTL_S / 2,
    )


def _role(row: Row) -> str:
    return str(row["call_id"].partition("-")[0])
