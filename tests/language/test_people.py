import unicodedata
from uuid import NAMESPACE_DNS, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.catalogue import Staff
from slotkeeper.language.people.names import MAX_NAME, same_person, understand_name
from slotkeeper.language.people.phones import understand_phone
from slotkeeper.language.people.staff import StaffSaid, staff_said, understand_staff


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jens Schuhmann", "Jens Schuhmann"),
        ("Gottfried Heu", "Gottfried Heu"),
        ("Herr Schuhmann", "Schuhmann"),
        ("Frau Dr. Müller-Lüdenscheidt", "Dr. Müller-Lüdenscheidt"),
        ("Mr. Bean", "Bean"),
        ("Mein Name ist Müller", "Müller"),
        ("Mein Name ist Dr. Müller.", "Dr. Müller"),
        ("hier ist Jens Schuhmann", "Jens Schuhmann"),
        ("Guten Tag, hier ist Jens Schuhmann, ich hätte gern einen Termin", "Jens Schuhmann"),
        ("Ja, ich heiße Ümit Öz", "Ümit Öz"),
        ("Ich bin es, Müller", "Müller"),
        ("ich bin der Peter und ich hätte gern einen Termin", "Peter"),
        ("auf den Namen Krasnik bitte", "Krasnik"),
        ("Jens Schuhmann am Apparat", "Jens Schuhmann"),
        ("Müller mein Name", "Müller"),
        ("my name is John Smith", "John Smith"),
        ("Hi, this is Anne O'Neil speaking", "Anne O'Neil"),
        ("Müller, Jens", "Müller, Jens"),
        ("J. R. Tolkien", "J. R. Tolkien"),
        ("José María de la Cruz", "José María de la Cruz"),
        ("王小明", "王小明"),
        ("Karl-Heinz von der Au", "Karl-Heinz von der Au"),
        ("Jaqueline Alsobrook", "Jaqueline Alsobrook"),
        ("Malicious User", "Malicious User"),
        ("Herr Gast", "Gast"),
        ("Müller & Söhne", "Müller & Söhne"),
        ("Meyer/Schulz", "Meyer/Schulz"),
        ("Anna (Praktikantin) Schmidt", "Anna (Praktikantin) Schmidt"),
        ("Mein Name ist Eva & Tom Krause.", "Eva & Tom Krause"),
        ("Frau Bitte", "Bitte"),
        ("frau bitte.", "bitte"),
        ("Herr Morgen", "Morgen"),
        ("Frau Sonntag", "Sonntag"),
        ("Herr Nein", "Nein"),
        ("Mrs. Please", "Please"),
        ("Mr. Here", "Here"),
        ("Sonntag", "Sonntag"),
        ("Will", "Will"),
        ("Anna Nein", "Anna Nein"),
        ("Anna, bitte", "Anna"),
        ("  Jens   Schuhmann\n", "Jens Schuhmann"),
        ("Jens\x00 Schu\u202ehmann 🙂", "Jens Schuhmann"),
    ],
)
def test_a_name_is_taken_from_what_is_said(text, name):
    """The name keeps its spelling and loses what is said around it."""
    assert understand_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("User", "user", "TEST USER", "Unbekannt", "Kunde", "Kundin", "Anrufer", "Gast", "Test"),
        *("anonymous", "Anonym", "Unknown Caller", "None", "null", "N/A", "undefined", "Name"),
        *("Max Mustermann", "John Doe", "keine Angabe", "Mein Name ist Unbekannt"),
        *("[REDACTED]", "{{name}}", "{{ customer_name }}", "<name>", "[Name]"),
        *("", "   ", None, "12345", "call_1", "anonymous_1732023", "jens@gmx.de", "+49170234567"),
        *("nein danke", "Nein, danke!", "weiß ich nicht", "das sag ich nicht", "keine Ahnung"),
        *("das möchte ich nicht sagen", "den Namen gebe ich nicht an", "ohne Namen bitte", "egal"),
        *("wie bitte?", "einen Moment bitte", "das geht Sie nichts an", "muss das sein?"),
        *(
            "no thanks",
            "No, thank you.",
            "I don't know",
            "I'd rather not say",
            "none of your business",
        ),
        *("I won't tell you", "why do you need my name?", "never mind", "(&/)", "&"),
        *("🙂", "...", "-", "Herr", "Ja", "Nein", "x" * (MAX_NAME + 1), "Hallo", "\x00"),
    ],
)
def test_a_placeholder_is_no_name(text):
    """A placeholder gives no name, because it would make one customer of many."""
    assert understand_name(text) is None


