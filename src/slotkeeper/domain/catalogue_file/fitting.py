"""Fit a document's tree to msgspec structs, and report everything that does not fit.

msgspec's own decoder stops at the first problem and knows no lines. Somebody who writes a file by
hand wants all problems at once, each with its line and what was expected there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeVar

import msgspec.inspect as shapes

from slotkeeper.domain.catalogue_file.document import ListNode, Node, ScalarNode, TableNode, short
from slotkeeper.domain.hints import did_you_mean

T = TypeVar("T")

# No field has 15 digits, and Python refuses to convert some 4,300.
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?([eE][-+]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


MAX_HINTS = 100


class _Unfit:
    """A value that does not fit, and was reported."""


_UNFIT: Final = _Unfit()


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong at a line and a path such as ``services[3].segments[0].duration_min``."""

    line: int
    path: str
    reason: str

    def __str__(self) -> str:
        """Give ``line: path: reason``, as compilers do after the file's name."""
        place = f"{self.line}: {self.path}" if self.path else f"{self.line}"
        return f"{place}: {self.reason}"


@dataclass(slots=True)
class Fitted:
    """The report of a fit: the line of every path, and the problems."""

    lines: dict[str, int] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)

    def problem(self, path: str, reason: str) -> FileProblem:
        """Word a problem of a path, with its line or that of the nearest part around it."""
        around = path
        while around not in self.lines and around:
            around = around[: max(around.rfind("."), around.rfind("["), 0)]
        return FileProblem(self.lines.get(around, 1), path, reason)


def fit(node: Node, shape: type[T]) -> tuple[T | None, Fitted]:
    """Make a struct from a tree, and report on it; the struct is None if there are problems."""
    fitted = Fitted()
    value = _fit(node, shapes.type_info(shape), "", fitted)
    return (None if fitted.problems else value), fitted


def _fit(node: Node, shape: shapes.Type, path: str, fitted: Fitted) -> Any:
    fitted.lines.setdefault(path, node.line)
    match _bare(shape):
        case shapes.UnionType() as union:
            return _fit_union(node, union, path, fitted)
        case shapes.StructType() as struct if isinstance(node, TableNode):
            return _fit_struct(node, struct, path, fitted)
        case shapes.VarTupleType() as row if isinstance(node, ListNode):
            return _fit_items(node, row, path, fitted)
        case shapes.DictType() as table if isinstance(node, TableNode):
            return _fit_table(node, table, path, fitted)
        case bare if isinstance(node, ScalarNode) and (value := _scalar(node, bare)) is not _UNFIT:
            return value
    return _report(node, shape, path, fitted)


def _report(node: Node, shape: shapes.Type, path: str, fitted: Fitted) -> _Unfit:
    fitted.problems.append(FileProblem(node.line, path, f"expected {_words(shape)}"))
    return _UNFIT


def _bare(shape: shapes.Type) -> shapes.Type:
    return shape.type if isinstance(shape, shapes.Metadata) else shape


def _fit_union(node: Node, union: shapes.UnionType, path: str, fitted: Fitted) -> Any:
    """Fit the union's member that matches the node: a list type for a list, and so on."""
    if isinstance(node, ScalarNode):
        for member in union.types:
            value = _scalar(node, _bare(member))
            if value is not _UNFIT:
                return value
    else:
        kinds = (shapes.VarTupleType,) if isinstance(node, ListNode) else _TABLES
        for member in union.types:
            if isinstance(_bare(member), kinds):
                return _fit(node, member, path, fitted)
    return _report(node, union, path, fitted)


_TABLES = (shapes.StructType, shapes.DictType)


def _fit_struct(node: TableNode, struct: shapes.StructType, path: str, fitted: Fitted) -> Any:
    known = {f.encode_name: f for f in struct.fields}
    before = len(fitted.problems)
    values = {}
    for name, value in node.entries:
        inner = f"{path}.{short(name.value)}" if path else short(name.value)
        wanted = known.pop(name.value, None)
        if wanted is None:
            hint = did_you_mean(name.value, known) if len(fitted.problems) < MAX_HINTS else ""
            reason = f"there is no such field{hint}"
            fitted.problems.append(FileProblem(name.line, inner, reason))
        elif wanted.required or not (isinstance(value, ScalarNode) and value.is_null):
            values[wanted.name] = _fit(value, wanted.type, inner, fitted)
    for missing in known.values():
        if missing.required:
            inner = f"{path}.{missing.encode_name}" if path else missing.encode_name
            reason = f"is missing: expected {_words(missing.type)}"
            fitted.problems.append(FileProblem(node.line, inner, reason))
    return struct.cls(**values) if len(fitted.problems) == before else _UNFIT


