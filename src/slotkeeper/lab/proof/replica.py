"""A synchronous standby of an embedded PostgreSQL, which can take over from it."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slotkeeper.lab.proof.capabilities import NotPossibleHere
from slotkeeper.storage.embedded import Cluster
from slotkeeper.storage.embedded.binaries import find_binaries, reachable
from slotkeeper.storage.embedded.data_directory import (
    open_data_dir,
    own_directory,
    prepare_socket,
    run_as,
)
from slotkeeper.storage.embedded.first_start import SUPERUSER, major_of, role_map, write_file
from slotkeeper.storage.embedded.watchdog import PORT, Account, PostgresServer, poll

READY_S = 60.0
ASK = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", "postgres")
IN_STEP = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"


class Standby:
    """A standby that has all that the first server acknowledged, because that one waits for it."""

    def __init__(self, server: PostgresServer, bin_dir: Path) -> None:
        """Stand by with these programs."""
        self._server = server
        self._bin_dir = bin_dir

    @property
    def socket(self) -> Path:
        """The socket that it listens on."""
        return self._server.socket

    def promote(self) -> None:
        """Make it the primary, so that it accepts writes. Raises NotPossibleHere."""
        said = _ask(self._server, self._bin_dir, "SELECT pg_promote(true, 60)")
        if said != "t":
            raise NotPossibleHere(f"the standby was not promoted: {said}")


@contextmanager
def synchronous_standby(cluster: Cluster) -> Iterator[Standby]:
    """Follow an embedded PostgreSQL while the block lasts. Raises NotPossibleHere.

    The first server acknowledges nothing that the standby does not have.
    """
    first = open_data_dir(cluster.data_dir)
    folder = Path(tempfile.mkdtemp(prefix="slotkeeper-standby-"))
    server = open_data_dir(folder)
    binaries = reachable(find_binaries(None, major=major_of(first)), server)
    try:
        _let_in_standby(first, binaries.bin_dir)
        _copy(first, server, binaries.bin_dir)
        prepare_socket(server)
        with server.lock("server") as life:
            life.try_exclusive()
            server.launch(life, binaries.program("postgres"))
        standby = Standby(server, binaries.bin_dir)
        _ask(first, binaries.bin_dir, "ALTER SYSTEM SET synchronous_standby_names = '*'")
        _ask(first, binaries.bin_dir, "SELECT pg_reload_conf()")
        if not poll(lambda: _ask(first, binaries.bin_dir, IN_STEP) == "1", READY_S, every_s=0.2):
            # Otherwise the first server would wait for it at every commit.
            _ask(first, binaries.bin_dir, "ALTER SYSTEM RESET synchronous_standby_names")
            _ask(first, binaries.bin_dir, "SELECT pg_reload_conf()")
            raise NotPossibleHere(f"the standby does not follow: {server.log.read_text()[-300:]}")
        yield standby
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _let_in_standby(first: PostgresServer, bin_dir: Path) -> None:
    """Let the standby connect: it runs as the same account, which root's directory keeps out."""
    if first.belongs_to_root:
        account = pwd.getpwuid(first.account.uid).pw_name
        users = role_map("root") + role_map(account)
        write_file(first.cluster, first.account, "pg_ident.conf", users)
        _ask(first, bin_dir, "SELECT pg_reload_conf()")


def _copy(first: PostgresServer, server: PostgresServer, bin_dir: Path) -> None:
    own_directory(server.cluster, server.account)
    command = [
        *(str(bin_dir / "pg_basebackup"), "--pgdata", str(server.cluster), "--checkpoint=fast"),
        *("--write-recovery-conf", "--wal-method=stream", "--no-sync", "--no-password"),
        *("--host", str(first.socket_dir), "--port", str(PORT), "--username", SUPERUSER),
    ]
    try:
        done = run_as(server.account, command, cwd=server.cluster)
    except FileNotFoundError:
        raise NotPossibleHere("this PostgreSQL comes without pg_basebackup") from None
    if done.returncode != 0:
        raise NotPossibleHere(f"no standby could be made: {done.stderr.strip()}")


def _ask(server: PostgresServer, bin_dir: Path, query: str) -> str:
    """Run a query as the superuser; return its output, or else the error message."""
    where = ("--host", str(server.socket_dir), "--port", str(PORT), "--username", SUPERUSER)
    command = [str(bin_dir / "psql"), *ASK, *where, "--command", query]
    done = run_as(Account(os.geteuid(), os.getegid()), command, cwd=Path("/"))
    return (done.stdout or done.stderr).strip()
