"""The rows of what depends on who serves, and on what is done together, and their difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from slotkeeper.domain.catalogue_file.entries import CatalogueFile, key_of

# By the key of a member of staff, then by the key of a service.
TermsByKey = dict[str, dict[str, dict[str, Any]]]
_NO_TERMS: dict[str, Any] = {"durations_min": None, "price_cents": None}


def terms_of(file: CatalogueFile) -> TermsByKey:
    """Lay out what is otherwise where a person does a service; only where something is."""
    rows: TermsByKey = {}
    for member in file.staff:
        for terms in member.terms:
            row = {
                "durations_min": list(terms.of_segments_min) or None,
                "price_cents": cents(terms.price),
            }
            if row != _NO_TERMS:
                rows.setdefault(key_of(member), {})[terms.service] = row
    return rows


def combinations_of(file: CatalogueFile) -> list[dict[str, Any]]:
    """Lay out the combinations, in the order of the file."""
    return [
        {
            "services": sorted(set(combination.services)),
            "is_done": combination.is_done,
            "extra_min": combination.extra_min,
            "extra_cents": cents(combination.extra_price) or 0,
        }
        for combination in file.combinations
    ]


def changed_terms(
    wanted: TermsByKey, stored: TermsByKey, abilities: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """List the terms to write, those that are the service's own again included.

    Terms of what somebody no longer does go with it.
    """
    rows = []
    for member, services in abilities.items():
        new, old = wanted.get(member, {}), stored.get(member, {})
        for service in services if new or old else ():
            row = new.get(service, _NO_TERMS)
            if row != old.get(service, _NO_TERMS):
                rows.append({"staff": member, "service": service, **row})
    return rows


def terms_lines(changed: Sequence[dict[str, Any]], stored: TermsByKey) -> Iterator[str]:
    """Word the changes of who takes how long, and for how much."""
    for row in changed:
        before = stored.get(row["staff"], {}).get(row["service"], _NO_TERMS)
        for column, name in (("durations_min", "minutes"), ("price_cents", "price")):
            if row[column] != before[column]:
                old, new = (_shown(each[column]) for each in (before, row))
                yield f"staff {row['staff']}: {row['service']} {name} {old} -> {new}"


def _shown(value: list[int | None] | int | None) -> str:
    if value is None:
        return "the service's"
    if isinstance(value, int):
        return in_money(value)
    return ", ".join("the service's" if each is None else str(each) for each in value)


def combination_lines(
    wanted: Sequence[dict[str, Any]], stored: Sequence[dict[str, Any]]
) -> Iterator[str]:
    """Word what has changed about combinations."""
    for rows, others, word in ((wanted, stored, "added"), (stored, wanted, "removed")):
        for row in rows:
            if row not in others:
                yield f"combination {' + '.join(row['services'])}: {word} ({_effect(row)})"
    if all(row in stored for row in wanted) and all(row in wanted for row in stored):
        yield "combinations: in another order"


def _effect(row: dict[str, Any]) -> str:
    if not row["is_done"]:
        return "not done"
    return f"{row['extra_min']:+} min, {'+' if row['extra_cents'] >= 0 else ''}" + in_money(
        row["extra_cents"]
    )


def cents(price: str | None) -> int | None:
    """Give a price of the file in cents, such as 3250 for 32.50."""
    if price is None:
        return None
    whole, _, part = price.removeprefix("-").partition(".")
    amount = int(whole) * 100 + int(part.ljust(2, "0"))
    return -amount if price.startswith("-") else amount


def in_money(amount: int) -> str:
    """Give cents as a price of the file."""
    whole, part = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{part:02}"
