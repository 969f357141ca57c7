"""One PostgreSQL a test run, one migrated template a worker, one company a test."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.storage import embedded
from slotkeeper.storage.database import Database
from slotkeeper.storage.embedded import Cluster
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store
from tests.build import SECRET, Salon, a_company
from tests.databases import TestDatabase, create, drop, is_as_new
from tests.serving import serving

_DATA_DIR = "SLOTKEEPER_TEST_CLUSTER"

# How fast the machine is decides no property test: they have no deadline, and may draw slowly.
# What fails is printed with the blob that repeats it, and is tried first in the next run.
_EXAMPLES = Path(__file__).parents[1] / ".hypothesis" / "examples"
settings.register_profile(
    "slotkeeper",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    # The checkout may belong to somebody else.
    database=DirectoryBasedExampleDatabase(_EXAMPLES)
    if os.access(Path(__file__).parents[1], os.W_OK)
    else None,
)
settings.load_profile("slotkeeper")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer another order: no test may depend on those that ran before it."""
    parser.addoption("--reverse", action="store_true", help="run the last test first")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Turn the order round where that is asked for."""
    if config.getoption("reverse"):
        items.reverse()


def pytest_xdist_auto_num_workers() -> int:
    """Start one worker more than there are cores: much of a test's time is waiting."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else 3


def pytest_configure(config: pytest.Config) -> None:
    """Name the run's data directory, in the process that starts the workers."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        # Started in a script's background, we ignore Ctrl-C, and so would all that we start.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["SLOTKEEPER_SECRET"] = SECRET.text  # of all that is started
    if not hasattr(config, "workerinput") and _DATA_DIR not in os.environ:
        os.environ[_DATA_DIR] = tempfile.mkdtemp(prefix="slotkeeper-tests-")
        config.add_cleanup(_remove_data_dir)


def _remove_data_dir() -> None:
    shutil.rmtree(os.environ.pop(_DATA_DIR), ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The run's server, shared by all workers; it stops when the last has left."""
    with embedded.running(Path(os.environ[_DATA_DIR])) as running:
        asyncio.run(_trust_the_machine(running))
        yield running


async def _trust_the_machine(cluster: Cluster) -> None:
    """Let PostgreSQL not wait for the disk: a killed server loses nothing, a dead machine might."""
    admin = await asyncpg.connect(cluster.url(database="postgres", user="postgres"))
    try:
        for setting in ("fsync", "full_page_writes"):
            await admin.execute(f"ALTER SYSTEM SET {setting} = off")
        await admin.execute("SELECT pg_reload_conf()")
    finally:
        await admin.close()


@pytest.fixture
async def empty_database(cluster: Cluster) -> AsyncIterator[TestDatabase]:
    """A new database with nothing in it."""
    database = await create(cluster, "empty")
    yield database
    await drop(cluster, database)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A migrated database to copy, made by the first worker that needs it."""

    async def make() -> None:
        admin = await asyncpg.connect(cluster.url(database="postgres", user="postgres"))
        try:
            await admin.execute("SELECT pg_advisory_lock(1)")
            if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                made = await create(cluster, "template")
                await migrate(made.owner_url)
                await admin.execute(f'ALTER DATABASE "{made.name}" RENAME TO "{name}"')
        finally:
            await admin.close()

    name = "template_slotkeeper"
    asyncio.run(make())
    return name


@pytest.fixture(scope="session")
def as_new() -> list[TestDatabase]:
    """The migrated databases that are empty again, and nobody's for now."""
    return []


@pytest.fixture
async def fresh(
    cluster: Cluster, template: str, as_new: list[TestDatabase]
) -> AsyncIterator[TestDatabase]:
    """A migrated database of the test's own, with nothing in it."""
    database = as_new.pop() if as_new else await create(cluster, "fresh", template)
    yield database
    if await is_as_new(database):
        as_new.append(database)
    else:
        await drop(cluster, database)


@pytest.fixture
async def database(fresh: TestDatabase) -> AsyncIterator[Database]:
    """The test's own migrated database, opened as the application."""
    db = await Database.open(fresh.app_url, size=4)
    yield db
    await db.close()


@pytest.fixture(scope="session")
async def shared(cluster: Cluster, template: str) -> TestDatabase:
    """The worker's migrated database; tests keep apart by their companies."""
    return await create(cluster, "shared", template)


@pytest.fixture(scope="session")
def database_url(shared: TestDatabase) -> str:
    """How the application reaches the worker's database."""
    return shared.app_url


@pytest.fixture(scope="session")
async def store(shared: TestDatabase) -> AsyncIterator[Store]:
    """The worker's database, opened as the application."""
    db = await Database.open(shared.app_url, size=16)
    yield Store(db, SECRET)
    await db.close()


@pytest.fixture
async def salon(store: Store) -> Salon:
    """A sandbox company of the test's own, with a clock that stands until it is advanced."""
    return await a_company(store, sandbox=True)


@pytest.fixture
async def real_salon(store: Store) -> Salon:
    """A company of the test's own that is judged by the database's clock."""
    return await a_company(store, sandbox=False)


@pytest.fixture(scope="session")
async def base_url(store: Store) -> AsyncIterator[str]:
    """Where the worker's server listens."""
    async with serving(web_app(App(Settings(), store))) as address:
        yield address


@pytest.fixture(scope="session")
async def http(base_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of that server."""
    async with aiohttp.ClientSession(base_url) as session:
        yield session
