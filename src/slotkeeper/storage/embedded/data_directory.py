"""The directory of a server: finds it, makes it, and refuses one that holds other files.

PostgreSQL refuses to run as root. For root the server therefore runs as an ordinary user that
exists already; the directory stays root's, and only what the server itself writes is given to
that user. No user is created, and no permission changes outside the directory.
"""

import hashlib
import os
import platform
import pwd
import re
import stat
import subprocess
import tempfile
from pathlib import Path

import platformdirs

from slotkeeper.storage.embedded.errors import (
    DISK_FULL,
    AccountMissing,
    DataDirUnusable,
    SocketOccupied,
)
from slotkeeper.storage.embedded.watchdog import PROGRAM_ENV, Account, PostgresServer, listens

# As root, run the server as the first of these users that exists. A packager may create the first.
ACCOUNTS = ("slotkeeper", "postgres", "nobody")

# Linux allows 107 bytes to a socket's path, macOS 103.
SOCKET_PATH_BYTES = 100

PROGRAM_LIMIT_S = 300.0  # initdb on a slow disk; anything else takes milliseconds

_MARK = "users.lock"
_FILES = (_MARK, "start.lock", "server.lock", "watchdog.lock", "server.log", "server.log.1")
# Every fresh ext4 volume has the one; the other was made for a database elsewhere.
_NOT_FOREIGN = {"lost+found", "installation-secret"}
_PLAIN = re.compile(r"[\w./-]+", re.ASCII)


def default_data_dir() -> Path:
    """Return the platform's place for this user's data; for root one that others can reach."""
    if os.geteuid() != 0:
        return Path(platformdirs.user_data_dir("slotkeeper", appauthor=False)) / "postgres"
    if platform.system() == "Linux":
        return Path("/var/lib/slotkeeper/postgres")
    return Path(platformdirs.site_data_dir("slotkeeper", appauthor=False)) / "postgres"


def open_data_dir(data_dir: Path) -> PostgresServer:
    """Make the directory, or refuse it, and return the server that belongs to it."""
    data_dir = data_dir.expanduser().resolve()
    _make(data_dir)
    _refuse_foreign(data_dir)
    account = _account_for(data_dir)
    if not account.is_ours:
        _let_in(account, data_dir)
    for name in _FILES:
        _make_own(data_dir / name, account)
    return PostgresServer(data_dir, account, _socket_dir(data_dir, account))


def own_directory(path: Path, account: Account) -> None:
    """Make a directory that only the server's user can enter; one that is another's is refused."""
    path.mkdir(mode=0o700, exist_ok=True)
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        status = os.fstat(fd)
        if status.st_uid not in (account.uid, os.geteuid()) or stat.S_IMODE(status.st_mode) & 0o077:
            raise PermissionError(f"{path} belongs to, or is open to, another user")
        if not account.is_ours:
            os.fchown(fd, account.uid, account.gid)
    finally:
        os.close(fd)


def prepare_socket(server: PostgresServer) -> None:
    """Make the socket's directory, and refuse to start where something else stands or listens."""
    try:
        own_directory(server.socket_dir, server.account)
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        raise SocketOccupied(
            f"The server's socket belongs into {server.socket_dir}, but: {error}. "
            "Remove what is there, or choose another --data-dir."
        ) from error
    if not server.socket.exists():
        return
    if not server.socket.is_socket():
        raise SocketOccupied(f"{server.socket} is not a socket and not ours. Remove it.")
    if listens(server.socket):
        raise SocketOccupied(
            f"Another program listens on {server.socket}. Stop it, or choose another --data-dir."
        )


