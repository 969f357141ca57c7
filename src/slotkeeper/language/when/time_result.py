"""Joining all that was said about the time of day to one time or window, or a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time

from slotkeeper.language.when.expressions import ClockItem, ClockSpanItem, Edge, PartOfDay
from slotkeeper.language.when.hours import (
    DAY_MIN,
    EARLIEST_MIN,
    HALF_DAY_MIN,
    Minutes,
    clock_time,
    is_open,
)
from slotkeeper.language.when.result import Part, Reason, Window

# "gegen zehn" is within this many minutes before and after ten.
ABOUT_MIN = 30
# No caller means a longer stretch within a day.
_LONGEST_MIN = 12 * 60

# The hours that each part of the day can name: "sieben Uhr abends" is 19:00.
_HOURS_OF: dict[Part, Minutes] = {
    "morning": (0, 12 * 60),
    "forenoon": (0, 13 * 60),
    "noon": (11 * 60, 15 * 60),
    "afternoon": (12 * 60, 19 * 60 + 1),
    "evening": (16 * 60, DAY_MIN),
    "night": (18 * 60, DAY_MIN + 6 * 60),
}
# The window of each part of the day if no time was said; None is opening or closing.
_WINDOWS: dict[Part, tuple[int | None, int | None]] = {
    "morning": (None, 12 * 60),
    "forenoon": (None, 12 * 60),
    "noon": (12 * 60, 14 * 60),
    "afternoon": (12 * 60, None),
    "evening": (17 * 60, None),
    "night": (20 * 60, None),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """What decides which of its readings a time has.

    ``open`` are the day's hours, ``usual`` those of all days: on a Saturday that closes at two, "um
    drei" is still in the afternoon. ``offered`` are minutes of offered starts. ``now_min``: minutes
    of now, on today's date only. ``guessed``: no hours are known, these are common ones.
    """

    open: Sequence[Minutes]
    usual: Sequence[Minutes]
    offered: frozenset[int] = frozenset()
    now_min: int | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class TimeResult:
    """The time or window that was meant; with a ``reason`` the caller has to be asked."""

    at: time | None = None
    window: Window | None = None
    part: Part | None = None
    reason: Reason | None = None
    candidates: tuple[time, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """The minutes that a time can mean, likeliest first; several, or a ``reason``, are asked."""

    minutes: tuple[int, ...]
    reason: Reason | None = None
    confidence: float = 1.0


def tell_time(
    clocks: Sequence[ClockItem | ClockSpanItem],
    parts: Sequence[PartOfDay],
    edges: Sequence[Edge],
    frame: Frame,
) -> TimeResult:
    """Give the time that all expressions together mean."""
    part = parts[-1].part if parts else None
    exact = [c for c in clocks if isinstance(c, ClockItem) and c.bound not in _LIMITS]
    limits = [c for c in clocks if isinstance(c, ClockSpanItem) or c.bound in _LIMITS]
    if exact:
        return replace(_at(exact, part, frame), part=part)
    bounds = {edge.bound for edge in edges} - {None}
    if not limits and not parts and not bounds:
        return TimeResult()
    if bounds & {"before", "after", "about"}:
        return TimeResult(reason="unclear")  # "kurz vor Ladenschluss"
    return replace(_between(limits, parts, frame), part=part)


_LIMITS = frozenset({"from", "until", "before", "after", "between", "since"})


def _at(clocks: Sequence[ClockItem], part: Part | None, frame: Frame) -> TimeResult:
    readings = [_read(clock, part, frame) for clock in clocks]
    failed = next((each for each in readings if not each.minutes), None)
    if failed is not None:
        return TimeResult(reason=failed.reason)
    common = [m for m in readings[0].minutes if all(m in each.minutes for each in readings)]
    if not common:
        together = dict.fromkeys(m for each in readings for m in each.minutes[:1])
        return TimeResult(reason="ambiguous_time", candidates=_times(together))
    reasons = [each.reason for each in readings if each.reason]
    settled = len(common) == 1 and len(reasons) < len(readings)
    if reasons and not settled:
        return TimeResult(reason=reasons[0], candidates=_times(common))
    chosen, clock = common[0], clocks[0]
    others = common if clock.others else ()
    about = (ABOUT_MIN, ABOUT_MIN) if clock.bound == "about" else clock.about_min
    window = None
    if about is not None:
        early, late = max(chosen - about[0], 0), min(chosen + about[1], DAY_MIN - 1)
        window = Window(clock_time(early), clock_time(late))
    confidence = min(each.confidence for each in readings)
    return TimeResult(
        clock_time(chosen),
        window,
        candidates=_times(others),
        confidence=confidence if about is None else min(confidence, 0.8),
    )


def _times(minutes: Iterable[int]) -> tuple[time, ...]:
    return tuple(clock_time(each) for each in minutes)


def _read(clock: ClockItem, part: Part | None, frame: Frame) -> _Reading:
    if clock.invalid:
        return _Reading((), "invalid_time")
    if clock.undecided:
        return _Reading((clock.minutes, *clock.others), "ambiguous_time")
    reading = _chosen(clock, part, frame)
    if clock.others:
        return replace(reading, minutes=(*reading.minutes, *clock.others), confidence=0.55)
    if clock.regional:
        return replace(reading, confidence=min(reading.confidence, 0.7))
    return reading


def _chosen(clock: ClockItem, part: Part | None, frame: Frame) -> _Reading:
    options = [clock.minutes]
    if clock.firmness != "exact":
        half = clock.minutes % HALF_DAY_MIN
        options += [m for m in (half, half + HALF_DAY_MIN) if m != clock.minutes]
    if part is not None:
        options = [m for m in options if _in_part(m, part)]
        if not options:
            return _Reading((), "time_conflict")
    if len(options) == 1:
        return _Reading((options[0],))
    offered = [m for m in options if m in frame.offered]
    if len(offered) == 1:
        return _Reading((offered[0],), confidence=0.9)
    return _by_hours(clock, options, frame)


def _by_hours(clock: ClockItem, options: Sequence[int], frame: Frame) -> _Reading:
    """Choose morning or evening by the opening hours and, today, by what is still to come."""
    fitting = [m for m in options if is_open(m, frame.open)]
    if frame.guessed and clock.firmness == "clock" and clock.minutes >= EARLIEST_MIN:
        return _Reading((clock.minutes,), confidence=0.9)
    fitting = fitting or [m for m in options if is_open(m, frame.usual)]
    if frame.now_min is not None and len(fitting) > 1:
        fitting = [m for m in fitting if m >= frame.now_min] or fitting
    if not fitting and clock.firmness == "bare":
        fitting = [m for m in options if is_open(m, frame.open, at_closing=True)]
    if clock.firmness == "clock" and (not fitting or clock.minutes in fitting):
        return _Reading((clock.minutes,), confidence=0.95)
    if len(fitting) == 1:
        return _Reading((fitting[0],), confidence=0.9 if clock.firmness == "bare" else 0.8)
    return _Reading(tuple(options), "ambiguous_time")


def _between(
    limits: Sequence[ClockItem | ClockSpanItem], parts: Sequence[PartOfDay], frame: Frame
) -> TimeResult:
    starts: int | None = None
    ends: int | None = None
    for begin, end in (*map(_part_window, parts), *(_limit(each, parts, frame) for each in limits)):
        if isinstance(begin, _Reading):
            reason = begin.reason or "ambiguous_time"
            return TimeResult(reason=reason, candidates=_times(begin.minutes))
        starts = begin if starts is None or (begin is not None and begin > starts) else starts
        ends = end if ends is None or (end is not None and end < ends) else ends
    if starts is not None and ends is not None and ends < starts:
        return TimeResult(reason="time_conflict")
    window = Window(
        None if starts is None else clock_time(starts),
        None if ends is None or ends >= DAY_MIN else clock_time(ends),
    )
    return TimeResult(window=window, confidence=0.9)


def _part_window(said: PartOfDay) -> tuple[int | None, int | None]:
    begins, ends = _WINDOWS[said.part]
    if said.bound in {"from", "after"}:
        return begins, None
    if said.bound in {"until", "before"}:
        return None, ends if begins is None else begins
    return begins, ends


def _limit(
    said: ClockItem | ClockSpanItem, parts: Sequence[PartOfDay], frame: Frame
) -> tuple[int | _Reading | None, int | None]:
    part = parts[-1].part if parts and not parts[-1].bound else None
    if isinstance(said, ClockSpanItem):
        return _stretch(said, part, frame)
    if said.invalid or said.undecided:
        return _read(said, None, frame), None
    until = said.bound in {"until", "before"}
    readings = _limit_options(said, part, frame, until=until)
    if len(readings) != 1:
        return _Reading(tuple(readings), "ambiguous_time"), None
    return (None, readings[0]) if until else (readings[0], None)


def _limit_options(
    said: ClockItem, part: Part | None, frame: Frame, *, until: bool
) -> Sequence[int]:
    """Read "bis drei", "vormittags ab neun" so that some opening hours are left."""
    half = said.minutes % HALF_DAY_MIN
    if said.firmness == "exact":
        return (said.minutes,)
    both = (half, half + HALF_DAY_MIN)
    within = _HOURS_OF[part] if part else (0, DAY_MIN)
    left = [m for m in both if _leaves_some(m, within, frame, until=until)] or list(both)
    for narrower in (
        [m for m in left if within[0] <= m <= within[1]],
        [m for m in left if is_open(m, frame.open)],
        [said.minutes] if said.firmness == "clock" and said.minutes in left else [],
    ):
        if len(left) > 1 and narrower:
            left = narrower
    return left


def _leaves_some(minutes: int, within: Minutes, frame: Frame, *, until: bool) -> bool:
    begins, ends = (within[0], minutes) if until else (minutes, within[1])
    return any(max(begins, opens) < min(ends, closes) for opens, closes in frame.open)


def _stretch(
    said: ClockSpanItem, part: Part | None, frame: Frame
) -> tuple[int | _Reading | None, int | None]:
    """Read "zwischen zwei und vier" as the shortest stretch that touches the opening hours."""
    if said.first.invalid or said.last.invalid:
        return _Reading((), "invalid_time"), None
    lengths: dict[Minutes, int] = {}
    for begin in _options(said.first, said.last):
        for end in _options(said.last, said.first):
            if begin < end <= begin + _LONGEST_MIN and _in_part(begin, part):
                lengths[begin, end] = end - begin
    touching = {
        span: length
        for span, length in lengths.items()
        if any(max(span[0], opens) < min(span[1], closes) for opens, closes in frame.open)
    }
    best = touching or lengths
    shortest = [span for span, length in best.items() if length == min(best.values())]
    if len(shortest) == 1:
        return shortest[0]
    return _Reading(tuple(span[0] for span in shortest), "ambiguous_time"), None


def _options(clock: ClockItem, other: ClockItem) -> Sequence[int]:
    if clock.firmness == "exact":
        return (clock.minutes,)
    # "von neun bis siebzehn Uhr" is on a clock of 24 hours, unless that runs backwards.
    half = clock.minutes % HALF_DAY_MIN
    if other.firmness == "exact" and clock.minutes < other.minutes and clock.minutes >= 7 * 60:
        return (clock.minutes,)
    return (half, half + HALF_DAY_MIN)


def _in_part(minutes: int, part: Part | None) -> bool:
    if part is None:
        return True
    begins, ends = _HOURS_OF[part]
    return begins <= minutes < ends or minutes + DAY_MIN < ends
