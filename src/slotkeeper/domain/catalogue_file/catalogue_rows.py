"""A company's rows by keys instead of ids, and the difference between two sets of them.

The file says which rows should be there and the database which rows are. Both are brought into this
form, so that one comparison finds what must be written and words what has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, structs, to_builtins

from slotkeeper.domain.catalogue_file.checks import calendar_key_of
from slotkeeper.domain.catalogue_file.combination_rows import (
    TermsByKey,
    cents,
    changed_terms,
    combination_lines,
    combinations_of,
    in_money,
    terms_lines,
    terms_of,
)
from slotkeeper.domain.catalogue_file.entries import (
    WEEKDAYS,
    CatalogueFile,
    ServiceEntry,
    StaffEntry,
    key_of,
    stretches_of,
)
from slotkeeper.domain.public_holidays import holidays_code

CatalogueRow = dict[str, Any]
RowsByKey = dict[str, CatalogueRow]  # by key
WeekdayHours = tuple[int, str, str]  # weekday, opens, closes


class CatalogueRows(Struct):
    """The rows of one company. Hours belong to ``branch KEY`` or to ``staff KEY``."""

    company: CatalogueRow = {}
    branches: RowsByKey = {}
    calendars: RowsByKey = {}
    staff: RowsByKey = {}
    services: RowsByKey = {}
    segments: dict[str, list[CatalogueRow]] = {}
    abilities: dict[str, list[str]] = {}
    hours: dict[str, list[WeekdayHours]] = {}
    closures: list[CatalogueRow] = []
    terms: TermsByKey = {}
    combinations: list[CatalogueRow] = []


class CatalogueDifference(Struct):
    """What must be written to the database, and the lines that tell the user of it."""

    lines: list[str] = []
    company: CatalogueRow | None = None
    branches: list[CatalogueRow] = []
    calendars: list[CatalogueRow] = []
    staff: list[CatalogueRow] = []
    services: list[CatalogueRow] = []
    segments: dict[str, list[CatalogueRow]] = {}
    abilities_lost: list[tuple[str, str]] = []
    abilities_gained: list[tuple[str, str]] = []
    hours: dict[str, list[WeekdayHours]] = {}
    closures: list[CatalogueRow] | None = None
    terms: list[CatalogueRow] = []
    combinations: list[CatalogueRow] | None = None
    # Key of who gets another calendar -> keys of the records whose bookings stay on the old one.
    moved_staff: dict[str, list[str]] = {}


def rows_of(file: CatalogueFile) -> CatalogueRows:
    """Lay out a checked file as rows."""
    services = {key_of(service): service for service in file.services}
    company = structs.asdict(file.company) | structs.asdict(file.rules)
    del company["slug"]
    return CatalogueRows(
        company=company,
        branches={
            b.key: {
                "name": b.name,
                "subdivision": holidays_code(b.subdivision, b.local_holidays),
                "active": True,
            }
            for b in file.branches
        },
        calendars=_calendars(file),
        staff={key_of(member): _staff(member, file) for member in file.staff},
        services={
            key: _service(service, file.visit_order_of(service))
            for key, service in services.items()
        },
        segments={key: _segments(service) for key, service in services.items()},
        abilities={
            key_of(m): sorted(services if m.services == "all" else set(m.services))
            for m in file.staff
        },
        hours={f"branch {b.key}": stretches_of(b.hours) for b in file.branches}
        | {f"staff {key_of(m)}": stretches_of(m.hours) for m in file.staff},
        closures=_closures(file),
        terms=terms_of(file),
        combinations=combinations_of(file),
    )


def _calendars(file: CatalogueFile) -> RowsByKey:
    rows: RowsByKey = {
        c.key: {"branch": c.branch, "kind": c.kind, "name": c.name, "active": True}
        for c in file.calendars
    }
    for member in file.staff:
        if member.has_own_calendar:
            own = {"branch": member.branch, "kind": "person", "name": member.name, "active": True}
            rows[key_of(member)] = own
    return rows


def _staff(member: StaffEntry, file: CatalogueFile) -> CatalogueRow:
    return {
        "branch": member.branch,
        "calendar": calendar_key_of(member, file),
        "name": member.name,
        "position": member.position,
        "active": True,
    }


def _service(service: ServiceEntry, visit_order: int | None) -> CatalogueRow:
    return {
        "name": service.name,
        "category": service.category,
        "price_cents": cents(service.price),
        "gap_policy": service.gap_policy,
        "buffer_before_min": service.buffer_before_min,
        "buffer_after_min": service.buffer_after_min,
        "min_notice_min": service.min_notice_min,
        "horizon_days": service.horizon_days,
        "slot_step_min": service.slot_step_min,
        "visit_order": visit_order,
        "add_on": service.add_on,
        "synonyms": [structs.asdict(synonym) for synonym in service.also_called],
        "active": True,
    }


def _segments(service: ServiceEntry) -> list[CatalogueRow]:
    rows = []
    for part in service.parts:
        row = structs.asdict(part)
        row["resources"] = sorted(part.resources)
        row["needs"] = [{"count": n.count, "of": sorted(n.of)} for n in part.needs]
        row["gap_after_max_min"] = max(part.gap_after_max_min or 0, part.gap_after_min)
        rows.append(row)
    return rows


def _closures(file: CatalogueFile) -> list[CatalogueRow]:
    rows: list[CatalogueRow] = []
    for closure in file.closures:
        row = to_builtins(structs.asdict(closure))
        row["last_day"] = row["last_day"] or row["first_day"]
        if row not in rows:
            rows.append(row)
    return rows


def difference(wanted: CatalogueRows, stored: CatalogueRows) -> CatalogueDifference:
    """Find what must be written so that the stored rows become the wanted ones."""
    changes = CatalogueDifference()
    if lines := list(_changed("company", wanted.company, stored.company)):
        changes.company = wanted.company
        changes.lines += lines
    changes.branches = _differing("branch", wanted.branches, stored.branches, changes.lines)
    changes.services = _differing("service", wanted.services, stored.services, changes.lines)
    changes.staff = _differing("staff", wanted.staff, stored.staff, changes.lines)
    told_of = {row["key"] for row in changes.staff}
    lines = []
    changes.calendars = _differing("calendar", wanted.calendars, stored.calendars, lines)
    # A person's own calendar has her key; the line about her tells of it already.
    changes.lines += [line for line in lines if line.split(":")[0].split()[1] not in told_of]
    changes.moved_staff = _moved(wanted, stored)
    _compare_segments(wanted, stored, changes)
    _compare_abilities(wanted, stored, changes)
    _compare_hours(wanted, stored, changes)
    changes.terms = changed_terms(wanted.terms, stored.terms, wanted.abilities)
    changes.lines += terms_lines(changes.terms, stored.terms)
    if wanted.combinations != stored.combinations:
        changes.combinations = wanted.combinations
        changes.lines += combination_lines(wanted.combinations, stored.combinations)
    added = [row for row in wanted.closures if row not in stored.closures]
    removed = [row for row in stored.closures if row not in wanted.closures]
    if added or removed:
        changes.closures = wanted.closures
        changes.lines += [f"closure {_days(row)}: added" for row in added]
        changes.lines += [f"closure {_days(row)}: removed" for row in removed]
    return changes


def _differing(
    noun: str, wanted: RowsByKey, stored: RowsByKey, lines: list[str]
) -> list[CatalogueRow]:
    """List the rows to write: new, changed, and no longer in the file (kept, but inactive)."""
    rows = []
    for key, row in wanted.items():
        before = stored.get(key)
        if before == row:
            continue
        rows.append({"key": key, **row})
        if before is None or not before["active"]:
            lines.append(f"{noun} {key}: {'added' if before is None else 'back again'}")
        if before is not None:
            lines += _changed(f"{noun} {key}", row, before)
    for key, row in stored.items():
        if key not in wanted and row["active"]:
            rows.append({"key": key, **row, "active": False})
            lines.append(f"{noun} {key}: removed")
    return rows


def _changed(subject: str, row: CatalogueRow, before: CatalogueRow) -> Iterator[str]:
    for column, value in row.items():
        old = before.get(column)
        if column == "synonyms" and value != old:
            yield f"{subject}: {_synonyms_line(value, old or [])}"
        elif column != "active" and value != old:
            name = "price" if column == "price_cents" else column
            yield f"{subject}: {name} {_shown(column, old)} -> {_shown(column, value)}"


def _shown(column: str, value: object) -> str:
    if value is None:
        return "none"
    if column == "price_cents" and isinstance(value, int):
        return in_money(value)
    if column == "needs" and isinstance(value, list):
        return " and ".join(f"{n['count']} of {', '.join(n['of'])}" for n in value) or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)


def _synonyms_line(wanted: list[CatalogueRow], stored: list[CatalogueRow]) -> str:
    now = {s["text"]: s["confidence"] for s in wanted}
    before = {s["text"]: s["confidence"] for s in stored}
    parts = [f"+{text}" for text in now if text not in before]
    parts += [f"-{text}" for text in before if text not in now]
    parts += [
        f"{text} {before[text]} -> {confidence}"
        for text, confidence in now.items()
        if text in before and before[text] != confidence
    ]
    return f"synonyms {', '.join(parts) or 'in another order'}"


def _moved(wanted: CatalogueRows, stored: CatalogueRows) -> dict[str, list[str]]:
    """Find who moves to another calendar while bookings stay on the old one: key -> records' keys.

    Those bookings were made for her record itself, for another record on the old calendar that is
    no longer in the file, or for a record of her name with a former key.
    """
    gone = {key: row for key, row in stored.staff.items() if key not in wanted.staff}
    moved = {}
    for key, row in wanted.staff.items():
        before = stored.staff.get(key)
        if before is None:
            others = [k for k, other in gone.items() if other["name"] == row["name"]]
        elif before["calendar"] != row["calendar"]:
            others = [k for k, other in gone.items() if other["calendar"] == before["calendar"]]
            others.append(key)
        else:
            continue
        moved[key] = [k for k in others if stored.staff[k]["calendar"] != row["calendar"]]
    return {key: others for key, others in moved.items() if others}


def _compare_segments(
    wanted: CatalogueRows, stored: CatalogueRows, changes: CatalogueDifference
) -> None:
    for key, segments in wanted.segments.items():
        before = stored.segments.get(key, [])
        if segments != before:
            changes.segments[key] = segments
            if key in stored.services:
                changes.lines += _segment_lines(key, segments, before)


def _segment_lines(
    key: str, segments: list[CatalogueRow], before: list[CatalogueRow]
) -> Iterator[str]:
    if len(segments) != len(before):
        total = sum(s["duration_min"] + s["gap_after_min"] for s in segments)
        yield f"service {key}: segments {len(before)} -> {len(segments)}, {total} min in all"
        return
    for number, (segment, old) in enumerate(zip(segments, before, strict=True)):
        subject = f"service {key}"
        if len(segments) == 1:
            # The one segment of a simple service has its name; the service's line tells of that.
            segment, old = segment | {"name": ""}, old | {"name": ""}
        for line in _changed("", segment, old):
            part = "" if len(segments) == 1 else f"segments[{number}]."
            yield f"{subject}: {part}{line.removeprefix(': ')}"


def _compare_abilities(
    wanted: CatalogueRows, stored: CatalogueRows, changes: CatalogueDifference
) -> None:
    """Compare who performs what; rows of staff who left the file stay, as they are inactive."""
    for member, services in wanted.abilities.items():
        before = set(stored.abilities.get(member, ()))
        gained = [key for key in services if key not in before]
        lost = sorted(before.intersection(wanted.services).difference(services))
        changes.abilities_gained += [(member, key) for key in gained]
        changes.abilities_lost += [(member, key) for key in lost]
        if member in stored.staff:
            # A new service has a line of its own; it is not repeated for each who performs it.
            services_changed = [f"+{key}" for key in gained if key in stored.services]
            services_changed += [f"-{key}" for key in lost]
            if services_changed:
                changes.lines.append(f"staff {member}: services {', '.join(services_changed)}")


def _compare_hours(
    wanted: CatalogueRows, stored: CatalogueRows, changes: CatalogueDifference
) -> None:
    known = {f"branch {key}" for key in stored.branches} | {f"staff {key}" for key in stored.staff}
    # Rows of a person's own hours hold her branch too, so they change with it.
    moved = {f"staff {row['key']}" for row in changes.staff}
    for owner, stretches in wanted.hours.items():
        before = stored.hours.get(owner, [])
        if stretches != before or owner in moved:
            changes.hours[owner] = stretches
            if owner in known:
                changes.lines += _hours_lines(owner, stretches, before)


def _hours_lines(owner: str, now: list[WeekdayHours], before: list[WeekdayHours]) -> Iterator[str]:
    if owner.startswith("staff ") and not (now and before):
        yield f"{owner}: hours {'her own' if now else 'those of the branch'}"
        return
    for weekday, name in enumerate(WEEKDAYS, start=1):
        if (new := _day(weekday, now)) != (old := _day(weekday, before)):
            yield f"{owner}: hours {name} {old} -> {new}"


def _day(weekday: int, stretches: Iterable[WeekdayHours]) -> str:
    return ", ".join(f"{o}-{c}" for day, o, c in stretches if day == weekday) or "closed"


def _days(row: Mapping[str, Any]) -> str:
    return f"{row['first_day']} to {row['last_day']}"
