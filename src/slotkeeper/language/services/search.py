"""Finding the names of services in what a caller says.

Each way finds what the ones before it miss. ``exact`` looks for the same letters, the same sounds,
and the same words in another order or scattered; ``similar`` for a similar sound; ``partial`` for a
part of a name, which several services may share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from slotkeeper.domain.catalogue import SURE_CONFIDENCE, Service
from slotkeeper.language.phonetics import cologne, sounds
from slotkeeper.language.services.forms import (
    SHORTEST_SURE_SOUND,
    SHORTEST_TAIL,
    Form,
    Forms,
    tails_of,
)
from slotkeeper.language.services.stems import SHORTEST_STEM, squeeze
from slotkeeper.language.services.wish_words import Word, is_audience

# How sure a way of finding is, compared with the same letters. A similar sound stays below
# SURE_CONFIDENCE, so that it is never booked without asking.
SAME_WORDS = 0.98
SAME_SOUNDS = 0.95
SCATTERED_WORDS = 0.9
A_RELATION = 0.8  # "for my son": he may be a grown man
AT_MOST_SIMILAR = 0.8
SHORTEST_SOUND = 4  # below SHORTEST_SURE_SOUND it is only similar
# How similar (0 to 1) a sound must be to a name's, by the number of sounds. Measured: "Herzdehdock"
# has 0.77 to "Hairdetox", "Einsatz" 0.92 to "Ansatz"; of the 15,000 most frequent German words, one
# in a thousand comes as near to any name of the example salon.
SIMILAR_LONG, SIMILAR_MIDDLE, SIMILAR_SHORT = 0.76, 0.85, 0.88
LONG, MIDDLE, SHORT = 9, 7, 6
# At 0.9 likeness any synonym counts; below, the synonym's confidence times the likeness must reach
# 0.7.
VERY_SIMILAR, DOUBTS = 0.9, 0.7
# A synonym of less confidence is an abbreviation, which is not inflected.
INFLECTED = 0.65
# Two names that end alike ("Kurzhaarschnitt", "Langhaarschnitt") must begin alike as well.
SIMILAR_HEADS = 0.7
# How similar a service must sound to be suggested when none was understood.
SUGGESTED = 0.7
SUGGESTIONS = 3
# Only the best few names with at least this ratio of equal sounds (of 100) are compared in full.
MIN_SOUND_RATIO, MAX_ALIKE = 70, 8
# The most words of a service's name, and the most words that one word may have been heard as.
MAX_SPAN, MAX_HEARD_SPAN = 7, 4
# The least share of a name's letters that stands for the name; "Maria" is 0.56 of "Maria Nila".
SHARE = 0.6
SHARE_OF_SEVERAL = 0.5  # of two words: "Waschen und Föhnen"
# How much a category or a word of several names counts, compared with a whole name.
A_SHARED_WORD = 0.5


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a text; ``words`` has a bit for each word, ``quality`` is 0 to 1."""

    form: Form
    words: int
    quality: float
    weight: float
    """Letters times likeness: decides between two matches that need the same words."""

    @property
    def confidence(self) -> float:
        """Give how sure it is that the service is meant, 0 to 1."""
        return self.form.confidence * self.quality

    def covers(self, words: int) -> bool:
        """Whether the name takes in all of these words."""
        return self.words & words == words

    def takes_from(self, other: Match) -> bool:
        """Whether it needs some of another's words, and leaves some: "men's haircut, ladies'"."""
        shared = self.words & other.words
        return shared not in (0, self.words, other.words) and self.quality < 1

    def settles(self, words: int) -> bool:
        """Whether nothing in these words is left to be guessed."""
        if self.quality == 1 and self.confidence >= SURE_CONFIDENCE:
            return self.words & words != 0
        return self.covers(words)


