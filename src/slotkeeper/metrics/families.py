"""The Prometheus families of the business figures, and how many series each may have.

Counters are totals over all time, the same from every process and after every restart: of several
servers' series take the largest, not the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from slotkeeper.metrics.durations import BUCKETS_S, DurationHistogram
from slotkeeper.metrics.figures import FIGURES, TYPES, FigureKind, Figures, over_all

# This many companies have series of their own; the others share the series of OTHER.
MAX_COMPANIES = 200
MAX_KINDS = 20
OTHER = "other"

# A rate of the figures, in percent there, as a ratio from 0 to 1.
_RATIOS = {
    "conversion_rate": (
        "slotkeeper_conversion_ratio",
        "The share of all offers that were taken, 0 to 1.",
    ),
    "completion_rate": (
        "slotkeeper_completion_ratio",
        "The share of the offers that are over that were taken, 0 to 1.",
    ),
}


class ShownCompanies:
    """Chooses the companies that have series of their own: the largest ones, once and for all.

    A company that changed between its own series and the shared one would make the shared one fall,
    which reads as a restart. So companies are compared by the number of digits of what they have
    created, and a company that has a place keeps it.
    """

    def __init__(self, limit: int = MAX_COMPANIES) -> None:
        """Give places to at most ``limit`` companies beside OTHER."""
        self._limit = limit
        self._own: set[str] = set()

    def of(self, figures: Sequence[Figures]) -> list[Figures]:
        """Give the figures to export: the chosen companies', and the others' sum as OTHER."""
        by_size = sorted(figures, key=lambda f: (-len(str(f.created)), f.company))
        self._own &= {each.company for each in figures}
        for each in by_size:
            if len(self._own) >= self._limit:
                break
            if each.company != OTHER:
                self._own.add(each.company)
        shown = [each for each in figures if each.company in self._own]
        rest = [each for each in figures if each.company not in self._own]
        return [*shown, replace(over_all(rest), company=OTHER)] if rest else shown


def families(figures: Sequence[Figures]) -> Iterator[Metric]:
    """Make every family, with the samples of each company."""
    for name, kind in FIGURES.items():
        if kind.family:
            values = {each.company: getattr(each, name) for each in figures}
            yield _family(kind, TYPES[name], values)
    yield _offers(figures)
    for rate, (name, text) in _RATIOS.items():
        ratio = GaugeMetricFamily(name, text, labels=["company"])
        for each in figures:
            ratio.add_metric([each.company], getattr(each, rate) / 100)
        yield ratio


def _family(kind: FigureKind, value_type: object, values: Mapping[str, Any]) -> Metric:
    name = f"slotkeeper_{kind.family}"
    if kind.label:
        return _counter_by_kind(name, kind, values)
    if value_type is DurationHistogram:
        return _histogram(name, kind, values)
    make = CounterMetricFamily if kind.rises else GaugeMetricFamily
    family = make(name, kind.text, labels=["company"])
    for company, value in values.items():
        family.add_metric([company], value)
    return family


def _counter_by_kind(
    name: str, kind: FigureKind, values: Mapping[str, Mapping[str, int]]
) -> Metric:
    kinds = _kinds(values.values(), kind.known)
    counter = CounterMetricFamily(name, kind.text, labels=["company", kind.label])
    for company, counts in values.items():
        for label, count in _by_kind(counts, kinds).items():
            counter.add_metric([company, label], count)
    return counter


def _histogram(name: str, kind: FigureKind, values: Mapping[str, DurationHistogram]) -> Metric:
    histogram = HistogramMetricFamily(name, kind.text, labels=["company"])
    for company, durations in values.items():
        histogram.add_metric([company], buckets=_buckets(durations), sum_value=durations.sum_s)
    return histogram


def _offers(figures: Sequence[Figures]) -> Metric:
    offers = GaugeMetricFamily(
        "slotkeeper_offers",
        "Offers to callers, by their outcome; alternatives are one offer.",
        labels=["company", "outcome"],
    )
    for each in figures:
        for outcome in ("converted", "expired", "cancelled", "active"):
            offers.add_metric([each.company, outcome], getattr(each, f"offers_{outcome}"))
    return offers


def _kinds(counted: Iterable[Mapping[str, int]], known: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds that have series of their own; the others share the series of OTHER."""
    unknown = {kind for counts in counted for kind in counts} - {*known, OTHER}
    return (*known, *sorted(unknown)[: MAX_KINDS - len(known)])


def _by_kind(counts: Mapping[str, int], kinds: tuple[str, ...]) -> dict[str, int]:
    by_kind = {kind: counts.get(kind, 0) for kind in kinds}
    rest = sum(count for kind, count in counts.items() if kind not in by_kind)
    return by_kind | ({OTHER: rest} if rest else {})


def _buckets(durations: DurationHistogram) -> list[tuple[str, float]]:
    bounds = (str(float(bound)) for bound in BUCKETS_S)
    return [*zip(bounds, durations.at_most, strict=True), ("+Inf", durations.count)]
