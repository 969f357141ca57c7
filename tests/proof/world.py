"""A company that the model and the database both know, and how both are seen and compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slotkeeper.domain.diary import Diary
from slotkeeper.domain.grid import Grid
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.visit_places import VisitPlaces
from slotkeeper.domain.wish import Wish, WishedPart
from slotkeeper.storage.reservation_results import OptionResult
from slotkeeper.storage.sql import core
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, Salon, a_company
from tests.proof.holds import Booked, Hold, Part, Told, Wished
from tests.proof.model import Model

STAFF = ("Emma", "Sarah")
CUT, PERM, DYE = "cut", "perm", "dye"
# name -> segments of (minutes, gap after); a dye takes the basin as well, while it is rinsed.
SERVICES = {CUT: [(30, 0)], PERM: [(20, 30), (30, 0)], DYE: [(30, 10), (20, 0)]}
# What is wished: (person, service) of each part, in the order of the visit.
CUT_AND_PERM, TWO_CUTS, DYE_BESIDE_CUT = (
    ((1, CUT), (1, PERM)),
    ((1, CUT), (2, CUT)),
    ((1, DYE), (2, CUT)),
)
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
    SELECT caller_token, status, end_reason, call_id, person, part_number, offer_id, reserved_at,
           expires_at, blocks, converted_to_appointment_id, replaced_by_token, took_over,
           calendar_id, start_time, end_time
    FROM appointment_reservations WHERE company_id = $1
"""
APPOINTMENTS = f"""
    SELECT id, status, reservation_token, visit_token, person, starts_at, ends_at,
           (SELECT array_agg(p.part_number) FROM unnest(parts) p) AS parts
    FROM {core()}.known_appointments WHERE company_id = $1 ORDER BY id
"""
WINDOW = FRIDAY_10 - timedelta(hours=6), FRIDAY_10 + timedelta(hours=12)
BUSY = (
    "SELECT calendar_ids, starts, ends "
    f"FROM {core()}.busy($1, $2, $3, $4, NULL, ARRAY[1]::smallint[], "
    "NULL, NULL, NULL, NULL, NULL, $5)"
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

    def place(self, parts: Sequence[Part], staff: str, start: int) -> Placement:
        """Where a visit that this person begins stands on the calendars, were they free."""
        starts_at = FRIDAY_10 + timedelta(minutes=STEP_MIN * start)
        wish = self.wish(parts, starts_at)
        company = self.salon.company
        diary = Diary(company, Grid.over(Interval(*WINDOW)), ())
        places = VisitPlaces.of(diary, wish, [company.staff_member(staff)])
        place = places.best(diary.grid.index(starts_at))
        rinsed = [
            [claim for claim in place.claims if claim.part_number == number][1]
            for number, (_, service) in enumerate(parts, start=1)
            if service == DYE
        ]
        basin = [replace(claim, calendar_id=self.basin_id, staff_id=None) for claim in rinsed]
        return replace(place, claims=(*place.claims, *basin))

    def wish(
        self, parts: Sequence[Part], starts_at: datetime, named: Placement | None = None
    ) -> Wish:
        """A wish of these parts; with those who serve it in a placement, if one is given."""
        staff = [part.staff for part in named.parts] if named else [None] * len(parts)
        return Wish(
            tuple(
                WishedPart(self.salon.company.service(service), person, who)
                for (person, service), who in zip(parts, staff, strict=True)
            ),
            starts_at,
        )

    def advance_to(self, instant: datetime) -> None:
        """Let time pass."""
        self.salon.clock.now = self.model.now = max(self.model.now, instant)

    async def assert_same(self) -> None:
        """Demand that the database says of everything what the model says."""
        holds, appointments = await self._stored()
        assert holds == self._modelled()
        assert appointments == [self._appointment(booked) for booked in self.model.appointments]
        assert await self._busy() == sorted(
            time[:3] for hold in self.model.holds for time in hold.taken(self.model.now)
        )

    def _appointment(self, booked: Booked) -> Any:
        return (
            booked.status,
            booked.stands_in.token,
            (booked.visit.held or booked.stands_in).token,
            booked.person,
            min(begins for _, begins, _, _ in booked.times),
            max(ends for _, _, ends, _ in booked.times),
            list(booked.parts),
        )

    def _modelled(self) -> dict[Any, Any]:
        now = self.model.now
        offers = defaultdict(list)
        for hold in self.model.holds:
            offers[hold.offer].append(hold.token)
        return {
            hold.token: (
                (hold.status_at(now), hold.end_reason, hold.call),
                (hold.reserved_at, hold.expires_at),
                min(offers[hold.offer]),
                hold.replaced_by and hold.replaced_by.token,
                hold.took_over and hold.took_over.token,
                self._rows(hold),
            )
            for hold in self.model.holds
        }

    def _rows(self, hold: Hold) -> list[Any]:
        taken = hold.taken(self.model.now)
        made = {
            booked.person: self.model.appointments.index(booked) for booked in hold.appointments
        }
        return sorted(
            (*time, person, time in taken, made.get(person))
            for time in hold.wished.times
            for person in [hold.wished.person_of(time)]
        )

    async def _stored(self) -> tuple[dict[Any, Any], list[Any]]:
        async with self.salon.store.db.acting_for(self.salon.id) as db:
            rows = await db.fetch(RESERVATIONS, self.salon.id)
            appointments = await db.fetch(APPOINTMENTS, self.salon.id)
        ids = [row["id"] for row in appointments]
        times, offers = defaultdict(list), defaultdict(list)
        for row in rows:
            offers[row["offer_id"]].append(row["caller_token"])
            booked = row["converted_to_appointment_id"]
            time = (row["calendar_id"], row["start_time"], row["end_time"], row["part_number"])
            blocks = row["blocks"] and not self._is_dead(row)
            made = ids.index(booked) if booked else None
            times[row["caller_token"]].append((*time, row["person"], blocks, made))
        holds: dict[Any, Any] = {}
        for row in rows:
            token = row["caller_token"]
            status = "expired" if self._is_dead(row) else row["status"]
            told = (
                (status, row["end_reason"], row["call_id"]),
                (row["reserved_at"], row["expires_at"]),
                min(offers[row["offer_id"]]),
                row["replaced_by_token"],
                row["took_over"],
                sorted(times[token]),
            )
            # Every row of a reservation tells the same.
            assert holds.setdefault(token, told) == told
        return holds, [tuple(row.values())[1:] for row in appointments]

    def _is_dead(self, row: Any) -> bool:
        return row["status"] == "active" and row["expires_at"] <= self.model.now

    async def _busy(self) -> list[Any]:
        calendars = [self.salon.company.staff_member(name).calendar_id for name in STAFF]
        (row,) = await self.salon.store.db.read(
            BUSY, self.salon.id, [*calendars, self.basin_id], *WINDOW, self.model.now
        )
        return sorted(zip(*row.values(), strict=True))


def wished(parts: Sequence[Part], place: Placement) -> Wished:
    """Tell the model of a placement."""
    times = tuple(
        (claim.calendar_id, claim.interval.start, claim.interval.end, claim.part_number)
        for claim in place.claims
    )
    staff = tuple(part.staff.name for part in place.parts)
    return Wished(tuple(parts), staff, place.starts_at, times)


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
