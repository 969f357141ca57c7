"""Telephone numbers in the one form in which they are stored and compared: E.164.

Platforms, SIP trunks and people write one number in many ways. ``dialled`` finds its digits,
``in_region`` the country of those that name none, ``e164`` takes only those that name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import phonenumbers

# The country of a number where neither the number nor a company tells it.
REGION = "DE"
# Longer than any number with its exit code and extension.
MAX_NUMBER_CHARS = 200

# "Anna" <sip:+49151…@host;user=phone>, tel:+49-151-…: the number stands behind the scheme.
_SCHEME = re.compile(r"(?:sips?|tels?|callto|whatsapp):/{0,2}([^>]*)", re.I)
_PLUS = re.compile("%2b", re.I)
_BESIDE = re.compile(r"[@;?,>].*", re.DOTALL)  # the host and the parameters
_TRUNK = re.compile(r"(?<=\d)\s*\(0\)")  # +49 (0) 30: either the country or the 0
_MARKS = re.compile(r"[\s()./\u2010-\u2015-]")
_DIGITS = re.compile(r"\+?\d{3,20}")
_EXIT_CODE = re.compile(r"\+?00")
# What networks send in place of a withheld number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and
# UNAVAILABLE, as they are spelt on a telephone's keys.
_WITHHELD = {"266696687", "7378742833", "2562533", "8656696", "86282452253"}
_MOBILE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


def dialled(text: str) -> str | None:
    """Give a number's digits, with a plus where it names its country.

    None where it is withheld, and for what is no number.
    """
    if len(text) > MAX_NUMBER_CHARS:
        return None
    text = _PLUS.sub("+", text).strip()
    if behind := _SCHEME.search(text):
        text = behind[1]
    digits = _MARKS.sub("", _TRUNK.sub("", _BESIDE.sub("", text)))
    digits = _EXIT_CODE.sub("+", digits) if _EXIT_CODE.match(digits) else digits
    if not digits.isascii() or not _DIGITS.fullmatch(digits) or not digits.strip("+0"):
        return None
    return None if digits.lstrip("+") in _WITHHELD else digits


def e164(number: str) -> str | None:
    """Give a number that names its country in E.164 form; None for anything else."""
    digits = dialled(number)
    if digits is None or not digits.startswith("+"):
        return None  # without its country the number is ambiguous
    parsed = _parsed(digits)
    return _written(parsed) if parsed and phonenumbers.is_possible_number(parsed) else None


def in_region(number: str, region: str) -> str | None:
    """Give a number in E.164 form; one that does not name its country may be of ``region``.

    One that begins with its country's code and lacks the plus is taken for that first: 49151… is
    +49151…, and not a landline of 49 151.
    """
    digits = dialled(number)
    if digits is None or digits.startswith("+"):
        return e164(number)
    return next((_written(reading) for reading in _readings(digits, region)), None)


def line_forms(text: str) -> tuple[str, ...]:
    """Give the forms under which a called line may be registered, the likeliest first.

    Whose line it is tells its country, so without a plus it may be of any or of ours. What is no
    number, such as an agent's id, is its own form.
    """
    digits = dialled(text)
    if digits is None:
        return (text,) if text else ()
    forms = (e164(digits if digits.startswith("+") else f"+{digits}"), in_region(digits, REGION))
    return tuple(dict.fromkeys(filter(None, forms))) or (digits,)


def is_valid(number: str) -> bool:
    """Whether a number in E.164 form is one that its country's networks have."""
    parsed = _parsed(number)
    return parsed is not None and phonenumbers.is_valid_number(parsed)


@cache
def region_of(zone: str) -> str:
    """Give the country of a time zone, as two letters; REGION where the zone is no country's."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == zone), REGION)


def _readings(digits: str, region: str) -> Iterator[phonenumbers.PhoneNumber]:
    """Give what digits without a plus may mean, the likeliest first."""
    code = str(phonenumbers.country_code_for_region(region))
    abroad = None if digits.startswith("0") else _parsed(f"+{digits}")
    here = _parsed(digits, region)
    is_abroad = abroad is not None and phonenumbers.is_valid_number(abroad)
    is_here = here is not None and phonenumbers.is_valid_number(here)
    if abroad and is_abroad and digits.startswith(code):
        yield abroad
    # A model that sends a number as a number loses its zero; few numbers abroad look like ours.
    if here and is_here and phonenumbers.number_type(here) in _MOBILE:
        yield here
    if abroad and is_abroad:
        yield abroad
    if here and is_here:
        yield here


def _parsed(digits: str, region: str | None = None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _written(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
