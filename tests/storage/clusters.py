"""Real users of real clusters, each a process that can be killed, and ways to look at them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from slotkeeper.storage.embedded import Cluster
from slotkeeper.storage.embedded.data_directory import open_data_dir
from slotkeeper.storage.embedded.watchdog import PostgresServer, poll
from tests.waiting import PATIENCE_S

_USE = """
import sys
from pathlib import Path
from slotkeeper.storage.embedded import running

with running(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.read()
"""


def eventually(condition, what):
    """Wait until the condition holds, or fail with what was waited for."""
    assert poll(condition, PATIENCE_S, every_s=0.02), f"Waited in vain: {what}"


class User:
    """Another process that uses a cluster until it leaves or is killed."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USE, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def ready(self) -> "User":
        """Wait until it uses the cluster."""
        said = self.process.stdout.readline()
        if said != b"ready\n":
            self.kill()
        assert said == b"ready\n"
        return self

    def leave(self) -> None:
        """Let it go as a program ends."""
        self.process.stdin.close()
        assert self.process.wait(PATIENCE_S) == 0
        self.process.stdout.close()

    def kill(self) -> None:
        """Kill it with -9: it can do nothing more."""
        self.process.kill()
        self.process.wait(PATIENCE_S)
        self.process.stdin.close()
        self.process.stdout.close()


def ask(cluster: Cluster, sql: str, *, database: str = "slotkeeper") -> str | None:
    """Answer a superuser's query as psql prints it; None while the server does not answer."""
    url = cluster.url(database, "postgres")
    command = [str(cluster.bin_dir / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def watchdog_of(server: PostgresServer) -> int | None:
    """Find the watchdog's process."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(server.data_dir) in words and b"-S" in words:
            return int(path.parent.name)
    return None


def kill_all(pids) -> None:
    """Kill them with -9, and return when none holds anything any more."""
    for pid in pids:
        with suppress(ProcessLookupError):  # PostgreSQL's workers come and go
            os.kill(pid, signal.SIGKILL)


def is_down(server: PostgresServer) -> bool:
    """Tell whether neither the server nor its watchdog is left."""
    with server.lock("server") as life, server.lock("watchdog") as watchdog:
        return life.try_exclusive() and watchdog.try_exclusive()


def copy_of(data_dir: Path, copy: Path) -> Path:
    """Copy a data directory whose server is down: sooner done than a first start."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(data_dir), str(copy)], check=True)
    return copy


@contextmanager
def a_place() -> Iterator[Path]:
    """A directory for data directories, reachable for any user, gone when all servers are."""
    place = Path(tempfile.mkdtemp(prefix="slotkeeper-test-"))
    place.chmod(0o755)
    try:
        yield place
        for lock in place.glob("**/users.lock"):
            server = open_data_dir(lock.parent)
            eventually(lambda server=server: is_down(server), f"the end of {server.data_dir}")
    finally:
        shutil.rmtree(place, ignore_errors=True)
