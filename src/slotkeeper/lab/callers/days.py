"""Chooses the days and slots of a simulation: open days on which nothing is booked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from slotkeeper.domain.catalogue import Company, Service, Staff
from slotkeeper.domain.diary import able_staff
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.opening import closed_because
from slotkeeper.storage.store import Store

# When people like to come, the most popular hour first. Services of up to an hour do not overlap.
POPULAR_HOURS = (10, 11, 14, 15, 16, 13, 9, 17)


class NoFreeDay(Exception):
    """No day within the company's horizon is open and without bookings."""


@dataclass(frozen=True, slots=True)
class PopularSlot:
    """A start with a certain person, which only one caller can have."""

    service: Service
    staff: Staff
    starts_at: datetime


def day_of(company: Company, day: date) -> Interval:
    """Give a day in the company's time zone, midnight to midnight."""
    first, last = (datetime.combine(d, time.min, company.zone) for d in (day, day + timedelta(1)))
    return Interval(first.astimezone(UTC), last.astimezone(UTC))


async def free_day(
    company: Company, store: Store, *, weekday: int | None = None, taken: Iterable[date] = ()
) -> date:
    """Find the first open day from tomorrow on without any booking, if given of an ISO weekday.

    Days in ``taken`` are skipped. Raises NoFreeDay.
    """
    today = (await store.clock.now()).astimezone(company.zone).date()
    calendar_ids = [calendar.id for calendar in company.calendars]
    for ahead in range(1, company.rules.horizon_days):
        day = today + timedelta(days=ahead)
        if day in taken or weekday not in (None, day.isoweekday()) or not _is_open(company, day):
            continue
        read = await store.calendars.busy(company.id, calendar_ids, day_of(company, day))
        if not read.busy:
            return day
    raise NoFreeDay(f"{company.slug} has no untouched day in {company.rules.horizon_days} days")


def most_slots(company: Company, service: Service) -> int:
    """Count the popular slots of a day."""
    return len(POPULAR_HOURS) * len(able_staff(company, service))


def popular_slots(company: Company, service: Service, day: date, count: int) -> list[PopularSlot]:
    """List ``count`` slots of a day (at most ``most_slots``), the most popular times first."""
    return [
        PopularSlot(service, member, datetime.combine(day, time(hour), company.zone))
        for hour in POPULAR_HOURS
        for member in able_staff(company, service)
    ][:count]


def _is_open(company: Company, day: date) -> bool:
    """Whether every branch is open on that day."""
    opens = {(hours.branch_id, hours.weekday) for hours in company.hours}
    return all(
        (branch.id, day.isoweekday()) in opens and closed_because(company, branch, day) is None
        for branch in company.branches
    )
