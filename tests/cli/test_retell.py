"""retell export and doctor, run as commands."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from tests.cli.processes import run

URL = "https://slots.example"
NOWHERE = "postgresql://slotkeeper_app@127.0.0.1:1/slotkeeper"


@pytest.fixture
async def command(fresh, monkeypatch):
    """Run a command in a thread, on a database of the test's own with the shipped salon."""
    monkeypatch.setenv("DATABASE_URL", fresh.app_url)

    async def run_command(*words, stdin=None):
        return await asyncio.to_thread(CliRunner().invoke, app, words, input=stdin)

    assert (await run_command("company", "load", "friseur-1")).exit_code == 0
    return run_command


@pytest.fixture
async def exported(command):
    """What is written for the shipped salon."""
    done = await command("retell", "export", "--company", "friseur-1", "--url", URL)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


async def test_the_doctor_has_nothing_to_change_in_what_is_exported(command, exported):
    """Export and doctor hold the same of an agent; the exit code is 0."""
    words = ("doctor", "--agent", "-", "--company", "friseur-1", "--url", URL)
    done = await command(*words, stdin=json.dumps(exported))
    assert (done.exit_code, done.stdout) == (0, "nothing to change\n")


async def test_an_export_is_written_to_a_file_or_a_folder(command, exported, tmp_path):
    """It is the same as on standard output, which stays empty; a folder gets a file of its own."""
    words = ("retell", "export", "--company", "friseur-1", "--url", f"{URL}/", "--out")
    for out, file in (
        (tmp_path, tmp_path / "retell-friseur-1.json"),
        (tmp_path / "agent.json", tmp_path / "agent.json"),
    ):
        done = await command(*words, str(out))
        assert (done.exit_code, done.stdout) == (0, "")
        assert str(file) in done.stderr.replace("\n", "")
        assert json.loads(file.read_text()) == exported


