import asyncio
import json

import pytest

from tests.cli.processes import run
from tests.example import an_example_salon
from tests.language.recorded import is_right, is_silently_wrong, lines, phrases


@pytest.fixture
async def friseur(store):
    """The id of the shipped salon, a company of the test's own."""
    return str((await an_example_salon(store)).id)


EXISTING = "existing_appointment"  # a phrase about an appointment that the command is not told of


@pytest.mark.parametrize(
    ("kind", "share"), [("date_phrase", 0.97), ("time_phrase", 0.98), ("service_phrase", 0.95)]
)
async def test_the_recorded_phrases_are_understood(friseur, database_url, kind, share):
    """What real callers said is understood, and no wrong date is taken silently."""
    items = [i for i in phrases(kind) if EXISTING not in str(i["expected"].get("context"))]
    command = ("understand", "--company", friseur)
    done = await asyncio.to_thread(run, *command, stdin=lines(kind), DATABASE_URL=database_url)
    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    wrong = [i["id"] for i in items if not is_right(i["expected"], answers[i["id"]])]
    assert len(wrong) <= (1 - share) * len(items), wrong
    assert not [i["id"] for i in items if is_silently_wrong(i["expected"], answers[i["id"]])]
