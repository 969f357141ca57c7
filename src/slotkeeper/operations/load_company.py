"""Load a company from a file, for the first time or again: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from slotkeeper.domain.catalogue_file.checks import refusals, warnings
from slotkeeper.domain.catalogue_file.document import Unreadable, read_tree
from slotkeeper.domain.catalogue_file.entries import CatalogueFile, CatalogueRefused
from slotkeeper.domain.catalogue_file.fitting import FileProblem, Fitted, fit
from slotkeeper.domain.errors import NotFound
from slotkeeper.domain.standing import Hits
from slotkeeper.storage.catalogue_loading import CatalogueConflict, store_catalogue_file
from slotkeeper.storage.database import Database


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The result of a load. ``changes`` is empty where the file brought nothing new.

    ``hits`` are the bookings to come that no longer fit: closed then, or staff or service gone.
    """

    company_id: int
    slug: str
    changes: tuple[str, ...]
    warnings: tuple[str, ...]
    hits: Hits


async def load_company(source: bytes | str, *, filename: str, db: Database) -> LoadReport:
    """Change a company to what its file says, and list the changes.

    Raises CatalogueRefused with every problem, its line and the reason; then nothing was changed.
    """
    file, fitted = _read(source, filename)
    try:
        stored = await store_catalogue_file(db, file)
    except CatalogueConflict as conflict:
        problems = [fitted.problem(*remark) for remark in conflict.remarks]
        raise CatalogueRefused(filename, problems) from conflict
    odd = (f"{filename}:{fitted.problem(*remark)}" for remark in warnings(file))
    return LoadReport(
        stored.company_id, file.company.slug, tuple(stored.changes), tuple(odd), stored.hits
    )


def read_catalogue_file(source: bytes | str, filename: str) -> CatalogueFile:
    """Read and check a company's file. Raises CatalogueRefused."""
    file, _ = _read(source, filename)
    return file


def example(name: str) -> bytes:
    """Read the file of an example company that is shipped. Raises NotFound."""
    folder = files("slotkeeper") / "examples"
    shipped = {entry.name: entry for entry in folder.iterdir()}
    if f"{name}.yaml" not in shipped:
        raise NotFound(f"no example {name!r}")
    return shipped[f"{name}.yaml"].read_bytes()


def _read(source: bytes | str, filename: str) -> tuple[CatalogueFile, Fitted]:
    try:
        tree = read_tree(source)
    except Unreadable as error:
        raise CatalogueRefused(filename, [FileProblem(error.line, "", error.reason)]) from None
    file, fitted = fit(tree, CatalogueFile)
    # Rules between the parts can be checked only where each part is valid.
    problems = fitted.problems if file is None else [fitted.problem(*r) for r in refusals(file)]
    if file is None or problems:
        raise CatalogueRefused(filename, sorted(problems, key=lambda problem: problem.line))
    return file, fitted
