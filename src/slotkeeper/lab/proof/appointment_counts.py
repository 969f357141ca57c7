"""What stands in the database in the end, counted without trusting anything that was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from slotkeeper.domain.intervals import Interval
from slotkeeper.storage.store import Store

# Of one day: far more rows than its calendars have room for, double bookings included.
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class AppointmentCounts:
    """Appointments that stand, and how many stretches of them overlap an earlier one."""

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
    """Count the stretches that begin before an earlier one on the same calendar has ended."""
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
