"""Settings, as an operator's environment names them."""

import re
from dataclasses import fields, replace
from inspect import getsource
from ipaddress import ip_network
from pathlib import Path

import pytest

from slotkeeper.assembly import (
    App,
    BadSetting,
    Settings,
    Urls,
    database_urls,
    opened,
)
from slotkeeper.domain.errors import StorageUnavailable
from tests.build import SECRET

# Each variable, what an operator writes, and the field that follows.
WRITTEN = {
    "DATABASE_URL": ("postgresql://db/salon", "database_url", "postgresql://db/salon"),
    "SLOTKEEPER_OWNER_URL": ("postgresql://o@db/salon", "owner_url", "postgresql://o@db/salon"),
    "SLOTKEEPER_DATA_DIR": ("data", "data_dir", Path("data")),
    "SLOTKEEPER_SECRET": (SECRET.text, "secret", replace(SECRET, source="SLOTKEEPER_SECRET")),
    "SLOTKEEPER_HOST": ("::1", "host", "::1"),
    "SLOTKEEPER_PORT": ("80", "port", 80),
    "SLOTKEEPER_PUBLIC_URL": ("https://slots.example/", "public_url", "https://slots.example"),
    "SLOTKEEPER_POOL_SIZE": ("3", "pool_size", 3),
    "SLOTKEEPER_STATEMENT_CACHE": ("0", "statement_cache", 0),
    "SLOTKEEPER_WORKER_INTERVAL": ("60", "worker_interval_s", 60),
    "RESERVATION_LIFETIME": ("90s", "lifetime_s", 90),
    "FEATURE_OPTIMISTIC_RESERVATIONS": ("No", "holds_enabled", False),
    "RESERVATION_ROLLOUT_PERCENT": ("25%", "rollout_percent", 25),
    "SLOTKEEPER_SHADOW": ("on", "shadow", True),
    "SLOTKEEPER_FLAG_PROVIDER": ("flags:Ours", "flag_provider", "flags:Ours"),
    "REDIS_URL": ("redis://cache:6379", "redis_url", "redis://cache:6379"),
    "SLOTKEEPER_METRICS_TOKEN": ("a-token-of-sixteen", "metrics_token", "a-token-of-sixteen"),
    "SLOTKEEPER_MAX_CONNECTIONS": ("50", "max_connections", 50),
    "SLOTKEEPER_MAX_CONNECTIONS_PER_ADDRESS": ("5", "max_per_address", 5),
    "SLOTKEEPER_MAX_REQUESTS": ("9", "max_requests", 9),
    "SLOTKEEPER_TRUSTED_PROXIES": (
        "10.0.0.7, fd00::/8",
        "trusted_proxies",
        (ip_network("10.0.0.7"), ip_network("fd00::/8")),
    ),
    "SLOTKEEPER_RATE_COMPANY": ("5", "rate_company", 5),
    "SLOTKEEPER_RATE_KEY": ("4", "rate_key", 4),
    "SLOTKEEPER_RATE_LINE": ("3", "rate_line", 3),
    "SLOTKEEPER_RATE_CALLER": ("2", "rate_caller", 2),
    "SLOTKEEPER_RATE_ADDRESS": ("1", "rate_address", 1),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("http://otel:4318", "traces_endpoint", "http://otel:4318"),
}
REFUSED = {
    "SLOTKEEPER_SECRET": ["short", "ä" * 43, "A" * 43, f"{SECRET.text}AAAA", f"{SECRET.text}!"],
    "SLOTKEEPER_PORT": ["65536", "-1", "http", "8 8"],
    "SLOTKEEPER_PUBLIC_URL": ["slots.example", "ftp://slots.example", "https://a b"],
    "SLOTKEEPER_POOL_SIZE": ["0", "101"],
    "SLOTKEEPER_STATEMENT_CACHE": ["1000"],
    "SLOTKEEPER_RATE_CALLER": ["0", "-1", "10000001", "often"],
    "SLOTKEEPER_WORKER_INTERVAL": ["0", "61", "0.5"],
    "RESERVATION_LIFETIME": ["0", "16", "901s", "soon"],
    "FEATURE_OPTIMISTIC_RESERVATIONS": ["maybe", "2"],
    "RESERVATION_ROLLOUT_PERCENT": ["101", "-5", "half"],
    "SLOTKEEPER_SHADOW": ["dark"],
    "SLOTKEEPER_METRICS_TOKEN": ["too-short", "with a blank in it", "x" * 201],
    "SLOTKEEPER_MAX_CONNECTIONS": ["0", "many"],
    "SLOTKEEPER_MAX_REQUESTS": ["-1"],
    "SLOTKEEPER_TRUSTED_PROXIES": ["proxy.example", "10.0.0.1/8"],
    "REDIS_URL": ["localhost:6379", "http://cache"],
}


def test_without_an_environment_every_setting_has_its_default():
    """An empty variable counts as one that is not set."""
    assert Settings.from_environment({}) == Settings()
    empty = dict.fromkeys(WRITTEN.keys() - {"SLOTKEEPER_HOST"}, "")
    assert Settings.from_environment(empty) == Settings()


@pytest.mark.parametrize("variable", WRITTEN)
def test_a_variable_sets_its_field_and_no_other(variable):
    """All the other fields keep their defaults."""
    text, name, value = WRITTEN[variable]
    settings = Settings.from_environment({variable: text})
    changed = {
        field.name: getattr(settings, field.name)
        for field in fields(settings)
        if getattr(settings, field.name) != getattr(Settings(), field.name)
    }
    assert changed == {name: value}


def test_every_field_names_its_variable():
    """The comment beside a field is the variable that sets it."""
    noted = re.findall(r"^    (\w+): .*# (\w+)$", getsource(Settings), re.MULTILINE)
    assert dict(noted) == {name: variable for variable, (_, name, _) in WRITTEN.items()}
    assert [name for name, _ in noted] == [field.name for field in fields(Settings)]


@pytest.mark.parametrize(
    ("variable", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts]
)
def test_a_value_that_cannot_be_read_is_refused_by_name(variable, text):
    """The message begins with the variable and says what is expected; no value is quoted."""
    with pytest.raises(BadSetting, match=f"^{variable}: expected") as refusal:
        Settings.from_environment({variable: text})
    assert len(text) < 5 or text not in str(refusal.value)


@pytest.mark.parametrize(
    ("owner_url", "owner"),
    [(None, "postgresql://app@db"), ("postgresql://o@db", "postgresql://o@db")],
)
def test_a_configured_database_is_used_as_it_is(owner_url, owner):
    """No embedded PostgreSQL starts; without an owner the application's URL migrates."""
    settings = Settings(database_url="postgresql://app@db", owner_url=owner_url)
    with database_urls(settings) as urls:
        assert urls == Urls("postgresql://app@db", owner)


async def test_an_opened_application_reads_and_is_closed(fresh, tmp_path):
    """Its connections end with the block."""
    settings = Settings(pool_size=1, data_dir=tmp_path)
    async with opened(settings, Urls(fresh.app_url, fresh.owner_url)) as app:
        assert isinstance(app, App)
        assert await app.db.read("SELECT current_user AS u") == [("slotkeeper_app",)]
    with pytest.raises(StorageUnavailable):
        await app.db.read("SELECT 1")
