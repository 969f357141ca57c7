"""Why the embedded PostgreSQL is not there.

    EmbeddedPostgresError
    ├── BinariesMissing     no PostgreSQL 15 or newer on this machine
    ├── WrongMajorVersion   the data was made by a PostgreSQL that is not here
    ├── AccountMissing      root has no ordinary user to run the server as
    ├── DataDirUnusable     not ours, not permitted, or out of the server's reach
    ├── SocketOccupied      something else stands or listens where we would
    ├── DiskFull            no space left
    └── StartFailed         PostgreSQL said no; its own words follow

Each message says what to do.
"""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Below this the next piece of write-ahead log (16 MiB) hardly fits, and neither does a log line
# that would name the reason.
LOW_SPACE_BYTES = 32 * 1024 * 1024

DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_SAYS_DISK_FULL = ("No space left on device", "Disk quota exceeded")
_OTHER_VERSION = "database files are incompatible with server"
_ADDRESS_TAKEN = ("Address already in use", "could not create any TCP/IP sockets")


class EmbeddedPostgresError(Exception):
    """There is no server to use; nothing that was stored is lost."""


class BinariesMissing(EmbeddedPostgresError):
    """No PostgreSQL 15 or newer was found on this machine."""


class WrongMajorVersion(EmbeddedPostgresError):
    """The data was made by a major version of PostgreSQL that is not here."""


class AccountMissing(EmbeddedPostgresError):
    """PostgreSQL refuses to run as root, and there is no other user to run it as."""


class DataDirUnusable(EmbeddedPostgresError):
    """The directory is not ours to use, or the server could not reach it."""


class SocketOccupied(EmbeddedPostgresError):
    """Something that is not our server stands or listens where it would."""


class DiskFull(EmbeddedPostgresError):
    """The file system that holds the data has no space left."""


class StartFailed(EmbeddedPostgresError):
    """PostgreSQL refused to start; the message ends with its own words."""


def failure(what: str, output: str, data_dir: Path) -> EmbeddedPostgresError:
    """Find the clear error behind the output of a program that failed."""
    said = f"{what} failed in {data_dir}. PostgreSQL says:\n{output.strip() or '(nothing)'}"
    if any(words in output for words in _SAYS_DISK_FULL) or _space_left(data_dir) < LOW_SPACE_BYTES:
        return _disk_full(data_dir, said)
    if _OTHER_VERSION in output:
        return WrongMajorVersion(said)
    if any(words in output for words in _ADDRESS_TAKEN):
        return SocketOccupied(f"{said}\nStop what listens there, or take it out of the settings.")
    return StartFailed(said)


@contextmanager
def told_clearly(data_dir: Path) -> Iterator[None]:
    """Turn what the operating system refuses into an error that says what to do."""
    try:
        yield
    except subprocess.TimeoutExpired as error:
        raise StartFailed(
            f"A program hangs on {data_dir}: {error}. Is its disk reachable?"
        ) from error
    except OSError as error:
        if error.errno in DISK_FULL:
            raise _disk_full(data_dir, str(error)) from error
        raise DataDirUnusable(
            f"The data directory {data_dir} cannot be used: {error}. "
            "Run as the user it belongs to, or choose another one with --data-dir."
        ) from error


def _disk_full(data_dir: Path, said: str) -> DiskFull:
    return DiskFull(
        f"The disk that holds {data_dir} is full: {_space_left(data_dir) // 1024} KiB are left. "
        f"Free some space (100 MiB are enough to start) and start again; no data is lost.\n{said}"
    )


def _space_left(path: Path) -> int:
    while not path.exists():
        path = path.parent
    space = os.statvfs(path)
    return space.f_bavail * space.f_frsize
