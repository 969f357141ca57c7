"""Counts the outcomes of simulated calls from what was said and from the rows in the database."""

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
    """One simulated day: its calls, and the reservations and appointments in the database."""

    calls: Sequence[SimulatedCall]
    stands: AppointmentCounts
    by_token: Mapping[UUID, AppointmentReservation]
    popular_sold: Share


async def round_of(
    calls: Sequence[SimulatedCall], scene: Scene, company_id: int, store: Store
) -> Round:
    """Read the rows of a day that was played, before the next one empties the calendar."""
    first, second = (day_of(scene.company, day) for day in scene.days)
    # Alternatives may lie as many days ahead as the search goes.
    window = Interval(first.start, second.end + timedelta(days=SEARCH_DAYS))
    rows = await store.reservations.for_time_range(company_id, window, limit=MOST_ROWS)
    return Round(
        calls,
        await count_appointments(company_id, store, window),
        {store.tokens.seal(row.token): row for row in rows},
        _sold(rows, scene),
    )


def _sold(rows: Iterable[AppointmentReservation], scene: Scene) -> Share:
    """Count how many of the popular times are booked, over all people."""
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
    """The outcome of all callers of one load, served in one way.

    ``popular_slots``: how many popular slots a day has. ``race_errors``: the share of the callers
    who heard of a free time and were refused one. ``taken_after_free``: the share of yeses that
    were refused. ``whole_compounds``: the share of yeses to a compound service that were booked
    with every segment. ``booked``, ``first_wish``: shares of the callers who did not hang up while
    thinking; ``compound_booked``: of those among them who wished a compound service. ``starved``:
    the share that heard of no free time. ``windows_s``: for each yes, how many seconds the named
    time had not been held.
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
        """The median of ``windows_s``; None without a yes."""
        return percentile(self.windows_s, 50)

    @property
    def window_p95_s(self) -> float | None:
        """The 95th percentile of ``windows_s``; None without a yes."""
        return percentile(self.windows_s, 95)


def outcome_of(rounds: Sequence[Round]) -> LoadOutcome:
    """Count one or more rounds together."""
    calls = [call for played in rounds for call in played.calls]
    yeses = [yes for call in calls for yes in call.yeses]
    compound = [yes for call in calls if call.service.is_compound for yes in call.yeses]
    meant_it = [call for call in calls if not call.hung_up]
    return LoadOutcome(
        callers=len(calls),
        popular_slots=rounds[0].popular_sold.of,
        race_errors=_share(call.was_let_down for call in calls if call.heard_free),
        taken_after_free=_share(yes.token is None for yes in yeses),
        whole_compounds=Share(sum(map(_whole_compounds, rounds)), len(compound)),
        booked=_share(call.booked_at is not None for call in meant_it),
        compound_booked=_share(
            call.booked_at is not None for call in meant_it if call.service.is_compound
        ),
        first_wish=_share(call.booked_at == call.first_wish for call in meant_it),
        starved=_share(not call.heard_free for call in calls),
        popular_sold=Share(
            sum(played.popular_sold.count for played in rounds),
            sum(played.popular_sold.of for played in rounds),
        ),
        windows_s=[window for played in rounds for window in _windows_s(played)],
        double_bookings=sum(played.stands.double_bookings for played in rounds),
        contradictions=sum(map(_contradictions, rounds)),
        faults=sum(call.faults for call in calls),
    )


def as_row(load: Load, setting: Setting, outcome: LoadOutcome) -> dict[str, Any]:
    """Write an outcome as JSON: each share with its counts, percent and interval."""
    values = {name: getattr(outcome, name) for name in LoadOutcome.__slots__ if name != "windows_s"}
    shares = {
        name: {"count": of.count, "of": of.of, "percent": of.percent, "interval": of.interval}
        for name, of in values.items()
        if isinstance(of, Share)
    }
    windows = {"window_median_s": outcome.window_median_s, "window_p95_s": outcome.window_p95_s}
    return {"load": asdict(load), **asdict(setting), **values, **shares, **windows}


def _share(answers: Iterable[bool]) -> Share:
    counted = list(answers)
    return Share(sum(counted), len(counted))


def _whole_compounds(played: Round) -> int:
    """Count the yeses to a compound service of which every segment is booked."""
    booked = [
        (call.service, played.by_token.get(UUID(yes.token)))
        for call in played.calls
        if call.service.is_compound
        for yes in call.yeses
        if yes.token is not None
    ]
    return sum(
        len({segment.number for segment in row.segments}) == len(service.segments)
        for service, row in booked
        if row is not None and row.status == "converted"
    )


def _contradictions(played: Round) -> int:
    """Count by how many the bookings that were said differ from the appointments that stand."""
    said = sum(call.booked_at is not None for call in played.calls)
    return abs(said - played.stands.appointments)


def _windows_s(played: Round) -> Iterable[float]:
    for call in played.calls:
        for yes in call.yeses:
            yield max(0.0, (yes.said_at - _held_until(yes, played)).total_seconds())


def _held_until(yes: Yes, played: Round) -> datetime:
    """Read from its row until when the named time was held for the caller."""
    row = played.by_token.get(UUID(yes.named.token)) if yes.named.token else None
    if row is None or row.reserved_at > yes.named.named_at:
        return yes.named.named_at
    if row.status == "converted":
        return yes.said_at
    return min(row.expires_at, row.ended_at or row.expires_at)