def _fit_items(node: ListNode, row: shapes.VarTupleType, path: str, fitted: Fitted) -> Any:
    if not _within(len(node.nodes), row.min_length, row.max_length):
        return _report(node, row, path, fitted)
    return tuple(
        _fit(item, row.item_type, f"{path}[{number}]", fitted)
        for number, item in enumerate(node.nodes)
    )


def _fit_table(node: TableNode, table: shapes.DictType, path: str, fitted: Fitted) -> Any:
    if not _within(len(node.entries), table.min_length, table.max_length):
        return _report(node, table, path, fitted)
    values: dict[Any, Any] = {}
    for name, value in node.entries:
        inner = f"{path}[{short(name.value)!r}]"
        key = _fit(name, table.key_type, inner, fitted)
        values[key] = _fit(value, table.value_type, inner, fitted)
    return values


def _scalar(node: ScalarNode, shape: shapes.Type) -> Any:
    """Read a text as the expected type; give ``_UNFIT`` if it is none."""
    text = node.value
    match shape:
        case shapes.NoneType() if node.is_null:
            return None
        case shapes.LiteralType(values) if text in values:
            return text
        case shapes.StrType() if not node.is_null and _is_text(text, shape):
            return text
        case shapes.BoolType() if not node.quoted and text in ("true", "false"):
            return text == "true"
        case shapes.IntType() if not node.quoted and _INTEGER.fullmatch(text):
            return int(text) if _is_number(int(text), shape) else _UNFIT
        case shapes.FloatType() if not node.quoted and _NUMBER.fullmatch(text):
            return float(text) if _is_number(float(text), shape) else _UNFIT
        case shapes.DateType() if _DAY.fullmatch(text):
            return _day(text)
    return _UNFIT


def _is_text(text: str, shape: shapes.StrType) -> bool:
    fits = shape.pattern is None or re.search(shape.pattern, text) is not None
    return fits and _within(len(text), shape.min_length, shape.max_length)


def _is_number(number: float, shape: shapes.IntType | shapes.FloatType) -> bool:
    fits = shape.multiple_of is None or number % shape.multiple_of == 0
    return fits and _within(number, shape.ge, shape.le)


def _within(number: float, least: float | None, most: float | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)


def _day(text: str) -> date | _Unfit:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return _UNFIT


def _words(shape: shapes.Type) -> str:
    """Word what a type expects, for a reader who does not program."""
    match shape:
        case shapes.Metadata(inner, extra_json_schema):
            return (extra_json_schema or {}).get("description") or _words(inner)
        case shapes.UnionType(types):
            return " or ".join(_words(t) for t in types if not isinstance(t, shapes.NoneType))
        case shapes.LiteralType(values):
            return " or ".join(str(value) for value in values)
        case shapes.IntType():
            return f"an integer{_bounds(shape.ge, shape.le)}{_multiple(shape)}"
        case shapes.FloatType():
            return f"a number{_bounds(shape.ge, shape.le)}{_multiple(shape)}"
        case shapes.BoolType():
            return "true or false"
        case shapes.DateType():
            return "a day such as 2026-12-24"
        case shapes.VarTupleType(item, least, most):
            return f"a list{_entries(least, most)}, each {_words(item)}"
        case shapes.DictType(_, value, least, most):
            return f"a table{_entries(least, most)}, each a text and {_words(value)}"
        case shapes.StructType(_, fields):
            needed = [f.encode_name for f in fields if f.required]
            return f"the fields {', '.join(needed)}, ..." if needed else "fields"
    return "a text"


def _multiple(shape: shapes.IntType | shapes.FloatType) -> str:
    return f", a multiple of {shape.multiple_of}" if shape.multiple_of else ""


def _entries(least: int | None, most: int | None) -> str:
    return "" if most is None else f" of {least or 0} to {most} entries"


def _bounds(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if most is not None:
        return f" of at most {most}"
    return "" if least is None else f" of at least {least}"
