"""What checks of a company's file say: which field to look at, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from slotkeeper.domain.catalogue_file.entries import CatalogueFile
from slotkeeper.domain.hints import did_you_mean


class Remark(NamedTuple):
    """What is wrong or odd about one field of the file."""

    path: str
    reason: str


Check = Callable[[CatalogueFile], Iterator[Remark]]


def known_key(path: str, key: str, known: Collection[str], noun: str) -> Iterator[Remark]:
    """Remark on a key that nothing has, with the nearest one that something has."""
    if key not in known:
        yield Remark(path, f"there is no {noun} {key!r}{did_you_mean(key, known)}")
