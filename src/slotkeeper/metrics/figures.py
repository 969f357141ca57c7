"""The figures of a company. Every figure is declared here, and everything else follows from it.

What follows are the columns read from the database, the sums over companies, the counters that may
never fall, the families at ``/metrics``, the JSON of the command line and the trends on its screen.
The SQL functions have the same names (a test compares them), and ``recount`` counts each figure
once more without this declaration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, get_type_hints

import msgspec

from slotkeeper.domain.statistics import percentage
from slotkeeper.metrics.durations import NO_DURATIONS, DurationHistogram

KNOWN_REASONS = ("not_chosen", "superseded", "taken_over", "call_ended", "released", "desk")
KNOWN_ERRORS = ("storage_unavailable", "outcome_unknown")


@dataclass(frozen=True, slots=True)
class FigureKind:
    """How a figure moves, and the Prometheus family that exports it.

    The family's name lacks the prefix ``slotkeeper_``; it is empty where another family exports the
    figure. A figure that is counted by kinds has the kind as its ``label``; the ``known`` kinds are
    exported at 0 from the start, so that rate() sees the first increment.
    """

    rises: bool
    family: str = ""
    text: str = ""
    label: str = ""
    known: tuple[str, ...] = ()


_counter = partial(FigureKind, True)  # never falls, as long as the rows stay
_gauge = partial(FigureKind, False)


@dataclass(frozen=True, slots=True)
class Figures:
    """A company's figures for a window, or (``company`` "all") those of all companies.

    Counters count reservations, a compound or a visit once: ``created = active + converted +
    expired + cancelled``. Rates count ``offers``: an alternative that was replaced or not chosen is
    no lost sale. An offer falls out of the count when nothing of it was wanted, so offers are
    gauges.
    """

    company: str
    created: Annotated[
        int,
        _counter("reservations_created", "Reservations made, a compound once."),
    ] = 0
    created_compound: Annotated[
        int,
        _counter("reservations_created_compound", "Of these, compound ones."),
    ] = 0
    services_created: Annotated[
        int,
        _counter("services_created", "Services in the reservations made; a visit has several."),
    ] = 0
    converted: Annotated[
        int,
        _counter("reservations_converted", "Reservations that became appointments."),
    ] = 0
    converted_compound: Annotated[
        int,
        _counter("reservations_converted_compound", "Of these, compound ones."),
    ] = 0
    services_converted: Annotated[
        int,
        _counter("services_converted", "Services in the reservations that became appointments."),
    ] = 0
    expired: Annotated[
        int,
        _counter("reservations_expired", "Reservations that nobody took in time."),
    ] = 0
    cancelled: Annotated[int, _counter()] = 0
    cancelled_by_reason: Annotated[
        dict[str, int],
        _counter(
            "reservations_cancelled",
            "Reservations that were given back or ended, and why.",
            "reason",
            KNOWN_REASONS,
        ),
    ] = field(default_factory=dict)
    active: Annotated[int, _gauge("reservations_active", "Reservations that are held now.")] = 0
    errors: Annotated[
        dict[str, int],
        _counter("errors", "Faults, by their kind.", "type", KNOWN_ERRORS),
    ] = field(default_factory=dict)
    offers: Annotated[int, _gauge()] = 0
    offers_converted: Annotated[int, _gauge()] = 0
    offers_expired: Annotated[int, _gauge()] = 0
    offers_cancelled: Annotated[int, _gauge()] = 0
    offers_active: Annotated[int, _gauge()] = 0
    time_to_conversion: Annotated[
        DurationHistogram,
        _counter("reservation_time_to_conversion_seconds", "Seconds from the hold to the yes."),
    ] = NO_DURATIONS
    lifetime: Annotated[
        DurationHistogram,
        _counter(
            "reservation_lifetime_seconds", "Seconds from the hold to its end, whatever the end."
        ),
    ] = NO_DURATIONS
    late_conversions: Annotated[
        int,
        _counter("late_conversions", "Appointments whose hold had expired and was made again."),
    ] = 0
    released_at_hangup: Annotated[
        int,
        _counter("holds_released_at_hangup", "Holds that ended because the caller hung up."),
    ] = 0
    collisions_prevented: Annotated[
        int,
        _counter(
            "collisions_prevented", "Callers who wished a slot that another caller's hold kept."
        ),
    ] = 0
    told_free_then_refused: Annotated[
        int,
        _counter(
            "told_free_then_refused",
            "Slots that were named as free and then refused to the same caller.",
        ),
    ] = 0
    unbooked_s: Annotated[
        float,
        _counter("unbooked_stylist_seconds", "Stylists' time that was held and not booked."),
    ] = 0.0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Figures:
        """Read a row of the query ``figures``; a column that is NULL is 0."""
        counted = {
            name: _decoded(row[name], TYPES[name]) for name in FIGURES if row[name] is not None
        }
        return cls(row["company"], **counted)

    @property
    def offers_over(self) -> int:
        """Offers that are no longer open."""
        return self.offers_converted + self.offers_expired + self.offers_cancelled

    @property
    def conversion_rate(self) -> float:
        """Offers that were converted, in percent of all; 0 where there were none."""
        return percentage(self.offers_converted, self.offers)

    @property
    def completion_rate(self) -> float:
        """Offers that were converted, in percent of those that are over."""
        return percentage(self.offers_converted, self.offers_over)

    @property
    def active_rate(self) -> float:
        """Offers that are still open, in percent of all."""
        return percentage(self.offers_active, self.offers)

    @property
    def balance(self) -> int:
        """By how much ``created`` exceeds the four statuses: 0 where the counters add up."""
        return self.created - self.active - self.converted - self.expired - self.cancelled


_HINTS = get_type_hints(Figures, include_extras=True)
FIGURES: dict[str, FigureKind] = {
    name: hint.__metadata__[0] for name, hint in _HINTS.items() if name != "company"
}
TYPES = {name: _HINTS[name].__origin__ for name in FIGURES}
RATES = ("conversion_rate", "completion_rate", "active_rate")


def over_all(figures: Iterable[Figures]) -> Figures:
    """Add up companies' figures, as those of "all"."""
    total = Figures("all")
    for each in figures:
        total = Figures(
            "all", **{name: _sum(getattr(total, name), getattr(each, name)) for name in FIGURES}
        )
    return total


def _sum(total: Any, value: Any) -> Any:
    if isinstance(total, dict):
        return {key: total.get(key, 0) + value.get(key, 0) for key in {**total, **value}}
    if isinstance(total, DurationHistogram):
        return total.plus(value)
    return total + value


def _decoded(value: Any, kind: Any) -> Any:
    if kind is DurationHistogram:
        return DurationHistogram.from_sql(value)
    return kind(value) if kind in (int, float) else msgspec.json.decode(value, type=kind)
