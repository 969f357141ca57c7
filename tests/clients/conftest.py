"""Other platforms' own clients: `make prove` installs them, and `make test` does not look here."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what imports packages of `make prove`, where none of them may be missing."""
    return True if "not prove" in config.option.markexpr else None


@pytest.fixture
async def key(real_salon):
    """The API key of a salon of the test's own."""
    return await real_salon.store.directory.create_key(real_salon.id)


@pytest.fixture
def mcp_url(base_url):
    """Where our server answers MCP."""
    return f"{base_url}/mcp"