def run_as(
    account: Account, command: list[str], *, cwd: Path, stdin: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end as the server's user, and keep what it says."""
    return subprocess.run(
        command,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=PROGRAM_ENV,
        timeout=PROGRAM_LIMIT_S,
        **account.switch,
    )


def _make(data_dir: Path) -> None:
    missing = [path for path in data_dir.parents if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            path.chmod(0o755)  # whatever the umask: the server's user must pass
    data_dir.mkdir(mode=0o700, exist_ok=True)
    mode = stat.S_IMODE(data_dir.stat().st_mode)
    if mode & 0o022:
        data_dir.chmod(mode & ~0o022)  # whoever may write here may exchange what we start


def _make_own(path: Path, account: Account) -> None:
    """Make a file for the server's user alone, if it is not there yet."""
    try:
        fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return
    try:
        if not account.is_ours:
            os.fchown(fd, account.uid, account.gid)
    finally:
        os.close(fd)


def _refuse_foreign(data_dir: Path) -> None:
    names = {path.name for path in data_dir.iterdir()} - _NOT_FOREIGN
    if not names or _MARK in names:
        return
    what = "is a PostgreSQL data directory itself" if "PG_VERSION" in names else "holds other files"
    raise DataDirUnusable(
        f"{data_dir} {what}. Name an empty or a new directory with --data-dir; "
        "for a server that runs already, set DATABASE_URL."
    )


def _account_for(data_dir: Path) -> Account:
    owner = data_dir.stat()
    if os.geteuid() != 0:
        if owner.st_uid != os.geteuid():
            raise PermissionError(f"it belongs to user {_name(owner.st_uid)}")
        return Account(os.geteuid(), os.getegid())
    cluster = data_dir / "cluster"
    if cluster.is_dir():
        owner = cluster.stat()
        if owner.st_uid == 0:
            raise DataDirUnusable(
                f"{cluster} belongs to root, and PostgreSQL does not run as root. Give it to the "
                f"user that it belonged to: chown -R USER {cluster}"
            )
    return Account(owner.st_uid, owner.st_gid) if owner.st_uid != 0 else _ordinary_account()


def _ordinary_account() -> Account:
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise AccountMissing(
        f"PostgreSQL does not run as root, and none of the users {', '.join(ACCOUNTS)} exists. "
        "Run slotkeeper as an ordinary user, or set DATABASE_URL."
    )


def _let_in(account: Account, data_dir: Path) -> None:
    status = data_dir.stat()
    if status.st_uid == 0:
        data_dir.chmod(stat.S_IMODE(status.st_mode) | 0o011)
    if _can_enter(account, data_dir):
        return
    path = data_dir
    for path in [*reversed(data_dir.parents), data_dir]:
        if not _can_enter(account, path):
            break
    raise DataDirUnusable(
        f"As root, the server runs as user {_name(account.uid)}, who may not enter {path}. "
        "Choose another directory with --data-dir, or run slotkeeper as an ordinary user."
    )


def _can_enter(account: Account, directory: Path) -> bool:
    question = ["/bin/sh", "-c", 'test -x "$0"/.', str(directory)]
    try:
        return run_as(account, question, cwd=Path("/")).returncode == 0
    except OSError as error:
        raise AccountMissing(
            f"root cannot run a program as user {_name(account.uid)} here: {error}. "
            "Run slotkeeper as an ordinary user, or set DATABASE_URL."
        ) from error


def _socket_dir(data_dir: Path, account: Account) -> Path:
    """Beside the data if that path is short and plain, else below the temporary directory."""
    inside = data_dir / "socket"
    # asyncpg and libpq take a comma for the end of a host.
    if _PLAIN.fullmatch(str(inside)) and _fits(inside):
        return inside
    digest = hashlib.sha256(os.fsencode(data_dir) + b"\0%d" % account.uid).hexdigest()[:16]
    below_tmp = Path(tempfile.gettempdir()) / f"slotkeeper-{digest}"
    return below_tmp if _fits(below_tmp) else Path("/tmp") / below_tmp.name  # noqa: S108


def _fits(socket_dir: Path) -> bool:
    return len(os.fsencode(socket_dir / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_BYTES


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
