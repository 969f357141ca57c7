"""How Germans reply to a question about their appointments."""

from __future__ import annotations

from slotkeeper.language.replies.reply_words import ReplyWords

LANGUAGE = ReplyWords(
    another=r"noch (?:einen|eine|einer|eins|ein)(?! mal)|(?:ein(?:en|e|er)? )?weitere[nrs]?"
    r"|ein(?:en|e) zweite[nrs]?|zusaetzlich(?:e[nrs]?)?|dazu(?:buchen)?|extra|beide behalten",
    move=r"(?:ver|um)?schieb\w*|verschob\w*|umgebucht|umbuch\w*|verleg\w*|umleg\w*"
    r"|(?:statt|anstelle)\w*",
    keep=r"(?:so )?(?:lassen|bleiben|bleibt)(?: wir| es)?(?: so| dabei)?|(?:so|dabei) belassen"
    r"|passt so|alles gut",
    both=r"(?:alle )?beiden?|beides|alle(?: zwei| drei)?",
    unsure=r"(?:weiss|weis) (?:ich |es )*(?:gar )?nicht|keine ahnung|(?:bin )?(?:un|nicht )sicher"
    r"|kann ich nicht sagen|keinen? plan",
    negations="nicht|kein|keinen|keine",
    places=("zuerst|als erste[ns]", "danach", "zuletzt|als letzte[ns]"),
)
