"""Checks of what depends on who serves, of what a segment needs, and of what is done together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from slotkeeper.domain.catalogue_file.entries import (
    CatalogueFile,
    SegmentEntry,
    ServiceEntry,
    TermsEntry,
    key_of,
)
from slotkeeper.domain.catalogue_file.remarks import Check, Remark, known_key
from slotkeeper.domain.grid import CELL_MIN
from slotkeeper.domain.placement import LONGEST_CLAIM_MIN
from slotkeeper.domain.visits import MAX_CLAIMS


def _terms(file: CatalogueFile) -> Iterator[Remark]:
    """Check that somebody's terms are of a service that she does, and fit its segments."""
    services = {key_of(service): service for service in file.services}
    for n, member in enumerate(file.staff):
        hers = services.keys() if member.services == "all" else set(member.services)
        seen: set[str] = set()
        for m, terms in enumerate(member.terms):
            path = f"staff[{n}].terms[{m}]"
            yield from known_key(f"{path}.service", terms.service, services.keys(), "service")
            if terms.service in seen:
                yield Remark(f"{path}.service", f"{terms.service!r} has terms already")
            seen.add(terms.service)
            if terms.service in services:
                if terms.service not in hers:
                    reason = f"{terms.service!r} is not among her services"
                    yield Remark(f"{path}.service", reason)
                yield from _lengths(path, terms, services[terms.service])


def _lengths(path: str, terms: TermsEntry, service: ServiceEntry) -> Iterator[Remark]:
    count = len(service.parts)
    if terms.duration_min is not None and terms.durations_min:
        yield Remark(f"{path}.duration_min", "give duration_min or durations_min, not both")
    elif terms.duration_min is not None and count > 1:
        reason = f"{service.name} has {count} segments: give durations_min, one for each"
        yield Remark(f"{path}.duration_min", reason)
    elif terms.durations_min and len(terms.durations_min) != count:
        reason = f"{service.name} has {count} segments, and here are {len(terms.durations_min)}"
        yield Remark(f"{path}.durations_min", reason)
    elif not terms.of_segments_min and terms.price is None:
        yield Remark(path, "says nothing that differs: give a duration or a price")
    else:
        yield from _too_long(path, service, _minutes(service, terms))


def _minutes(service: ServiceEntry, terms: TermsEntry | None) -> list[int]:
    """Give how long each segment takes, with these terms."""
    own = (terms.of_segments_min if terms else ()) or (None,) * len(service.parts)
    return [
        part.duration_min if minutes is None else minutes
        for part, minutes in zip(service.parts, own, strict=False)
    ]


def _too_long(path: str, service: ServiceEntry, minutes: Sequence[int]) -> Iterator[Remark]:
    """Check that no segment takes a calendar for longer than the database allows."""
    parts = service.parts
    claims = list(minutes)
    if service.gap_policy == "blocked":
        for number, part in enumerate(parts[:-1]):
            claims[number] += max(part.gap_after_min, part.gap_after_max_min or 0)
    claims[0] += service.buffer_before_min
    claims[-1] += service.buffer_after_min
    if max(claims) > LONGEST_CLAIM_MIN:
        yield Remark(path, f"takes a calendar for {max(claims)} minutes, more than 12 hours")


def _needs(file: CatalogueFile) -> Iterator[Remark]:
    """Check that there are as many rooms and devices as a segment needs at once."""
    for n, service in enumerate(file.services):
        for m, segment in enumerate(service.segments):
            yield from _enough(f"services[{n}].segments[{m}].needs", segment)
        claims = sum(
            1 + bool(part.resources) + sum(need.count for need in part.needs)
            for part in service.parts
        )
        if claims > MAX_CLAIMS:
            reason = f"takes {claims} people, rooms and devices, more than {MAX_CLAIMS}"
            yield Remark(f"services[{n}]", reason)


def _enough(path: str, segment: SegmentEntry) -> Iterator[Remark]:
    needs = [(need.count, set(need.of)) for need in segment.needs]
    if segment.resources:
        needs.append((1, set(segment.resources)))
    for size in range(1, len(needs) + 1):
        for some in combinations(needs, size):
            wanted = sum(count for count, _ in some)
            there = len(set().union(*(keys for _, keys in some)))
            if segment.needs and there < wanted:
                yield Remark(path, f"asks for {wanted} at once, and {there} are named")
                return


def _categories(file: CatalogueFile) -> Iterator[Remark]:
    known = sorted({service.category for service in file.services if service.category})
    seen: set[str] = set()
    for n, category in enumerate(file.categories):
        yield from known_key(f"categories[{n}].name", category.name, known, "category")
        if category.name in seen:
            yield Remark(f"categories[{n}].name", f"{category.name!r} is there twice")
        seen.add(category.name)


def _combinations(file: CatalogueFile) -> Iterator[Remark]:
    """Check that combinations are of known services, once each, and change something."""
    services = {key_of(service): service for service in file.services}
    seen: dict[frozenset[str], int] = {}
    for n, entry in enumerate(file.combinations):
        path = f"combinations[{n}]"
        for m, key in enumerate(entry.services):
            yield from known_key(f"{path}.services[{m}]", key, services.keys(), "service")
        some = frozenset(entry.services)
        if len(some) < len(entry.services):
            yield Remark(f"{path}.services", "a service is there twice")
        elif seen.setdefault(some, n) != n:
            yield Remark(f"{path}.services", f"are those of combinations[{seen[some]}] already")
        changes = bool(entry.extra_min or entry.extra_price)
        if changes and not entry.is_done:
            yield Remark(path, "what is not done takes no time and costs nothing")
        elif not changes and entry.is_done:
            yield Remark(path, "changes nothing: give extra_min, extra_price, or done: false")
        elif entry.extra_min and some <= services.keys():
            yield from _extra(f"{path}.extra_min", entry.extra_min, file, some)


def _extra(
    path: str, extra_min: int, file: CatalogueFile, some: frozenset[str]
) -> Iterator[Remark]:
    """Check that the last segment of whichever service comes last keeps a length of its own."""
    terms = [each for member in file.staff for each in member.terms]
    for service in file.services:
        if key_of(service) in some and service.parts:
            own = [None, *(each for each in terms if each.service == key_of(service))]
            lasts = [_minutes(service, each)[-1] for each in own]
            if min(lasts) + extra_min < CELL_MIN:
                reason = f"leaves less than {CELL_MIN} minutes of {service.name}"
                yield Remark(path, reason)
            elif max(lasts) + extra_min + service.buffer_after_min > LONGEST_CLAIM_MIN:
                yield Remark(path, f"makes {service.name} longer than 12 hours")


def only_add_ons(file: CatalogueFile) -> Iterator[Remark]:
    """Warn where every service is an add-on, so that none can be booked."""
    if file.services and all(service.add_on for service in file.services):
        yield Remark("services", "all are add-ons: none can be booked, as there is no other")


COMBINATION_CHECKS: tuple[Check, ...] = (_terms, _needs, _categories, _combinations)
