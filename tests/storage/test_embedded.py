"""The life of an embedded server: first start, sharing, kills, the end."""

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from slotkeeper.storage.embedded import running
from slotkeeper.storage.embedded.data_directory import open_data_dir, run_as
from slotkeeper.storage.embedded.watchdog import LOG_LIMIT_BYTES
from tests.storage.clusters import (
    User,
    a_place,
    ask,
    copy_of,
    eventually,
    is_down,
    kill_all,
    watchdog_of,
)

KEEP_A_ROW = "DROP TABLE IF EXISTS kept; CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)"
BUSY_FOREVER = "DO $$ BEGIN LOOP NULL; END LOOP; END $$"


@pytest.fixture
def place():
    """A directory for data directories."""
    with a_place() as place:
        yield place


@pytest.fixture(scope="module")
def made():
    """A data directory after its first start."""
    with a_place() as place:
        with running(place / "data"):
            pass
        yield place / "data"


@pytest.fixture
def server(made):
    """The server of a data directory that has had its first start, and of earlier tests."""
    server = open_data_dir(made)
    yield server
    eventually(lambda: is_down(server), "the end of the server and of its watchdog")


@pytest.fixture
def new_server(place):
    """The server of a data directory in which nothing has been started yet."""
    return open_data_dir(place / "new")


def said_last(server):
    """The last line of the server's log."""
    return server.log.read_text().splitlines()[-1]


ROLES = [
    "slotkeeper_app|t|f|f|f",
    "slotkeeper_overseer|f|f|f|f",
    "slotkeeper_owner|t|f|t|f",
]


def roles(cluster):
    """Every role of ours with what it may: be superuser, create roles, bypass row security."""
    rights = "rolcanlogin, rolsuper, rolcreaterole, rolbypassrls"
    return ask(
        cluster, f"SELECT rolname, {rights} FROM pg_roles WHERE rolname ~ '^slot' ORDER BY 1"
    ).splitlines()


def test_the_first_start_makes_the_database_and_roles_that_are_not_superusers(new_server):
    """The application's role is neither the owner nor a superuser, and the owner no superuser."""
    with running(new_server.data_dir) as cluster:
        assert roles(cluster) == ROLES
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'slotkeeper'"
        assert ask(cluster, owner) == "slotkeeper_owner"
        assert ask(cluster, "SELECT pg_has_role('slotkeeper_owner', 'slotkeeper_app', 'MEMBER')")


def test_it_is_durable_and_off_the_network(server):
    """Commits are synced to disk, and nothing listens on TCP."""
    with running(server.data_dir) as cluster:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert ask(cluster, f"SHOW {name}") == "on"
        assert ask(cluster, "SHOW listen_addresses") == ""
        assert ask(cluster, "SHOW timezone") == "UTC"
        assert cluster.socket_dir.stat().st_mode & 0o077 == 0


async def test_asyncpg_connects_whatever_the_path_is_called(place):
    """A data directory may have a space, an umlaut, quotes and a comma in its path."""
    with running(place / "Salon Schöner \"$HOME\", 'hier'") as cluster:
        connection = await asyncpg.connect(cluster.url())
        assert await connection.fetchval("SELECT current_user") == "slotkeeper_app"
        await connection.close()


def test_a_long_path_has_its_socket_elsewhere(made, place):
    """A data directory may lie deeper than a socket's path may be long."""
    with running(copy_of(made, place / ("a" * 60) / ("b" * 60))) as cluster:
        assert ask(cluster, "SELECT 1") == "1"


def test_one_process_may_enter_twice(server):
    """Leaving the inner use does not stop the server of the outer one."""
    with running(server.data_dir) as outer:
        with running(server.data_dir) as inner:
            assert inner == outer
        assert ask(outer, "SELECT 1") == "1"


def test_processes_that_start_together_share_one_server(new_server):
    """Four first users of an empty directory get one new_server, and each of them may use it."""
    users = [User(new_server.data_dir) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(User.ready, users))
    postmaster = new_server.postmaster()
    for user in users[1:]:
        user.leave()
        assert new_server.postmaster() == postmaster
    users[0].leave()
    eventually(lambda: not new_server.processes(), "the end of the server")


def test_it_has_stopped_when_its_only_user_has_left(server):
    """Leaving waits for the shutdown, which is a clean one."""
    with running(server.data_dir):
        assert server.postmaster() is not None
    assert not server.processes()
    assert said_last(server).endswith("database system is shut down")


def test_a_killed_user_counts_as_one_who_has_left(server):
    """The server stops by itself, cleanly, after kill -9 of its last user."""
    first, second = User(server.data_dir).ready(), User(server.data_dir).ready()
    first.kill()
    second.kill()
    eventually(lambda: is_down(server), "the end of the server and of its watchdog")
    assert said_last(server).endswith("database system is shut down")


def test_the_next_user_replaces_a_killed_watchdog(server):
    """Without watchdog and users the server goes on, until a new user has come and gone."""
    user = User(server.data_dir).ready()
    kill_all([watchdog_of(server)])
    user.kill()
    postmaster = server.postmaster()
    user = User(server.data_dir).ready()
    assert server.postmaster() == postmaster
    user.kill()
    eventually(lambda: is_down(server), "the end of the server and of its watchdog")


