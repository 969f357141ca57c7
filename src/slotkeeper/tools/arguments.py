"""What a model sent along: aliases in two languages, empty words, and nothing trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping

ALIASES: dict[str, tuple[str, ...]] = {
    "service": ("service", "service_name", "service_type", "dienstleistung"),
    "date": ("date", "datum", "appointment_date", "preferred_date"),
    "time": ("time", "uhrzeit", "zeit", "appointment_time", "preferred_time"),
    "datetime": ("datetime", "appointment_datetime", "start"),
    "staff": ("staff", "preferred_staff", "preferred_staff_id", "mitarbeiter"),
    "customer_name": ("customer_name", "name"),
    "customer_phone": ("customer_phone", "phone", "telefon"),
    "reservation_token": ("reservation_token", "token"),
}

# A variable that the platform did not fill stays as it was written.
_UNFILLED = re.compile(r"\{\{.*?\}\}")
_EMPTY = {"", "none", "null", "undefined", "n/a"}
# Longer than anybody says; the rest is noise or an attack.
MAX_ARGUMENT = 300


def argument(args: Mapping[str, object], name: str) -> str | None:
    """Give an argument by any of its names; None where it is missing, empty or unfilled."""
    for alias in ALIASES[name]:
        value = args.get(alias)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            continue
        text = value.replace("\x00", "").strip()[:MAX_ARGUMENT]
        if text.lower() not in _EMPTY and not _UNFILLED.search(text):
            return text
    return None
