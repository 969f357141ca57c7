"""line, run as a command against a database of its own, beside a company's file."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.operations.load_company import example
from slotkeeper.storage.directory import Directory

FRISEUR = example("friseur-1").decode()
ITS_LINE = '  - "+493023125038"\n'
NUMBER = "+493023125039"
AGENT = "agent_0123456789abcdef"


@pytest.fixture
def command(fresh, monkeypatch):
    """Run a command in a thread, beside the test's event loop."""
    monkeypatch.setenv("DATABASE_URL", fresh.app_url)

    async def run_command(*words, stdin=None):
        return await asyncio.to_thread(CliRunner().invoke, app, words, input=stdin)

    return run_command


@pytest.fixture
async def friseur(command):
    """The shipped salon, with the line that its file lists."""
    await command("company", "load", "friseur-1")
    return "friseur-1"


@pytest.fixture
def lines(command):
    """List lines as (ending, who added it)."""

    async def listed():
        done = await command("line", "list", "--json")
        return [(line["line"], line["added_by"]) for line in json.loads(done.stdout)]

    return listed


@pytest.mark.parametrize(
    "spelling", ["+493023125039", "0049 30 23125039", "030 / 231 250 39", "+49 (0)30 23125039"]
)
async def test_every_spelling_is_the_same_line(command, friseur, database, spelling):
    """What a platform will send is what is looked up."""
    done = await command("line", "add", spelling, "--company", friseur, "--json")
    assert json.loads(done.stdout) == {"company": friseur, "line": NUMBER}
    assert await Directory(database).find("line", NUMBER) is not None


async def test_lines_are_listed_by_their_last_digits_and_who_added_them(command, friseur, lines):
    """A web call's line is its agent."""
    await command("line", "add", NUMBER, "-c", friseur)
    await command("line", "add", AGENT, "-c", friseur)
    assert await lines() == [
        ("…5038", "the company's file"),
        ("…5039", "hand"),
        ("…cdef", "hand"),
    ]


async def test_adding_a_line_again_changes_nothing(command, friseur, lines):
    """Also one that the file lists stays the file's."""
    for _ in range(2):
        done = await command("line", "add", "+493023125038", "-c", friseur)
        assert done.exit_code == 0
    assert await lines() == [("…5038", "the company's file")]


async def test_another_companys_line_is_refused_by_name(command, friseur, lines):
    """It says whose it is and how to give it up, and nothing is changed."""
    other = FRISEUR.replace("slug: friseur-1", "slug: friseur-2").replace(ITS_LINE, "  []\n")
    await command("company", "load", "-", stdin=other)
    before = await lines()
    done = await command("line", "add", "+493023125038", "-c", "friseur-2")
    assert done.exit_code == 1
    assert "is a line of friseur-1" in done.stderr
    assert "slotkeeper line remove +493023125038" in done.stderr
    assert await lines() == before


async def test_a_removed_line_is_free_for_others(command, friseur, lines):
    """Removing what is nobody's is refused."""
    await command("line", "add", NUMBER, "-c", friseur)
    assert (await command("line", "remove", NUMBER)).exit_code == 0
    assert await lines() == [("…5038", "the company's file")]
    again = await command("line", "remove", NUMBER)
    assert again.exit_code == 1
    assert "no company has the line" in again.stderr


async def test_a_file_s_line_comes_back_with_the_file(command, friseur, lines):
    """Whoever removes it is told so."""
    done = await command("line", "remove", "+493023125038")
    assert "remove it there" in done.stderr
    assert await lines() == []
    await command("company", "load", friseur)
    assert await lines() == [("…5038", "the company's file")]


async def test_a_reload_leaves_alone_what_was_added_by_hand(command, friseur, lines):
    """A salon stays reachable although its file does not know the line."""
    await command("line", "add", NUMBER, "-c", friseur)
    done = await command("company", "load", friseur)
    assert done.stdout == "friseur-1: nothing has changed\n"
    assert ("…5039", "hand") in await lines()


async def test_a_file_takes_over_the_lines_that_it_lists(command, friseur, lines):
    """From then on the line leaves with the file's entry."""
    await command("line", "add", NUMBER, "-c", friseur)
    both = FRISEUR.replace(ITS_LINE, f'{ITS_LINE}  - "{NUMBER}"\n')
    await command("company", "load", "-", stdin=both)
    assert ("…5039", "the company's file") in await lines()
    await command("company", "load", friseur)
    assert await lines() == [("…5038", "the company's file")]


@pytest.mark.parametrize("number", ["hello", "", "agent_", "agent_<script>", "+49", "1"])
async def test_what_is_no_line_is_refused(command, friseur, lines, number):
    """Exit code 1, and the reason on standard error."""
    done = await command("line", "add", number, "--company", friseur)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "neither a telephone number nor an agent's id" in done.stderr
    assert len(await lines()) == 1
