"""Taking part in a server: the first user starts it, the last one to leave stops it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from slotkeeper.storage.embedded import watchdog
from slotkeeper.storage.embedded.binaries import (
    Binaries,
    find_binaries,
    forget_other_copies,
    reachable,
)
from slotkeeper.storage.embedded.data_directory import (
    default_data_dir,
    open_data_dir,
    prepare_socket,
    run_as,
)
from slotkeeper.storage.embedded.errors import StartFailed, failure, told_clearly
from slotkeeper.storage.embedded.first_start import (
    SUPERUSER,
    let_in_only_root,
    major_of,
    make_cluster,
)
from slotkeeper.storage.embedded.watchdog import PORT, Account, FileLock, PostgresServer

# Crash recovery of the largest write-ahead log (postgresql.conf) on a slow disk, and then some.
START_LIMIT_S = 300.0
POLL_S = 0.01
LOG_TAIL_BYTES = 4000
LAUNCH_ATTEMPTS = 5  # a server that is killed while it starts deserves another; a refusal is final

# The server may be killed just when we ask, or a user who was killed be still making the database.
CONNECT_ATTEMPTS = 5
CONNECT_PAUSE_S = 0.2

_PROVISION = Path(__file__).parent / "provision.sql"


@dataclass(frozen=True)
class Cluster:
    """A running server that this process uses."""

    data_dir: Path
    socket_dir: Path
    bin_dir: Path

    def url(self, database: str = "slotkeeper", user: str = "slotkeeper_app") -> str:
        """The URL of a database over the socket, as asyncpg and libpq understand it."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{quote(user)}@/{quote(database)}?host={host}&port={PORT}"


@contextmanager
def running(
    data_dir: Path | None = None, *, bin_dirs: Sequence[Path] | None = None
) -> Iterator[Cluster]:
    """Use the server of a data directory, started if need be; it stops when its last user leaves.

    Blocks while it starts and while it stops. A killed user counts as one who has left; a killed
    server is launched again while it has users. `bin_dirs` are the directories to look for
    PostgreSQL's programs in, instead of the wheel's and then the system's.

    Raises:
        EmbeddedPostgresError: There is no server to use; the message says what to do.
    """
    data_dir = data_dir or default_data_dir()
    with told_clearly(data_dir):
        server = open_data_dir(data_dir)
        users = server.lock("users")
    try:
        with told_clearly(data_dir), server.lock("start") as start:
            _wait(users.try_shared, "a server that is stopping", watchdog.STOP_LIMIT_S)
            _wait(start.try_exclusive, "another user who is starting it", START_LIMIT_S)
            cluster = _join(server, bin_dirs)
        yield cluster
    finally:
        _leave(server, users)


def _join(server: PostgresServer, bin_dirs: Sequence[Path] | None) -> Cluster:
    installed = find_binaries(bin_dirs, major=major_of(server))
    binaries = reachable(installed, server)
    # First, because we may be killed as soon as the server runs.
    _keep_watched(server, binaries)
    for _ in range(CONNECT_ATTEMPTS):
        cluster = Cluster(server.data_dir, _bring_up(server, binaries), installed.bin_dir)
        answer = _provision(cluster)
        if answer.returncode == 0:
            return cluster
        time.sleep(CONNECT_PAUSE_S)
    raise failure("The first query", answer.stderr, server.data_dir)


def _keep_watched(server: PostgresServer, binaries: Binaries) -> None:
    with server.lock("watchdog") as lock:
        if not lock.try_exclusive():
            return
        account = server.account
        server_facts = [server.data_dir, account.uid, account.gid, server.socket_dir]
        arguments = [*server_facts, binaries.program("postgres"), lock.fd]
        watchdog.spawn(
            [sys.executable, "-I", "-S", watchdog.__file__, *map(str, arguments)],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.fd],
        )


def _bring_up(server: PostgresServer, binaries: Binaries) -> Path:
    """Wait until the server is ready, whoever launched it; launch it if nobody has."""
    deadline = time.monotonic() + START_LIMIT_S
    for _ in range(LAUNCH_ATTEMPTS):
        ours, logged = None, server.log.stat().st_size
        with server.lock("server") as life:
            while time.monotonic() < deadline:
                if ours is None:
                    ours = _launch(server, binaries, life)
                elif ours.poll() is not None:
                    break
                socket_dir = server.ready_in()
                if socket_dir is not None:
                    return socket_dir
                time.sleep(POLL_S)
        if ours is not None and (ours.returncode or 0) > 0:
            raise failure("Starting PostgreSQL", _log_since(server, logged), server.data_dir)
    raise StartFailed(
        f"The server of {server.data_dir} was not ready within {START_LIMIT_S:.0f} s, "
        f"or was killed {LAUNCH_ATTEMPTS} times while it started. Look into {server.log}."
    )


def _launch(
    server: PostgresServer, binaries: Binaries, life: FileLock
) -> "subprocess.Popen[bytes] | None":
    """Launch the server; None where it runs already."""
    if not life.try_exclusive():
        server.end_orphans()
        return None
    if not server.cluster.exists():
        make_cluster(server, binaries)
    stranger = server.stranger()
    if stranger is not None:
        raise StartFailed(
            f"PostgreSQL was started by other means on {server.cluster} (process {stranger}). "
            f"Stop it first: pg_ctl stop -D {server.cluster}"
        )
    forget_other_copies(binaries, server)
    prepare_socket(server)
    let_in_only_root(server, server.cluster)
    return server.launch(life, binaries.program("postgres"))


def _provision(cluster: Cluster) -> "subprocess.CompletedProcess[str]":
    """Show by a query that the server is ready, and that the roles and the database are there."""
    command = [
        *(str(cluster.bin_dir / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"),
        *("--host", str(cluster.socket_dir), "--port", str(PORT), "--no-password"),
        *("--username", SUPERUSER, "--dbname", "postgres", "--file", str(_PROVISION)),
    ]
    return run_as(Account(os.geteuid(), os.getegid()), command, cwd=Path("/"))


def _leave(server: PostgresServer, users: FileLock) -> None:
    users.close()
    # If the directory has been deleted, PostgreSQL notices within a minute and stops by itself.
    with suppress(FileNotFoundError), server.lock("users") as alone:
        if alone.try_exclusive():
            server.stop()
        else:
            # Others use it, or the watchdog is stopping it: then wait for that.
            watchdog.poll(alone.try_shared, watchdog.STOP_LIMIT_S)


def _wait(condition: Callable[[], bool], what: str, limit_s: float) -> None:
    if not watchdog.poll(condition, limit_s):
        raise StartFailed(f"Waited {limit_s:.0f} s for {what}.")


def _log_since(server: PostgresServer, size: int) -> str:
    with os.fdopen(watchdog.open_own(server.log), "rb") as log:
        log.seek(max(size, server.log.stat().st_size - LOG_TAIL_BYTES))
        return log.read(LOG_TAIL_BYTES).decode(errors="replace")
