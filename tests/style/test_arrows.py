"""Which part may know which: imports, the environment, the clock."""

import os
from pathlib import Path

from importlinter.cli import lint_imports

from tests.style.tree import ROOT, SRC, demand_none, files, hits

READS_ENVIRONMENT = r"\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b"
READS_CLOCK = r"\b(datetime\.now|datetime\.today|date\.today|utcnow|time\.time|monotonic)\("


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