@pytest.mark.parametrize(
    ("said", "known", "same"),
    [
        ("Anna Schmidt", "Anna Schmidt (Mutter von Tim)", True),
        ("Schmidt", "Anna Schmidt (Mutter von Tim)", True),
        ("Meier", "Müller/Meier", True),
        ("Müller/Meier", "Müller/Meier", True),
        ("Herr Krause", "Müller & Söhne", False),
        ("Müller", "Müller & Söhne", True),
        ("Frau Bitte", "Bitte", True),
        ("Meyer/Schulz", "Schulz", False),
        ("Anna/Schulz", "Anna Krause", False),
        ("Krause/Schulz/Meier", "Krause/Schulz/Meier", False),
        ("Tim", "Anna Schmidt (Mutter von Tim)", False),
    ],
)
def test_a_name_of_two_is_known_by_each_and_proves_no_guess(said, known, same):
    """Two names that are said as one are a guess unless both are right."""
    assert same_person(said, known) is same


@given(st.text(max_size=300))
def test_any_text_gives_a_printable_name_or_none(text):
    """A name is bounded, has no control characters, and is understood again as itself."""
    name = understand_name(text)
    if name is not None:
        assert 0 < len(name) <= MAX_NAME
        assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0170 2345678", "+491702345678"),
        ("+49 170 2345678", "+491702345678"),
        ("0049 170 2345678", "+491702345678"),
        ("+49 (0)30 901820", "+4930901820"),
        ("030/90-18-20", "+4930901820"),
        ("+4915112345678", "+4915112345678"),
        ("+493023125038", "+493023125038"),
        ("+1 650-253-0000", "+16502530000"),
        ("meine Nummer ist 0176 12 34 56 78, danke", "+4917612345678"),
        ("null eins sieben null zwei drei vier fünf sechs sieben acht", "+491702345678"),
        ("Null, eins, sieben, null. Doppel zwei drei vier fünf sechs sieben", "+491702234567"),
        ("null eins fünf eins dreiundzwanzig fünfundvierzig siebenundsechzig 89", "+4915123456789"),
        ("plus vier neun drei null neun null eins acht zwei null", "+4930901820"),
        ("zero one seven zero double two three four five six seven", "+491702234567"),
        ("um zehn, und meine Nummer: null eins sieben null 2345678", "+491702345678"),
    ],
)
def test_a_number_is_given_in_e164(text, number):
    """A number may be written or spoken, with or without its country."""
    assert understand_phone(text) == number


@pytest.mark.parametrize(
    "text",
    [
        *("0151123456", "0123456789", "+49123456789", "000000", "01700000000", "112", "1"),
        *("anonymous", "Anonymous", "unknown", "unbekannt", "null", "none", "", None, "  "),
        *("anonymous_1732023456", "call_12345", "+999123456789", "9" * 100, "9" * 1000),
        *("morgen um zehn", "Jens Schuhmann", "+", "++49", "{{phone}}"),
    ],
)
def test_a_dummy_is_no_number(text):
    """Dummies and numbers that no network has give nothing."""
    assert understand_phone(text) is None


def test_a_number_without_country_is_of_the_region():
    """A salon in Vienna has Austrian callers."""
    assert understand_phone("0664 1234567", "AT") == "+436641234567"
    assert understand_phone("(212) 736-5000", "US") == "+12127365000"


@given(st.text(max_size=80) | st.text("0123456789 +-/()", max_size=40))
def test_any_text_gives_a_number_that_is_itself_or_none(text):
    """The number that any text gives is understood again as itself."""
    number = understand_phone(text)
    assert number is None or understand_phone(number) == number


def a_member(key: str, name: str, calendar: int) -> Staff:
    """Make a member of staff."""
    return Staff(uuid5(NAMESPACE_DNS, key), 1, calendar, key, name)


FABIAN = a_member("fabian-1", "Fabian Sperling", 1)
AGAIN = a_member("fabian-2", "Fabian Sperling", 1)
EMMA = a_member("emma", "Emma Williams", 2)
SARAH = a_member("sarah", "Dr. Sarah Johnson", 3)
DAVID = a_member("david", "David Martinez", 4)
MICHAEL = a_member("michael", "Michael Chen", 5)
BRAUN = a_member("emma-b", "Emma Braun", 6)
STAFF = [FABIAN, AGAIN, EMMA, SARAH, DAVID, MICHAEL]


