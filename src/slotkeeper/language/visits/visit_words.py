"""What a language brings along to understand several services and several people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slotkeeper.domain.locale import LanguageRoom


@dataclass(frozen=True, slots=True)
class Relation:
    """Somebody whom a caller speaks of: ``one`` and ``several`` are her names, parted by spaces.

    ``inflected`` are further forms of ``one``. She is ``called`` so where her name is one of
    several people ("Zwillinge"), of whom ``count`` come. ``audiences`` are all that she may belong
    to: a son may be a child or a man. ``possessive`` stands before her as a subject ("meine"),
    ``yours`` is how we speak of her as an object ("Ihre"). ``is_title``: the word alone is a title
    or an audience, so that she is only meant with a possessive before it.
    """

    one: str
    several: str = ""
    inflected: str = ""
    audiences: str = ""
    possessive: str = "mein"
    yours: str = "Ihren"
    count: int = 1
    is_title: bool = False
    called: str = ""


@dataclass(frozen=True, slots=True)
class VisitWords:
    """Word lists of one language, separated by spaces, in its own spelling.

    Joints: ``and_words`` join two wishes or two people; ``then_words`` add a further wish,
    ``with_words`` what is done along with another; an ``asides`` word behind them ("und zwar") adds
    nothing. ``corrections`` take back what was said before.

    People: ``for_words`` stand before somebody. ``me`` is the caller as an object, ``i`` as a
    subject, ``we`` she and others, ``them`` somebody else as an object, ``family`` she and how many
    others nobody knows; ``whole`` may stand before these. ``possessives`` and
    ``openers`` begin a relation, ``others_possessives`` one of somebody who was named before;
    ``articles`` and ``determiners`` begin anything. ``single`` are people by audience of whom an
    article counts one ("ein Herr"). ``pronouns`` before one of ``gets`` speak of the relation named
    last. ``each`` gives everybody the same, ``too`` gives somebody what the one before got.
    ``titles`` and ``names`` stand before a name.

    Numbers: ``both`` are words for two; ``together`` (how many people) and ``times`` (how often)
    have numbers of their own. ``people`` after a number count people; by audience, "" for any.
    ``counted`` are patterns of a number of people, written with the signs of ``VisitLexicon``.
    ``units`` after a number, or ``clock`` words before it, say that it counts no people; ``years``
    make it an age.

    Further wishes: ``treatments`` are words, or ends of words, for what is done to somebody,
    ``body`` for what it is done to, ``acts`` are verbs of doing it. ``plain`` words are no wish,
    whatever they stand beside. ``wishing`` words stand in a wish. A thing that is followed by one
    of ``verbs`` is no wish ("und mein Hund kommt mit"). ``adjective_ends`` end what is no thing,
    ``noun_ends`` what is done and no name ("mit Typberatung");
    ``nouns_are_capital`` tells things from other words. ``prepositions`` lead away from a wish.

    Speaking of somebody: ``you``; ``nth_person`` is one who was only counted, with the blank
    ``{nth}``: one of ``nth`` with its ending by the word before it (``nth_endings``); beyond those
    ``further_person``. ``several_people`` has the blank ``{number}``, ``service_for`` the blanks
    ``{service}`` and ``{whom}``. ``as_object`` are names that change as an object.

    Parts of a visit that is known: ``everything`` means all of them, and ``except_words`` behind it
    leave some out. ``keeps`` say that something stays as it is, ``refuses`` that it does not.
    ``only`` and ``but_words`` part what is changed from what stays. ``instead``: what is named is
    wished in place of the visit; ``besides``: it is wished as well.
    """

    and_words: str
    then_words: str
    with_words: str
    for_words: str
    me: str
    i: str
    them: str
    others_possessives: str
    possessives: str
    determiners: str
    we: str
    family: str
    whole: str
    each: str
    too: str
    pronouns: str
    gets: str
    both: str
    together: Mapping[str, int]
    times: Mapping[str, int]
    people: Mapping[str, str]
    single: Mapping[str, str]
    counted: tuple[str, ...]
    units: str
    clock: str
    years: str
    relations: tuple[Relation, ...]
    treatments: str
    body: str
    acts: str
    plain: str
    wishing: str
    only: str
    but_words: str
    except_words: str
    everything: str
    keeps: str
    refuses: str
    instead: str
    besides: str
    you: str
    nth: str
    nth_endings: Mapping[str, str]
    nth_person: str
    further_person: str
    several_people: str
    service_for: str
    as_object: Mapping[str, str] = field(default_factory=dict)
    articles: str = ""
    openers: str = ""
    titles: str = ""
    names: str = ""
    asides: str = ""
    verbs: str = ""
    prepositions: str = ""
    corrections: str = ""
    adjective_ends: str = ""
    noun_ends: str = ""
    nouns_are_capital: bool = False


VISIT_WORDS = LanguageRoom("slotkeeper.language.visits", VisitWords)
