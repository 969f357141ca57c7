"""Telephone numbers in the one form in which they are compared."""

from __future__ import annotations

import phonenumbers


def e164(number: str) -> str | None:
    """Give a number that names its country in E.164 form; None for anything else."""
    if not number.startswith("+"):
        return None  # without its country the number is ambiguous
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
