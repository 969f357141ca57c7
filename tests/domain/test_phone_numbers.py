import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.phone_numbers import dialled, e164, in_region, line_forms, region_of

MOBILE = "+491701234567"


@pytest.mark.parametrize(
    "text",
    [
        *("+491701234567", "491701234567", "00491701234567", "0049 (0)170 1234567"),
        *("+49 (0) 170 / 123-45-67", "+490170 1234567", "49 0170 1234567", "(0170) 1234567"),
        *("01701234567", "1701234567", "+49.170.1234567", "0170\u20111234567", "%2B491701234567"),
        *("sip:+491701234567@10.0.0.5", "sip:491701234567@trunk.example:5060;transport=udp"),
        *("sips:+491701234567;phone-context=x@host;user=phone", '"Anna" <sip:01701234567@h>'),
        *("tel:+49-170-1234567;ext=12", "TEL:0170/1234567", "491701234567@gateway"),
        *("sip:00491701234567@h", "whatsapp:+491701234567", "sip:%2B491701234567@h"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(text):
    """Platforms, trunks and people write one number in many ways."""
    assert in_region(text, "DE") == MOBILE


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("493023125038", "DE", "+493023125038"),
        ("3023125038", "DE", "+493023125038"),
        ("436641234567", "DE", "+436641234567"),
        ("41791234567", "DE", "+41791234567"),
        ("447911123456", "DE", "+447911123456"),
        ("06641234567", "AT", "+436641234567"),
        ("436641234567", "AT", "+436641234567"),
        ("491701234567", "AT", MOBILE),
        ("0791234567", "CH", "+41791234567"),
        ("(212) 736-5000", "US", "+12127365000"),
        ("12127365000", "US", "+12127365000"),
        ("491701234567", "US", MOBILE),
        ("011491701234567", "US", MOBILE),
        ("04912345", "DE", "+494912345"),  # Leer, whose area code looks like the country's
    ],
)
def test_a_number_without_a_plus_is_of_the_likeliest_country(text, region, number):
    """One that begins with its country's code is not given the code twice."""
    assert in_region(text, region) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "anonymous", "Anonymous", "unknown", "restricted", "private", "Unavailable"),
        *("sip:anonymous@anonymous.invalid", "+266696687", "266696687", "sip:+266696687@h"),
        *("+7378742833", "+86282452253", "0", "0000000", "+", "++491701234567", "{{user_number}}"),
        *("anna@example.com", "agent_0123456789", "web", "1" * 40, "9" * 1_000, "12"),
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
    ],
)
def test_what_is_withheld_or_no_number_stays_so(text):
    """Words, and the digits that networks send in their place."""
    assert dialled(text) is None
    assert in_region(text, "DE") is None


def test_only_a_number_that_names_its_country_is_e164_by_itself():
    """Without its country it is ambiguous."""
    assert e164("0049 170 1234567") == MOBILE
    assert e164("01701234567") is None


def test_a_line_is_looked_up_under_each_form_that_it_may_be_registered_in():
    """Whose line it is tells its country, so nothing is known of it before."""
    assert line_forms("493023125038") == line_forms("sip:+493023125038@h") == ("+493023125038",)
    assert line_forms("030 23125038") == ("+493023125038",)
    assert line_forms("17012345678") == ("+17012345678", "+4917012345678")
    assert (line_forms("agent_0123456789"), line_forms("")) == (("agent_0123456789",), ())


def test_a_country_is_that_of_the_time_zone():
    """And ours where the zone is no country's."""
    zones = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "America/New_York", "UTC", "?")
    assert [region_of(zone) for zone in zones] == ["DE", "AT", "CH", "US", "DE", "DE"]


@given(st.text(max_size=60) | st.text("0123456789 +-/()", max_size=40))
def test_the_form_of_a_number_is_its_own_form(text):
    """Whatever is read as a number is read as itself again, in any country."""
    number = in_region(text, "DE")
    assert number is None or in_region(number, "US") == number
