"""Builds the application from settings; no other room builds one.

This file builds what every command needs; ``web`` beside it builds the server.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path

from slotkeeper.http.edge_limits import (
    DEFAULT_LIMITS,
    DEFAULT_RATES,
    EdgeLimits,
    Network,
    Rates,
)
from slotkeeper.rollout import limits
from slotkeeper.storage import embedded
from slotkeeper.storage.database import POOL_SIZE, Database
from slotkeeper.storage.installation_secret import (
    InstallationSecret,
    SecretRefused,
    agreed_secret,
)
from slotkeeper.storage.migrate import is_current, migrate
from slotkeeper.storage.store import Store
from slotkeeper.storage.turns import Turns

# Five minutes, as in the original; every tool call renews it.
DEFAULT_LIFETIME_S = 300


class BadSetting(Exception):
    """An environment variable that cannot be understood; the message names it."""


@dataclass(frozen=True)
class Settings:
    """What an operator may set; the comment at a field names its environment variable.

    ``database_url`` is None for the embedded PostgreSQL. ``owner_url`` is for migrations alone.
    """

    database_url: str | None = None  # DATABASE_URL
    owner_url: str | None = None  # SLOTKEEPER_OWNER_URL
    data_dir: Path | None = None  # SLOTKEEPER_DATA_DIR
    secret: InstallationSecret | None = None  # SLOTKEEPER_SECRET
    host: str = "127.0.0.1"  # SLOTKEEPER_HOST
    port: int = 8788  # SLOTKEEPER_PORT
    public_url: str | None = None  # SLOTKEEPER_PUBLIC_URL
    pool_size: int = POOL_SIZE  # SLOTKEEPER_POOL_SIZE
    statement_cache: int = 200  # SLOTKEEPER_STATEMENT_CACHE
    worker_interval_s: float = 1.0  # SLOTKEEPER_WORKER_INTERVAL
    lifetime_s: int = DEFAULT_LIFETIME_S  # RESERVATION_LIFETIME
    holds_enabled: bool = True  # FEATURE_OPTIMISTIC_RESERVATIONS
    rollout_percent: int = 100  # RESERVATION_ROLLOUT_PERCENT
    shadow: bool = False  # SLOTKEEPER_SHADOW
    flag_provider: str | None = None  # SLOTKEEPER_FLAG_PROVIDER
    redis_url: str | None = None  # REDIS_URL
    metrics_token: str | None = None  # SLOTKEEPER_METRICS_TOKEN
    traces_endpoint: str | None = None  # OTEL_EXPORTER_OTLP_ENDPOINT
    max_connections: int = DEFAULT_LIMITS.connections  # SLOTKEEPER_MAX_CONNECTIONS
    max_per_address: int = DEFAULT_LIMITS.per_address  # SLOTKEEPER_MAX_CONNECTIONS_PER_ADDRESS
    max_requests: int = DEFAULT_LIMITS.requests  # SLOTKEEPER_MAX_REQUESTS
    trusted_proxies: tuple[Network, ...] = DEFAULT_LIMITS.trusted  # SLOTKEEPER_TRUSTED_PROXIES
    rate_company: int = DEFAULT_RATES.company  # SLOTKEEPER_RATE_COMPANY
    rate_key: int = DEFAULT_RATES.key  # SLOTKEEPER_RATE_KEY
    rate_line: int = DEFAULT_RATES.line  # SLOTKEEPER_RATE_LINE
    rate_caller: int = DEFAULT_RATES.caller  # SLOTKEEPER_RATE_CALLER
    rate_address: int = DEFAULT_RATES.address  # SLOTKEEPER_RATE_ADDRESS

    @property
    def edge(self) -> EdgeLimits:
        """What the server takes from outside."""
        return replace(
            DEFAULT_LIMITS,
            connections=self.max_connections,
            per_address=self.max_per_address,
            requests=self.max_requests,
            trusted=self.trusted_proxies,
        )

    @property
    def rates(self) -> Rates:
        """How many requests a minute the server takes."""
        return Rates(
            company=self.rate_company,
            key=self.rate_key,
            line=self.rate_line,
            caller=self.rate_caller,
            address=self.rate_address,
        )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the variables that are set; the others keep their defaults. Raises BadSetting."""
        env = os.environ if environ is None else environ
        read = _Reader(env)
        return cls(
            database_url=env.get("DATABASE_URL") or None,
            owner_url=env.get("SLOTKEEPER_OWNER_URL") or None,
            data_dir=Path(env["SLOTKEEPER_DATA_DIR"]) if env.get("SLOTKEEPER_DATA_DIR") else None,
            secret=read.secret("SLOTKEEPER_SECRET"),
            host=env.get("SLOTKEEPER_HOST", cls.host),
            port=read.integer("SLOTKEEPER_PORT", cls.port, 0, 65_535),
            public_url=read.address("SLOTKEEPER_PUBLIC_URL"),
            pool_size=read.integer("SLOTKEEPER_POOL_SIZE", cls.pool_size, 1, 100),
            statement_cache=read.integer("SLOTKEEPER_STATEMENT_CACHE", cls.statement_cache, 0, 999),
            worker_interval_s=read.integer(
                "SLOTKEEPER_WORKER_INTERVAL", int(cls.worker_interval_s), 1, 60
            ),
            lifetime_s=read.parsed("RESERVATION_LIFETIME", cls.lifetime_s, limits.lifetime_s),
            holds_enabled=read.switch("FEATURE_OPTIMISTIC_RESERVATIONS", cls.holds_enabled),
            rollout_percent=read.parsed("RESERVATION_ROLLOUT_PERCENT", 100, limits.percent),
            shadow=read.switch("SLOTKEEPER_SHADOW", cls.shadow),
            flag_provider=env.get("SLOTKEEPER_FLAG_PROVIDER") or None,
            redis_url=read.redis_url("REDIS_URL"),
            metrics_token=read.token("SLOTKEEPER_METRICS_TOKEN"),
            traces_endpoint=env.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip() or None,
            max_connections=read.bound("SLOTKEEPER_MAX_CONNECTIONS", cls.max_connections),
            max_per_address=read.bound(
                "SLOTKEEPER_MAX_CONNECTIONS_PER_ADDRESS", cls.max_per_address
            ),
            max_requests=read.bound("SLOTKEEPER_MAX_REQUESTS", cls.max_requests),
            trusted_proxies=read.networks("SLOTKEEPER_TRUSTED_PROXIES", cls.trusted_proxies),
            rate_company=read.rate("SLOTKEEPER_RATE_COMPANY", cls.rate_company),
            rate_key=read.rate("SLOTKEEPER_RATE_KEY", cls.rate_key),
            rate_line=read.rate("SLOTKEEPER_RATE_LINE", cls.rate_line),
            rate_caller=read.rate("SLOTKEEPER_RATE_CALLER", cls.rate_caller),
            rate_address=read.rate("SLOTKEEPER_RATE_ADDRESS", cls.rate_address),
        )


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        return self.parsed(name, default, lambda text: limits.whole_number(text, least, most))

    def parsed(self, name: str, default: int, parse: Callable[[str], int]) -> int:
        text = self._env.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except limits.BadValue as error:
            raise BadSetting(f"{name}: {error}") from error

    def switch(self, name: str, default: bool) -> bool:
        text = self._env.get(name, "").strip().lower()
        if text in ("", "1", "true", "on", "yes"):
            return default if not text else True
        if text in ("0", "false", "off", "no"):
            return False
        raise BadSetting(f"{name}: expected true or false")

    def token(self, name: str) -> str | None:
        token = self._env.get(name, "").strip()
        if token and not re.fullmatch(r"[!-~]{16,200}", token):
            raise BadSetting(f"{name}: expected 16 to 200 characters, ASCII and without blanks")
        return token or None

    def secret(self, name: str) -> InstallationSecret | None:
        text = self._env.get(name, "").strip()
        try:
            return InstallationSecret.parse(text, name) if text else None
        except SecretRefused as error:
            raise BadSetting(str(error)) from error

    def bound(self, name: str, default: int) -> int:
        return self.integer(name, default, 1, 100_000)

    def rate(self, name: str, default: int) -> int:
        return self.integer(name, default, 1, 10_000_000)

    def networks(self, name: str, default: tuple[Network, ...]) -> tuple[Network, ...]:
        words = re.findall(r"[^\s,]+", self._env.get(name, ""))
        if words in ([], ["none"]):
            return () if words else default
        try:
            return tuple(map(ip_network, words))
        except ValueError:
            raise BadSetting(f"{name}: expected none, or addresses and networks") from None

    def address(self, name: str) -> str | None:
        url = self._env.get(name, "").strip().rstrip("/")
        if url and not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w./-]*)?", url, re.ASCII):
            raise BadSetting(f"{name}: expected https:// or http:// and a host")
        return url or None

    def redis_url(self, name: str) -> str | None:
        url = self._env.get(name, "").strip()
        if url and not re.match(r"(redis|rediss|unix)://.", url):
            raise BadSetting(f"{name}: expected redis://, rediss:// or unix://")
        return url or None