class Search:
    """A search for the names of a catalogue."""

    def __init__(self, forms: Forms) -> None:
        """Keep the names that are long enough to be compared by sound."""
        self._forms = forms
        self._long = [form for form in forms.all if len(form.sound) >= SHORT]
        self._sounds = [form.sound for form in self._long]

    def heard(self, words: Sequence[Word]) -> list[Word]:
        """Give words the stems of a catalogue's word that sounds the same: Harschnitt."""
        return [replace(word, stems=self._forms.stems_heard(word)) for word in words]

    def exact(self, words: Sequence[Word]) -> list[Match]:
        """Find names by letters, sounds or words, as they stand or scattered."""
        matches = [
            match
            for first, last in _spans(len(words), MAX_SPAN)
            for match in self._at(words[first:last], _mask(first, last))
        ]
        matches += [m for m in self._scattered(words) if not _is_explained(m, matches)]
        said = [m for m in matches if m.quality == 1 and m.confidence >= SURE_CONFIDENCE]
        explained = 0
        for match in said:
            explained |= match.words
        return [
            match
            for match in matches
            # "Haarschnitt für Damen und Kinder": nothing else explains the children.
            if match.words & ~explained or not any(match.takes_from(other) for other in said)
        ]

    def similar(self, words: Sequence[Word], known: Sequence[Match]) -> Iterator[Match]:
        """Find names that sound similar, except in words that ``known`` matches settle."""
        for first, last in _spans(len(words), MAX_HEARD_SPAN):
            mask = _mask(first, last)
            if any(match.settles(mask) for match in known):
                continue
            # All words are the catalogue's, so that none of them was misheard.
            left_out = all(w.stems <= self._forms.by_stem.keys() for w in words[first:last])
            for alike in self._alike(words[first:last]):
                if left_out and not alike.is_the_same_but_for_a_letter:
                    continue
                if alike.is_heard and self._heads_fit(alike.said, alike.form.letters):
                    quality = min(alike.likeness, AT_MOST_SIMILAR)
                    letters = min(len(alike.said), len(alike.form.letters))
                    yield Match(alike.form, mask, quality, letters * alike.likeness)

    def partial(self, words: Sequence[Word], *, at_least: int = 1) -> dict[int, float]:
        """Give the services of which a part of a name was said: id -> the share of it (0 to 1).

        At least ``at_least`` telling words of the name must have been said.
        """
        whole, said = self.known_stems(words)
        everything = {each for word in words for each in word.stems}
        shares = defaultdict[int, float](float)
        for form, share in self._shares(whole, said | everything):
            if len(form.core & whole) >= at_least:
                shares[form.service.id] = max(shares[form.service.id], share)
        for each in said if at_least == 1 else ():
            for service_id in self._forms.sharing.get(each, ()):
                shares[service_id] = max(shares[service_id], A_SHARED_WORD / len(said))
        return shares

    def known_stems(self, words: Sequence[Word]) -> tuple[set[str], set[str]]:
        """Give the catalogue's stems that were said as whole words, and those with ends."""
        stems = {each for word in words for each in _telling_stems(word)}
        whole = {each for each in stems if self._is_known(each)}
        return whole, whole | {self._known_tail(each) for each in stems - whole} - {""}

    def known_share(self, words: Sequence[Word]) -> float:
        """Give the share of the catalogue's words among the telling words of the same clauses."""
        telling = [word for word in words if _telling_stems(word)]
        known = [word for word in telling if all(map(self._is_known, _telling_stems(word)))]
        clauses = {word.clause for word in known}
        return len(known) / (sum(word.clause in clauses for word in telling) or 1)

    def suggestions(self, words: Sequence[Word]) -> tuple[Service, ...]:
        """Give services that sound a little like what was said, the most similar first."""
        alike_by_id: dict[int, tuple[float, Service]] = {}
        for first, last in _spans(len(words), MAX_HEARD_SPAN):
            for alike in self._alike(words[first:last]):
                service = alike.form.service
                if alike.likeness >= max(SUGGESTED, alike_by_id.get(service.id, (0.0,))[0]):
                    alike_by_id[service.id] = (alike.likeness, service)
        ranked = sorted(alike_by_id.values(), key=lambda each: -each[0])
        return tuple(service for _, service in ranked[:SUGGESTIONS])

    def _at(self, said: Sequence[Word], mask: int) -> Iterator[Match]:
        joined = "".join(word.text for word in said)
        same_letters = self._forms.by_letters.get(squeeze(joined), [])
        yield from (_match(form, mask, 1.0) for form in same_letters)
        if same_letters or not _tells(said):
            return
        stems = frozenset(each for word in said for each in word.stems)
        quality = A_RELATION if any(word.related for word in said) else SAME_WORDS
        for form in self._forms.by_stems.get(stems, ()):
            # An inflected short word is another word.
            inflected = form.confidence >= INFLECTED and _letters(form.core) > SHORTEST_STEM
            # "Damen, Damenschnitt": the first belongs to what stands before it.
            said_twice = sum(len(word.stems) for word in said) > len(stems)
            if not said_twice and (len(said) > 1 or inflected):
                yield _match(form, mask, quality, len(joined))
        if len(said) <= MAX_HEARD_SPAN:
            yield from self._by_sound(joined, mask)

    def _by_sound(self, joined: str, mask: int) -> Iterator[Match]:
        sound = sounds(joined)
        for form in self._forms.by_sound.get(sound, ()):
            # The first letter is heard best, so it must agree: "closing" sounds like "Glossing".
            if len(sound) >= SHORTEST_SURE_SOUND and joined[0] == form.letters[0]:
                yield _match(form, mask, SAME_SOUNDS)
            elif len(sound) >= SHORTEST_SOUND and form.confidence >= SURE_CONFIDENCE:
                yield _match(form, mask, AT_MOST_SIMILAR)

    def _scattered(self, words: Sequence[Word]) -> Iterator[Match]:
        where: dict[str, int] = {}
        for index, word in enumerate(words):
            for each in word.stems:
                where.setdefault(each, index)
        near = {id(form): form for each in where for form in self._forms.by_stem.get(each, ())}
        for form in near.values():
            if len(form.stems) < 2 or not form.stems <= where.keys():
                continue
            places = {where[each] for each in form.stems}
            if all(words[index].everyday or words[index].vague for index in places):
                continue
            # "Herrenschnitt und Waschen" is no "Waschen und Schneiden": that is for nobody's hair.
            if any(is_audience(s) and s not in form.stems for n in places for s in words[n].stems):
                continue
            related = any(words[index].related for index in places)
            quality = SCATTERED_WORDS * (A_RELATION if related else 1)
            letters = sum(len(words[index].text) for index in places)
            yield _match(form, sum(1 << index for index in places), quality, letters)

    def _alike(self, said: Sequence[Word]) -> Iterator[_Alike]:
        if not _tells(said):
            return
        joined = "".join(word.text for word in said)
        sound = sounds(joined)
        if len(sound) < SHORT:
            return
        near = process.extract(
            sound, self._sounds, scorer=fuzz.ratio, score_cutoff=MIN_SOUND_RATIO, limit=MAX_ALIKE
        )
        if not near:
            return
        letters, consonants = squeeze(joined), cologne(sound)
        for _, heard, index in near:
            form = self._long[index]
            spelt = fuzz.ratio(letters, form.letters)
            same_consonants = fuzz.ratio(consonants, form.consonants)
            # Sound counts most; a recogniser of speech keeps consonants better than letters.
            likeness = (0.5 * heard + 0.2 * spelt + 0.3 * same_consonants) / 100
            yield _Alike(form, letters, likeness, (len(sound), len(form.sound)))

    def _heads_fit(self, said: str, name: str) -> bool:
        """Whether two names with an end that several services share begin alike as well."""
        for tail in tails_of(name, shortest_head=SHORTEST_STEM):
            if tail in self._forms.shared_tails and said.endswith(tail):
                heads = said.removesuffix(tail), name.removesuffix(tail)
                return fuzz.ratio(*heads) / 100 >= SIMILAR_HEADS
        return True

    def _is_known(self, each: str) -> bool:
        return each in self._forms.by_stem or each in self._forms.sharing

    def _known_tail(self, each: str) -> str:
        """Drop a head that no service has: a Kurzhaarschnitt is at least a haarschnitt."""
        return next((tail for tail in tails_of(each) if tail in self._forms.by_stem), "")

    def _shares(self, said: Set[str], everything: Set[str]) -> Iterator[tuple[Form, float]]:
        near = {id(form): form for each in said for form in self._forms.by_stem.get(each, ())}
        for form in near.values():
            # An inflected short word is another word: "Weller" is no Welle.
            if len(form.stems) == 1 and len(min(form.stems)) < SHORTEST_TAIL:
                continue
            meant = len(form.core & said)
            share = _letters(form.core & everything) / (_letters(form.core) or 1)
            if share >= (SHARE if meant == 1 else SHARE_OF_SEVERAL):
                yield form, share * form.confidence * meant / len(said)


