"""The names of a catalogue's services, and where they are found in what a caller says.

Each way finds what the ones before it miss: the same letters, the same sounds, the same words in
another order, a similar sound (``matches``); and a part of a name, which may be that of several
services (``partial``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz, process

from slotkeeper.domain.catalogue import Service
from slotkeeper.domain.sheet import SURE
from slotkeeper.language.phonetics import cologne, latin, sounds
from slotkeeper.language.service_words import (
    SHORTEST_STEM,
    Lexicon,
    Word,
    fold,
    squeeze,
    stem,
    words_of,
)

# How sure a way of finding is, compared with the same letters. What is only similar or scattered
# over a sentence stays so far below SURE that it is never booked without asking.
SAME_SOUNDS = 0.95
SAME_WORDS = 0.98
SCATTERED_WORDS = 0.9
A_RELATION = 0.85  # "for my son" may be for a grown man
AT_MOST_SIMILAR = 0.8
# A service's name says more than one of the names that it is made of ("Balayage/Ombré").
PART_OF_NAME = 0.9
# Single sounds are like another word's too often: "Klos" is heard for "Gloss", also for "Kloß".
SHORTEST_SOUND, SHORTEST_SURE_SOUND = 4, 5
# Similarity (0 to 1) from which a name is heard in other words, by the number of sounds. Measured:
# "Herzdehdock" is 0.77 to "Hairdetox"; of the 20,000 most frequent German words one in a thousand
# comes as near to any name of the example salon, and "Einsatz" is 0.92 to "Ansatz".
SIMILAR_LONG, SIMILAR_MIDDLE, SIMILAR_SHORT = 0.76, 0.85, 0.88
LONG, MIDDLE, SHORT = 9, 7, 6
# From here on even a loose synonym is heard; below, its own doubt and that of the ear add up.
VERY_SIMILAR, DOUBTS = 0.9, 0.65
# Two names that end alike ("Kurzhaarschnitt", "Langhaarschnitt") must begin alike as well.
SIMILAR_HEADS = 0.7
# Worth to be named where nothing was understood.
SUGGESTED = 0.62
SUGGESTIONS = 3
# The longest name of a service in words, and how many one word may have been heard as.
MAX_SPAN, MAX_HEARD_SPAN = 7, 4
# A part of a name stands for it from this share of its letters on; "Maria" is 0.56 of "Maria Nila".
SHARE = 0.6
# What a category or a shared word of names is worth compared with a name that is all there.
A_SHARED_WORD = 0.5
SHORTEST_TAIL = 5
SHORTEST_HEAD = 2  # Umfärbung is a Färbung
# Only what sounds at least so much alike (of 100), and the best few, are compared in full.
MIN_SOUND_RATIO, MAX_ALIKE = 70, 8

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Form:
    """One name of a service. ``core`` are its stems without whom it is for."""

    service: Service
    confidence: float
    letters: str
    sound: str
    consonants: str
    stems: frozenset[str]
    core: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a text: in which words (a bit each) and how well (0 to 1)."""

    form: Form
    words: int
    quality: float

    @property
    def confidence(self) -> float:
        """How sure it is that the service is meant."""
        return self.form.confidence * self.quality

    @property
    def weight(self) -> float:
        """What speaks for it against another that needs the same words: the longer one wins."""
        return len(self.form.letters) * self.quality


