"""Checks of a company's file as a whole: what refuses it, and what only deserves a warning.

Each check yields remarks: the path of the field to look at, and what is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from zoneinfo import available_timezones

from slotkeeper.domain.catalogue import SURE_CONFIDENCE
from slotkeeper.domain.catalogue_file.combination_checks import COMBINATION_CHECKS, only_add_ons
from slotkeeper.domain.catalogue_file.entries import (
    BranchEntry,
    CalendarEntry,
    CatalogueFile,
    ServiceEntry,
    StaffEntry,
    key_of,
    numbers_of,
    stretches_of,
)
from slotkeeper.domain.catalogue_file.remarks import Check, Remark, known_key
from slotkeeper.domain.grid import CELL_MIN
from slotkeeper.domain.hints import did_you_mean
from slotkeeper.domain.placement import LONGEST_CLAIM_MIN
from slotkeeper.domain.public_holidays import has_place, is_known, nearest

LONGEST_SERVICE_MIN = 24 * 60
# This many pairs of staff and service are written within seconds.
MAX_ABILITIES = 100_000
# Each unknown name is compared with all known ones, so a file full of them must not take for ever.
MAX_REMARKS = 100


def refusals(file: CatalogueFile) -> list[Remark]:
    """List the problems for which a file is refused, at most MAX_REMARKS."""
    return list(islice((r for check in _REFUSING for r in check(file)), MAX_REMARKS))


def warnings(file: CatalogueFile) -> list[Remark]:
    """List what is allowed but probably a mistake, at most MAX_REMARKS."""
    return list(islice((r for check in _WARNING for r in check(file)), MAX_REMARKS))


def calendar_key_of(member: StaffEntry, file: CatalogueFile) -> str:
    """Give the key of a member of staff's calendar."""
    if member.calendar is not None:
        return member.calendar
    if member.same_person_as is not None:
        others = {key_of(other): other for other in file.staff}
        return calendar_key_of(others[member.same_person_as], file)
    return key_of(member)


def _company(file: CatalogueFile) -> Iterator[Remark]:
    zone, rules = file.company.timezone, file.rules
    if zone not in available_timezones():
        reason = f"there is no time zone {zone!r}{did_you_mean(zone, available_timezones())}"
        yield Remark("company.timezone", reason)
    if rules.hold_ttl_s is not None and rules.hold_ttl_s > rules.max_hold_age_s:
        yield Remark("rules.hold_ttl_s", f"longer than max_hold_age_s, {rules.max_hold_age_s}")


def _holidays(file: CatalogueFile) -> Iterator[Remark]:
    for number, branch in enumerate(file.branches):
        path, code, place = f"branches[{number}]", branch.subdivision, branch.local_holidays
        if code is not None and not is_known(code):
            reason = f"there is no {code}; did you mean {nearest(code)}?"
            yield Remark(f"{path}.subdivision", reason)
        elif place is not None and (code is None or not has_place(code, place)):
            reason = f"{code or 'a branch without a subdivision'} has no such places"
            yield Remark(f"{path}.local_holidays", reason)


def _lines(file: CatalogueFile) -> Iterator[Remark]:
    known = numbers_of(file)
    for number, line in enumerate(known):
        if line is None:
            reason = "expected a telephone number, such as +493023125038"
            yield Remark(f"lines[{number}]", reason)
        elif line in known[:number]:
            yield Remark(f"lines[{number}]", "this number is there twice")


def _keys(file: CatalogueFile) -> Iterator[Remark]:
    """Check that every entry has a key, and that no two of a kind have the same."""
    yield from _once((f"branches[{n}].key", branch.key) for n, branch in enumerate(file.branches))
    yield from _once((f"calendars[{n}].key", c.key) for n, c in enumerate(file.calendars))
    yield from _once((f"staff[{n}]", key_of(member)) for n, member in enumerate(file.staff))
    yield from _once((f"services[{n}]", key_of(s)) for n, s in enumerate(file.services))
    taken = {calendar.key for calendar in file.calendars}
    for n, member in enumerate(file.staff):
        key = key_of(member)
        if member.has_own_calendar and key in taken:
            reason = f"the key {key!r} is that of a calendar already: give another key"
            yield Remark(f"staff[{n}]", reason)


def _once(keys: Iterable[tuple[str, str]]) -> Iterator[Remark]:
    first: dict[str, str] = {}
    for path, key in keys:
        if not key:
            yield Remark(path, "no key can be made from this name: give a key")
        elif key in first:
            reason = f"the key {key!r} is that of {first[key].removesuffix('.key')} already"
            yield Remark(path, reason)
        first.setdefault(key, path)


