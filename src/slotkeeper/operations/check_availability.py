"""Check a wish and hold what is named: the wished slot, or the nearest others, in one answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from slotkeeper.domain.availability import day_of, why_not, wished_placements
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import CallEnded, Refusal, TooManyHolds
from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.ranking import Choice, alternatives, openings
from slotkeeper.domain.wish import Call, Wish
from slotkeeper.operations.hold import Held, held
from slotkeeper.operations.placing import Seen, refusal_of, see
from slotkeeper.storage.reservations import Option
from slotkeeper.storage.store import Store

# What a rival took between the read and the claim is replaced within the answer, so often.
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller may be told, all of it committed.

    ``wished`` is the slot that was asked for; where it is not to be had, ``refusal`` says why and
    ``others`` are the nearest that are, held alike. ``looked_at`` are slots that are free and were
    not held, where nothing was to be held.
    """

    wished: Held | None = None
    others: tuple[Held, ...] = ()
    refusal: Refusal | None = None
    looked_at: tuple[Placement, ...] = ()


async def check_availability(
    company: Company,
    wish: Wish,
    *,
    call: Call,
    ttl_s: int,
    store: Store,
    now: datetime | None = None,
) -> Answer:
    """Hold the wished slot, or else up to the company's number of alternatives under one offer.

    A refusal that leaves nothing to offer is raised: StaffCannot, CallEnded, TooManyHolds.
    """
    seen = await see(company, wish, call=call, store=store, now=now)
    refused: Option | None = None
    for placement in wished_placements(seen.diary, wish, seen.people, seen.read_at)[:ROUNDS]:
        (option,) = await store.reservations.reserve(
            company.id, wish, [placement], call=call, ttl_s=ttl_s, now=now
        )
        if option.reservation is not None:
            return Answer(wished=held(option))
        if option.outcome == "call_ended":
            raise CallEnded
        _mark_taken(seen, placement)
        refused = option
    if refused is not None:
        refusal = refusal_of(refused)
    else:
        refusal = why_not(seen.diary, wish, seen.people, seen.read_at)
    others = await _hold_others(company, wish, seen, call=call, ttl_s=ttl_s, store=store, now=now)
    return Answer(others=others, refusal=refusal)


async def find_alternatives(
    company: Company,
    wish: Wish,
    *,
    call: Call,
    ttl_s: int,
    store: Store,
    hold: bool = True,
    now: datetime | None = None,
) -> Answer:
    """Find the nearest other slots, without asking for the wished one; hold them too.

    Raises StaffCannot, CallEnded or TooManyHolds.
    """
    seen = await see(company, wish, call=call, store=store, now=now)
    for placement in wished_placements(seen.diary, wish, seen.people, seen.read_at):
        _mark_taken(seen, placement)
    if not hold:
        limit = company.rules.max_alternatives
        nearest = alternatives(seen.diary, wish, seen.people, seen.read_at, limit)
        return Answer(looked_at=nearest.offered)
    others = await _hold_others(company, wish, seen, call=call, ttl_s=ttl_s, store=store, now=now)
    return Answer(others=others)


async def find_openings(
    company: Company,
    wish: Wish,
    within: Sequence[Interval],
    *,
    call: Call,
    ttl_s: int,
    limit: int,
    store: Store,
    hold: bool = True,
    now: datetime | None = None,
) -> Answer:
    """Find the first good slots within some windows, from ``wish.starts_at`` on; hold them too.

    Raises StaffCannot, CallEnded or TooManyHolds.
    """
    seen = await see(company, wish, call=call, store=store, now=now)

    def search() -> Choice:
        return openings(
            seen.diary, wish.service, seen.people, within, now=seen.read_at, limit=limit
        )

    if not hold:
        return Answer(looked_at=search().offered)
    kept = await _hold_found(
        company, wish, seen, search, call=call, ttl_s=ttl_s, store=store, now=now
    )
    return Answer(others=tuple(kept))


async def _hold_others(
    company: Company,
    wish: Wish,
    seen: Seen,
    *,
    call: Call,
    ttl_s: int,
    store: Store,
    now: datetime | None,
) -> tuple[Held, ...]:
    """Hold the nearest other slots; what the call itself holds already is not among them."""
    _mark_own_taken(seen)
    limit = company.rules.max_alternatives
    kept = await _hold_found(
        company,
        wish,
        seen,
        lambda: alternatives(seen.diary, wish, seen.people, seen.read_at, limit),
        call=call,
        ttl_s=ttl_s,
        store=store,
        now=now,
    )
    return tuple(kept)


async def _hold_found(
    company: Company,
    wish: Wish,
    seen: Seen,
    search: Callable[[], Choice],
    *,
    call: Call,
    ttl_s: int,
    store: Store,
    now: datetime | None,
) -> list[Held]:
    """Hold the best of what a search finds, as one offer; search again only if nothing was had."""
    for _ in range(ROUNDS):
        found = search()
        if not found.placements:
            break
        options = await store.reservations.reserve(
            company.id,
            wish,
            found.placements,
            call=call,
            ttl_s=ttl_s,
            wished=False,
            keep=found.offer,
            now=now,
        )
        kept = [held(option) for option in options if option.reservation is not None]
        if kept:
            return sorted(kept, key=lambda one: one.reservation.starts_at)
        _learn(seen, found.placements, options)
    return []


def _learn(seen: Seen, placements: Sequence[Placement], options: Sequence[Option]) -> None:
    """Mark in the diary what could not be had. Raises CallEnded or TooManyHolds."""
    for placement, option in zip(placements, options, strict=True):
        if option.outcome == "call_ended":
            raise CallEnded
        if option.outcome == "too_many_holds":
            raise TooManyHolds
        _mark_taken(seen, placement)
        if option.outcome == "crowded":
            _mark_day_taken(seen, placement)


def _mark_taken(seen: Seen, placement: Placement) -> None:
    for claim in placement.claims:
        seen.diary.take(claim.calendar_id, claim.interval)


def _mark_day_taken(seen: Seen, placement: Placement) -> None:
    """Where others hold too much of a calendar's day, look on another day."""
    for claim in placement.claims:
        day = day_of(claim.interval.start, seen.diary.company.zone)
        seen.diary.take(claim.calendar_id, day)


def _mark_own_taken(seen: Seen) -> None:
    """An alternative never takes back what the call already holds."""
    for row in seen.diary.rows:
        if row.kind == "own":
            seen.diary.take(row.calendar_id, row.interval)