def belonging_to(secret: InstallationSecret) -> dict[str, str]:
    """Give the variable that lets another process belong to the same installation."""
    return {"SLOTKEEPER_SECRET": secret.text}


@dataclass(frozen=True, slots=True)
class Urls:
    """The addresses of the database: for the application, and for the owner, who migrates."""

    app: str
    owner: str


@contextmanager
def database_urls(settings: Settings) -> Iterator[Urls]:
    """Give the configured database, or run the embedded one while the block lasts.

    Only the embedded one is migrated here; another database is migrated by ``migrate``.
    """
    if settings.database_url:
        yield Urls(settings.database_url, settings.owner_url or settings.database_url)
        return
    with embedded.running(settings.data_dir) as cluster:
        urls = Urls(cluster.url(), cluster.url(user="slotkeeper_owner"))
        if not asyncio.run(is_current(urls.owner)):
            asyncio.run(migrate(urls.owner))
        yield urls


@dataclass(frozen=True, slots=True)
class App:
    """The assembled application, as the command line and the servers use it."""

    settings: Settings
    store: Store

    @property
    def db(self) -> Database:
        """The database below the store."""
        return self.store.db


@asynccontextmanager
async def opened(settings: Settings, urls: Urls) -> AsyncIterator[App]:
    """Connect to a migrated database while the block lasts.

    Raises SecretRefused where this process has not the secret of the database's installation.
    """
    db = await Database.open(
        urls.app, size=settings.pool_size, statement_cache=settings.statement_cache
    )
    try:
        directory = settings.data_dir or embedded.default_data_dir()
        secret = await agreed_secret(db, settings.secret, directory)
        yield App(settings, Store(db, secret, Turns(settings.pool_size)))
    finally:
        await db.close()