def _references(file: CatalogueFile) -> Iterator[Remark]:
    """Check that every key that is referred to exists."""
    branches = {branch.key for branch in file.branches}
    services = {key_of(service) for service in file.services}
    for n, calendar in enumerate(file.calendars):
        yield from known_key(f"calendars[{n}].branch", calendar.branch, branches, "branch")
    for n, member in enumerate(file.staff):
        yield from known_key(f"staff[{n}].branch", member.branch, branches, "branch")
        if member.services != "all":
            for m, service in enumerate(member.services):
                yield from known_key(f"staff[{n}].services[{m}]", service, services, "service")
    for n, closure in enumerate(file.closures):
        if closure.branch is not None:
            yield from known_key(f"closures[{n}].branch", closure.branch, branches, "branch")
    rooms = {calendar.key for calendar in file.calendars if calendar.kind != "person"}
    for n, service_entry in enumerate(file.services):
        for m, segment in enumerate(service_entry.segments):
            base = f"services[{n}].segments[{m}]"
            lists = [(f"{base}.resources", segment.resources)]
            lists += [(f"{base}.needs[{d}].of", need.of) for d, need in enumerate(segment.needs)]
            for path, keys in lists:
                for r, room in enumerate(keys):
                    yield from known_key(f"{path}[{r}]", room, rooms, "room or device")
                if len(set(keys)) < len(keys):
                    yield Remark(path, "a room or device is there twice")


def _abilities(file: CatalogueFile) -> Iterator[Remark]:
    everything = len(file.services)
    pairs = sum(everything if m.services == "all" else len(m.services) for m in file.staff)
    if pairs > MAX_ABILITIES:
        reason = f"{pairs:,} pairs of staff and service, more than {MAX_ABILITIES:,}"
        yield Remark("staff", f"{reason}: say which services each person does")


def _shared_calendars(file: CatalogueFile) -> Iterator[Remark]:
    """Check that all records of one person share one calendar of one branch."""
    people = {c.key: c for c in file.calendars if c.kind == "person"}
    others = {key_of(member): member for member in file.staff}
    for n, member in enumerate(file.staff):
        if member.calendar is not None and member.same_person_as is not None:
            yield Remark(f"staff[{n}].calendar", "same_person_as says already which calendar")
        elif member.calendar is not None:
            path = f"staff[{n}].calendar"
            yield from known_key(path, member.calendar, people, "calendar of kind person")
            yield from _one_branch(path, member, people.get(member.calendar))
        elif member.same_person_as is not None:
            path = f"staff[{n}].same_person_as"
            yield from known_key(path, member.same_person_as, others, "member of staff")
            first = others.get(member.same_person_as)
            if first is not None and first.same_person_as is not None:
                reason = "name the first record of this person, which names no other itself"
                yield Remark(path, reason)
            yield from _one_branch(path, member, first)


def _one_branch(
    path: str, member: StaffEntry, other: StaffEntry | CalendarEntry | None
) -> Iterator[Remark]:
    if other is not None and other.branch != member.branch:
        reason = f"a calendar belongs to one branch, and this one is at {other.branch!r}"
        yield Remark(path, reason)


def _hours(file: CatalogueFile) -> Iterator[Remark]:
    """Check that a day's stretches end after they begin and do not overlap."""
    for n, branch in enumerate(file.branches):
        yield from _week(f"branches[{n}].hours", branch)
    for n, member in enumerate(file.staff):
        yield from _week(f"staff[{n}].hours", member)
        if member.hours is not None and not stretches_of(member.hours):
            # Without rows she would have the hours of her branch.
            yield Remark(f"staff[{n}].hours", "who never works is left out of the file")


def _week(path: str, entry: BranchEntry | StaffEntry) -> Iterator[Remark]:
    if entry.hours is None or entry.hours == "closed":
        return
    for day in entry.hours.__struct_fields__:
        week = type(entry.hours)(**{day: getattr(entry.hours, day)})
        stretches = stretches_of(week)
        for _, opens, closes in stretches:
            if closes <= opens:
                yield Remark(f"{path}.{day}", f"{opens}-{closes} ends before it begins")
        for (_, _, closes), (_, opens, _) in pairwise(stretches):
            if opens < closes:
                yield Remark(f"{path}.{day}", f"what begins at {opens} overlaps another stretch")


def _closures(file: CatalogueFile) -> Iterator[Remark]:
    for n, closure in enumerate(file.closures):
        if closure.last_day is not None and closure.last_day < closure.first_day:
            yield Remark(f"closures[{n}].to", "is before from")


