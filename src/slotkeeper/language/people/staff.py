"""Understanding which member of staff a caller wants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from rapidfuzz import fuzz

from slotkeeper.domain.catalogue import Staff
from slotkeeper.domain.locale import LOCALES
from slotkeeper.language.people.people_words import (
    LONGEST_ANSWER_CHARS,
    alternatives,
    words_for,
)
from slotkeeper.language.phonetics import latin, sounds
from slotkeeper.language.services.stems import squeeze
from slotkeeper.language.services.wish_words import service_lexicon

# "Maikel" and "Michael" are 0.67 alike, enough to ask and too little to take it.
SIMILAR_NAME = 0.65
SHORTEST_NAME_SOUND = 3

StaffWish = Staff | tuple[Staff, ...] | None

_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class StaffSaid:
    """What a caller said about the person.

    ``unsaid``: nothing, so whoever was wished before stays wished. ``anyone``: explicitly anybody.
    ``named``: one of ``people``, in the order of wish. ``unclear``: ``people`` are to be chosen
    from. ``unknown``: nobody has that name.
    """

    kind: Literal["unsaid", "anyone", "named", "unclear", "unknown"]
    people: tuple[Staff, ...] = ()


def staff_said(text: str | None, staff: Sequence[Staff]) -> StaffSaid:
    """Tell who is wished, whether anybody will do, or that nothing was said about it.

    "Emma oder Sarah" wishes either of them; "nicht Emma" any of the others.
    """
    if text is None or not text.strip():
        return StaffSaid("unsaid")
    wanted = understand_staff(text, staff)
    if instead := _instead(text, staff):
        return instead
    if isinstance(wanted, Staff):
        return StaffSaid("named", (wanted,))
    anyone = len(text) <= LONGEST_ANSWER_CHARS and bool(_anyone().search(latin(text)))
    if wanted is None:
        return StaffSaid("anyone" if anyone else "unsaid")
    either = _either_of(text, staff) if wanted else ()
    if either:
        return StaffSaid("named", either)
    if wanted and _refuses(text):
        return StaffSaid("named", wanted)
    if wanted:
        return StaffSaid("unclear", wanted)
    return StaffSaid("anyone" if anyone else "unknown")


def _instead(text: str, staff: Sequence[Staff]) -> StaffSaid | None:
    """Understand "nicht Emma, sondern Sarah" and "anyone but Emma"; None for any other text."""
    before, *after = _contrast().split(text.lower(), maxsplit=1)
    other = understand_staff(after[0], staff) if after else None
    if not isinstance(other, Staff):
        return None
    if _anyone().search(latin(before)):
        others = (p for p in _one_record_each(staff) if p.calendar_id != other.calendar_id)
        return StaffSaid("named", tuple(others))
    return StaffSaid("named", (other,))


def _either_of(text: str, staff: Sequence[Staff]) -> tuple[Staff, ...]:
    """Give the people of whom either will do; none where a part of the text names no one person."""
    parts = [understand_staff(part, staff) for part in _or().split(text.lower()) if part.strip()]
    people = [part for part in parts if isinstance(part, Staff)]
    return tuple(dict.fromkeys(people)) if len(people) == len(parts) > 1 else ()


def _refuses(text: str) -> bool:
    """Whether somebody is left out: "nicht Emma"."""
    return not words_for("negations").isdisjoint(latin(text).split())


@cache
def _anyone() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives('anyone')})\b")


@cache
def _contrast() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(words_for('contrast')))})\b")


@cache
def _or() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(words_for('either')))})\b|[/;,]")


def understand_staff(text: str | None, staff: Sequence[Staff]) -> StaffWish:
    """Give the wished person; several to choose from; or () if nobody has that name.

    None means that anybody will do ("egal"). A name that only sounds similar comes as a choice to
    ask about, even if it is one person's. Two records on one calendar are one person; the first is
    given.
    """
    people = _one_record_each(staff)
    wanted = (text or "").strip()
    if len(wanted) > LONGEST_ANSWER_CHARS:
        return ()
    words = [word for word in latin(wanted).split() if word not in words_for("titles")]
    key = latin(wanted)
    records = [s for s in staff if wanted.lower() == str(s.id) or key == latin(s.key)]
    # A key of one word is often a first name that a colleague has too.
    if len(words) < 2 or not records:
        records += _called(words, people)
    calendar_ids = {record.calendar_id for record in records}
    named = [person for person in people if person.calendar_id in calendar_ids]
    if named and not words_for("negations").isdisjoint(words):
        named = [person for person in people if person not in named]
    elif len(named) == 1:
        return named[0]
    elif not named and not (_telling(words) or _UUID.fullmatch(wanted.lower())):
        return None
    return tuple(named or _sounding_like(_telling(words), people))


def _one_record_each(staff: Sequence[Staff]) -> list[Staff]:
    """Give each person once: several records on one calendar are one person."""
    return list({member.calendar_id: member for member in reversed(staff)}.values())[::-1]


def _called(words: Sequence[str], people: Sequence[Staff]) -> list[Staff]:
    """Find people by the whole name, or else by a part of it, or else by the sound of a part."""
    ways: tuple[Callable[[list[str]], bool], ...] = (
        lambda name: _follows(name, words),
        lambda name: any(part in words for part in name),
        lambda name: not {sounds(word) for word in _telling(words)}.isdisjoint(_heard(name)),
    )
    for is_called in ways:
        called = [person for person in people if is_called(_name_of(person))]
        if called:
            return called
    return []


def _sounding_like(words: Sequence[str], people: Sequence[Staff]) -> list[Staff]:
    likeness = {
        person.calendar_id: max(
            (fuzz.ratio(sounds(word), part) for word in words for part in _heard(_name_of(person))),
            default=0.0,
        )
        for person in people
    }
    return [person for person in people if likeness[person.calendar_id] >= SIMILAR_NAME * 100]


def _name_of(member: Staff) -> list[str]:
    return [word for word in latin(member.name).split() if word not in words_for("titles")]


def _heard(name: Iterable[str]) -> set[str]:
    return {sound for part in name if len(sound := sounds(part)) >= SHORTEST_NAME_SOUND}


def _follows(name: Sequence[str], words: Sequence[str]) -> bool:
    """Whether the words hold a whole name of several words in its order."""
    joints = set(pairwise(words))
    return len(name) > 1 and all(joint in joints for joint in pairwise(name))


def _telling(words: Iterable[str]) -> list[str]:
    """List the words that may be somebody's name: no everyday words, no numbers."""
    return [word for word in words if squeeze(word) not in _everyday() and not word.isdigit()]


@cache
def _everyday() -> frozenset[str]:
    lexicons = [service_lexicon(locale) for locale in LOCALES]
    return frozenset[str]().union(
        *(lexicon.glue | lexicon.everyday | lexicon.negations for lexicon in lexicons),
        map(squeeze, words_for("anybody")),
    )
