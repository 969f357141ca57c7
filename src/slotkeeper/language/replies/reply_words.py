"""What a language's short replies are made of, and where they are found."""

from __future__ import annotations

from dataclasses import dataclass

from slotkeeper.domain.locale import LanguageRoom


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """One language's words of short replies.

    Regular expressions in letters from a to z, alternatives joined by "|": ``another`` wishes one
    more appointment beside the one that stands, ``move`` another time for it, ``keep`` leaves it as
    it is; ``both`` means all that were named, ``unsure`` says that the caller does not know.
    ``negations`` before a wish take it back. ``places`` say which appointment was booked first,
    next and last.
    """

    another: str
    move: str
    keep: str
    both: str
    unsure: str
    negations: str
    places: tuple[str, str, str]


REPLY_WORDS = LanguageRoom("slotkeeper.language.replies", ReplyWords)
