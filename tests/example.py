"""The shipped example as a company of a test's own: tests never share one, nor depend on order."""

from __future__ import annotations

import secrets

from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage.store import Store
from tests.build import Salon

SLUG = "friseur-1"
FILE = f"{SLUG}.yaml"
_LINES = b'lines:\n  - "+493023125038"\n'


async def an_example_salon(store: Store) -> Salon:
    """Load the example under a slug of its own, with a telephone line that is named like it."""
    slug = f"{SLUG}-{secrets.token_hex(4)}"
    source = example(SLUG).replace(f"slug: {SLUG}".encode(), f"slug: {slug}".encode())
    assert _LINES in source
    loaded = await load_company(source.replace(_LINES, b""), filename=FILE, db=store.db)
    await store.directory.add_line(loaded.company_id, slug)
    return Salon(await store.catalogues.reload(loaded.company_id), store, None)