class Forms:
    """All names of a catalogue, ready to be looked for."""

    def __init__(self, services: Sequence[Service], lexicon: Lexicon) -> None:
        """Index the names by what they are found by."""
        self.lexicon = lexicon
        self.forms = [form for service in services for form in _forms_of(service, lexicon)]
        self.by_letters = _grouped(self.forms, lambda form: [form.letters])
        self.by_sound = _grouped(self.forms, lambda form: [form.sound])
        self.by_stems = _grouped(self.forms, lambda form: [form.stems])
        self.by_stem = _grouped(self.forms, lambda form: form.stems)
        self._similar = [form for form in self.forms if len(form.sound) >= SHORT]
        self._sounds = [form.sound for form in self._similar]
        self._shared = _shared_words(services, lexicon)
        self._tails = _shared_tails(self.forms)

    def of(self, service: Service) -> list[Form]:
        """List the names of one service."""
        return [form for form in self.forms if form.service.id == service.id]

    def exact(self, words: Sequence[Word]) -> Iterator[Match]:
        """Find names by letters, sounds or words, as they stand or scattered."""
        for first, last in _spans(len(words), MAX_SPAN):
            yield from self._at(words, first, last)
        yield from self._scattered(words)

    def similar(self, words: Sequence[Word], taken: int) -> Iterator[Match]:
        """Find what sounds similar in words that are not taken."""
        for first, last in _spans(len(words), MAX_HEARD_SPAN):
            if _mask(first, last) & taken:
                continue
            for alike in self._alike(words[first:last]):
                if alike.is_heard and self._heads_fit(alike.said, alike.form.letters):
                    quality = min(alike.likeness, AT_MOST_SIMILAR)
                    yield Match(alike.form, _mask(first, last), quality)

    def partial(self, words: Sequence[Word]) -> dict[int, float]:
        """Give the services a part of whose name is said, by id, and which share of it (0 to 1)."""
        telling = [word for word in words if not (word.everyday or word.vague)]
        said = {stem for word in telling for stem in word.stems if stem[0] != "@"}
        everything = {stem for word in words for stem in word.stems}
        tails = {tail for stem in said for tail in _tails_of(stem) if tail in self.by_stem}
        shares: dict[int, float] = defaultdict(float)
        for service_id, share in (
            *self._shares(said, everything),
            # What stands before the tail is nobody's name: at most a question.
            *((found, A_SHARED_WORD) for found, _ in self._shares(tails, everything | tails)),
            *((found, A_SHARED_WORD) for stem in said for found in self._shared.get(stem, ())),
        ):
            shares[service_id] = max(shares[service_id], share)
        return shares

    def suggestions(self, words: Sequence[Word]) -> tuple[Service, ...]:
        """Give services that sound a little like what was said, the most similar first."""
        found: dict[int, tuple[float, Service]] = {}
        for first, last in _spans(len(words), MAX_HEARD_SPAN):
            for alike in self._alike(words[first:last]):
                service = alike.form.service
                if alike.likeness >= max(SUGGESTED, found.get(service.id, (0.0,))[0]):
                    found[service.id] = (alike.likeness, service)
        ranked = sorted(found.values(), key=lambda each: -each[0])
        return tuple(service for _, service in ranked[:SUGGESTIONS])

    def _at(self, words: Sequence[Word], first: int, last: int) -> Iterator[Match]:
        said, mask = words[first:last], _mask(first, last)
        joined = "".join(word.text for word in said)
        found = self.by_letters.get(squeeze(joined), [])
        yield from (Match(form, mask, 1.0) for form in found)
        if found or said[0].everyday or said[-1].everyday:
            return
        stems = frozenset(stem for word in said for stem in word.stems)
        quality = A_RELATION if any(word.related for word in said) else SAME_WORDS
        for form in self.by_stems.get(stems, ()):
            if last - first > 1 or len(min(stems)) > SHORTEST_TAIL:
                yield Match(form, mask, quality)
        if last - first > MAX_HEARD_SPAN:
            return
        sound = sounds(joined)
        for form in self.by_sound.get(sound, ()):
            if len(sound) >= SHORTEST_SURE_SOUND:
                yield Match(form, mask, SAME_SOUNDS)
            elif len(sound) >= SHORTEST_SOUND and form.confidence >= SURE:
                yield Match(form, mask, AT_MOST_SIMILAR)

    def _scattered(self, words: Sequence[Word]) -> Iterator[Match]:
        where: dict[str, int] = {}
        for at, word in enumerate(words):
            for stem in word.stems:
                where.setdefault(stem, at)
        counts: dict[int, int] = defaultdict(int)
        forms = {}
        for stem in where:
            for form in self.by_stem.get(stem, ()):
                counts[id(form)] += 1
                forms[id(form)] = form
        for key, form in forms.items():
            if counts[key] < len(form.stems) or len(form.stems) < 2:
                continue
            used = {where[stem] for stem in form.stems}
            if all(words[at].everyday or words[at].vague for at in used):
                continue
            related = any(words[at].related for at in used)
            quality = SCATTERED_WORDS * (A_RELATION if related else 1)
            yield Match(form, sum(1 << at for at in used), quality)

    def _alike(self, said: Sequence[Word]) -> Iterator[_Alike]:
        if said[0].everyday or said[-1].everyday:
            return
        joined = "".join(word.text for word in said)
        sound, letters = sounds(joined), squeeze(joined)
        if len(sound) < SHORT:
            return
        consonants = cologne(sound)
        near = process.extract(
            sound, self._sounds, scorer=fuzz.ratio, score_cutoff=MIN_SOUND_RATIO, limit=MAX_ALIKE
        )
        for _, heard, at in near:
            form = self._similar[at]
            spelt = fuzz.ratio(letters, form.letters)
            kept = fuzz.ratio(consonants, form.consonants)
            # The sound counts most; a recogniser keeps consonants better than letters.
            likeness = (0.5 * heard + 0.2 * spelt + 0.3 * kept) / 100
            yield _Alike(form, letters, likeness, min(len(sound), len(form.sound)))

    def _heads_fit(self, said: str, name: str) -> bool:
        shared = next((tail for tail in _tails_of(name) if tail in self._tails), None)
        if shared is None or not said.endswith(shared):
            return True
        return fuzz.ratio(said.removesuffix(shared), name.removesuffix(shared)) / 100 >= SIMILAR_HEADS

    def _shares(self, said: Set[str], everything: Set[str]) -> Iterator[tuple[int, float]]:
        for form in {id(f): f for stem in said for f in self.by_stem.get(stem, ())}.values():
            letters = sum(map(len, form.core & everything))
            share = letters / (sum(map(len, form.core)) or 1)
            if share >= SHARE:
                yield form.service.id, share


