"""A YAML or JSON text as a tree in which every node knows its line.

No values are made here: a scalar stays the text that was written, and ``fitting`` decides by the
field whether ``no``, ``9:00`` or ``007`` is a text, a time or a number. The same reader reads JSON,
which is YAML except for two details.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import yaml

# A chain of a hundred branches takes some 300 kB; what is larger is not a catalogue.
MAX_DOCUMENT_BYTES = 1024 * 1024
# Aliases count as if they were written out, so that a small file cannot become a huge tree.
MAX_DOCUMENT_NODES = 100_000
# A catalogue is six levels deep. Scanning a deep nest takes quadratic time.
MAX_DOCUMENT_DEPTH = 20
SHOWN_CHARACTERS = 60

# The installed wheel may have libyaml, which reads the same some ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Control characters do not belong in names, and PostgreSQL stores neither NUL nor surrogates.
_NOT_IN_A_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_VALUE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_NULLS = {"", "~", "null"}
# JSON writes characters beyond U+FFFF as a pair of escapes, which YAML does not know.
_PAIR = re.compile(
    r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)


class Unreadable(Exception):
    """A text is neither YAML nor JSON, or it is too large or too deep; says which line and why."""

    def __init__(self, line: int, reason: str) -> None:
        """Keep the line, counted from 1, and the reason."""
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A scalar as it was written; if ``quoted``, it can only be a text."""

    line: int
    value: str
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        """Whether nothing was written, or ``null``."""
        return not self.quoted and self.value.lower() in _NULLS


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    line: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TableNode:
    """Fields and their values, in the order of the text."""

    line: int
    entries: tuple[tuple[ScalarNode, Node], ...]


Node = ScalarNode | ListNode | TableNode


def read_tree(source: bytes | str) -> Node:
    """Read the one document in a text. Raises Unreadable."""
    text = _decoded(source)
    builder = _Builder()
    try:
        for event in yaml.parse(_json_as_yaml(text), Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _unreadable(error, last_line=text.rstrip().count("\n") + 1) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # Without libyaml, impossible escapes reach chr(), which raises ValueError or OverflowError.
        raise Unreadable(1, f"not readable as YAML: {type(error).__name__}") from None
    if builder.root is None:
        raise Unreadable(1, "there is nothing in it")
    return builder.root


def short(text: str) -> str:
    """Shorten a text of unchecked length to what a message can show."""
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _decoded(source: bytes | str) -> str:
    """Decode a file's text. Raises Unreadable."""
    if len(source) > MAX_DOCUMENT_BYTES:
        raise Unreadable(1, f"larger than {MAX_DOCUMENT_BYTES // 1024} kB")
    try:
        text = source if isinstance(source, str) else source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(error.object.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    text = text.removeprefix("\ufeff")
    if wrong := _NOT_IN_A_TEXT.search(text):
        line = text.count("\n", 0, wrong.start()) + 1
        raise Unreadable(line, f"control character U+{ord(wrong[0]):04X}")
    return text


def _json_as_yaml(text: str) -> str:
    """Rewrite pairs of escapes and tabs, which JSON may have and YAML may not; lines stay."""
    if not text.lstrip().startswith("{"):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    # Outside of strings a tab is JSON's white space, and inside it can only be an escape.
    joined = _PAIR.sub(lambda pair: pair[1] + json.loads(f'"{pair[2]}"'), text)
    return joined.replace("\t", " ")


def _unreadable(error: yaml.MarkedYAMLError, *, last_line: int) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    line = min(mark.line + 1, last_line) if mark else 1
    reason = error.problem or "not readable as YAML"
    if error.context and error.context_mark and error.context_mark.line + 1 < line:
        reason += f" ({error.context} from line {error.context_mark.line + 1})"
    return Unreadable(line, reason)


@dataclass(slots=True)
class _Open:
    """A list or table whose end has not been read yet."""

    line: int
    anchor: str | None
    is_table: bool
    nodes_before: int
    children: list[Node] = field(default_factory=list)


class _Builder:
    """Makes the tree from the reader's events, without recursion and within bounds."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._anchored: dict[str, tuple[Node, int]] = {}
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event."""
        mark = event.start_mark
        line = mark.line + 1 if mark else 1
        if getattr(event, "tag", None) is not None:
            raise Unreadable(line, "tags (!) are not understood: write the plain value")
        match event:
            case yaml.ScalarEvent():
                self._add(_text(event, line), event.anchor)
            case yaml.AliasEvent():
                self._repeat(event.anchor or "", line)
            case yaml.CollectionStartEvent():
                self._begin(event, line)
            case yaml.CollectionEndEvent():
                opened = self._open.pop()
                self._add(_closed(opened), opened.anchor, 1 + self._nodes - opened.nodes_before)

    def _begin(self, event: yaml.CollectionStartEvent, line: int) -> None:
        if len(self._open) == MAX_DOCUMENT_DEPTH:
            raise Unreadable(line, f"nested deeper than {MAX_DOCUMENT_DEPTH} levels")
        is_table = isinstance(event, yaml.MappingStartEvent)
        # An anchor may be used after its value is complete, not inside it.
        self._anchored.pop(event.anchor or "", None)
        self._open.append(_Open(line, event.anchor, is_table, self._nodes))

    def _add(self, node: Node, anchor: str | None, size: int = 1) -> None:
        if anchor is not None:
            self._anchored[anchor] = (node, size)
        self._count(1, node.line)
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        else:
            raise Unreadable(node.line, "a second document begins: write one a file")

    def _repeat(self, anchor: str, line: int) -> None:
        if anchor not in self._anchored:
            raise Unreadable(line, f"there is no anchor &{short(anchor)} before this")
        node, size = self._anchored[anchor]
        self._count(size - 1, line)
        self._add(node, None)

    def _count(self, nodes: int, line: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_DOCUMENT_NODES:
            raise Unreadable(line, f"more than {MAX_DOCUMENT_NODES:,} values, aliases written out")


def _text(event: yaml.ScalarEvent, line: int) -> ScalarNode:
    if _NOT_IN_A_VALUE.search(event.value):
        raise Unreadable(line, "a value may not contain line breaks or control characters")
    # An umlaut may be written as one character or as two; it is compared as one.
    value = unicodedata.normalize("NFC", event.value)
    return ScalarNode(line, value, quoted=event.style is not None and event.style != "")


def _closed(opened: _Open) -> Node:
    if not opened.is_table:
        return ListNode(opened.line, tuple(opened.children))
    names = opened.children[::2]
    return TableNode(opened.line, tuple(zip(_names(names), opened.children[1::2], strict=True)))


def _names(names: Iterable[Node]) -> list[ScalarNode]:
    """Give a table's field names. Raises Unreadable for one that is no text or is there twice."""
    texts = []
    for name in names:
        if not isinstance(name, ScalarNode):
            raise Unreadable(name.line, "a list or table cannot be the name of a field")
        texts.append(name)
    for first, second in pairwise(sorted(texts, key=lambda text: (text.value, text.line))):
        if first.value == second.value:
            reason = f"{short(first.value)!r} is there twice, first in line {first.line}"
            raise Unreadable(second.line, reason)
    return texts
