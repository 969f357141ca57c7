"""What callers say is text in every table, record and story that a command prints."""

import asyncio
import json
import re

import pytest
from typer.testing import CliRunner

from slotkeeper.cli import app
from slotkeeper.cli.terminal import TerminalConsole, in_one_line, json_line
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.request_callback import request_callback
from tests.build import FRIDAY_10
from tests.operations.test_check_availability import set_rules

# Markup, an open tag that never ends, a window's title, a cleared screen, C1, a reversed line.
HOSTILE = (
    *("[/]", "[/red]", "[bold", "[link=file:///etc]here[/link]", "\x1b]0;pwned\x07"),
    *("\x1b[2J", "\x9b31m", "Erika\u202eretsuM", "Erika\nbooked yes", "Erika\rMuster", "\x7f"),
)
DRIVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_keeps_every_other_character(text):
    """What drives the terminal becomes a sign of one column; markup stays as it was said."""
    shown = in_one_line(text)
    assert len(shown) == len(text)
    assert not DRIVES.search(shown)
    assert "\n" not in shown
    assert DRIVES.sub("", text).replace("\n", "") in re.sub("[\u2400-\u2421\ufffd]", "", shown)


@pytest.mark.parametrize("text", HOSTILE)
def test_json_says_exactly_what_was_said(text):
    """A program reads the same text back, and no terminal is driven by it."""
    line = json_line({"reason": text})
    assert json.loads(line) == {"reason": text}
    assert not DRIVES.search(line)
    assert "\n" not in line


@pytest.mark.parametrize("text", HOSTILE)
def test_a_console_prints_strings_as_they_are(text, capsys):
    """No markup is read and no escape sequence passes, on either stream."""
    TerminalConsole(width=200).print(text)
    TerminalConsole(stderr=True, width=200).print(text, style="red")
    for stream in capsys.readouterr():
        assert not DRIVES.search(stream)
        if "[" in text and "\x1b" not in text:
            assert text in stream


@pytest.fixture
def command(database_url, monkeypatch, real_salon):
    """Run a command for the salon in a thread, beside the event loop of the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    salon = ("--company", real_salon.company.slug)

    async def run_command(*words):
        return await asyncio.to_thread(CliRunner().invoke, app, [*words, *salon])

    return run_command


async def test_the_desk_reads_what_a_hostile_caller_said(command, real_salon):
    """A name and a reason of markup and escape sequences end no command and drive no terminal."""
    await set_rules(real_salon, horizon_days=730)
    for hour, text in enumerate(HOSTILE[:6], 9):
        customer = Customer(text, "+4915112345678")
        await real_salon.book(staff="Emma", at=FRIDAY_10.replace(hour=hour), customer=customer)
        context = real_salon.context(f"call_{hour}")
        await request_callback(context, customer, reason=f"ring me {text}")
    for words in (("appointment", "list"), ("callback", "list"), ("reservation", "list")):
        for printed in ((), ("--json",)):
            done = await command(*words, *printed)
            assert done.exit_code == 0, done.output
            assert not DRIVES.search(done.stdout)
    assert "ring me [/red]" in (await command("callback", "list")).stdout
