"""The option ``--company`` of commands that work for one company or for all."""

from __future__ import annotations

from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.domain.catalogue import Company
from slotkeeper.storage.catalogue import list_companies

AnyCompanyOption = Annotated[
    str | None,
    typer.Option("--company", "-c", help="The company, by slug or id. Default: all companies."),
]


async def companies(app: App, slug_or_id: str | None) -> list[Company]:
    """Return the named company, or all companies."""
    if slug_or_id is not None:
        return [await session.company_of(app, slug_or_id)]
    return [await app.store.catalogues.get(listed.id) for listed in await list_companies(app.db)]
