"""The first start: a cluster appears whole or not at all."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from slotkeeper.storage.embedded.binaries import Binaries
from slotkeeper.storage.embedded.data_directory import own_directory, run_as
from slotkeeper.storage.embedded.errors import DataDirUnusable, failure
from slotkeeper.storage.embedded.watchdog import Account, PostgresServer

SUPERUSER = "postgres"
ROLES = (SUPERUSER, "slotkeeper_owner", "slotkeeper_app")
_SETTINGS = Path(__file__).parent / "postgresql.conf"
_UNFINISHED = "cluster.new-"


def major_of(server: PostgresServer) -> int | None:
    """The major version that made the data; None if there are none yet."""
    if not server.cluster.exists():
        return None
    try:
        return int((server.cluster / "PG_VERSION").read_text().strip())
    except (FileNotFoundError, ValueError):
        raise DataDirUnusable(
            f"{server.cluster} holds no PostgreSQL data. Restore it, or remove it to start empty."
        ) from None


def make_cluster(server: PostgresServer, binaries: Binaries) -> None:
    """Make the cluster under another name and rename it: one cut short is never taken for whole."""
    for leftover in server.data_dir.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    # Of a name never used before: an initdb that outlived its user may still write to the last.
    new = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=server.data_dir))
    try:
        own_directory(new, server.account)
        for step in (_initdb, _write_settings):
            step(new, server.account, binaries)
        let_in_only_root(server, new)
        _sync_all(new, server.account, binaries)
        new.rename(server.cluster)
        _sync(server.data_dir)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _initdb(new: Path, account: Account, binaries: Binaries) -> None:
    command = [
        *(binaries.program("initdb"), "--pgdata", str(new), "--username", SUPERUSER),
        *("--auth-local=trust", "--auth-host=reject", "--data-checksums", "--encoding=UTF8"),
        *("--no-sync", *_locale(binaries.major)),
    ]
    _demand(run_as(account, command, cwd=new), new)


def _locale(major: int) -> list[str]:
    """The same order of text on every machine; since 17 PostgreSQL brings it along."""
    if major >= 17:
        return ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _write_settings(new: Path, account: Account, _: Binaries) -> None:
    write_file(new, account, "postgresql.conf", _SETTINGS.read_text(encoding="utf-8"))


def let_in_only_root(server: PostgresServer, cluster: Path) -> None:
    """Let only root connect to the server of root's directory, whichever user it runs as.

    Other programs may run as that user. In a user's own directory, the user is the boundary.
    """
    if not server.belongs_to_root or not _lets_all_in(cluster):
        return
    rules = "".join(f"local {what} all peer map=slotkeeper\n" for what in ("all", "replication"))
    write_file(cluster, server.account, "pg_hba.conf", rules)
    write_file(cluster, server.account, "pg_ident.conf", role_map("root"))


def role_map(user: str) -> str:
    """The lines of ``pg_ident.conf`` that let a user of the system connect as our roles."""
    return "".join(f"slotkeeper {user} {role}\n" for role in ROLES)


def _lets_all_in(cluster: Path) -> bool:
    rules = (cluster / "pg_hba.conf").read_text(encoding="utf-8").splitlines()
    return any(rule.split()[:4] == ["local", "all", "all", "trust"] for rule in rules)


def write_file(cluster: Path, account: Account, name: str, text: str) -> None:
    """Write a file of the cluster as the server's user.

    If root followed a link that the user has placed, the user could make root write anywhere.
    """
    write = ["/bin/sh", "-c", 'cat > "$0"', name]
    _demand(run_as(account, write, cwd=cluster, stdin=text), cluster)


def _sync_all(new: Path, account: Account, binaries: Binaries) -> None:
    command = [binaries.program("initdb"), "--pgdata", str(new), "--sync-only"]
    _demand(run_as(account, command, cwd=new), new)


def _demand(done: "subprocess.CompletedProcess[str]", new: Path) -> None:
    if done.returncode != 0:
        raise failure("Making the cluster", done.stdout + done.stderr, new.parent)


def _sync(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
