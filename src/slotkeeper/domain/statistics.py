"""Percentiles and percentages, computed in one place for figures, reports and proofs."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import quantiles


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Interpolate the percentile (1 to 99) as PostgreSQL's percentile_cont; None without values."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def percentage(part: int, whole: int) -> float:
    """Give the part in percent of the whole, to two decimals; 0 where the whole is 0."""
    return round(100 * part / whole, 2) if whole else 0.0
