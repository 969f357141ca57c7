"""No code chooses between languages: what differs stands in a file of each language."""

import ast
from collections.abc import Iterator
from pathlib import Path

from slotkeeper.domain.locale import LOCALES
from tests.style.tree import SRC, demand_none, files, place

# The one list of languages, and the file's default for a company that names none.
MAY_NAME_ONE = {SRC / "domain" / "locale.py"}


def test_no_code_chooses_between_languages():
    """A locale is compared, matched or looked up by name in no module but its own."""
    others = (p for p in files(SRC, "*.py") if p.stem not in LOCALES and p not in MAY_NAME_ONE)
    demand_none(
        (hit for path in others for hit in _choices(path)),
        "Give the language's file a field for this, see domain/locale.py:",
    )


def _choices(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if any(isinstance(name, ast.Constant) and name.value in LOCALES for name in _names(node)):
            yield place(path, node.lineno)


def _names(node: ast.AST) -> list[ast.expr]:
    """List what a node compares with, looks up by, or has as keys."""
    match node:
        case ast.Compare(left, _, comparators):
            groups = (c for c in comparators if isinstance(c, ast.Tuple | ast.Set | ast.List))
            inside = [item for group in groups for item in group.elts]
            return [left, *comparators, *inside]
        case ast.Subscript(_, key):
            return [key]
        case ast.Call(ast.Attribute(attr="get"), arguments):
            return arguments
        case ast.Dict(keys):
            return [key for key in keys if key is not None]
        case ast.MatchValue(value):
            return [value]
    return []
