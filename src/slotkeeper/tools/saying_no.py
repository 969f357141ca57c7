"""The words of a no: what it is, with the day, and by its name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import groupby

from slotkeeper.domain.availability import branches_of, horizon_days
from slotkeeper.domain.catalogue import Branch, Company, Staff
from slotkeeper.domain.diary import able_staff
from slotkeeper.domain.errors import (
    Closed,
    InThePast,
    Refusal,
    SearchGivenUp,
    StaffAbsent,
    StaffCannot,
    TooFar,
    TooSoon,
    UnknownStaff,
)
from slotkeeper.domain.opening import UNNAMED_CLOSURE, hours_on
from slotkeeper.domain.public_holidays import public_holidays
from slotkeeper.domain.why_nothing import EmptyWindow
from slotkeeper.domain.wish import Wish, WishedPart
from slotkeeper.language.say.spoken import (
    say,
    spoken_clauses,
    spoken_date,
    spoken_days,
    spoken_either,
    spoken_hours,
    spoken_time,
)
from slotkeeper.tools.visit_wording import shortest_end, spoken_wish

# More names than this nobody remembers, and more days are said as a stretch.
NAMED_PEOPLE = 3
SINGLE_DAYS = 2


def no_of_start(company: Company, wish: Wish, refusal: Refusal) -> str:
    """Say why a wished start cannot be had, without a question; "" where nothing is to be added.

    Then the sentence of the refusal's code says it all.
    """
    at = wish.starts_at.astimezone(company.zone)
    match refusal:
        case StaffCannot() | UnknownStaff():
            return _who_does_it(company, wish, refusal)
        case StaffAbsent() if wish.staff is not None:
            return say("staff_away", company.locale, at, words={"staff": wish.staff.name})
        case TooFar():
            return _NoOnDays(company, wish).sentence([(at.date(), refusal)])
        case Closed() if not _open_branches(company, _people(company, wish), at.date()):
            return _NoOnDays(company, wish).sentence([(at.date(), refusal)])
        case Closed() if (closes := _closes_before_done(company, wish, at)) is not None:
            words = {"until": spoken_time(closes, company.locale)}
            return say("too_long", company.locale, at, words=words)
    return ""


def _closes_before_done(company: Company, wish: Wish, at: datetime) -> time | None:
    """Give when the branch closes that is open at a start, but not until all is done."""
    done = shortest_end(wish).astimezone(company.zone)
    for branch in _open_branches(company, _people(company, wish), at.date()):
        for opens, closes in hours_on(company, branch, at.date()):
            if closes is not None and opens <= at.time() < closes:
                return closes if datetime.combine(at.date(), closes, at.tzinfo) < done else None
    return None


def no_of_windows(
    company: Company, wish: Wish, empty: Sequence[EmptyWindow], truest: Refusal
) -> str:
    """Say why nothing can be had on the days, or parts of days, that were asked for."""
    days = [(each.window.start.astimezone(company.zone).date(), each.refusal) for each in empty]
    if len(days) > SINGLE_DAYS:
        days = [(day, truest) for day, _ in days]
    return _NoOnDays(company, wish).sentence(days)


def _who_does_it(company: Company, wish: Wish, refusal: Refusal) -> str:
    """Say who does a service that the wished person does not do."""
    service = next(
        (each for each in wish.parts if not _is_able(company, each)), wish.parts[0]
    ).service
    people = able_staff(company, service)[:NAMED_PEOPLE]
    names = spoken_either([person.name for person in people], company.locale)
    words = {"staff": wish.staff.name if wish.staff else "", "people": names}
    key = f"{refusal.code}_that"
    return say(key, company.locale, service=service.name, words=words) if names else ""


def _is_able(company: Company, part: WishedPart) -> bool:
    return part.staff is None or bool(able_staff(company, part.service, [part.staff]))


def _people(company: Company, wish: Wish) -> list[Staff]:
    return [wish.staff] if wish.staff else able_staff(company, wish.service)


def _open_branches(company: Company, people: Sequence[Staff], day: date) -> list[Branch]:
    return [each for each in branches_of(company, people) if hours_on(company, each, day)]


class _NoOnDays:
    """Says a no of whole days or of parts of them."""

    def __init__(self, company: Company, wish: Wish) -> None:
        self.company, self.wish = company, wish
        self.locale, self.people = company.locale, _people(company, wish)

    def sentence(self, days: Sequence[tuple[date, Refusal]]) -> str:
        """Say it in one sentence, days of the same reason together."""
        clauses = []
        for refusal, group in groupby(days, key=lambda day: _same_reason(day[1])):
            clauses.append(self._clause([day for day, _ in group], refusal))
        return spoken_clauses(clauses, self.locale)

    def _clause(self, days: list[date], reason: tuple[type[Refusal], str | None]) -> str:
        kind, closing = reason
        words = {"days": spoken_days(days, self.locale)}
        if self.wish.staff is not None:
            words["staff"] = self.wish.staff.name
        if kind is Closed:
            key = self._closed(days, closing, words)
        elif kind is TooFar:
            key = "too_far_day"
            words["date"] = spoken_date(days[0], self.locale)
            words["ahead"] = str(horizon_days(self.company, self.wish.service))
        else:
            key = self._key(kind)
        service = spoken_wish(self.company, self.wish)
        return say(key, self.locale, service=service, words=words)

    def _key(self, kind: type[Refusal]) -> str:
        staff = self.wish.staff is not None
        if kind is StaffAbsent:
            return "staff_away_day" if staff else "nobody_day"
        if kind is SearchGivenUp:
            return "given_up_day"
        if kind is TooSoon:
            return "too_soon_day"
        if kind is InThePast:
            return "past_day"
        return "full_staff" if staff else "full_day"

    def _closed(self, days: list[date], reason: str | None, words: dict[str, str]) -> str:
        """Choose the sentence of a closing, and fill in its words."""
        if reason is not None and reason != UNNAMED_CLOSURE:
            words["reason"] = reason
            return "closed_holiday" if self._is_holiday(days[0], reason) else "closed_reason"
        opened = _open_branches(self.company, self.people, days[0])
        if not opened:
            return "closed_day"
        if len(days) > 1:
            return "closed_then"
        hours = hours_on(self.company, opened[0], days[0])
        words["hours"] = spoken_hours(hours, self.locale)
        return "closed_hours"

    def _is_holiday(self, day: date, reason: str) -> bool:
        branches = branches_of(self.company, self.people)
        lands = [branch.subdivision for branch in branches if branch.subdivision]
        known = [public_holidays(land, day.year, self.locale) for land in lands]
        return any(named.get(day) == reason for named in known)


def _same_reason(refusal: Refusal) -> tuple[type[Refusal], str | None]:
    return type(refusal), refusal.reason if isinstance(refusal, Closed) else None
