"""The names of a catalogue's services, indexed by letters, sound, words and parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from slotkeeper.domain.catalogue import Service
from slotkeeper.language.phonetics import cologne, latin, sounds
from slotkeeper.language.services.stems import SHORTEST_STEM, fold, parts_of_name, squeeze, stem
from slotkeeper.language.services.wish_words import ServiceLexicon, Word, is_audience, words_of

# How sure one part of a name such as "Balayage/Ombré" is, compared with the whole name.
PART_OF_NAME = 0.9
# How sure the last word of a name is, such as the Reinigung of "Professionelle Reinigung": so
# little that it is asked back.
HEAD_OF_NAME = 0.7
SHORTEST_HEAD_WORD = 6
# The end of a German compound says what it is: a Haarspende is a Spende, an Umfärbung a Färbung.
# But a short end, or one that leaves little, is a chance likeness unless other names share it:
# Längenausgleich ends in "gleich", Ansatz in "Satz".
SHORTEST_TAIL = 5
SHORTEST_SHARED_HEAD, SHORTEST_HEAD = 2, 4
# Words of few sounds are often like others: "Klos" may be heard for "Gloss" and for "Kloß".
SHORTEST_SURE_SOUND = 5

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Form:
    """One name of a service, ready to be compared. ``core``: its stems without the audience."""

    service: Service
    confidence: float
    letters: str
    sound: str
    consonants: str
    stems: frozenset[str]
    core: frozenset[str]


class Forms:
    """All names of a catalogue, indexed by letters, sound, words and parts."""

    def __init__(self, services: Sequence[Service], lexicon: ServiceLexicon) -> None:
        """Index every name and synonym."""
        self.all = [form for service in services for form in _forms_of(service, lexicon)]
        self._of = _grouped(self.all, lambda form: [form.service.id])
        self.by_letters = _grouped(self.all, lambda form: [form.letters])
        self.by_sound = _grouped(self.all, lambda form: [form.sound])
        self.by_stems = _grouped(self.all, lambda form: [form.stems])
        self.by_stem = _grouped(self.all, lambda form: form.stems)
        self.sharing = _sharing(services, lexicon)
        self.shared_tails = _shared_tails(self.all)
        self._heard = _heard(services, lexicon)

    def of(self, service: Service) -> list[Form]:
        """List the names of one service."""
        return self._of.get(service.id, [])

    def stems_heard(self, word: Word) -> frozenset[str]:
        """Give the stems of the catalogue's word that sounds the same, or else the word's own."""
        if word.everyday or any(
            each in self.by_stem for each in word.stems if not is_audience(each)
        ):
            return word.stems
        heard = self._heard.get(sounds(word.text))
        return heard or frozenset(part for each in word.stems for part in self._parts(each))

    def _parts(self, each: str) -> Iterator[str]:
        """Split words that were written as one: haareschneiden."""
        for cut in range(SHORTEST_STEM, len(each) - SHORTEST_STEM + 1):
            parts = stem(each[:cut]), stem(each[cut:])
            if all(part in self.by_stem for part in parts):
                yield from parts
                return
        yield each


def names_of(service: Service, lexicon: ServiceLexicon) -> list[tuple[str, float]]:
    """List a service's names and how sure each is: its name, its synonyms, parts of its name."""
    names = [(service.name, 1.0)]
    names += [(synonym.text, synonym.confidence) for synonym in service.synonyms]
    parts = parts_of_name(service.name)
    names += [(part, PART_OF_NAME) for part in parts if len(fold(part)) >= SHORTEST_TAIL]
    return names + [(_head_of(part, lexicon), HEAD_OF_NAME) for part in parts]


def tails_of(letters: str, shortest_head: int = 1) -> Iterator[str]:
    """Give the ends of a word, the longest first."""
    return (letters[cut:] for cut in range(shortest_head, len(letters) - SHORTEST_TAIL + 1))


