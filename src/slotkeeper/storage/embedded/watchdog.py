"""One PostgreSQL server, kept up while anyone uses it and stopped after the last one.

Imported, this is how the server is found, launched and stopped. Run by its path, it is the
watchdog: it outlives the app, because after kill -9 nobody else could stop the server. It imports
the standard library only, so that it starts in milliseconds and whatever the app's path was.

Locks tell which process lives, and never process ids: the kernel drops a lock when its last
holder dies, while a process id may be a zombie's or belong to another process by now.

    users.lock      shared by every user; held alone by whoever stops the server
    start.lock      held by the user who is making sure that the server is up
    server.lock     inherited by the postmaster and all its children
    watchdog.lock   inherited by the watchdog
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

PORT = 5432  # only a part of the socket's name: TCP is off
TICK_S = 0.25  # how long a server outlives users that were killed, or stays down if it was
RELAUNCH_EVERY_S = 2.0  # a server that cannot start must not keep a core busy
ORPHAN_GRACE_S = 1.0  # idle backends notice their postmaster's death at once, busy ones do not
LOG_LIMIT_BYTES = 8 * 1024 * 1024  # server.log, and as much again in server.log.1

# Fast shutdown; it ends with a checkpoint, which a slow disk may need long for. Then immediate
# shutdown, which costs a crash recovery but no data. Then no more asking.
STOP_STEPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
STOP_LIMIT_S = sum(limit_s for _, limit_s in STOP_STEPS) + 10.0

# No PG* variable may redirect a program, and no secret of the app belongs in a server.
PROGRAM_ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "PGCONNECT_TIMEOUT": "10"}

_PROC = Path("/proc")


def poll(condition: Callable[[], bool], limit_s: float, every_s: float = 0.01) -> bool:
    """Return True as soon as the condition holds, False after the limit."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every_s)
    return True


@dataclass(frozen=True)
class Account:
    """The operating system's user that the server runs as."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Whether this process runs as that user already."""
        return os.geteuid() == self.uid

    @property
    def switch(self) -> dict[str, Any]:
        """The arguments that make subprocess run a program as that user."""
        return {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}


def open_own(path: Path) -> int:
    """Open a file that data_directory.py has made; never make it, for its directory may be gone."""
    # Root must not be led out of a directory that belongs to another user.
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)


