"""The business figures as Prometheus knows them: names, labels, and how many of them at most.

Counters are totals over all time, the same from every process and after every restart: of several
servers' series take the largest, not the sum. Offers are gauges, because one of which nothing was
wanted is no offer any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from slotkeeper.metrics.collector import BUCKETS_S, Figures, over_all
from slotkeeper.storage.metrics import Histogram

# So many companies have series of their own; the others share those of OTHER.
MAX_COMPANIES = 200
MAX_KINDS = 20
OTHER = "other"

# What we know of is shown before it happens: a first one that came with its series would be missed.
KNOWN_REASONS = ("not_chosen", "superseded", "call_ended", "released", "desk")
KNOWN_ERRORS = ("storage_unavailable", "outcome_unknown")

_COUNTERS = {
    "created": ("slotkeeper_reservations_created", "Reservations made, a compound once."),
    "created_compound": ("slotkeeper_reservations_created_compound", "Of these, compound ones."),
    "converted": ("slotkeeper_reservations_converted", "Reservations that became appointments."),
    "converted_compound": (
        "slotkeeper_reservations_converted_compound",
        "Of these, compound ones.",
    ),
    "expired": ("slotkeeper_reservations_expired", "Reservations that nobody took in time."),
    "late_conversions": (
        "slotkeeper_late_conversions",
        "Appointments whose hold had died and was had again.",
    ),
    "released_at_hangup": (
        "slotkeeper_holds_released_at_hangup",
        "Holds that ended because the caller hung up.",
    ),
    "collisions_prevented": (
        "slotkeeper_collisions_prevented",
        "Callers who wished what another caller's hold was keeping.",
    ),
    "told_free_then_refused": (
        "slotkeeper_told_free_then_refused",
        "Times that were named as free and then refused to the same caller.",
    ),
    "unbooked_s": (
        "slotkeeper_unbooked_stylist_seconds",
        "Stylists' time that was held and not booked.",
    ),
}
_KINDS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "cancelled_by_reason": (
        "slotkeeper_reservations_cancelled",
        "Reservations that were given back or ended, and why.",
        "reason",
        KNOWN_REASONS,
    ),
    "errors": ("slotkeeper_errors", "What broke, by its kind.", "type", KNOWN_ERRORS),
}
_HISTOGRAMS = {
    "time_to_conversion": (
        "slotkeeper_reservation_time_to_conversion_seconds",
        "Seconds from the hold to the yes.",
    ),
    "lifetime": (
        "slotkeeper_reservation_lifetime_seconds",
        "Seconds from the hold to its end, whatever the end.",
    ),
}
_RATIOS: dict[str, tuple[str, str, Callable[[Figures], float]]] = {
    "conversion": (
        "slotkeeper_conversion_ratio",
        "The share of all offers that were taken, 0 to 1.",
        lambda figures: figures.conversion_rate / 100,
    ),
    "completion": (
        "slotkeeper_completion_ratio",
        "The share of the offers that are over that were taken, 0 to 1.",
        lambda figures: figures.completion_rate / 100,
    ),
}


class ShownCompanies:
    """Which companies have series of their own: the largest ones, once chosen for good.

    Whoever changed between a series of its own and the shared one would make the latter fall, which
    reads as a restart. So size is judged by its number of digits, and whoever has a place keeps it.
    """

    def __init__(self, limit: int = MAX_COMPANIES) -> None:
        """Show at most so many beside OTHER."""
        self._limit = limit
        self._own: set[str] = set()

    def of(self, figures: Sequence[Figures]) -> list[Figures]:
        """The figures to show, the others' as their sum."""
        by_size = sorted(figures, key=lambda one: (-len(str(one.created)), one.company))
        self._own &= {one.company for one in figures}
        for one in by_size:
            if len(self._own) >= self._limit:
                break
            if one.company != OTHER:
                self._own.add(one.company)
        shown = [one for one in figures if one.company in self._own]
        rest = [one for one in figures if one.company not in self._own]
        return [*shown, replace(over_all(rest), company=OTHER)] if rest else shown


def families(figures: Sequence[Figures]) -> Iterator[Metric]:
    """Every family, with a sample of each company or several."""
    for field, (name, text) in _COUNTERS.items():
        counter = CounterMetricFamily(name, text, labels=["company"])
        for one in figures:
            counter.add_metric([one.company], getattr(one, field))
        yield counter
    for field, (name, text, label, known) in _KINDS.items():
        kinds = _kinds((getattr(one, field) for one in figures), known)
        counter = CounterMetricFamily(name, text, labels=["company", label])
        for one in figures:
            for kind, count in _by_kind(getattr(one, field), kinds).items():
                counter.add_metric([one.company, kind], count)
        yield counter
    for field, (name, text) in _HISTOGRAMS.items():
        histogram = HistogramMetricFamily(name, text, labels=["company"])
        for one in figures:
            times: Histogram = getattr(one, field)
            histogram.add_metric([one.company], buckets=_buckets(times), sum_value=times.sum_s)
        yield histogram
    yield from _gauges(figures)


def _gauges(figures: Sequence[Figures]) -> Iterator[Metric]:
    active = GaugeMetricFamily(
        "slotkeeper_reservations_active", "Reservations that are held now.", labels=["company"]
    )
    offers = GaugeMetricFamily(
        "slotkeeper_offers",
        "What callers were offered, by what became of it; alternatives are one offer.",
        labels=["company", "outcome"],
    )
    for one in figures:
        active.add_metric([one.company], one.active)
        for outcome in ("converted", "expired", "cancelled", "active"):
            offers.add_metric([one.company, outcome], getattr(one, f"offers_{outcome}"))
    yield from (active, offers)
    for name, text, ratio_of in _RATIOS.values():
        ratio = GaugeMetricFamily(name, text, labels=["company"])
        for one in figures:
            ratio.add_metric([one.company], ratio_of(one))
        yield ratio


def _kinds(counted: Iterable[Mapping[str, int]], known: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds that have series of their own; the others share those of OTHER."""
    found = {kind for counts in counted for kind in counts} - {*known, OTHER}
    return (*known, *sorted(found)[: MAX_KINDS - len(known)])


def _by_kind(counts: Mapping[str, int], kinds: tuple[str, ...]) -> dict[str, int]:
    by_kind = {kind: counts.get(kind, 0) for kind in kinds}
    rest = sum(count for kind, count in counts.items() if kind not in by_kind)
    return by_kind | ({OTHER: rest} if rest else {})


def _buckets(times: Histogram) -> list[tuple[str, float]]:
    bounds = (str(float(bound)) for bound in BUCKETS_S)
    return [*zip(bounds, times.at_most, strict=True), ("+Inf", times.count)]
