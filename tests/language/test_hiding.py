"""What names or reaches a person is hidden in a text that is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.language.people.hiding import (
    FEWEST_DIGITS,
    HIDDEN,
    hidden,
    introduced_names,
    name_words,
)

SAID = [
    *("0151 2398 4501", "+49 (151) 23 98 45 01", "0151/23984501", "01.51.2398.4501"),
    *("null eins fünf eins zwei drei neun acht", "oh one five one two three nine eight"),
    *("doppel null drei null zwei drei eins zwei", "null 151 dann zweiundzwanzig 98 45"),
    *("anna.alt@example.org", "anna @ example.org", "anna punkt alt at gmail punkt com"),
    *("anna at gmail.com", "Anna_Alt ät web punkt de", "٠١٥١٢٣٩٨٤٥٠١", "\uff10151 2398\uff14501"),
]
INTRODUCED = [
    *("mein Name ist Anna Alt", "ich heiße Alt, guten Tag", "hier spricht Anna Alt"),
    *("hier ist Frau Alt", "auf den Namen Alt", "my name is Anna Alt", "This is Mrs Alt"),
    *("ein Termin für Frau Alt", "für Herrn Dr. Alt um zehn", "for Mrs Alt on Friday"),
    *("für meine Tochter Lena Alt", "mein Mann Peter Alt kommt mit", "für Familie Alt, drei Leute"),
    *("and for my son Tom Alt as well", "my mother-in-law Erika Alt"),
]
IMPERSONAL = [
    *("2026-12-01T10:30:00+01:00", "am 01.12.2026 um 10:30 Uhr", "12. 3. 2026, 9.30 Uhr"),
    *("Herrenhaarschnitt am Freitag um halb drei", "next Friday at ten thirty"),
    "um zehn Uhr dreißig oder um 14 Uhr 45",
    *("zwischen 10 und 12 oder 14 und 16 Uhr", "12/01/2026", "ich bin am Freitag um zehn da"),
    *("I'm free Friday at 4.15", "der 24.12. oder der 31.12.", "bei Frau Klein um 10"),
    *("mein Sohn am Freitag", "für meine Tochter Freitag um zehn", "for my son Monday at ten"),
]


@pytest.mark.parametrize("number_or_address", SAID)
def test_numbers_and_addresses_are_hidden(number_or_address):
    """Written or spoken, in whatever form, and what stands around them stays."""
    kept = hidden(f"Freitag, erreichbar: {number_or_address}, danke")
    assert HIDDEN in kept
    assert kept.startswith("Freitag, erreichbar: ")
    assert kept.endswith(", danke")
    assert "23984501" not in kept
    assert "lt" not in kept


@pytest.mark.parametrize("sentence", INTRODUCED)
def test_an_introduced_name_is_hidden(sentence):
    """By the words before it; it is then known elsewhere as well."""
    kept = hidden(sentence, known=lambda: frozenset({"klein"}))
    assert "Alt" not in kept
    assert HIDDEN in kept
    assert "alt" in introduced_names(sentence)


@pytest.mark.parametrize("sentence", IMPERSONAL)
def test_what_names_nobody_stays(sentence):
    """Days, times, services, the staff and our own ids can still be read."""
    assert hidden(sentence, known=lambda: frozenset({"klein"})) == sentence


@pytest.mark.parametrize(
    "text", ["bei Müller-Lüdenscheidt", "MUELLER", "für Luedenscheidts Kind", "mit Müllers um zehn"]
)
def test_a_given_name_is_hidden_as_it_sounds(text):
    """In any spelling and inflection."""
    names = name_words("Frau Jutta Müller-Lüdenscheidt")
    assert names == {"jutta", "mueller", "luedenscheidt"}
    kept = hidden(text, names)
    assert HIDDEN in kept
    assert not {"müller", "mueller", "lüdenscheid"} & set(kept.lower().replace("-", " ").split())


@given(
    before=st.text(max_size=40),
    after=st.text(max_size=40),
    name=st.sampled_from(["Quastenflosser", "Zebulon Xanthippe", "Ng"]),
    number=st.lists(st.sampled_from("0123456789"), min_size=FEWEST_DIGITS, max_size=12).map(
        "".join
    ),
    between=st.sampled_from(["", " ", "-", " / "]),
)
def test_no_text_around_a_name_or_number_saves_it(before, after, name, number, between):
    """Whatever stands before and after it, and the text stays what it was beside it."""
    spoken = between.join(number)
    kept = hidden(f"{before} {spoken} {name} {after}", name_words(name))
    assert not set(name.split()) & set(kept.split())
    assert f" {spoken} " not in f" {kept} "
    assert hidden(kept, name_words(name)) == kept