class FileLock:
    """A lock that the kernel drops when its last holder is gone."""

    def __init__(self, path: Path) -> None:
        self.fd = open_own(path)

    def try_shared(self) -> bool:
        """Hold it beside others, unless one holds it alone."""
        return self._try(fcntl.LOCK_SH)

    def try_exclusive(self) -> bool:
        """Hold it alone, unless anyone else holds it."""
        return self._try(fcntl.LOCK_EX)

    def unlock(self) -> None:
        """Give it up but keep the file open."""
        fcntl.flock(self.fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give it up, unless a child process has inherited it: then it is the child's alone."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> "FileLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _try(self, mode: int) -> bool:
        try:
            fcntl.flock(self.fd, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@dataclass(frozen=True)
class PostgresServer:
    """The server of one data directory, whether it runs or not."""

    data_dir: Path
    account: Account
    socket_dir: Path

    @property
    def cluster(self) -> Path:
        """What PostgreSQL calls the data directory."""
        return self.data_dir / "cluster"

    @property
    def belongs_to_root(self) -> bool:
        """Whether the directory is root's, and so no account's own."""
        return self.data_dir.stat().st_uid == 0

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.data_dir / "server.log"

    @property
    def socket(self) -> Path:
        """The socket that the server will listen on."""
        return self.socket_dir / f".s.PGSQL.{PORT}"

    def lock(self, name: str) -> FileLock:
        """Open one of the four locks, not yet held."""
        return FileLock(self.data_dir / f"{name}.lock")

    def postmaster(self) -> int | None:
        """The process id of the postmaster, if it lives."""
        pid = _pid_in(self._pid_file())
        return pid if pid is not None and pid in self._holders([pid]) else None

    def stranger(self) -> int | None:
        """The pid of a postmaster that others launched here. The caller holds server.lock."""
        pid = _pid_in(self._pid_file())
        if pid is None or not _is_postgres(pid):
            return None
        with suppress(OSError):
            if self.cluster.samefile(_PROC / str(pid) / "cwd"):
                return pid
        return None

    def ready_in(self) -> Path | None:
        """The directory of the socket on which the server accepts connections, if it does.

        Holds for a server that lives, which server.lock tells.
        """
        # The server's own word, not ours: it may have been started where TMPDIR was another. Not
        # its process: that may be in another container, with the data directory in both.
        lines = self._pid_file()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return None
        socket_dir = Path(lines[4])
        return socket_dir if listens(socket_dir / self.socket.name) else None

    def launch(self, life: FileLock, postgres: str) -> "subprocess.Popen[bytes]":
        """Start the server and bequeath it server.lock, which the caller holds alone."""
        self._clear_leftovers()
        log = open_own(self.log)
        directory = str(self.socket_dir).replace('"', '""')
        try:
            process = spawn(
                [postgres, "-D", str(self.cluster), "-p", str(PORT), "-k", f'"{directory}"'],
                cwd=self.cluster,
                stdout=log,
                stderr=log,
                pass_fds=[life.fd],
                **self.account.switch,
            )
        finally:
            os.close(log)
        life.close()
        return process

    def stop(self) -> None:
        """Stop the server by ever harder signals. The caller holds users.lock alone."""
        with self.lock("server") as life:

            def gone() -> bool:
                self.end_orphans()
                return life.try_exclusive()

            # One that we cannot see, in another container, is its own watchdog's to stop.
            if gone() or not self.processes():
                return
            for number, limit_s in STOP_STEPS:
                postmaster = self.postmaster()
                if postmaster is not None:
                    _kill([postmaster], number)
                if poll(gone, limit_s):
                    break
        with suppress(OSError):
            self.socket_dir.rmdir()

    def end_orphans(self) -> None:
        """End backends whose postmaster was killed: a long query of theirs would keep us out."""
        orphans = self._orphans()
        # A postmaster that is just starting or ending looks like one for some milliseconds.
        if orphans and not poll(lambda: not orphans & self._orphans(), ORPHAN_GRACE_S):
            _kill(orphans & self._orphans(), signal.SIGKILL)

    def processes(self) -> list[int]:
        """All living processes of the server."""
        return self._holders(int(path.name) for path in _PROC.glob("[0-9]*"))

    def bound_log(self) -> None:
        """Keep the log small: its last piece moves to server.log.1."""
        excess = self.log.stat().st_size - LOG_LIMIT_BYTES
        if excess > 0:
            with self.log.open("rb") as full:
                full.seek(excess)
                self.log.with_name("server.log.1").write_bytes(full.read(LOG_LIMIT_BYTES))
            # The server appends, so its next line goes to the new end.
            os.truncate(self.log, 0)

    def _orphans(self) -> set[int]:
        return set(self.processes()) if self.postmaster() is None else set()

    def _pid_file(self) -> list[str]:
        try:
            return os.fsdecode((self.cluster / "postmaster.pid").read_bytes()).splitlines()
        except OSError:
            return []

    def _holders(self, pids: Iterable[int]) -> list[int]:
        """Those of these processes that are postgres and hold server.lock."""
        path = self.data_dir / "server.lock"
        if not _PROC.joinpath("self/fd").exists():
            # The BSDs and macOS have no /proc. There one question answers for all processes.
            return _holders_by_lsof(path)
        try:
            lock = path.stat()
        except OSError:
            return []
        return [pid for pid in pids if _is_postgres(pid) and _has_open(pid, lock)]

    def _clear_leftovers(self) -> None:
        """Remove what a killed server left. The caller holds server.lock, so none of it lives."""
        # PostgreSQL judges by the process id alone: a zombie's, or a stranger's, would keep it out.
        if _PROC.joinpath("self/fd").exists():
            self.cluster.joinpath("postmaster.pid").unlink(missing_ok=True)
        if self.socket.is_socket() and not listens(self.socket):
            self.socket.unlink()
        if not self.socket.exists():
            self.socket.with_name(f"{self.socket.name}.lock").unlink(missing_ok=True)


def spawn(command: list[str], **options: Any) -> "subprocess.Popen[bytes]":
    """Start a program that neither the terminal's Ctrl-C nor our own end reaches."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        umask=0o077,
        env=PROGRAM_ENV,
        **options,
    )
    # As long as we live we are its parent: without this a killed one would stay a zombie.
    Thread(target=process.wait, name=f"reap {process.pid}", daemon=True).start()
    return process


def listens(path: Path) -> bool:
    """Whether anything accepts connections on this socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True  # not permitted, or its queue is full: it is somebody's
        return True


def watch(server: PostgresServer, postgres: str, own_lock: int) -> None:
    """Wait for the last user to go, relaunching what is killed meanwhile; then stop the server."""
    next_launch = time.monotonic() + RELAUNCH_EVERY_S  # the first launch is the user's
    with server.lock("users") as users:
        while not users.try_exclusive():
            with suppress(OSError):
                server.bound_log()
                if time.monotonic() >= next_launch and _relaunch(server, postgres, users):
                    next_launch = time.monotonic() + RELAUNCH_EVERY_S
            time.sleep(TICK_S)
        server.stop()
        # Before users.lock: whoever gets that one next must see that there is no watchdog.
        os.close(own_lock)


def _relaunch(server: PostgresServer, postgres: str, users: FileLock) -> bool:
    with server.lock("server") as life:
        if not life.try_exclusive():
            server.end_orphans()
            return False
        # One who holds users.lock alone is stopping the server, and one who has stopped it has
        # removed the socket's directory: then it must stay down until a user starts it.
        if not server.socket_dir.exists() or server.stranger() or not users.try_shared():
            return False
        server.launch(life, postgres)
        users.unlock()
        return True


def _pid_in(lines: list[str]) -> int | None:
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _kill(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _is_postgres(pid: int) -> bool:
    try:
        return _PROC.joinpath(str(pid), "comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _has_open(pid: int, file: os.stat_result) -> bool:
    try:
        fds = list(_PROC.joinpath(str(pid), "fd").iterdir())
        return any(os.path.samestat(fd.stat(), file) for fd in fds)
    except OSError:
        return False


def _holders_by_lsof(path: Path) -> list[int]:
    command = ["lsof", "-t", "-a", "-c", "postgres", "--", str(path)]
    listing = subprocess.run(command, capture_output=True, text=True, check=False)
    return [int(pid) for pid in listing.stdout.split()]


def main(arguments: list[str]) -> None:
    """Watch, as the server's user: data_dir uid gid socket_dir postgres descriptor."""
    data_dir, uid, gid, socket_dir, postgres, own_lock = arguments
    server = PostgresServer(Path(data_dir), Account(int(uid), int(gid)), Path(socket_dir))
    if not server.account.is_ours:
        os.setgroups([])
        os.setgid(server.account.gid)
        os.setuid(server.account.uid)
    watch(server, postgres, int(own_lock))


if __name__ == "__main__":
    main(sys.argv[1:])
