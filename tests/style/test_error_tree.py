"""The tree of errors in domain/errors.py is held against the classes."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import slotkeeper
from slotkeeper.domain import errors

NODE = re.compile(r"^ {4}(?P<indent>(?:│   |    )*)(?:[├└]── )?(?P<name>[A-Z]\w+)(?:  .*)?$")


def drawn() -> set[tuple[str, str]]:
    """List (parent, class) as the module's docstring draws them."""
    path: list[str] = []
    pairs = set()
    for line in (errors.__doc__ or "").splitlines():
        if (node := NODE.match(line)) is None:
            continue
        depth = len(node["indent"]) // 4 + ("── " in line)
        path[depth:] = [node["name"]]
        pairs.add((path[depth - 1] if depth else "", node["name"]))
    return pairs


def defined() -> set[tuple[str, str]]:
    """List (parent, class) of everything under SlotkeeperError, whichever module defines it."""
    for module in pkgutil.walk_packages(slotkeeper.__path__, "slotkeeper."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {("", "SlotkeeperError"), *_below(errors.SlotkeeperError)}


def _below(kind: type) -> Iterator[tuple[str, str]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("slotkeeper."):
            yield kind.__name__, child.__name__
            yield from _below(child)


def test_the_tree_of_errors_is_complete():
    """Every refusal and fault stands in the tree under its parent, and nothing else does."""
    assert drawn() == defined()