@dataclass(frozen=True, slots=True)
class _Alike:
    form: Form
    said: str
    likeness: float
    sounds: int

    @property
    def is_heard(self) -> bool:
        """Whether the likeness suffices for so many sounds, and for so loose a name."""
        if self.sounds >= LONG:
            sure_enough = self.form.confidence * self.likeness >= DOUBTS
            return self.likeness >= (SIMILAR_LONG if sure_enough else VERY_SIMILAR)
        if self.form.confidence < SURE:
            return self.sounds > MIDDLE and self.likeness >= VERY_SIMILAR
        return self.likeness >= (SIMILAR_MIDDLE if self.sounds >= MIDDLE else SIMILAR_SHORT)


def _forms_of(service: Service, lexicon: Lexicon) -> list[Form]:
    names = [(service.name, 1.0)]
    names += [(synonym.text, synonym.confidence) for synonym in service.synonyms]
    parts = re.split(r"[/()|]|\boder\b|\bor\b", service.name)
    names += [(part, PART_OF_NAME) for part in parts if len(fold(part)) >= SHORTEST_TAIL]
    forms: dict[str, Form] = {}
    for text, confidence in names:
        form = _form(service, text, confidence, lexicon)
        # What the company wrote down itself comes first and is left as it is.
        if form.letters:
            forms.setdefault(form.letters, form)
    return list(forms.values())


def _form(service: Service, text: str, confidence: float, lexicon: Lexicon) -> Form:
    words = words_of(text, lexicon)
    joined = "".join(word.text for word in words) or latin(text).replace(" ", "")
    stems = frozenset(stem for word in words for stem in word.stems)
    kinds = {stem for word in words if squeeze(word.text) in lexicon.kinds for stem in word.stems}
    core = {stem for stem in stems if stem[0] != "@"}
    sound = sounds(joined)
    return Form(
        service, confidence, squeeze(joined), sound, cologne(sound), stems, frozenset(core - kinds)
    )


def _shared_words(services: Sequence[Service], lexicon: Lexicon) -> dict[str, set[int]]:
    """Which services a word may mean that is no name: their category, or an end of their names."""
    whole, ends = defaultdict(set), defaultdict(set)
    for service in services:
        for word in words_of(service.category or "", lexicon):
            ends[stem(squeeze(word.text))].add(service.id)
        words = [word for word in words_of(service.name, lexicon) if not word.vague]
        for name_stem in {each for word in words for each in word.stems if each[0] != "@"}:
            whole[name_stem].add(service.id)
            for cut in range(SHORTEST_HEAD, len(name_stem) - SHORTEST_STEM + 1):
                ends[name_stem[cut:]].add(service.id)
    for name_stem, ids in whole.items():
        # Of one name only, it may be anybody's word: "Maria" is no wish for Maria Nila.
        if len(ids) > 1 or name_stem in ends:
            ends[name_stem] |= ids
    return dict(ends)


def _grouped(
    forms: Iterable[Form], keys: Callable[[Form], Iterable[_Key]]
) -> dict[_Key, list[Form]]:
    groups: dict[_Key, list[Form]] = defaultdict(list)
    for form in forms:
        for key in keys(form):
            groups[key].append(form)
    return dict(groups)


def _shared_tails(forms: Iterable[Form]) -> frozenset[str]:
    owners: dict[str, set[int]] = defaultdict(set)
    for form in forms:
        for tail in _tails_of(form.letters):
            owners[tail].add(form.service.id)
    return frozenset(tail for tail, ids in owners.items() if len(ids) > 1)


def _tails_of(letters: str) -> Iterator[str]:
    """Give the ends of a word, the longest first."""
    return (letters[cut:] for cut in range(1, len(letters) - SHORTEST_TAIL + 1))


def _spans(length: int, longest: int) -> Iterator[tuple[int, int]]:
    for first in range(length):
        for last in range(first + 1, min(length, first + longest) + 1):
            yield first, last


def _mask(first: int, last: int) -> int:
    return (1 << last) - (1 << first)