@pytest.mark.parametrize(
    ("text", "member"),
    [
        (str(EMMA.id), EMMA),
        (str(AGAIN.id).upper(), FABIAN),
        ("fabian-2", FABIAN),
        ("Fabian", FABIAN),
        ("bei Fabian bitte", FABIAN),
        ("Herr Sperling", FABIAN),
        ("EMMA WILLIAMS", EMMA),
        ("bei der Emma", EMMA),
        ("Frau Dr. Johnson", SARAH),
        ("Sahra", SARAH),
        ("Doktor Jonson", SARAH),
        ("mit Emmer", EMMA),
        ("with David please", DAVID),
        ("morgen um zehn bei Emma", EMMA),
    ],
)
def test_a_member_of_staff_is_found(text, member):
    """A person is found by id, key, name, a part of it or its sound."""
    assert understand_staff(text, STAFF) == member


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "  ", "egal", "Das ist mir egal", "irgendwer", "bei irgendjemandem", "any"),
        *("anyone is fine", "wer gerade Zeit hat", "keine Präferenz", "no preference", "jemand"),
    ],
)
def test_who_does_not_care_has_no_wish(text):
    """Words for anybody wish nobody in particular."""
    assert understand_staff(text, STAFF) is None


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Emma", (EMMA, BRAUN)),
        ("David oder Michael", (DAVID, MICHAEL)),
        ("Maikel", (MICHAEL,)),
        ("Martines", (DAVID,)),
        ("nicht bei Fabian", (EMMA, SARAH, DAVID, MICHAEL, BRAUN)),
        ("emma-b", BRAUN),
        ("Emma Braun", BRAUN),
        ("Anna", ()),
        ("bei Herrn Krause", ()),
        (str(UUID(int=1)), ()),
    ],
)
def test_an_unsure_name_is_a_choice(text, choice):
    """Several people, one who only sounds similar, and nobody all come as a choice."""
    assert understand_staff(text, [*STAFF, BRAUN]) == choice


@given(st.text(max_size=80))
def test_any_text_is_a_member_a_choice_or_no_wish(text):
    """Any text gives a person, a choice or no wish."""
    found = understand_staff(text, STAFF)
    assert found is None or found in STAFF or set(found) <= set(STAFF)


@pytest.mark.parametrize("text", [None, "", "  ", "bitte", "bei ihr", "ja", "der Kollegin"])
def test_who_says_nothing_about_the_person_lifts_no_wish(text):
    """Nothing about the person was said: whoever was wished before stays wished."""
    assert staff_said(text, STAFF) == StaffSaid("unsaid")


@pytest.mark.parametrize(
    "text",
    [
        *("egal", "egal wer", "Das ist mir egal", "irgendwer", "bei irgendjemandem", "irgendeine"),
        *("wer gerade frei ist", "keine Präferenz", "jemand anderes", "any", "anyone is fine"),
        *("anybody", "everyone", "someone else", "I don't mind", "it doesn't matter"),
        *("no preference", "whoever is free"),
    ],
)
def test_who_says_anyone_lifts_the_wish(text):
    """Whoever says that anybody will do has no wish any more."""
    assert staff_said(text, STAFF) == StaffSaid("anyone")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("bei Emma", (EMMA,)),
        ("Emma, sonst egal", (EMMA,)),
        ("Emma oder Sarah", (EMMA, SARAH)),
        ("Sarah or Emma", (SARAH, EMMA)),
        ("nicht bei Fabian", (EMMA, SARAH, DAVID, MICHAEL)),
        ("anyone but Emma", (FABIAN, SARAH, DAVID, MICHAEL)),
        ("nicht Emma, sondern Sarah", (SARAH,)),
    ],
)
def test_several_people_are_wished_in_their_order(text, people):
    """Either of two, anybody but one, and one instead of another are wishes, not questions."""
    assert staff_said(text, STAFF) == StaffSaid("named", people)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Maikel", StaffSaid("unclear", (MICHAEL,))),
        ("Emma", StaffSaid("unclear", (EMMA, BRAUN))),
        ("Anna", StaffSaid("unknown")),
        ("Emma oder Anna", StaffSaid("unclear", (EMMA, BRAUN))),
    ],
)
def test_an_unsure_person_is_asked_about(text, said):
    """A name that several have, or that only sounds similar, is a question."""
    assert staff_said(text, [*STAFF, BRAUN]) == said


def test_where_nobody_works_nobody_is_found():
    """A salon without staff gives an answer too."""
    assert understand_staff("Emma", []) == ()
    assert understand_staff("egal", []) is None
