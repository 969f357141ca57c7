"""A PostgreSQL for one command, so that it touches nobody's data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slotkeeper.assembly import Settings, Urls, database_urls


@contextmanager
def scratch_database(purpose: str, below: Path | None = None) -> Iterator[tuple[Settings, Urls]]:
    """Run a migrated PostgreSQL while the block lasts, and delete it afterwards.

    Its data directory, which the settings name, is made below ``below`` or else in the system's
    temporary directory. Raises EmbeddedPostgresError.
    """
    data_dir = tempfile.mkdtemp(prefix=f"slotkeeper-{purpose}-", dir=below)
    try:
        chosen = Settings(data_dir=Path(data_dir))
        with database_urls(chosen) as urls:
            yield chosen, urls
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)
