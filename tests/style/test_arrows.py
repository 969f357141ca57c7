"""Which part may know which: imports, the environment, the clock; and the drawing of it."""

import os
import re
import tomllib
from pathlib import Path

from importlinter.cli import lint_imports

from tests.style.tree import ROOT, SRC, demand_none, files, hits, text_of

ARCHITECTURE = ROOT / "ARCHITECTURE.md"
# A line of the drawing: the branch, the rooms, and after two blanks what they are for.
DRAWN_LAYER = re.compile(r"^ *(?:└─ )?(\w+(?: \| \w+)*)  ", re.MULTILINE)

READS_ENVIRONMENT = r"\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b"
READS_CLOCK = r"\b(datetime\.now|datetime\.today|date\.today|utcnow|time\.time|monotonic)\("


def rooms():
    """List the packages of the source."""
    return {path.parent.name for path in SRC.glob("*/__init__.py")}


def linted_layers():
    """Read the layers of import-linter's contract, without the modules that are no rooms."""
    contracts = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [set(layer.split(" | ")) - {"__main__"} for layer in layers]


def rooms_and_arrows():
    """Take the section of the architecture page that draws the rooms and lists them."""
    return text_of(ARCHITECTURE).split("\n## Rooms and arrows\n")[1].split("\n## ")[0]


def may_read_environment(path: Path) -> bool:
    """Say whether a module is one of the places where settings enter."""
    return any(path.is_relative_to(SRC / room) for room in ("assembly", "cli", "lab/commands"))


def test_imports_go_one_way(capsys, monkeypatch):
    """No import goes against the arrows that pyproject.toml draws."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(os.environ, "COLUMNS", "100")
    exit_code = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    report = capsys.readouterr().out
    assert exit_code == 0, f"Turn these imports round, or move what they need down:\n{report}"


def test_the_drawing_shows_the_layers():
    """The architecture page draws the layers that import-linter checks, from top to bottom."""
    drawing = rooms_and_arrows().split("```")[1]
    drawn = [set(layer.split(" | ")) for layer in DRAWN_LAYER.findall(drawing)]
    assert drawn == [layer for layer in linted_layers() if layer]


def test_every_room_is_in_the_contract_and_on_the_architecture_page():
    """Each package of the source is a layer and stands in the table, and nothing else does."""
    listed = re.findall(r"^\| `(\w+)/` \|", rooms_and_arrows(), re.MULTILINE)
    assert sorted(listed) == sorted(rooms())
    assert set().union(*linted_layers()) == rooms()


def test_settings_enter_in_one_place():
    """Only the assembly and commands read the environment."""
    elsewhere = [path for path in files(SRC, "*.py") if not may_read_environment(path)]
    demand_none(
        hits(elsewhere, READS_ENVIRONMENT),
        "Read the setting in assembly/ or in a command and pass it as an argument:",
    )


def test_the_pure_parts_are_told_the_time():
    """The domain and the language never ask the machine for the time."""
    pure = [path for part in ("domain", "language") for path in files(SRC / part, "*.py")]
    demand_none(hits(pure, READS_CLOCK), "Take `now` as an argument:")
