"""Counts appointments and double bookings from the rows, whatever the server has said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from slotkeeper.domain.intervals import Interval
from slotkeeper.storage.store import Store

# More rows than the calendars of a day have room for, even with double bookings.
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class AppointmentCounts:
    """How many appointments stand, and how many of their segments overlap an earlier one."""

    appointments: int
    double_bookings: int


async def count_appointments(company_id: int, store: Store, window: Interval) -> AppointmentCounts:
    """Count the appointments that start in a window, from their rows."""
    booked = {
        appointment.token
        for appointment in await store.appointments.listed(company_id, window)
        if appointment.status == "booked"
    }
    reserved = await store.reservations.for_time_range(company_id, window, limit=MOST_ROWS)
    return AppointmentCounts(
        appointments=len(booked),
        double_bookings=overlaps(
            (segment.calendar_id, segment.interval)
            for reservation in reserved
            if reservation.token in booked
            for segment in reservation.segments
        ),
    )


def overlaps(taken: Iterable[tuple[int, Interval]]) -> int:
    """Count the intervals that begin before an earlier one on the same calendar has ended."""
    by_calendar: defaultdict[int, list[Interval]] = defaultdict(list)
    for calendar_id, interval in taken:
        by_calendar[calendar_id].append(interval)
    count = 0
    for intervals in by_calendar.values():
        intervals.sort()
        reach = intervals[0].start
        for interval in intervals:
            count += interval.start < reach
            reach = max(reach, interval.end)
    return count
