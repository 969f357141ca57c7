import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.language.phonetics import cologne, latin, sounds


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Wikipedia", "3412"),
        ("Müller-Lüdenscheidt", "65752682"),
        ("Breschnew", "17863"),
        ("Meyer", "67"),
        ("Maier", "67"),
        ("Christ", "4782"),
        ("Chor", "47"),
        ("Schach", "84"),
        ("Xaver", "4837"),
        ("Hexe", "048"),
        ("Philipp", "351"),
        ("Heinz Classen", "068586"),
        ("Acht", "042"),
        ("", ""),
        ("123", ""),
    ],
)
def test_the_cologne_code_is_the_published_one(word, code):
    """Postel's rules, with the examples that are published with them."""
    assert cologne(word) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ballajasch", "Balayage"),
        ("Strehnen", "Strähnen"),
        ("Fönen", "Föhnen"),
        ("Herenharschnitt", "Herrenhaarschnitt"),
        ("Hair Detocks", "Hairdetox"),
        ("Heileits", "Highlights"),
        ("Sahra", "Sarah"),
        ("Niller", "Nila"),
    ],
)
def test_what_sounds_the_same_is_respelt_the_same(one, other):
    """Words that sound the same have the same sounds, however they are spelt."""
    assert sounds(one) == sounds(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Herrenhörschnitt", "Herrenhaarschnitt"), ("wohnen", "föhnen")]
)
def test_another_vowel_or_voice_is_another_sound(one, other):
    """The respelling keeps what the Cologne code drops."""
    assert sounds(one) != sounds(other)


@given(st.text(max_size=60))
def test_any_text_is_respelt_in_letters_and_digits(text):
    """All three take any text and give only the letters that they promise."""
    assert all(word.isascii() and word.isalnum() for word in latin(text).split())
    assert not set(cologne(text)) - set("012345678")
    sounds(text)


@given(st.text("abcdefghijklmnopqrstuvwxyzäöüß -", max_size=40))
def test_case_and_spelt_out_umlauts_change_no_sound(text):
    """Case, umlauts and accents make no difference."""
    spelt = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    for respell in (latin, cologne, sounds):
        assert respell(text) == respell(spelt) == respell(text.upper())
