import pytest

from slotkeeper.language.visits.understand_visit import understand_visit
from tests.language.catalogues import ENGLISH_SALON_INDEX, SALON_INDEX
from tests.language.visited import visits, written

INDEXES = {"de": SALON_INDEX, "en": ENGLISH_SALON_INDEX}
ROWS = [(locale, said, expected) for locale in INDEXES for said, expected in visits(locale)]


@pytest.mark.parametrize(("locale", "said", "expected"), ROWS)
def test_a_spoken_visit_is_understood_or_asked(locale, said, expected):
    """Each visit of the tables gives the services of each person, or the question."""
    assert written(understand_visit(said, INDEXES[locale]), locale) == expected