async def test_an_export_that_cannot_be_written_is_refused(command, tmp_path):
    """The reason is said, and the exit code is 1."""
    words = ("retell", "export", "--company", "friseur-1", "--url", URL, "--out")
    done = await command(*words, str(tmp_path / "no" / "folder"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No such file or directory" in done.stderr


@pytest.mark.parametrize(
    "url",
    [
        *("http://slots.example", "slots.example", "ftp://slots.example", "https://", ""),
        *("https://slots.example/v1/retell", "https://slots.example?x=1", "https://[::1"),
        *("https://user@slots.example", "https://slots.example:99999", "https://slots example"),
    ],
)
def test_an_address_that_retell_cannot_use_is_refused(url):
    """Nothing is exported for an address that is none, or that is not https."""
    done = CliRunner().invoke(app, ["retell", "export", "--company", "friseur-1", "--url", url])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr


async def test_the_own_machine_needs_no_https(command):
    """A look at an export takes no certificate."""
    words = ("retell", "export", "--company", "friseur-1", "--url", "http://127.0.0.1:8788")
    tools = json.loads((await command(*words)).stdout)["tools"]
    assert tools[0]["url"].startswith("http://127.0.0.1:8788/v1/retell/friseur-1/functions/")


async def test_a_company_that_does_not_exist_is_refused(command):
    """The exit code is 1, and nothing is printed."""
    done = await command("retell", "export", "--company", "nobody", "--url", URL)
    assert (done.exit_code, done.stdout) == (1, "")


async def test_the_doctor_says_what_to_change(command, exported, tmp_path):
    """An error makes the exit code 1; each finding has its place and its remedy."""
    (tool,) = (t for t in exported["tools"] if t["name"] == "check_availability")
    tool |= {"timeout_ms": 2000, "max_retry": 0}
    file = tmp_path / "agent.json"
    file.write_text(json.dumps(exported["tools"]))
    done = await command("doctor", "--agent", str(file), "--url", URL)
    assert done.exit_code == 1
    assert "error  tools[check_availability]  timeout_too_short" in done.stdout
    assert "set timeout_ms to 9000" in done.stdout
    assert done.stdout.endswith("1 error, 1 note\n")

    found = json.loads((await command("doctor", "--agent", str(file), "--json")).stdout)
    assert [(one["severity"], one["code"]) for one in found] == [
        ("error", "timeout_too_short"),
        ("note", "no_retry"),
    ]
    assert set(found[0]) == {"severity", "code", "where", "found", "expected", "change"}


async def test_warnings_alone_leave_the_exit_code_at_0(command, exported):
    """A draft may be looked over in a build."""
    exported["agent"]["is_published"] = False
    done = await command("doctor", "--agent", "-", "--json", stdin=json.dumps(exported))
    assert (done.exit_code, len(json.loads(done.stdout))) == (0, 1)


def test_an_agent_is_looked_over_without_a_database():
    """Only its JSON is needed, so it runs wherever that is."""
    done = run("doctor", "--agent", "-", "--json", stdin="[]", DATABASE_URL=NOWHERE)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Expected a Retell agent" in done.stderr


@pytest.mark.parametrize("text", ["", "no json", "[" * 100_000, '{"tools": []}', "\x00"])
def test_what_is_no_agents_json_is_refused(tmp_path, text):
    """The reason is a line, not a traceback."""
    file = tmp_path / "agent.json"
    file.write_text(text)
    done = CliRunner().invoke(app, ["doctor", "--agent", str(file)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "agent.json" in done.stderr


@pytest.mark.parametrize("file", ["nothing-here.json", ".", "a\0b"])
def test_a_file_that_is_not_there_is_refused(file):
    """Exit code 1 and a reason, whatever was given."""
    done = CliRunner().invoke(app, ["doctor", "--agent", file])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.strip()


@pytest.fixture
def states(command):
    """What the doctor says of the server itself: state and detail, by what it is about."""

    async def look():
        done = await command("doctor", "--json")
        assert done.exit_code == 0, done.stdout
        return {row["what"]: (row["state"], row["detail"]) for row in json.loads(done.stdout)}

    return look


async def test_the_server_is_looked_over_without_an_agent(command, states):
    """A company whose platform's signature is not believed is told how to mend it."""
    before = await states()
    assert {before[what][0] for what in ("settings", "database")} == {"ok"}
    state, detail = before["company friseur-1"]
    assert state == "warning"
    words = detail.rpartition("slotkeeper ")[2].split()
    done = await command(*words, "--secret-stdin", stdin="key_0123456789abcdef\n")
    assert done.exit_code == 0, done.stderr
    assert (await states())["company friseur-1"][0] == "ok"


async def test_the_schema_is_looked_at_as_its_owner(states, fresh, monkeypatch):
    """The application may not read what was applied, and says whose address it needs."""
    assert "SLOTKEEPER_OWNER_URL" in (await states())["schema"][1]
    monkeypatch.setenv("SLOTKEEPER_OWNER_URL", fresh.owner_url)
    assert (await states())["schema"] == ("ok", "current")


async def test_a_schema_that_is_not_current_is_an_error(command, empty_database, monkeypatch):
    """The exit code is 1, and the remedy is a command."""
    monkeypatch.setenv("DATABASE_URL", empty_database.owner_url)
    done = await command("doctor", "--json")
    assert done.exit_code == 1, done.exception
    (row,) = (row for row in json.loads(done.stdout) if row["what"] == "schema")
    assert (row["state"], row["detail"]) == ("error", "not current; run: slotkeeper migrate")


async def test_an_owner_that_cannot_be_reached_is_an_error(command, monkeypatch):
    """It is told as a row, not as a traceback."""
    monkeypatch.setenv("SLOTKEEPER_OWNER_URL", NOWHERE)
    done = await command("doctor")
    assert done.exit_code == 1
    assert "schema" in done.stdout


def test_a_database_that_does_not_answer_ends_the_doctor():
    """It is a fault, as with every command: exit code 2, and a line."""
    done = run("doctor", DATABASE_URL=NOWHERE)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