def _head_of(name: str, lexicon: ServiceLexicon) -> str:
    """Give the last word of a name, which says what it is; "" if the name lists several."""
    words = words_of(name, lexicon)
    if re.search("[,&+]", name) or not words or len(words) < len(latin(name).split()):
        return ""
    last = words[-1]
    telling = not (last.everyday or last.vague or any(map(is_audience, last.stems)))
    return last.text if telling and len(last.text) >= SHORTEST_HEAD_WORD else ""


def _forms_of(service: Service, lexicon: ServiceLexicon) -> list[Form]:
    forms: dict[str, Form] = {}
    for text, confidence in names_of(service, lexicon):
        form = _form(service, text, confidence, lexicon)
        # Names that the company wrote itself come first, and keep their confidence.
        if form.letters:
            forms.setdefault(form.letters, form)
    return list(forms.values())


def _form(service: Service, text: str, confidence: float, lexicon: ServiceLexicon) -> Form:
    words = words_of(text, lexicon)
    joined = "".join(word.text for word in words) or latin(text).replace(" ", "")
    stems = frozenset(each for word in words for each in word.stems)
    telling = (word for word in words if squeeze(word.text) not in lexicon.kinds)
    core = frozenset(each for word in telling for each in word.stems if not is_audience(each))
    sound = sounds(joined)
    return Form(service, confidence, squeeze(joined), sound, cologne(sound), stems, core)


def _sharing(services: Sequence[Service], lexicon: ServiceLexicon) -> Mapping[str, frozenset[int]]:
    """Give which services a word may mean that is no name but a category, or an end of names."""
    whole = defaultdict[str, set[int]](set)
    ends = defaultdict[str, set[int]](set)
    sharing = defaultdict[str, set[int]](set)
    for service in services:
        for word in words_of(service.category or "", lexicon):
            if not word.vague:
                sharing[stem(squeeze(word.text))].add(service.id)
        telling = (word for word in words_of(service.name, lexicon) if not word.vague)
        for name_stem in {s for word in telling for s in word.stems if not is_audience(s)}:
            whole[name_stem].add(service.id)
            for cut in range(SHORTEST_SHARED_HEAD, len(name_stem) - SHORTEST_STEM + 1):
                ends[name_stem[cut:]].add(service.id)
                if SHORTEST_HEAD <= cut <= len(name_stem) / 2:
                    sharing[name_stem[cut:]].add(service.id)
    owners = {end: frozenset(whole[end] | ends[end]) for end in {*whole, *ends}}
    # If a longer end has the same owners, the shorter is only its rest: "such" of Untersuchung.
    rests = {end[1:] for end, ids in owners.items() if owners.get(end[1:]) == ids}
    for end, ids in owners.items():
        # A part of one name only may mean anything else: "Maria" is no wish for Maria Nila.
        if len(ids) > 1 and end not in rests:
            sharing[end] |= ids
    return {word: frozenset(ids) for word, ids in sharing.items()}


def _heard(services: Sequence[Service], lexicon: ServiceLexicon) -> dict[str, frozenset[str]]:
    heard: dict[str, frozenset[str]] = {}
    for text, _ in (name for service in services for name in names_of(service, lexicon)):
        for word in words_of(text, lexicon):
            heard.setdefault(sounds(word.text), word.stems)
            for each in word.stems:
                heard.setdefault(sounds(each), frozenset((each,)))
    return {sound: stems for sound, stems in heard.items() if len(sound) >= SHORTEST_SURE_SOUND}


def _shared_tails(forms: Iterable[Form]) -> frozenset[str]:
    owners = defaultdict[str, set[int]](set)
    for form in forms:
        for tail in tails_of(form.letters):
            owners[tail].add(form.service.id)
    return frozenset(tail for tail, ids in owners.items() if len(ids) > 1)


def _grouped(
    forms: Iterable[Form], keys: Callable[[Form], Iterable[_Key]]
) -> dict[_Key, list[Form]]:
    groups = defaultdict[_Key, list[Form]](list)
    for form in forms:
        for key in keys(form):
            groups[key].append(form)
    return dict(groups)
