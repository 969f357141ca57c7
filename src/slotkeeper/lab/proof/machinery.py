"""Everything that a proof starts in order to break it: servers, PostgreSQL's proxy, Redis."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TypeVar

from slotkeeper.lab.proof.capabilities import (
    NotPossibleHere,
    RedisServer,
    SmallDisk,
    hour_off,
    redis_server,
)
from slotkeeper.lab.proof.faults import FaultPlan, Faults
from slotkeeper.lab.proof.postgres_proxy import PostgresProxy
from slotkeeper.lab.proof.replica import Standby, synchronous_standby
from slotkeeper.lab.servers.fleet import Fleet, fleet_on
from slotkeeper.storage.embedded import Cluster
from slotkeeper.storage.embedded.watchdog import PORT

T = TypeVar("T")


@dataclass
class FeasibleFaults:
    """The faults of a plan that this machine can inject; ``skipped`` says why not the others."""

    plan: FaultPlan
    skipped: dict[str, str] = field(default_factory=dict)

    def tried(self, kind: str, make: Callable[[], T]) -> T | None:
        """Make what a kind of fault needs; where that fails, take the kind out of the plan."""
        if not getattr(self.plan, kind):
            return None
        try:
            return make()
        except NotPossibleHere as why:
            self.skipped[kind] = str(why)
            self.plan = replace(self.plan, **{kind: 0})
            return None


@dataclass
class Machinery:
    """The running fleet, and the tools to break it."""

    cluster: Cluster
    plan: FaultPlan
    fleet: Fleet
    proxy: PostgresProxy | None
    clocks: tuple[Mapping[str, str], ...]
    redis: RedisServer | None
    disk: SmallDisk | None
    standby: Standby | None

    def url(self, user: str = "slotkeeper_app") -> str:
        """Give the address by which the servers reach whichever PostgreSQL serves now."""
        direct = self.cluster.url(user=user)
        return self.proxy.url(direct) if self.proxy else direct

    def faults(self, random: Random) -> Faults:
        """Make an injector of faults; ``random`` decides where they hit."""
        return Faults(
            self.fleet,
            self.cluster,
            random,
            proxy=self.proxy,
            clocks=self.clocks,
            redis=self.redis,
            disk=self.disk,
            standby=self.standby,
        )


@asynccontextmanager
async def machinery(
    feasible: FeasibleFaults,
    cluster: Cluster,
    *,
    servers: int,
    environ: Mapping[str, str],
    disk: SmallDisk | None = None,
) -> AsyncIterator[Machinery]:
    """Serve a migrated database while the block lasts. Raises ServerFailed."""
    async with AsyncExitStack() as stack:
        clocks = feasible.tried("clock_off", lambda: (hour_off(1), hour_off(-1)))
        redis = feasible.tried("kill_redis", lambda: stack.enter_context(redis_server()))
        standby = feasible.tried(
            "promote", lambda: stack.enter_context(synchronous_standby(cluster))
        )
        proxy = None
        if feasible.plan.needs_proxy:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="slotkeeper-proxy-"))
            socket = cluster.socket_dir / f".s.PGSQL.{PORT}"
            proxy = await stack.enter_async_context(PostgresProxy(socket, Path(folder)))
        url = proxy.url(cluster.url()) if proxy else cluster.url()
        known = {**environ, "REDIS_URL": redis.url} if redis else environ
        fleet = await stack.enter_async_context(fleet_on(url, servers=servers, environ=known))
        yield Machinery(cluster, feasible.plan, fleet, proxy, clocks or (), redis, disk, standby)
