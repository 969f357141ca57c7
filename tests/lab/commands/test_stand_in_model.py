"""Which tool the stand-in for a model chooses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.lab.commands.stand_in_model import DialogueState, ToolUse, choose, filled_in

FRIDAY = "Herrenschnitt am Freitag um zehn"
NOTHING = DialogueState()
HELD = {
    "status": "held",
    "reservation_token": "t1",
    "service": "Herrenschnitt",
    "start": "2027-03-05T10:00:00+01:00",
}
TWO = {
    "status": "slot_taken",
    "service": "Herrenschnitt",
    "reason": "held",
    "offers": [{"reservation_token": "t1"}, {"reservation_token": "t2"}],
}
SEEN = {
    "status": "slot_taken",
    "service": "Herrenschnitt",
    "offers": [],
    "alternatives": [{"time": "2027-03-05 11:00"}],
}


def after(*answers, use=None):
    """What has been heard after check_availability was answered like this."""
    heard = NOTHING
    for answer in answers:
        heard = heard.after(use or choose(FRIDAY, heard), answer)
    return heard


def test_any_wish_is_checked_in_the_callers_own_words():
    """The whole phrase goes into both, because the server finds what it needs."""
    assert choose(FRIDAY, NOTHING) == ToolUse(
        "check_availability", {"datetime": FRIDAY, "service": FRIDAY}
    )


@pytest.mark.parametrize(
    "yes", ["ja", "Ja, gern!", "passt", "Das passt mir.", "Perfekt, danke", "yes please", "OK"]
)
def test_a_plain_yes_books_what_is_held(yes):
    """By its token."""
    assert choose(yes, after(HELD)) == ToolUse("start_booking", {"reservation_token": "t1"})


@pytest.mark.parametrize("wish", ["ja, aber lieber um elf", "passt es auch um elf?", "ja um 11"])
def test_a_yes_with_a_wish_is_a_wish(wish):
    """Nobody is booked who wanted something else."""
    assert choose(wish, after(HELD)).tool == "check_availability"


@pytest.mark.parametrize("no", ["nein", "Nein danke", "das passt mir nicht", "no thanks"])
def test_a_plain_no_gives_back_what_is_held(no):
    """At once, not when the caller hangs up."""
    assert choose(no, after(HELD)) == ToolUse("release_hold", {})


def test_a_no_with_a_wish_is_a_wish():
    """The service is what was talked of."""
    assert choose("nein, lieber um elf", after(HELD)) == ToolUse(
        "check_availability", {"datetime": "nein, lieber um elf"}
    )


def test_of_several_offers_a_yes_does_not_choose():
    """The server asks which, and the answer goes to it as it was said."""
    assert choose("ja", after(TWO)) == ToolUse("start_booking", {})
    asked = after(TWO).after(
        ToolUse("start_booking", {}), {"status": "needs_info", "missing": ["time"]}
    )
    assert choose("um elf", asked) == ToolUse("start_booking", {"time": "um elf"})


@pytest.mark.parametrize(
    "choice", ["den zweiten", "Der um elf passt", "the second one", "den letzten"]
)
def test_one_of_several_is_chosen_in_the_callers_words(choice):
    """Which one is meant is understood by the server."""
    assert choose(choice, after(TWO)) == ToolUse("start_booking", {"time": choice})


def test_without_holds_a_yes_books_what_was_named():
    """In the cohort that holds nothing there is no token."""
    wish = {"datetime": "2027-03-05 11:00", "service": "Herrenschnitt"}
    assert choose("ja", after(SEEN)) == ToolUse("start_booking", wish)
    free = after({"status": "available", "service": "Herrenschnitt"})
    assert choose("ja", free) == ToolUse("start_booking", {"datetime": FRIDAY, "service": FRIDAY})


def test_nothing_is_booked_that_was_not_offered():
    """Neither at the beginning, nor after it was booked or refused."""
    past = {"status": "in_the_past", "reason": "in_the_past"}
    for heard in (NOTHING, after(HELD, {"status": "booked"}), after(HELD, past)):
        assert choose("ja", heard).tool == "check_availability"


def test_a_yes_may_come_with_a_name():
    """The name is found in the sentence by the server."""
    said = "ja, auf den Namen Müller"
    assert choose(said, after(HELD)) == ToolUse(
        "start_booking", {"reservation_token": "t1", "customer_name": said}
    )


@pytest.mark.parametrize(
    ("said", "tool", "parameter"),
    [
        ("Ich muss meinen Termin am Freitag absagen", "cancel_appointment", "date"),
        ("please cancel my appointment", "cancel_appointment", "date"),
        ("Können wir das auf Montag verschieben?", "reschedule_appointment", "datetime"),
        ("Wann haben Sie geöffnet?", "get_opening_hours", "date"),
        ("Was bieten Sie an?", "get_available_services", None),
        ("Was kostet eine Dauerwelle?", "get_available_services", "service"),
        ("Rufen Sie mich bitte zurück", "request_callback", "reason"),
        ("Welche Termine habe ich?", "get_customer_appointments", None),
    ],
)
def test_other_intents_are_known_by_their_words(said, tool, parameter):
    """Each takes the whole phrase, or nothing."""
    assert choose(said, NOTHING) == ToolUse(tool, {parameter: said} if parameter else {})


def test_what_was_asked_for_completes_the_wish():
    """A day and a time in two breaths are one wish; so is the service that was missing."""
    first = choose("Freitag", NOTHING)
    no_time = after({"status": "needs_info", "missing": ["time"]}, use=first)
    assert choose("um elf", no_time).args["datetime"] == "Freitag, um elf"
    no_service = after({"status": "needs_info", "missing": ["service"]}, use=first)
    assert choose("Gloss", no_service).args == {"datetime": "Freitag", "service": "Gloss"}


def test_what_was_misunderstood_is_not_said_again():
    """A past day is replaced, not added to."""
    asked = {"status": "needs_info", "missing": ["date"], "reason": "past"}
    assert choose("morgen um elf", after(asked)).args["datetime"] == "morgen um elf"


def test_a_question_about_an_appointment_is_answered():
    """Which one, on which name: all in one phrase."""
    cancel = choose("absagen bitte", NOTHING)
    asked = after({"status": "needs_info", "missing": ["customer_name", "date"]}, use=cancel)
    said = "Müller, am Freitag"
    assert choose(said, asked) == ToolUse(
        "cancel_appointment", {"date": "am Freitag", "customer_name": "Müller"}
    )
    assert choose("Müller", asked) == ToolUse("cancel_appointment", {"customer_name": "Müller"})


def test_where_to_an_appointment_is_moved_is_answered():
    """The new time replaces what was not understood."""
    move = choose("verschieben", NOTHING)
    asked = after({"status": "needs_info", "missing": ["date"], "reason": "missing"}, use=move)
    assert choose("Freitag um elf", asked) == ToolUse(
        "reschedule_appointment", {"datetime": "Freitag um elf"}
    )


def test_a_number_that_was_asked_for_is_for_the_callback():
    """Whoever asked for it."""
    asked = after({"status": "callback_requested", "missing": ["customer_phone"]})
    assert choose("0151 23456789", asked) == ToolUse(
        "request_callback", {"customer_phone": "0151 23456789"}
    )


def test_what_is_known_is_filled_in():
    """ "And at eleven?" is about the same service on the same day."""
    use = choose("und um elf?", after(HELD))
    asked = after(HELD).after(use, {"status": "needs_info", "missing": ["date"]})
    assert filled_in(asked) == ToolUse(
        "check_availability", {"datetime": "und um elf?", "date": "2027-03-05"}
    )


def test_a_wish_without_a_service_asks_for_one():
    """ "We do not offer that" would be no answer to somebody who has named none."""
    asked = after({"status": "unknown_service", "reason": "unknown_service"})
    assert filled_in(asked) == ToolUse("check_availability", {"datetime": FRIDAY})


@given(st.lists(st.sampled_from([HELD, TWO, SEEN, {"status": "needs_info", "missing": ["date"]},
       {"status": "needs_info", "missing": ["service"]}, {"status": "booked"},
       {"status": "unknown_service", "reason": "unknown_service"}]), max_size=6),
       st.text(max_size=40))  # fmt: skip
def test_every_phrase_leads_to_a_tool(answers, said):
    """It is total, and what is filled in is filled in once."""
    heard = after(*answers)
    heard = heard.after(
        choose(said, heard), {"status": "needs_info", "missing": ["service", "date"]}
    )
    again = filled_in(heard)
    if again is not None:
        assert filled_in(heard.after(again, {"status": "needs_info", "missing": ["date"]})) is None
