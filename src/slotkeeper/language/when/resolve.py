"""Resolving one wish by the calendar, the opening hours and the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from slotkeeper.domain.errors import AmbiguousTime, NoSuchTime
from slotkeeper.domain.walltime import to_instant
from slotkeeper.language.when.day_result import DayResult, resolve_days
from slotkeeper.language.when.drafts import Draft
from slotkeeper.language.when.expressions import (
    ClockItem,
    DayItem,
    Offset,
    SameDay,
    Zone,
)
from slotkeeper.language.when.hours import OpeningHours, day_edges, minute, open_stretches
from slotkeeper.language.when.result import Candidate, DateRange, Grain, Shift, When, Window
from slotkeeper.language.when.time_result import Frame, TimeResult, tell_time

_SOONEST_DAYS = 14


@dataclass(frozen=True, slots=True)
class Situation:
    """The situation in which words are said, which decides what they mean.

    ``now`` is aware, in the company's zone, a ZoneInfo, by which times are asked about that the
    clocks skip or repeat. ``hours`` tell three in the afternoon from three at night.
    ``appointment`` is the start of the appointment that is talked about, ``offers`` are the starts
    that were offered last, in their order; both are aware.
    """

    now: datetime
    hours: OpeningHours | None = None
    appointment: datetime | None = None
    offers: tuple[datetime, ...] = ()

    def in_one_zone(self) -> Situation:
        """Give all instants in the zone of ``now``. Raises ValueError if ``now`` is naive."""
        zone = self.now.tzinfo
        if zone is None:
            raise ValueError("now has to be aware, in the company's zone")
        return replace(
            self,
            appointment=self.appointment and self.appointment.astimezone(zone),
            offers=tuple(offer.astimezone(zone) for offer in self.offers),
        )

    @property
    def today(self) -> date:
        """Give today's date in the company's zone."""
        return self.now.date()

    @property
    def now_min(self) -> int:
        """Give the present time in minutes from midnight."""
        return minute(self.now.time())


def resolve(draft: Draft, situation: Situation) -> When:
    """Give what one wish means."""
    if draft.soon is not None:
        ahead = situation.now.astimezone(UTC) + timedelta(minutes=draft.soon.minutes)
        there = ahead.astimezone(situation.now.tzinfo).replace(second=0, microsecond=0)
        when = When("ok", there.date(), there.time(), grain="minute")
        said = _resolved(replace(draft, soon=None), situation)
        if said.date not in (None, when.date) or said.time not in (None, when.time):
            candidates = tuple(each for each in (when.date, said.date) if each)
            return When("ask", reason="date_conflict", candidates=candidates, confidence=0.3)
        return when
    if draft.moved or draft.same_time or draft.same_day:
        return _from_appointment(draft, situation)
    if draft.soonest and not (draft.days or draft.says_time):
        last = situation.today + timedelta(days=_SOONEST_DAYS)
        return When("ok", date_range=DateRange(situation.today, last), grain="soonest")
    return _resolved(draft, situation)


def _resolved(draft: Draft, situation: Situation) -> When:
    days = DayResult()
    if draft.days:
        over = _today_over(draft, situation)
        days = resolve_days(draft.days, situation.today, today_over=over)
    time_result = _time_result(draft, situation, days.day)
    if (shifted := _other_zone(draft.zone, days.day, time_result.at, situation)) is not None:
        return shifted
    when = _joined(days, time_result, situation)
    if days.day == situation.today and draft.still and when.window is None and when.time is None:
        _, closes = day_edges(situation.hours, days.day)
        # After closing, availability refuses the rest of the day.
        closes = closes if closes is not None and closes > _now(situation) else None
        when = replace(when, window=Window(_now(situation), closes), grain="window")
    return check_clock(when, situation)


def _now(situation: Situation) -> time:
    return situation.now.time().replace(second=0, microsecond=0)


def _time_result(draft: Draft, situation: Situation, day: date | None) -> TimeResult:
    offered = frozenset(
        minute(at.time()) for at in situation.offers if day is None or at.date() == day
    )
    frame = Frame(
        open_stretches(situation.hours, day),
        open_stretches(situation.hours, None),
        offered,
        situation.now_min if day == situation.today else None,
        guessed=not situation.hours,
    )
    return tell_time(draft.clocks, draft.parts, draft.edges, frame)


def _today_over(draft: Draft, situation: Situation) -> bool:
    """Whether the time that was said is over today, so that next week's day is meant."""
    time_result = _time_result(draft, situation, situation.today)
    if time_result.at is not None:
        return minute(time_result.at) < situation.now_min
    if time_result.reason is not None:
        return False
    ends = time_result.window.ends if time_result.window else None
    _, closes = day_edges(situation.hours, situation.today)
    last = min((minute(each) for each in (ends, closes) if each is not None), default=None)
    return last is not None and last <= situation.now_min