def _segments(file: CatalogueFile) -> Iterator[Remark]:
    """Check that a service has a length, and that its claims fit on a calendar."""
    for n, service in enumerate(file.services):
        path = f"services[{n}]"
        if service.duration_min is not None and service.segments:
            yield Remark(f"{path}.duration_min", "give duration_min or segments, not both")
        elif not service.parts:
            yield Remark(path, "duration_min or segments are missing")
        else:
            yield from _gaps(path, service)
            yield from _lengths(path, service)


def _gaps(path: str, service: ServiceEntry) -> Iterator[Remark]:
    for m, segment in enumerate(service.segments):
        longest = segment.gap_after_max_min
        if longest is not None and longest < segment.gap_after_min:
            yield Remark(f"{path}.segments[{m}].gap_after_max_min", "is less than gap_after_min")
    for last in service.segments[-1:]:
        if last.gap_after_min or last.gap_after_max_min or last.gap_name:
            reason = "nothing follows the last segment, so it has no gap"
            yield Remark(f"{path}.segments[{len(service.segments) - 1}]", reason)


def _lengths(path: str, service: ServiceEntry) -> Iterator[Remark]:
    parts = service.parts
    gaps = sum(max(p.gap_after_min, p.gap_after_max_min or 0) for p in parts[:-1])
    total = gaps + sum(part.duration_min for part in parts)
    if total > LONGEST_SERVICE_MIN:
        yield Remark(path, f"takes {total} minutes with its gaps, more than 24 hours")
    claims = [part.duration_min for part in parts] if service.gap_policy == "free" else [total]
    claims[0] += service.buffer_before_min
    claims[-1] += service.buffer_after_min
    if total <= LONGEST_SERVICE_MIN and max(claims) > LONGEST_CLAIM_MIN:
        reason = f"takes a calendar for {max(claims)} minutes without a gap, more than 12 hours"
        yield Remark(path, reason)


def _names(file: CatalogueFile) -> Iterator[Remark]:
    """Check that no name is taken for two services without asking back."""
    first: dict[str, int] = {}
    for n, service in enumerate(file.services):
        sure = [s.text for s in service.also_called if s.confidence >= SURE_CONFIDENCE]
        clashes: dict[int, str] = {}
        for name in (service.name, key_of(service), *sure):
            clashes.setdefault(first.setdefault(_folded(name), n), name)
        clashes.pop(n, None)
        for other, name in clashes.items():
            reason = f"{name!r} means services[{other}] ({file.services[other].name}) as well"
            yield Remark(f"services[{n}]", reason)


def _synonyms(file: CatalogueFile) -> Iterator[Remark]:
    for n, service in enumerate(file.services):
        counts = Counter(_folded(synonym.text) for synonym in service.also_called)
        for text, count in counts.items():
            if count > 1:
                yield Remark(f"services[{n}].synonyms", f"{text!r} is there {count} times")


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _off_grid(file: CatalogueFile) -> Iterator[Remark]:
    for n, service in enumerate(file.services):
        for m, part in enumerate(service.parts):
            base = f"services[{n}].segments[{m}]" if service.segments else f"services[{n}]"
            for name in ("duration_min", "gap_after_min"):
                if getattr(part, name) % CELL_MIN:
                    reason = (
                        f"{getattr(part, name)} is no multiple of {CELL_MIN}: it is kept, and "
                        f"rounded up where free time is looked for"
                    )
                    yield Remark(f"{base}.{name}", reason)


def _nobody_can(file: CatalogueFile) -> Iterator[Remark]:
    done = {key for m in file.staff if m.services != "all" for key in m.services}
    if any(member.services == "all" for member in file.staff):
        return
    for n, service in enumerate(file.services):
        if key_of(service) not in done:
            yield Remark(f"services[{n}]", f"nobody does {service.name!r}: it cannot be booked")


def _namesakes(file: CatalogueFile) -> Iterator[Remark]:
    first: dict[str, str] = {}
    for n, member in enumerate(file.staff):
        calendar = calendar_key_of(member, file)
        if first.setdefault(_folded(member.name), calendar) != calendar:
            reason = (
                f"two people are called {member.name!r}, and callers cannot tell them apart; "
                "if they are one, say same_person_as"
            )
            yield Remark(f"staff[{n}].name", reason)


_REFUSING: tuple[Check, ...] = (
    _company,
    _holidays,
    _lines,
    _keys,
    _references,
    _abilities,
    _shared_calendars,
    _hours,
    _closures,
    _segments,
    *COMBINATION_CHECKS,
    _names,
    _synonyms,
)
_WARNING: tuple[Check, ...] = (_off_grid, _nobody_can, _namesakes, only_add_ons)