@dataclass(frozen=True, slots=True)
class _Alike:
    form: Form
    said: str
    likeness: float
    sounds: tuple[int, int]

    @property
    def is_heard(self) -> bool:
        """Whether the likeness suffices for the number of sounds and the name's confidence."""
        fewer, more = sorted(self.sounds)
        if fewer >= LONG:
            sure_enough = self.form.confidence * self.likeness >= DOUBTS
            return self.likeness >= (SIMILAR_LONG if sure_enough else VERY_SIMILAR)
        # A longer word is mostly a different one: "Marianna" is not Maria Nila.
        if self.form.confidence < SURE_CONFIDENCE or more > fewer + 1:
            return fewer > MIDDLE and self.likeness >= VERY_SIMILAR
        return self.likeness >= (SIMILAR_MIDDLE if fewer >= MIDDLE else SIMILAR_SHORT)

    @property
    def is_the_same_but_for_a_letter(self) -> bool:
        """Whether at most a letter differs, so that it is no part of a name: haardetox."""
        lengths = len(self.form.letters), len(self.said)
        return abs(lengths[0] - lengths[1]) <= 1 and self.likeness >= VERY_SIMILAR


def _is_explained(scattered: Match, matches: Sequence[Match]) -> bool:
    """Whether names that stand in one piece need the words of a scattered one themselves."""
    sure, said_so = 0, False
    for match in matches:
        if match.covers(scattered.words):
            return True
        if match.quality >= SAME_SOUNDS and match.confidence >= SURE_CONFIDENCE:
            sure |= match.words
            same = match.form.service.id == scattered.form.service.id
            said_so = said_so or (same and match.words & scattered.words != 0)
    return said_so or sure & scattered.words == scattered.words


def _match(form: Form, words: int, quality: float, said: int | None = None) -> Match:
    """Match a name; where other letters were ``said``, it weighs no more than they do."""
    letters = len(form.letters) if said is None else min(said, len(form.letters))
    return Match(form, words, quality, letters * quality)


def _letters(stems: Set[str]) -> int:
    return sum(map(len, stems))


def _telling_stems(word: Word) -> set[str]:
    """Give the stems of a word that name a service: none of everyday words and audiences."""
    if word.everyday or word.vague:
        return set()
    return {each for each in word.stems if not is_audience(each)}


def _tells(said: Sequence[Word]) -> bool:
    """Whether words can be a name of a service that the catalogue writes otherwise."""
    return not (any(word.everyday for word in said) or all(word.vague for word in said))


def _spans(length: int, longest: int) -> Iterator[tuple[int, int]]:
    for first in range(length):
        for last in range(first + 1, min(length, first + longest) + 1):
            yield first, last


def _mask(first: int, last: int) -> int:
    return (1 << last) - (1 << first)
