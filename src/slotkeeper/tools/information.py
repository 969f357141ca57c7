"""The tools that only inform: what day it is, what is offered, when it is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from slotkeeper.domain.catalogue import Branch, Company, Service
from slotkeeper.domain.catalogue_file.entries import WEEKDAYS
from slotkeeper.domain.opening import closed_because, weekly_hours
from slotkeeper.language.phonetics import latin
from slotkeeper.language.say.spoken import (
    say,
    spoken_date,
    spoken_duration,
    spoken_hours,
    spoken_list,
    spoken_price,
    spoken_weekdays,
    weekday_name,
)
from slotkeeper.tools.tool import ToolRequest
from slotkeeper.tools.wish_arguments import not_understood, unclear_when, understand_arguments
from slotkeeper.tools.wording import ToolAnswer

# A caller does not remember more names than this.
NAMED_SERVICES = 3

Stretches = Sequence[tuple[time, time | None]]


async def get_current_context(request: ToolRequest) -> ToolAnswer:
    """Tell the model what day and time it is in the salon."""
    company, local = request.company, request.local_now
    tomorrow = local.date() + timedelta(days=1)
    return ToolAnswer(
        "context",
        say("context", company.locale, local),
        {
            "success": True,
            "call_id": request.call_id,
            "company": company.name,
            "date": local.date().isoformat(),
            "time": f"{local:%H:%M}",
            "weekday": weekday_name(local, company.locale),
            "day_of_week": weekday_name(local, company.locale),
            "tomorrow": {
                "date": tomorrow.isoformat(),
                "day": weekday_name(tomorrow, company.locale),
            },
            "formatted": f"{spoken_date(local, company.locale)}, {local:%H:%M}",
            "timezone": company.zone.key,
        },
    )


async def parse_date(request: ToolRequest) -> ToolAnswer:
    """Tell which day was meant."""
    company, when = request.company, understand_arguments(request).when
    if when.date is None or when.status != "ok":
        no = unclear_when(request, when)
        if no is not None:
            return no
    day = when.date or (when.date_range.first if when.date_range else None)
    if day is None:
        return ToolAnswer("needs_info", say("ask_date", company.locale), {"missing": ["date"]})
    facts: dict[str, object] = {
        "success": True,
        "date": day.isoformat(),
        "weekday": weekday_name(day, company.locale),
    }
    if when.time is not None:
        facts["time"] = f"{when.time:%H:%M}"
    return ToolAnswer("date", say("date", company.locale, _noon(day)), facts)


async def get_available_services(request: ToolRequest) -> ToolAnswer:
    """Tell what is offered; of a service that was named, how long it takes and what it costs."""
    company = request.company
    if request.argument("service") is not None:
        understanding = understand_arguments(request)
        if understanding.service.service is None:
            no = not_understood(request, understanding)
            assert no is not None  # without a service there is always a question
            return no
        return _about(company, understanding.service.service)
    names = [service.name for service in company.services if service.staff_ids]
    facts: dict[str, object] = {
        "success": True,
        "services": [_facts(company, service) for service in company.services],
    }
    spoken = spoken_list(names[:NAMED_SERVICES], company.locale)
    return ToolAnswer("services", say("services", company.locale, None, spoken), facts)


async def get_opening_hours(request: ToolRequest) -> ToolAnswer:
    """Tell when the company is open: on the day that was named, or in the week."""
    company = request.company
    when = understand_arguments(request).when
    day = when.date or (when.date_range.first if when.date_range else None)
    if day is not None and when.status == "ok":
        return hours_of(company, day, branch_of(request))
    branch = branch_of(request)
    week = {number: _stretches(company, number, branch) for number in range(1, 8)}
    facts: dict[str, object] = {
        "success": True,
        "hours": {WEEKDAYS[number - 1]: _written(hours) for number, hours in week.items()},
    }
    spoken = spoken_list(_spoken_week(company, week), company.locale)
    return ToolAnswer(
        "opening_hours", say("opening_hours", company.locale, words={"hours": spoken}), facts
    )


def _about(company: Company, service: Service) -> ToolAnswer:
    """Say how long a service takes and what it costs."""
    words = {"duration": spoken_duration(service.duration_min, company.locale)}
    key = "service_duration"
    if service.price_cents is not None:
        words["price"] = spoken_price(service.price_cents, company.currency, company.locale)
        key = "service_info"
    text = say(key, company.locale, None, service.name, words=words)
    facts = {"success": True} | _facts(company, service)
    return ToolAnswer("service_info", text, facts, service=service)


def _facts(company: Company, service: Service) -> dict[str, object]:
    facts: dict[str, object] = {"service": service.name, "duration_min": service.duration_min}
    if service.price_cents is not None:
        facts["spoken_price"] = spoken_price(service.price_cents, company.currency, company.locale)
    return facts


def branch_of(request: ToolRequest) -> Branch | None:
    """Give the branch whose name or key was said, or else the first; None where there is none."""
    said = latin(request.argument("branch") or "")
    branches = request.company.branches
    for branch in branches:
        telling = set(latin(branch.name).split()) - set(latin(request.company.name).split())
        if said and (said == latin(branch.key) or not telling.isdisjoint(said.split())):
            return branch
    return branches[0] if branches else None


def hours_of(company: Company, day: date, branch: Branch | None = None) -> ToolAnswer:
    """Tell when a branch (None for the first) is open on a day, or why it is closed."""
    branch = branch or (company.branches[0] if company.branches else None)
    reason = closed_because(company, branch, day) if branch else None
    stretches = [] if reason else _stretches(company, day.isoweekday(), branch)
    facts: dict[str, object] = {
        "success": True,
        "date": day.isoformat(),
        "open": bool(stretches),
        "hours": _written(stretches),
    }
    key = "open_on" if stretches else "closed_on"
    spoken = spoken_hours(stretches, company.locale)
    return ToolAnswer(
        "opening_hours",
        say(key, company.locale, _noon(day), words={"hours": spoken}),
        facts,
        reason,
    )


def _stretches(
    company: Company, weekday: int, branch: Branch | None
) -> list[tuple[time, time | None]]:
    """A weekday's hours at a branch, in their order."""
    return weekly_hours(company, branch, weekday) if branch else []


def _spoken_week(company: Company, week: dict[int, list[tuple[time, time | None]]]) -> list[str]:
    """Word the week; days in a row with the same hours become one phrase."""
    spoken = []
    for hours, days in groupby(range(1, 8), key=lambda number: week[number]):
        run = list(days)
        if hours:
            days_spoken = spoken_weekdays(run[0], run[-1], company.locale)
            spoken.append(f"{days_spoken} {spoken_hours(hours, company.locale)}")
    return spoken


def _written(stretches: Stretches) -> list[str]:
    return [
        f"{opens:%H:%M}-{closes:%H:%M}" if closes else f"{opens:%H:%M}-24:00"
        for opens, closes in stretches
    ]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))
