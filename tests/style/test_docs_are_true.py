"""The documents are held against the program: commands, settings, links."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

from tests.style.tree import ROOT, SRC, demand_none, files, place, text_of

README = ROOT / "README.md"
FENCE = re.compile(r"^\s*(```+|~~~+)\s*\{?([\w-]*)")
SHELL = {"", "sh", "bash", "shell", "console"}
INLINE_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
OUR_SETTING = re.compile(
    r"\b(SLOTKEEPER_[A-Z0-9_]*[A-Z0-9]|DATABASE_URL|FEATURE_OPTIMISTIC_RESERVATIONS"
    r"|RESERVATION_ROLLOUT_PERCENT|RESERVATION_LIFETIME)\b"
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:")
# A path as the documents name it: from the checkout's root, or a module's from src/ on.
PATH = re.compile(r"(?:src|slotkeeper|tests|docs|deploy|scripts|benchmarks|\.ci|\.github)/[\w./-]*")
ASSIGNMENT = re.compile(r"^[A-Z_]+=")


@dataclass(frozen=True)
class Command:
    """A command line as a document shows it."""

    place: str
    line: str
    in_block: bool

    def words(self) -> list[str]:
        """Split it as a shell would, up to the first pipe, comment or next command."""
        lexer = shlex.shlex(self.line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        try:
            words = [word for word in lexer if not ASSIGNMENT.match(word)]
        except ValueError:  # prose with an apostrophe
            return []
        return list(takewhile(lambda word: word not in {"|", "&&", ";", ">", "&", "||"}, words))


def documents() -> list[Path]:
    """List the documents that users read."""
    return [*sorted(ROOT.glob("*.md")), *files(ROOT / "docs", "*.md")]


@cache
def commands_in(path: Path) -> list[Command]:
    """Collect the shell commands of a document, from code blocks and from inline code."""
    return list(_read_commands(path))


def _read_commands(path: Path) -> Iterator[Command]:
    language, continued = None, ""
    for number, line in enumerate(text_of(path).splitlines(), start=1):
        fence = FENCE.match(line)
        if fence:
            language = fence[2] if language is None else None
        elif language is None:
            inline = INLINE_CODE.findall(line)
            yield from (Command(place(path, number), code, in_block=False) for code in inline)
        elif language in SHELL:
            whole = continued + line.strip().removeprefix("$ ")
            continued = whole.removesuffix("\\") if whole.endswith("\\") else ""
            if whole and not continued:
                yield Command(place(path, number), whole, in_block=True)


def our_commands(program: str) -> Iterator[tuple[Command, list[str]]]:
    """Find every documented call of one of our programs, with its arguments."""
    for command in (command for path in documents() for command in commands_in(path)):
        words = command.words()
        if len(words) > 1 and words[0].removeprefix(".venv/bin/") == program:
            yield command, words[1:]


def problem_with(arguments: list[str]) -> str | None:
    """Say what the command line would not understand, if anything."""
    from typer.main import get_command

    from slotkeeper.cli import app

    command = get_command(app)
    known = {"--help"}
    for word in arguments:
        known.update(option for parameter in command.params for option in parameter.opts)
        known.update(option for parameter in command.params for option in parameter.secondary_opts)
        if word.startswith("-"):
            if word.split("=")[0] not in known:
                return f"there is no option {word}"
        elif hasattr(command, "get_command"):
            subcommand = command.get_command(command.context_class(command), word)
            if subcommand is None:
                return f"there is no command {word}"
            command = subcommand
    return None


def settings_in(paths: list[Path]) -> dict[str, str]:
    """Find the settings that files name: the name, and where it stands first."""
    places: dict[str, str] = {}
    for path in paths:
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            for name in OUR_SETTING.findall(line):
                places.setdefault(name, place(path, number))
    return places


def test_the_readme_begins_with_the_two_commands():
    """The README names `make demo` and `make test` before any other command."""
    first = [command.words()[:2] for command in commands_in(README) if command.in_block][:2]
    assert first == [["make", "demo"], ["make", "test"]], (
        f"{place(README)}: the first two commands are {first}. "
        "Show `make demo` and `make test` before any other."
    )


def test_documented_commands_exist():
    """Each slotkeeper command in the documents is one that the program understands."""
    demand_none(
        (
            f"{command.place}: {command.line}: {problem}"
            for command, arguments in our_commands("slotkeeper")
            if (problem := problem_with(arguments))
        ),
        "These commands do not work. Correct the document, or the program:",
    )


def test_documented_make_targets_exist():
    """Each make target in the documents is in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    demand_none(
        (
            f"{command.place}: {command.line}"
            for command, arguments in our_commands("make")
            if arguments[0] not in targets
        ),
        f"The Makefile has only {', '.join(sorted(targets))}:",
    )


def test_every_setting_is_documented():
    """Each setting that the source reads is explained in the README or in docs/."""
    read, documented = settings_in(files(SRC, "*.py")), settings_in(documents())
    demand_none(
        (f"{where}: {name}" for name, where in read.items() if name not in documented),
        "Explain these settings in docs/ (name, default, what it is for):",
    )


def test_no_setting_is_invented():
    """Each setting that the documents name is read by the source."""
    read, documented = settings_in(files(SRC, "*.py")), settings_in(documents())
    demand_none(
        (f"{where}: {name}" for name, where in documented.items() if name not in read),
        "Nothing reads these settings. Correct the name, or take it out:",
    )


def test_links_lead_somewhere():
    """Each relative link in the documents leads to a file of the project."""
    demand_none(
        (
            f"{place(path, number)}: {target}"
            for path in documents()
            for number, line in enumerate(text_of(path).splitlines(), start=1)
            for target in LINK.findall(line)
            if not ELSEWHERE.match(target) and not (path.parent / target.split("#")[0]).exists()
        ),
        "These links lead nowhere. Mend the path:",
    )


def test_paths_lead_somewhere():
    """Each path of the project that the documents name as code exists."""
    demand_none(
        (
            f"{place(path, number)}: {code}"
            for path in documents()
            for number, line in enumerate(text_of(path).splitlines(), start=1)
            for code in INLINE_CODE.findall(line)
            if PATH.fullmatch(code) and not any((top / code).exists() for top in (ROOT, SRC.parent))
        ),
        "These paths do not exist. Correct them:",
    )


def test_the_overview_names_every_page_of_the_guide():
    """The section "What is where" links to every other page of the guide, once."""
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md", "overview.md"}
    section = text_of(ROOT / "docs" / "overview.md").split("\n## What is where\n")[1]
    assert sorted(LINK.findall(section)) == sorted(pages)


def test_the_glossary_explains_each_word_once_and_no_unused_one():
    """Each word of the glossary stands there once, and another document uses it."""
    glossary = ROOT / "docs" / "glossary.md"
    rows = re.findall(r"^\| (\*\*.*?) \|", text_of(glossary), re.MULTILINE)
    words = [word for row in rows for word in re.findall(r"\*\*(.+?)\*\*", row)]
    others = "\n".join(text_of(path) for path in documents() if path != glossary).lower()
    assert len(words) == len(set(words))
    demand_none(
        (word for word in words if word not in others),
        "No other document uses these words. Leave them out of the glossary, or use them:",
    )


def test_the_changelog_is_kept():
    """The changelog has a section for what is not released yet."""
    changelog = ROOT / "CHANGELOG.md"
    assert re.search(r"^## \[?Unreleased\]?", text_of(changelog), re.MULTILINE), (
        f"{place(changelog)}: add the heading `## [Unreleased]` at the top and note your change."
    )
