"""What came of simulated calls, counted from what was said and from the rows that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from slotkeeper.domain.availability import SEARCH_DAYS
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.domain.statistics import percentile
from slotkeeper.lab.callers.days import day_of
from slotkeeper.lab.callers.salon_copies import Setting
from slotkeeper.lab.callers.salon_day import SimulatedCall, Yes
from slotkeeper.lab.callers.simulated_people import Load, Scene
from slotkeeper.lab.proof.appointment_counts import MOST_ROWS, AppointmentCounts, count_appointments
from slotkeeper.rollout.share import Share
from slotkeeper.storage.store import Store


@dataclass(frozen=True, slots=True)
class Round:
    """One day of telephone: what its callers lived through, and what stands in the database."""

    lived: Sequence[SimulatedCall]
    stands: AppointmentCounts
    by_token: Mapping[UUID, AppointmentReservation]
    popular_sold: Share


async def round_of(
    lived: Sequence[SimulatedCall], scene: Scene, company_id: int, store: Store
) -> Round:
    """Read what stands after a day, before it is forgotten."""
    first, second = (day_of(scene.company, day) for day in scene.days)
    # Other times are named as far ahead as anybody searches.
    window = Interval(first.start, second.end + timedelta(days=SEARCH_DAYS))
    rows = await store.reservations.for_time_range(company_id, window, limit=MOST_ROWS)
    return Round(
        lived,
        await count_appointments(company_id, store, window),
        {row.token: row for row in rows},
        _sold(rows, scene),
    )


def _sold(rows: Iterable[AppointmentReservation], scene: Scene) -> Share:
    """How many of the popular times, with each person, are booked."""
    calendars = {person.calendar_id for person in scene.company.staff}
    booked = [
        segment
        for row in rows
        if row.status == "converted"
        for segment in row.segments
        if segment.calendar_id in calendars
    ]
    sold = {
        (segment.calendar_id, start)
        for segment in booked
        for start in scene.popular
        if segment.interval.start <= start < segment.interval.end
    }
    return Share(len(sold), len(calendars) * len(scene.popular))


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What came of all callers of one load, served in one way. ``popular_slots`` a day has.

    ``race_errors``: of those who were named a time, those to whom one was refused afterwards.
    ``taken_after_free``: of all yeses, those that were refused. ``whole_compounds``: of the yeses
    to a compound service, those that were booked with every part. ``booked`` and ``first_wish``:
    of the callers who did not hang up while thinking; ``compound_booked``: of those of them who
    wished a compound service. ``starved`` heard of no free time at all. ``windows_s``: for each
    yes, how long nothing had kept the time that was named.
    """

    callers: int
    popular_slots: int
    race_errors: Share
    taken_after_free: Share
    whole_compounds: Share
    booked: Share
    compound_booked: Share
    first_wish: Share
    starved: Share
    popular_sold: Share
    windows_s: Sequence[float]
    double_bookings: int
    contradictions: int
    faults: int

    @property
    def window_median_s(self) -> float | None:
        """Half of the yeses came to a time that nothing had kept for no longer than this."""
        return percentile(self.windows_s, 50)

    @property
    def window_p95_s(self) -> float | None:
        """And all but one in twenty of them for no longer than this."""
        return percentile(self.windows_s, 95)


def outcome_of(rounds: Sequence[Round]) -> LoadOutcome:
    """Count some rounds together, at least one."""
    lived = [one for played in rounds for one in played.lived]
    yeses = [yes for one in lived for yes in one.yeses]
    compound = [yes for one in lived if one.service.is_compound for yes in one.yeses]
    meant_it = [one for one in lived if not one.hung_up]
    return LoadOutcome(
        callers=len(lived),
        popular_slots=rounds[0].popular_sold.of,
        race_errors=_share(one.was_let_down for one in lived if one.heard_free),
        taken_after_free=_share(yes.token is None for yes in yeses),
        whole_compounds=Share(sum(map(_whole_compounds, rounds)), len(compound)),
        booked=_share(one.booked_at is not None for one in meant_it),
        compound_booked=_share(
            one.booked_at is not None for one in meant_it if one.service.is_compound
        ),
        first_wish=_share(one.booked_at == one.first_wish for one in meant_it),
        starved=_share(not one.heard_free for one in lived),
        popular_sold=Share(
            sum(played.popular_sold.count for played in rounds),
            sum(played.popular_sold.of for played in rounds),
        ),
        windows_s=[window for played in rounds for window in _windows_s(played)],
        double_bookings=sum(played.stands.double_bookings for played in rounds),
        contradictions=sum(map(_contradictions, rounds)),
        faults=sum(one.faults for one in lived),
    )


def as_row(load: Load, setting: Setting, found: LoadOutcome) -> dict[str, Any]:
    """Write an outcome for programs: shares with their counts, percent and interval."""
    values = {name: getattr(found, name) for name in LoadOutcome.__slots__ if name != "windows_s"}
    shares = {
        name: {"count": of.count, "of": of.of, "percent": of.percent, "interval": of.interval}
        for name, of in values.items()
        if isinstance(of, Share)
    }
    windows = {"window_median_s": found.window_median_s, "window_p95_s": found.window_p95_s}
    return {"load": asdict(load), **asdict(setting), **values, **shares, **windows}


def _share(answers: Iterable[bool]) -> Share:
    found = list(answers)
    return Share(sum(found), len(found))


def _whole_compounds(played: Round) -> int:
    """Yeses to a compound service of which every part stands."""
    booked = [
        (one.service, played.by_token.get(UUID(yes.token)))
        for one in played.lived
        if one.service.is_compound
        for yes in one.yeses
        if yes.token is not None
    ]
    return sum(
        len({segment.number for segment in row.segments}) == len(service.segments)
        for service, row in booked
        if row is not None and row.status == "converted"
    )


def _contradictions(played: Round) -> int:
    """By how much what callers were told to be booked is not what stands."""
    told = sum(one.booked_at is not None for one in played.lived)
    return abs(told - played.stands.appointments)


def _windows_s(played: Round) -> Iterable[float]:
    for one in played.lived:
        for yes in one.yeses:
            yield max(0.0, (yes.at - _kept_until(yes, played)).total_seconds())


def _kept_until(yes: Yes, played: Round) -> datetime:
    """Until when the time that was named was kept for the caller, from its row."""
    row = played.by_token.get(UUID(yes.named.token)) if yes.named.token else None
    if row is None or row.reserved_at > yes.named.at:
        return yes.named.at
    if row.status == "converted":
        return yes.at
    return min(row.expires_at, row.ended_at or row.expires_at)
