"""Takes the catalogue of the company that a command was given, for a copy on a scratch database."""

from __future__ import annotations

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.domain.errors import NotFound
from slotkeeper.lab.database.company_copy import make_sandbox, snapshot
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage.catalogue_loading import find_company


async def loaded_catalogue(app: App, slug_or_id: str) -> bytes | None:
    """Take a snapshot of a company, or leave where there is neither a company nor an example.

    None stands for a shipped example that is not loaded: the caller loads it where it plays.
    """
    company_id = await find_company(app.db, slug_or_id)
    if company_id is not None:
        return await snapshot(app.db, company_id)
    try:
        example(slug_or_id)
    except NotFound:
        no = f"no company {slug_or_id!r}; see: slotkeeper company list"
        session.leave(no, session.EXIT_REFUSED)
    return None


async def example_catalogue(scratch: App, slug: str) -> bytes:
    """Load a shipped example into a scratch database, and take its snapshot from there."""
    return await snapshot(scratch.db, await _load_example(scratch, slug))


async def example_as_sandbox(scratch: App, slug: str) -> int:
    """Load a shipped example into a scratch database as a sandbox, and return its id there."""
    company_id = await _load_example(scratch, slug)
    await make_sandbox(scratch.db, company_id)
    return company_id


async def _load_example(scratch: App, slug: str) -> int:
    loaded = await load_company(example(slug), filename=slug, db=scratch.db)
    return loaded.company_id
