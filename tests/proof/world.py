"""A company that the model and the database both know, and how both are seen and compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slotkeeper.domain.placement import Claim, Placement
from slotkeeper.storage.reservation_results import OptionResult
from slotkeeper.storage.sql import core
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, Salon, a_company
from tests.proof.model import Hold, Model, Told, Wished
from tests.races.arena import placed

STAFF = ("Emma", "Sarah")
CUT, PERM, DYE = "cut", "perm", "dye"
# name -> segments of (minutes, gap after); a dye takes the basin as well, while it is rinsed.
SERVICES = {CUT: [(30, 0)], PERM: [(20, 30), (30, 0)], DYE: [(30, 10), (20, 0)]}
STEP_MIN, STARTS = 10, 8
MAX_AGE_S = 600
# No cap on what others hold, which would need a model of its own.
SETTINGS = """
    UPDATE companies SET max_hold_age_s = $2, max_held_min_per_day = 100000,
           max_holds_per_caller_hour = 10000
    WHERE id = $1
"""
# Two calls are of one number.
CALLERS = {"ann": "+491701234567", "bob": "+491701234568", "ann again": "+491701234567"}
BASIN = """
    INSERT INTO calendars (company_id, branch_id, key, name)
    SELECT company_id, id, 'basin', 'basin' FROM branches WHERE company_id = $1 RETURNING id
"""
RESERVATIONS = """
    SELECT caller_token, status, end_reason, call_id, person, offer_id, reserved_at, expires_at,
           blocks, converted_to_appointment_id, replaced_by_token, took_over, calendar_id,
           start_time, end_time
    FROM appointment_reservations WHERE company_id = $1
"""
APPOINTMENTS = """
    SELECT id, status, reservation_token, starts_at, ends_at FROM appointments
    WHERE company_id = $1 ORDER BY id
"""
BUSY = (
    "SELECT calendar_ids, starts, ends "
    f"FROM {core()}.busy($1, $2, $3, $4, NULL, ARRAY[1]::smallint[], NULL, NULL, NULL, NULL, $5)"
)


@dataclass
class World:
    """A salon with two people and a basin, where time stands until it is advanced."""

    salon: Salon
    model: Model
    basin_id: int

    @classmethod
    async def make(cls, store: Store) -> World:
        """Make a new company."""
        salon = await a_company(store, staff=STAFF, services=SERVICES)
        async with store.db.acting_for(salon.id) as db:
            await db.execute(SETTINGS, salon.id, MAX_AGE_S)
            basin_id = await db.fetchval(BASIN, salon.id)
        return cls(salon, Model(MAX_AGE_S, salon.clock.now, caller_of=CALLERS), basin_id)

    def place(self, service: str, staff: str, start: int) -> Placement:
        """Where a service stands on the calendars."""
        company = self.salon.company
        starts_at = FRIDAY_10 + timedelta(minutes=STEP_MIN * start)
        place = placed(company.service(service), company.staff_member(staff), starts_at)
        if service == DYE:
            rinsed = place.claims[1]
            basin = Claim(rinsed.segment_number, self.basin_id, None, rinsed.interval)
            place = replace(place, claims=(*place.claims, basin))
        return place

    def advance_to(self, instant: datetime) -> None:
        """Let time pass."""
        self.salon.clock.now = self.model.now = max(self.model.now, instant)

    async def assert_same(self) -> None:
        """Demand that the database says of everything what the model says."""
        holds, appointments = await self._stored()
        assert holds == self._modelled()
        assert appointments == [
            (b.status, b.stands_in.token, b.stands_in.wished.starts_at, self._ends_at(b.stands_in))
            for b in self.model.appointments
        ]
        assert await self._busy() == sorted(
            time
            for hold in self.model.holds
            if hold.blocks(self.model.now)
            for time in hold.wished.times
        )

    def _modelled(self) -> dict[Any, Any]:
        now = self.model.now
        offers = defaultdict(list)
        for hold in self.model.holds:
            offers[hold.offer].append(hold.token)
        return {
            hold.token: (
                (hold.status_at(now), hold.end_reason, hold.call, hold.person),
                (hold.reserved_at, hold.expires_at, hold.blocks(now)),
                min(offers[hold.offer]),
                hold.appointment and self.model.appointments.index(hold.appointment),
                hold.replaced_by and hold.replaced_by.token,
                hold.took_over and hold.took_over.token,
                sorted(hold.wished.times),
            )
            for hold in self.model.holds
        }

    async def _stored(self) -> tuple[dict[Any, Any], list[Any]]:
        async with self.salon.store.db.acting_for(self.salon.id) as db:
            rows = await db.fetch(RESERVATIONS, self.salon.id)
            appointments = await db.fetch(APPOINTMENTS, self.salon.id)
        ids = [row["id"] for row in appointments]
        times, offers = defaultdict(list), defaultdict(list)
        for row in rows:
            offers[row["offer_id"]].append(row["caller_token"])
            times[row["caller_token"]].append(
                (row["calendar_id"], row["start_time"], row["end_time"])
            )
        holds: dict[Any, Any] = {}
        for row in rows:
            token, booked = row["caller_token"], row["converted_to_appointment_id"]
            dead = row["status"] == "active" and row["expires_at"] <= self.model.now
            status = "expired" if dead else row["status"]
            told = (
                (status, row["end_reason"], row["call_id"], row["person"]),
                (row["reserved_at"], row["expires_at"], row["blocks"] and not dead),
                min(offers[row["offer_id"]]),
                ids.index(booked) if booked else None,
                row["replaced_by_token"],
                row["took_over"],
                sorted(times[token]),
            )
            # Every row of a reservation tells the same.
            assert holds.setdefault(token, told) == told
        return holds, [tuple(row.values())[1:] for row in appointments]

    async def _busy(self) -> list[Any]:
        calendars = [self.salon.company.staff_member(name).calendar_id for name in STAFF]
        window = FRIDAY_10 - timedelta(hours=6), FRIDAY_10 + timedelta(hours=12)
        (row,) = await self.salon.store.db.read(
            BUSY, self.salon.id, [*calendars, self.basin_id], *window, self.model.now
        )
        return sorted(zip(*row.values(), strict=True))

    def _ends_at(self, hold: Hold) -> datetime:
        return max(end for _, _, end in hold.wished.times)


def wished(service: str, place: Placement) -> Wished:
    """Tell the model of a placement."""
    times = tuple((c.calendar_id, c.interval.start, c.interval.end) for c in place.claims)
    return Wished(service, place.staff.name, place.starts_at, times)


def assert_told(
    options: Sequence[OptionResult], told: Sequence[Told], given_back: set[Hold]
) -> None:
    """Demand that each option was answered as the model does, and learn the tokens of new holds."""
    assert [option.outcome for option in options] == [one.outcome for one in told]
    for option, one in zip(options, told, strict=True):
        assert (option.blocked_by, option.blocked_until) == (one.blocked_by, one.blocked_until)
        assert (option.reservation is None) == (one.hold is None)
        if option.reservation is not None and one.hold is not None:
            one.hold.token = one.hold.token or option.reservation.token
            assert option.reservation.token == one.hold.token
            assert option.reservation.expires_at == one.hold.expires_at
        assert len(option.superseded) == len(set(option.superseded))
        assert set(option.superseded) == {hold.token for hold in given_back}
