"""The checkout as the style tests see it: which files there are, and where a rule is broken."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "slotkeeper"
NEVER_OURS = {".git", ".venv", "__pycache__", "_build", "_generated", "build", "dist"}


def tracked() -> list[Path]:
    """List the files of the project, also in a copy without git (an unpacked archive)."""
    # The checkout may belong to another user than the one who tests; git refuses that by default.
    git = ["git", "-C", str(ROOT), "-c", "safe.directory=*", "ls-files", "-z", "--cached"]
    try:
        listing = subprocess.run(git, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return [path for path in files(ROOT, "*") if not _is_cache(path)]
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def files(top: Path, pattern: str) -> list[Path]:
    """List the files under a folder that match, without environments and build products."""
    found = (path for path in sorted(top.rglob(pattern)) if path.is_file())
    return [path for path in found if NEVER_OURS.isdisjoint(path.relative_to(ROOT).parts)]


def _is_cache(path: Path) -> bool:
    return any(part.endswith("_cache") for part in path.relative_to(ROOT).parts)


def place(path: Path, line: int = 1) -> str:
    """Name a line the way editors and terminals can jump to."""
    return f"{path.relative_to(ROOT)}:{line}"


def text_of(path: Path) -> str:
    """Read a text file; a binary one reads as empty."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def parsed(path: Path) -> ast.Module:
    """Parse a file of Python, once for all rules."""
    return ast.parse(text_of(path), filename=place(path))


def hits(paths: Iterable[Path], pattern: str) -> Iterator[str]:
    """Find the lines that match, as `file:line: the line`."""
    wanted = re.compile(pattern)
    for path in paths:
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if wanted.search(line):
                yield f"{place(path, number)}: {line.strip()[:100]}"


def demand_none(broken: Iterable[str], remedy: str) -> None:
    """Fail with every place that breaks a rule, and with what to do about it."""
    __tracebackhide__ = True
    found = list(broken)
    assert not found, "\n".join([remedy, *(f"  {place}" for place in found)])