def test_nothing_committed_is_lost_when_everything_is_killed(server):
    """After kill -9 of user, watchdog and server, the next start recovers."""
    user = User(server.data_dir).ready()
    with running(server.data_dir) as cluster:
        assert ask(cluster, KEEP_A_ROW) is not None
        kill_all([watchdog_of(server)])
        user.kill()
        kill_all(server.processes())
    with running(server.data_dir) as cluster:
        assert ask(cluster, "SELECT n FROM kept") == "42"


def test_a_killed_server_is_back_for_its_users(server):
    """Users need not do anything after kill -9 of the server but connect again."""
    with running(server.data_dir) as cluster:
        assert ask(cluster, KEEP_A_ROW) is not None
        kill_all(server.processes())
        eventually(lambda: ask(cluster, "SELECT n FROM kept") == "42", "the row")


def test_a_busy_backend_of_a_killed_postmaster_is_not_in_the_way(server):
    """A backend that would work on for ever is ended, and the server is back."""
    with running(server.data_dir) as cluster:
        command = [str(cluster.bin_dir / "psql"), "-Xc", BUSY_FOREVER, cluster.url()]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as busy:
            seen = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO%'"
            eventually(lambda: ask(cluster, seen) == "1", "the busy backend")
            kill_all([server.postmaster()])
            eventually(lambda: ask(cluster, seen) == "0", "the server without it")
        assert busy.returncode != 0


def test_a_process_id_that_now_is_a_strangers_is_not_in_the_way(server):
    """Pid files of a killed server may name a living process of the same user."""
    with running(server.data_dir) as cluster:
        assert ask(cluster, KEEP_A_ROW) is not None
    stranger = subprocess.Popen(["sleep", "100"], **server.account.switch)
    stale = f"{stranger.pid}\n{server.cluster}\n1700000000\n5432\n/tmp\n\n0 0\nready\n"
    for path in (server.cluster / "postmaster.pid", Path(f"{server.socket}.lock")):
        write = ["/bin/sh", "-c", 'mkdir -p "${0%/*}" && chmod 700 "${0%/*}" && cat > "$0"']
        server.socket_dir.mkdir(mode=0o777, exist_ok=True)
        os.chown(server.socket_dir, server.account.uid, server.account.gid)
        assert run_as(server.account, [*write, str(path)], cwd=Path("/"), stdin=stale).stderr == ""
    with running(server.data_dir) as cluster:
        assert ask(cluster, "SELECT n FROM kept") == "42"
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_first_start_that_was_killed_is_begun_anew(new_server):
    """Half a cluster is never taken for a whole one."""
    user = User(new_server.data_dir)
    half = "cluster.new-*"
    eventually(lambda: any(new_server.data_dir.glob(half)), "the beginning of a cluster")
    user.kill()
    with running(new_server.data_dir) as cluster:
        assert roles(cluster) == ROLES
    assert not any(new_server.data_dir.glob(half))


def test_what_is_missing_in_the_cluster_is_made_for_the_next_user(server):
    """A first start that was killed before the roles and the database were there heals."""
    with running(server.data_dir) as cluster:
        ask(cluster, "DROP DATABASE slotkeeper", database="postgres")
        ask(cluster, "DROP ROLE slotkeeper_app", database="postgres")
        with running(server.data_dir):
            assert ask(cluster, "SELECT 1") == "1"
            assert roles(cluster) == ROLES


def test_neither_ctrl_c_nor_hanging_up_reaches_the_server(server):
    """Server and watchdog have sessions of their own, without a terminal."""
    with running(server.data_dir):
        for pid in (server.postmaster(), watchdog_of(server)):
            assert os.getsid(pid) == pid != os.getsid(0)


def test_no_lock_of_the_user_is_inherited(server):
    """A child of the user that outlives it does not count as a user."""
    with running(server.data_dir):
        child = subprocess.Popen(["sleep", "100"], close_fds=False)
        open_files = Path(f"/proc/{child.pid}/fd").iterdir()
        assert not [fd for fd in open_files if os.readlink(fd).endswith(".lock")]
    child.kill()
    child.wait()


def test_the_log_stays_small(server):
    """The end of a log that has grown too large is moved aside, and the log begins anew."""
    with running(server.data_dir):
        with server.log.open("ab") as log:
            log.write(b"." * (LOG_LIMIT_BYTES + 1000) + b"\nthe last line\n")
        eventually(lambda: server.log.stat().st_size < 1000, "a short log")
        old = server.log.with_name("server.log.1").read_bytes()
        assert len(old) <= LOG_LIMIT_BYTES
        assert old.endswith(b"\nthe last line\n")


def test_a_server_stopped_by_hand_is_started_again_for_the_next_user(server):
    """Whoever finds no server, for whatever reason, gets one."""
    with running(server.data_dir) as cluster:
        os.kill(server.postmaster(), signal.SIGINT)
        with running(server.data_dir):
            assert ask(cluster, "SELECT 1") == "1"
