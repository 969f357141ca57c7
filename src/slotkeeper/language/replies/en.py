"""How English speakers reply to a question about their appointments."""

from __future__ import annotations

from slotkeeper.language.replies.reply_words import ReplyWords

LANGUAGE = ReplyWords(
    another=r"(?:just |yet )?one more|another(?: one)?|an? (?:additional|extra|second|new) one"
    r"|additional|as well|in addition|on top|keep both",
    move=r"mov(?:e|ing|ed)|reschedul\w*|shift\w*|push\w*|change (?:it|that|the time)|instead",
    keep=r"leave (?:it|that|them|everything)|keep (?:it|that|them)|as it is|as they are"
    r"|stays?(?: as)?",
    both=r"(?:the )?both(?: of them)?|all(?: of them| two| three)?",
    unsure=r"(?:do not|dont) know|not (?:so |too )?sure|unsure|no idea|cannot (?:tell|say)"
    r"|cant (?:tell|say)",
    negations="not|no|dont|never",
    places=("booked first|made first", "booked next|made next", "booked last|made last"),
)
