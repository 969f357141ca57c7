"""Only days that can be had are offered for choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.opening import opens_on
from slotkeeper.language.say.spoken import say, spoken_date, spoken_list
from slotkeeper.language.when import When


def closed_among(when: When, company: Company) -> list[date]:
    """Give the days among the candidates of a question on which the company is closed."""
    if when.status != "ask" or when.date is not None:
        return []
    return [day for day in days_of(when.candidates) if not opens_on(company, day)]


def or_closed(when: When, company: Company) -> When:
    """Take the first of several days where all of them are closed: there is nothing to choose.

    Whoever is offered a closed day for choice would choose in vain.
    """
    days = days_of(when.candidates)
    if not days or len(closed_among(when, company)) < len(days):
        return when
    return replace(when, status="ok", date=days[0], reason=None, candidates=())


def say_closed(days: Sequence[date], company: Company) -> str:
    """Say of days that they are closed; "" for none."""
    if not days:
        return ""
    spoken = spoken_list([spoken_date(day, company.locale) for day in days], company.locale)
    return say("closed_on", company.locale, words={"date": spoken})


def days_of(candidates: Sequence[date | time]) -> list[date]:
    """The days among candidates, each once and in their order."""
    days = [c.date() if isinstance(c, datetime) else c for c in candidates if isinstance(c, date)]
    return list(dict.fromkeys(days))
