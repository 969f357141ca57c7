"""Who speaks, how they are reached, and whom they want: names, numbers, staff.

What a model fills in where it knows nothing ("User", 0151123456) is missing, not somebody: taken at
its word it makes one customer of many.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import phonenumbers
from rapidfuzz import fuzz

from slotkeeper.domain.catalogue import Staff
from slotkeeper.language.phonetics import latin, sounds
from slotkeeper.language.service_words import LEXICONS, squeeze
from slotkeeper.language.when.numerals import english_cardinals, german_cardinals

MAX_NAME = 200
# Nobody says more to give a name or a number; a monologue is not searched for one.
MAX_CHARS = 400
# 30 digits are twice the longest number there is.
MAX_DIGITS = 30
# "Maikel" and "Michael" are 0.67 alike: worth asking, never taken.
SIMILAR_NAME = 0.65
SHORTEST_NAME_SOUND = 3

StaffWish = Staff | tuple[Staff, ...] | None


def understand_name(text: str | None) -> str | None:
    """Give the name that is said, in its spelling; None for placeholders and what is no name.

    ``Mein Name ist Müller`` is Müller, and so is ``Herr Müller``.
    """
    if text is None or len(text) > MAX_CHARS or _UNFILLED.search(text):
        return None
    said = _without_frame(_printable(text))
    name = _trimmed(_HONORIFIC.sub("", said))
    if not name or len(name) > MAX_NAME or _NO_NAME.search(name):
        return None
    # There are people of the name of Gast, and of Kunde.
    placeholder = latin(name) in _PLACEHOLDERS and name == said
    return name if _LETTER.search(name) and not placeholder else None


def understand_phone(text: str | None, region: str = "DE") -> str | None:
    """Give the number in E.164; None for dummies, placeholders and what is no valid number.

    Digits may be spoken: ``null eins sieben null ...``. Without a country it is one of ``region``.
    """
    if text is None or len(text) > MAX_CHARS or not _WITHHELD.isdisjoint(latin(text).split()):
        return None
    # The longest run of digits is the number, what else is said may hold digits too.
    for run in sorted(_runs_of_digits(text), key=len, reverse=True):
        if number := _valid_number(run, region):
            return number
    return None


def understand_staff(text: str | None, staff: Sequence[Staff]) -> StaffWish:
    """Give who is wished: one person; several to choose from; () if nobody is of that name.

    None is no wish ("egal"). What only sounds similar is to be asked back, so it comes as a choice
    even if it is one person. Two records on one calendar are one person: the first is meant.
    """
    people = list({member.calendar_id: member for member in reversed(staff)}.values())[::-1]
    wanted = (text or "").strip()
    if len(wanted) > MAX_CHARS:
        return ()
    words = [word for word in latin(wanted).split() if word not in _TITLES]
    found = _people_keyed(wanted, staff)
    # A key of one word is often a first name, which somebody else may have as well.
    if len(words) < 2 or not found:
        found += _people_called(words, people)
    found = [one for one in people if one.calendar_id in {each.calendar_id for each in found}]
    if found and not _NOT.isdisjoint(words):
        found = [one for one in people if one not in found]
    elif len(found) == 1:
        return found[0]
    elif not found and not (_telling(words) or _UUID.fullmatch(wanted.lower())):
        return None
    return tuple(found or _people_sounding_like(_telling(words), people))


def same_person(said: str | None, known: str | None) -> bool:
    """Whether a name that was said is the one that is known, as it sounds.

    The surname, the last word of the known name, must be among what was said: "Herr Schumann" is
    Jens Schuhmann, "Jens" is not.
    """
    name, parts = understand_name(said), latin(known or "").split()
    if name is None or not parts:
        return False
    heard = {sounds(word) for word in latin(name).split()}
    return sounds(parts[-1]) in heard or latin(name) == latin(known or "")


def _printable(text: str) -> str:
    """Replace what cannot be spoken: control and direction marks, pictures."""
    normal = unicodedata.normalize("NFC", text)
    seen = (c for c in normal if unicodedata.category(c) != "Cf")
    kept = (" " if unicodedata.category(c) in _UNSPOKEN else c for c in seen)
    return " ".join("".join(kept).split())


def _without_frame(text: str) -> str:
    """Take a name out of the sentence that it is said in."""
    said = _GREETING.sub("", text)
    if introduced := _INTRODUCTION.search(said):
        said = _END_OF_NAME.split(said[introduced.end() :], maxsplit=1)[0]
    return _trimmed(_AFTERWARDS.sub("", said))


def _trimmed(text: str) -> str:
    return text.strip(" .,;:!?\"'-„“”»«")


def _runs_of_digits(text: str) -> Iterator[str]:
    run, repeat = "", 1
    spelt = _TRUNK.sub("", text.lower()).replace("+", " plus ")
    for word in latin(spelt).split():
        if word == "plus" and not run:
            run = "+"
        elif word in _TWICE:
            repeat = 2
        elif (digits := word if word.isdigit() else _DIGITS.get(squeeze(word))) is not None:
            run, repeat = run + digits * repeat, 1
        elif word not in _BETWEEN_DIGITS:
            yield run[:MAX_DIGITS]
            run, repeat = "", 1
    yield run[:MAX_DIGITS]


def _valid_number(digits: str, region: str) -> str | None:
    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed) or _DUMMY_NUMBER.search(digits):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _people_keyed(wanted: str, staff: Sequence[Staff]) -> list[Staff]:
    key = latin(wanted)
    return [one for one in staff if wanted.lower() == str(one.id) or key == latin(one.key)]


def _people_called(words: Sequence[str], people: Sequence[Staff]) -> list[Staff]:
    """Find by the whole name, else by a part of it, else by the sound of a part."""
    ways: tuple[Callable[[list[str]], bool], ...] = (
        lambda name: _follows(name, words),
        lambda name: any(part in words for part in name),
        lambda name: not {sounds(word) for word in _telling(words)}.isdisjoint(_heard(name)),
    )
    for is_called in ways:
        found = [one for one in people if is_called(_name_of(one))]
        if found:
            return found
    return []


def _people_sounding_like(words: Sequence[str], people: Sequence[Staff]) -> list[Staff]:
    likeness = {
        one.calendar_id: max(
            (fuzz.ratio(sounds(word), part) for word in words for part in _heard(_name_of(one))),
            default=0.0,
        )
        for one in people
    }
    return [one for one in people if likeness[one.calendar_id] >= SIMILAR_NAME * 100]


def _name_of(member: Staff) -> list[str]:
    return [word for word in latin(member.name).split() if word not in _TITLES]


def _heard(name: Iterable[str]) -> set[str]:
    return {sound for part in name if len(sound := sounds(part)) >= SHORTEST_NAME_SOUND}


def _follows(name: Sequence[str], words: Sequence[str]) -> bool:
    """Whether all of a name of several words is there, in its order."""
    joints = set(pairwise(words))
    return len(name) > 1 and all(joint in joints for joint in pairwise(name))


def _telling(words: Iterable[str]) -> list[str]:
    return [word for word in words if squeeze(word) not in _EVERYDAY and not word.isdigit()]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _phrases(phrases: str) -> frozenset[str]:
    return frozenset(map(latin, phrases.split(",")))


_UNSPOKEN = {"Cc", "Cn", "Co", "Cs", "So", "Sk", "Zl", "Zp"}
_LETTER = re.compile(r"[^\W\d_]")
# Digits and signs are of identifiers, addresses and code; no name has them.
_NO_NAME = re.compile(r"[\d_@#$%&*+=/\\|<>{}\[\]()^~]")
# {{name}}, [REDACTED], <name>: a variable or a mark, not what it stands for.
_UNFILLED = re.compile(r"[{}\[\]<>]")
_HONORIFIC = re.compile(r"^(?:(?:herrn?|frau|fräulein|mister|mr|mrs|ms|miss)\b\.?\s*)+", re.I)
_GREETING = re.compile(
    r"^(?:(?:ja|also|ähm?|hallo|hi|hello|moin|servus|grüß (?:gott|sie)"
    r"|gute[nr]? (?:tag|morgen|abend)|good (?:morning|afternoon|evening))(?:[\s,.!]+|$))+",
    re.I,
)
_INTRODUCTION = re.compile(
    r"\b(?:mein name (?:ist|lautet|wäre)|ich hei(?:ß|ss)e|ich bin(?: es,?| der| die)?"
    r"|hier (?:ist|spricht)(?: der| die)?|(?:auf|unter) (?:den|dem) namen|name:"
    r"|my name(?:'s| is)|i am|i'm|this is|it's|under the name(?: of)?)\s+",
    re.I,
)
_END_OF_NAME = re.compile(
    r",\s|[;!?]|(?<!\bDr)(?<!\bProf)(?<!\bSt)(?<!\b\w)\.(?:\s|$)|\s(?:und|and)\s(?:ich|i)\b", re.I
)
_AFTERWARDS = re.compile(
    r"[\s,]+(?:ist mein name|mein name|am apparat|hier|bitte|here|speaking|please)[\s.!]*$", re.I
)
_PLACEHOLDERS = _phrases(
    "User, Test, Test User, Testuser, Tester, Test Kunde, Testkunde, Unbekannt, Unbekannter, "
    "Unbekannte, Unbekannter Anrufer, Unbekannter Kunde, Unknown, Unknown Caller, Unknown User, "
    "Kunde, Kundin, Neukunde, Customer, Client, Caller, Anrufer, Anruferin, Gast, Guest, Anonym, "
    "Anonymous, Anonymer Anrufer, Anonymous Caller, Name, Kein Name, No Name, None, Null, Nil, "
    "Nan, Undefined, N/A, Not Provided, Not Specified, Keine Angabe, Nicht angegeben, "
    "Nicht genannt, Nicht bekannt, Vorname, Nachname, Vorname Nachname, First Name, Last Name, "
    "Full Name, Max Mustermann, Erika Mustermann, Mustermann, John Doe, Jane Doe, Redacted, "
    "Placeholder, Platzhalter, Xxx, Dummy, Ja, Nein, Yes, No, Okay, Danke, Bitte, Hallo, Hello"
)

_WITHHELD = _set(
    "anonymous anonym unknown unbekannt unbekannte private withheld unterdruckt unterdrueckt "
    "restricted blocked none undefined"
)
_TRUNK = re.compile(r"\(0\)")  # +49 (0) 30: either the country or the 0
_TWICE = _set("doppel doppelt double zweimal")
_BETWEEN_DIGITS = _set("und dann and then dash minus strich bindestrich slash schraegstrich")
_DIGITS = {
    squeeze(latin(word).replace(" ", "")): str(number)
    for word, number in (english_cardinals() | german_cardinals() | {"oh": 0, "o": 0}).items()
    if number < 100
}
# Nobody has a number that ends in six equal digits and is asked for it by a machine.
_DUMMY_NUMBER = re.compile(r"(\d)\1{5}$")

_TITLES = _set(
    "dr doktor prof professor professorin herr herrn frau mr mrs ms miss mister doctor kollege "
    "kollegin stylist stylistin friseur friseurin"
)
_NOT = _set("nicht kein keine keinen ausser not except")
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
_EVERYDAY = frozenset[str]().union(
    *(lexicon.glue | lexicon.everyday | lexicon.negations for lexicon in LEXICONS.values()),
    map(squeeze, _set("irgendwer irgendwem irgendwen irgendjemand irgendjemandem beliebig")),
    map(squeeze, _set("beliebige wer jemandem whichever nobody preference keiner praeferenz")),
)
