import os
import subprocess
import sys

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from slotkeeper.cli import COMMANDS, app
from slotkeeper.cli.extensions import listed_command

# What no list of commands needs: the database, the laboratory's client, the language.
HEAVY = ("asyncpg", "aiohttp", "slotkeeper.assembly", "slotkeeper.language")
LAB = [["demo"], ["prove"], ["replay"], ["simulate"], ["call", "try"]]


@pytest.mark.parametrize("command", LAB, ids=" ".join)
def test_the_laboratorys_commands_are_found(command):
    """The command line finds them by entry points, without importing the laboratory."""
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_own_help_says(name):
    """The help is read from the command's source, word by word."""
    module, _, attribute = COMMANDS[name].partition(".")
    command = get_command(app).get_command(None, name)
    assert listed_command(name, f"slotkeeper.cli.{module}", attribute).help == command.help


def test_the_list_of_commands_imports_none_of_them():
    """`slotkeeper --help` starts quickly, because it reads the sources."""
    code = (
        "import sys; from typer.testing import CliRunner; from slotkeeper.cli import app; "
        "print(CliRunner().invoke(app, ['--help']).exit_code, *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    exit_code, *modules = done.stdout.split()
    assert exit_code == "0"
    assert set(modules).isdisjoint(HEAVY)


@pytest.fixture
def without_aiohttp(tmp_path):
    """The environment of a Python in which the laboratory's extra is not installed."""
    (tmp_path / "aiohttp.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'aiohttp'\", name='aiohttp')\n"
    )
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def slotkeeper(*arguments, env):
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "slotkeeper", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_without_its_extra_a_command_says_how_to_get_it(without_aiohttp):
    """Whatever its arguments, it names the library and the extra that brings it."""
    done = slotkeeper("demo", "--exit", "--callers", "3", env=without_aiohttp)
    assert done.returncode != 0
    assert "aiohttp" in done.stderr
    assert "pip install 'slotkeeper[lab]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_the_help_lists_every_command(without_aiohttp):
    """A server's installation has the same commands, and says which need more."""
    done = slotkeeper("--help", env=without_aiohttp)
    assert done.returncode == 0, done.stderr
    assert {"serve", "demo", "prove"} <= set(done.stdout.split())