def _joined(days: DayResult, time_result: TimeResult, situation: Situation) -> When:
    reason = days.reason or time_result.reason
    if days.bounded and time_result.at is not None:
        reason = reason or "unclear"  # "ab Freitag um zehn": each day, or from then on?
    candidates: tuple[Candidate, ...] = days.candidates or time_result.candidates
    if time_result.reason and not days.reason:
        candidates = tuple(
            datetime.combine(days.day, at, situation.now.tzinfo) if days.day else at
            for at in time_result.candidates
        )
    return When(
        "ask" if reason else "ok",
        days.day,
        time_result.at,
        _clipped(time_result.window, days.day, situation),
        days.span,
        grain=_grain(days, time_result),
        confidence=round(min(days.confidence, time_result.confidence), 2) if not reason else 0.3,
        candidates=candidates,
        reason=reason,
        part=time_result.part,
        past=days.reason == "past",
        repaired_year=days.repaired,
    )


def _grain(days: DayResult, time_result: TimeResult) -> Grain:
    if time_result.at is not None:
        return "minute"
    if time_result.window is not None:
        return "window"
    if days.span is not None:
        return "range"
    return "day" if days.day is not None else "none"


def _clipped(window: Window | None, day: date | None, situation: Situation) -> Window | None:
    """Fill a window's open ends with the day's hours; today's begins no earlier than now."""
    if window is None:
        return None
    opens, closes = day_edges(situation.hours, day)
    starts = window.starts or opens
    ends = window.ends or closes
    if day == situation.today and (starts is None or starts < _now(situation)):
        starts = _now(situation) if ends is None or _now(situation) < ends else starts
    if starts is not None and ends is not None and ends <= starts:
        return window  # availability refuses it as closed
    return Window(starts, ends)


def check_clock(when: When, situation: Situation) -> When:
    """Ask about a day or time that has passed, and about times that the clocks skip or repeat."""
    if when.status != "ok" or when.date is None:
        return when
    if _is_over(when, when.date, situation):
        return replace(when, status="ask", reason="past", past=True)
    zone = situation.now.tzinfo
    if when.time is None or not isinstance(zone, ZoneInfo):
        return when
    wall = datetime.combine(when.date, when.time)
    try:
        to_instant(wall, zone)
    except NoSuchTime:
        after = (wall.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone)
        return replace(when, status="ask", reason="no_such_time", candidates=(after,))
    except AmbiguousTime:
        both = tuple(wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        return replace(when, status="ask", reason="ambiguous_dst", candidates=both)
    return when


def _is_over(when: When, day: date, situation: Situation) -> bool:
    if day != situation.today:
        return day < situation.today
    if when.time is not None:
        return minute(when.time) < situation.now_min
    ends = when.window.ends if when.window else None
    return ends is not None and minute(ends) <= situation.now_min


def _other_zone(
    zone: Zone | None, day: date | None, at: time | None, situation: Situation
) -> When | None:
    """Ask about a time with another zone, because models write Z and mean the salon's time."""
    if zone is None or day is None or at is None:
        return None
    wall = datetime.combine(day, at, situation.now.tzinfo)
    offset = timedelta(minutes=zone.offset_min)
    if wall.utcoffset() == offset:
        return None
    instant = (datetime.combine(day, at, UTC) - offset).astimezone(situation.now.tzinfo)
    candidates = (wall, instant)
    return When("ask", day, None, candidates=candidates, reason="ambiguous_time", confidence=0.3)


def _from_appointment(draft: Draft, situation: Situation) -> When:
    """Count from the appointment that is talked about or, if it is not known, give the shift."""
    shift = draft.moved.shift if draft.moved else Shift()
    rest = [d for d in draft.days if not (isinstance(d, DayItem) and isinstance(d.spec, SameDay))]
    keeps = draft.same_time or (bool(draft.moved) and shift.keep_time and not draft.says_time)
    if situation.appointment is None:
        when = _resolved(Draft(list(rest), draft.clocks, draft.parts, draft.edges), situation)
        return replace(when, relative=replace(shift, keep_time=keeps))
    start = situation.appointment.replace(tzinfo=None)
    there = start + timedelta(days=shift.days, minutes=shift.minutes)
    keeps = keeps or bool(shift.minutes)
    there_day = DayItem(Offset((there.date() - situation.today).days))
    plain = Draft(rest or [there_day], draft.clocks, draft.parts, draft.edges)
    if keeps and not plain.clocks:
        plain.clocks = [ClockItem(minute(there.time()), "exact")]
    return _resolved(plain, situation)
