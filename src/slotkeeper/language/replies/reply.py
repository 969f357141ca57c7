"""Understanding a short reply: one more, move it, leave it, both, I do not know."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, get_args

from slotkeeper.language.phonetics import latin
from slotkeeper.language.replies.reply_words import REPLY_WORDS

# A reply is a few words; in a longer text the same words mean something else.
LONGEST_REPLY_CHARS = 200
# "Not to be moved" takes the wish back within this many words.
_BETWEEN = r"(?: \w+){0,2}? "

Reply = Literal["unsure", "keep", "another", "move", "both"]


def understand_reply(text: str | None) -> Reply | None:
    """Give what a reply wishes; None where it wishes none of these, or several of them.

    "Nicht verschieben, noch einen" is one more: what is negated is not wished.
    """
    if text is None or len(text) > LONGEST_REPLY_CHARS:
        return None
    said = latin(text)
    if _pattern("unsure").search(said):
        return "unsure"
    said = _negated().sub(" ", said)
    # "Beide behalten" keeps both and so wishes one more; it is read before "beide" alone.
    wished: list[Reply] = []
    for reply in get_args(Reply):
        said, count = _pattern(reply).subn(" ", said)
        if count:
            wished.append(reply)
    if "both" in wished and len(wished) > 1:
        wished.remove("both")
    return wished[0] if len(wished) == 1 else None


def understand_place(text: str) -> int | None:
    """Give which appointment a reply means by when it was booked; None where it says nothing.

    0 is the one that was booked first, 1 the next, -1 the last.
    """
    said = latin(text[:LONGEST_REPLY_CHARS])
    for place, index in zip(range(3), (0, 1, -1), strict=True):
        words = "|".join(each.places[place] for each in REPLY_WORDS.values())
        if re.search(rf"\b(?:{words})\b", said):
            return index
    return None


@cache
def _pattern(reply: Reply) -> re.Pattern[str]:
    """Give all languages' words for a reply."""
    return re.compile(_words(reply))


@cache
def _negated() -> re.Pattern[str]:
    """Give what takes back a wish to move or for one more."""
    wishes = "|".join((_words("move"), _words("another")))
    no = "|".join(words.negations for words in REPLY_WORDS.values())
    return re.compile(rf"\b(?:{no})\b{_BETWEEN}(?:{wishes})")


def _words(reply: Reply) -> str:
    joined = "|".join(getattr(words, reply) for words in REPLY_WORDS.values())
    return rf"\b(?:{joined})\b"
