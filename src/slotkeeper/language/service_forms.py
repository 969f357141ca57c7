"""The names of a catalogue's services, and where they are found in what a caller says.

Each way finds what the ones before it miss: the same letters, the same sounds, the same words in
another order, a similar sound (``matches``); and a part of a name, which may be that of several
services (``partial``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from slotkeeper.domain.catalogue import Service
from slotkeeper.domain.sheet import SURE
from slotkeeper.language.phonetics import cologne, sounds
from slotkeeper.language.service_words import Lexicon, Word, fold, stems_of, words_of

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
        self._categories = _categories(services, lexicon)
        self._names = {s.id: _name_stems(s, lexicon) for s in services}
        self._services = list(services)
        self._tails = _tails(self.forms)

    def exact(self, words: Sequence[Word]) -> Iterator[Match]:
        """Find names by letters, sounds or words, as they stand or scattered."""
        for first, last in _spans(len(words), MAX_SPAN):
            yield from self._at(words, first, last)
        yield from self._scattered(words)

    def similar(self, words: Sequence[Word], taken: int) -> Iterator[Match]:
        """Find what sounds similar in words that are not taken."""
        for first, last in _spans(len(words), MAX_HEARD_SPAN):
            if _mask(first, last) & taken or not _tells(words, first, last):
                continue
            letters = fold("".join(word.text for word in words[first:last]))
            for likeness, form in self._alike(letters, words[first:last]):
                if _heard(likeness, form) and self._heads_fit(letters, form.letters):
                    quality = min(likeness, AT_MOST_SIMILAR)
                    yield Match(form, _mask(first, last), quality)

    def partial(self, words: Sequence[Word]) -> dict[int, float]:
        """Give the services a part of whose name is said, by id, and which share of it (0 to 1)."""
        telling = [word for word in words if not (word.everyday or word.vague)]
        said = frozenset(stem for word in telling for stem in word.stems if stem[0] != "@")
        everything = frozenset(stem for word in words for stem in word.stems)
        shares: dict[int, float] = defaultdict(float)
        for form in {id(f): f for s in said for f in self.by_stem.get(s, ())}.values():
            share = _share(form.core, everything)
            if share >= SHARE:
                shares[form.service.id] = max(shares[form.service.id], share)
        for service_id, share in self._by_shared_words(said):
            shares[service_id] = max(shares[service_id], share)
        return shares

    def suggestions(self, words: Sequence[Word]) -> tuple[Service, ...]:
        """Give services that sound a little like what was said."""
        found: dict[int, tuple[float, Service]] = {}
        for first, last in _spans(len(words), MAX_HEARD_SPAN):
            if not _tells(words, first, last):
                continue
            letters = fold("".join(word.text for word in words[first:last]))
            for likeness, form in self._alike(letters, words[first:last]):
                if likeness >= SUGGESTED:
                    best = max(likeness, found.get(form.service.id, (0.0,))[0])
                    found[form.service.id] = (best, form.service)
        ranked = sorted(found.values(), key=lambda each: -each[0])
        return tuple(service for _, service in ranked[:SUGGESTIONS])

    def _at(self, words: Sequence[Word], first: int, last: int) -> Iterator[Match]:
        said, mask = words[first:last], _mask(first, last)
        joined = "".join(word.text for word in said)
        found = self.by_letters.get(fold(joined), [])
        yield from (Match(form, mask, 1.0) for form in found)
        if found or not _tells(words, first, last):
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

    def _alike(self, letters: str, said: Sequence[Word]) -> Iterator[tuple[float, Form]]:
        sound = sounds("".join(word.text for word in said))
        if len(sound) < SHORT:
            return
        consonants = cologne(sound)
        near = process.extract(
            sound, self._sounds, scorer=fuzz.ratio, score_cutoff=70, limit=8, processor=None
        )
        for _, score, at in near:
            form = self._similar[at]
            spelt = fuzz.ratio(letters, form.letters)
            heard = fuzz.ratio(consonants, form.consonants)
            # The sound counts most; a recogniser keeps consonants better than letters.
            likeness = (0.5 * score + 0.2 * spelt + 0.3 * heard) / 100
            yield _shortened(likeness, sound, form), form

    def _heads_fit(self, said: str, name: str) -> bool:
        tail = _common_tail(said, name)
        while len(tail) >= SHORTEST_TAIL and tail not in self._tails:
            tail = tail[1:]
        if len(tail) < SHORTEST_TAIL:
            return True
        heads = said.removesuffix(tail), name.removesuffix(tail)
        return fuzz.ratio(*heads) / 100 >= SIMILAR_HEADS

    def _by_shared_words(self, said: frozenset[str]) -> Iterator[tuple[int, float]]:
        for service in self._services:
            if service.category is not None and said & self._categories[service.category]:
                yield service.id, A_SHARED_WORD
            for name_stem in self._names[service.id]:
                yield from ((service.id, A_SHARED_WORD) for s in said if _ends_in(name_stem, s))
