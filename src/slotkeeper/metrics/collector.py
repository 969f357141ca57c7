"""The collector of the original, counted from the rows: no restart and no second server matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slotkeeper.domain.statistics import percentage
from slotkeeper.storage.metrics import BUCKETS_S, Histogram
from slotkeeper.storage.store import Store

__all__ = ["BUCKETS_S", "Figures", "ReservationMetricsCollector", "over_all"]

NO_DURATIONS = Histogram(0, 0.0, 0.0, 0.0, (0,) * len(BUCKETS_S))


@dataclass(frozen=True, slots=True)
class Figures:
    """A company's figures for a window, or (``company`` "all") those of all companies.

    Counters count reservations, a compound once: ``created = active + converted + expired +
    cancelled``. ``offers`` are what rates count: alternatives that were replaced or not chosen are
    no lost sale. Times in seconds.
    """

    company: str
    created: int = 0
    created_compound: int = 0
    converted: int = 0
    converted_compound: int = 0
    expired: int = 0
    cancelled: int = 0
    cancelled_by_reason: dict[str, int] = field(default_factory=dict)
    active: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    offers: int = 0
    offers_converted: int = 0
    offers_expired: int = 0
    offers_cancelled: int = 0
    offers_active: int = 0
    time_to_conversion: Histogram = NO_DURATIONS
    lifetime: Histogram = NO_DURATIONS
    late_conversions: int = 0
    released_at_hangup: int = 0
    collisions_prevented: int = 0
    told_free_then_refused: int = 0
    unbooked_s: float = 0.0

    @property
    def conversion_rate(self) -> float:
        """Offers that were converted, in percent of all; 0 where there were none."""
        return percentage(self.offers_converted, self.offers)

    @property
    def completion_rate(self) -> float:
        """Offers that were converted, in percent of those that are over."""
        over = self.offers_converted + self.offers_expired + self.offers_cancelled
        return percentage(self.offers_converted, over)

    @property
    def active_rate(self) -> float:
        """Offers that are still open, in percent of all."""
        return percentage(self.offers_active, self.offers)

    @property
    def balance(self) -> int:
        """0, or by how much the counters do not add up."""
        return self.created - self.active - self.converted - self.expired - self.cancelled


class ReservationMetricsCollector:
    """Collects figures of one company or of all, for all time or for a window."""

    def __init__(self, store: Store) -> None:
        """Count in this store."""
        self._store = store

    async def collect(
        self,
        company_id: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        now: datetime | None = None,
    ) -> Figures:
        """A company's figures; ``now`` is a sandbox company's clock."""
        (figures,) = await self._collect([company_id], since, until, now)
        return figures

    async def collect_each(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Figures]:
        """Every company's figures, by its slug."""
        return await self._collect(None, since, until, None)

    async def _collect(
        self,
        company_ids: list[int] | None,
        since: datetime | None,
        until: datetime | None,
        now: datetime | None,
    ) -> list[Figures]:
        metrics = self._store.metrics
        answers = await metrics.answers(company_ids, since=since, until=until)
        counted = await metrics.reservations(company_ids, since=since, until=until, now=now)
        figures: list[Figures] = []
        for company_id, told in sorted(answers.items(), key=lambda item: item[1].slug):
            made = counted.get(company_id)
            known: dict[str, Any] = (
                {name: getattr(made, name) for name in type(made).__slots__ if name != "company_id"}
                if made
                else {}
            )
            figures.append(
                Figures(
                    company=told.slug,
                    collisions_prevented=told.collisions_prevented,
                    told_free_then_refused=told.told_free_then_refused,
                    errors=told.errors,
                    **known,
                )
            )
        return figures


def over_all(figures: Iterable[Figures]) -> Figures:
    """Add up companies' figures. Quantiles cannot be added: they are those of the buckets."""
    total = Figures("all")
    for one in figures:
        total = Figures("all", **{name: _added(total, one, name) for name in _ADDED})
    return total


_ADDED = [name for name in Figures.__slots__ if name != "company"]


def _added(one: Figures, other: Figures, name: str) -> Any:
    mine, theirs = getattr(one, name), getattr(other, name)
    if isinstance(mine, dict):
        return {key: mine.get(key, 0) + theirs.get(key, 0) for key in {**mine, **theirs}}
    if isinstance(mine, Histogram):
        at_most = tuple(a + b for a, b in zip(mine.at_most, theirs.at_most, strict=True))
        count = mine.count + theirs.count
        return Histogram(
            count,
            mine.sum_s + theirs.sum_s,
            quantile_bound(at_most, count, 0.5),
            quantile_bound(at_most, count, 0.95),
            at_most,
        )
    return mine + theirs


def quantile_bound(at_most: tuple[int, ...], count: int, share: float) -> float:
    """The upper bound of the bucket in which a quantile lies; 0 of nothing."""
    if not count:
        return 0.0
    wanted = share * count
    return next(
        (float(bound) for bound, n in zip(BUCKETS_S, at_most, strict=True) if n >= wanted),
        float("inf"),
    )
