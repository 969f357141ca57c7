"""A PostgreSQL of a command's own, for what must not touch anybody's data."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slotkeeper.assembly import Settings, Urls, database_urls


@contextmanager
def scratch_database(purpose: str, below: Path | None = None) -> Iterator[tuple[Settings, Urls]]:
    """Run a migrated one while the block lasts; afterwards it is gone.

    The settings name its data directory, which is made below the given one, if any. Raises
    EmbeddedPostgresError.
    """
    data_dir = tempfile.mkdtemp(prefix=f"slotkeeper-{purpose}-", dir=below)
    try:
        chosen = Settings(data_dir=Path(data_dir))
        with database_urls(chosen) as urls:
            yield chosen, urls
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)
