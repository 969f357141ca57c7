"""Short replies to a question about appointments."""

import pytest

from slotkeeper.language.replies.reply import understand_place, understand_reply


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("noch einen", "another"),
        ("einen weiteren bitte", "another"),
        ("einen zusätzlichen Termin", "another"),
        ("one more", "another"),
        ("another one, please", "another"),
        ("keep both", "another"),
        ("verschieben bitte", "move"),
        ("Bitte umbuchen", "move"),
        ("move it", "move"),
        ("Nein, nicht verschieben, noch einen", "another"),
        ("don't move it, one more", "another"),
        ("keinen weiteren, bitte verschieben", "move"),
        ("lassen Sie es so", "keep"),
        ("leave it as it is", "keep"),
        ("beide", "both"),
        ("both of them", "both"),
        ("das weiß ich nicht", "unsure"),
        ("I'm not sure", "unsure"),
        ("verschieben, oder nein, noch einen", None),
        ("noch einmal bitte", None),
        ("ja", None),
        ("am Freitag um elf", None),
        ("verschieben " * 40, None),
        (None, None),
    ],
)
def test_a_reply_is_understood_in_german_and_english(said, reply):
    """What wishes two things at once, or none, is no reply: it is asked again."""
    assert understand_reply(said) == reply


@pytest.mark.parametrize(
    ("said", "place"),
    [("den ich zuerst gebucht habe", 0), ("the one I booked last", -1), ("den bei Emma", None)],
)
def test_the_order_of_booking_is_understood(said, place):
    """A caller may repeat the very words that were said."""
    assert understand_place(said) == place
