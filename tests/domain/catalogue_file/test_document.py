"""A text becomes a tree with lines, or is refused with one; never anything else."""

import pytest

from slotkeeper.domain.catalogue_file.document import (
    MAX_DOCUMENT_BYTES,
    ListNode,
    ScalarNode,
    TableNode,
    Unreadable,
    read_tree,
)

# Nine values, repeated nine times nine times ...: three kilobytes for more than the world holds.
BILLION_LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

UNREADABLE = [
    ("", 1, "there is nothing in it"),
    ("# only a comment\n", 1, "there is nothing in it"),
    ("a: 1\nb: [1, 2\n", 2, "expected"),
    ("a: 1\n  b: 2\n", 2, "mapping values are not allowed"),
    ("a: 1\n---\nb: 2\n", 3, "a second document begins"),
    ("a: 1\nb: 2\na: 3\n", 3, "'a' is there twice, first in line 1"),
    ("a: 1\n[b]: 2\n", 2, "cannot be the name of a field"),
    ("a: 1\nb: !!python/object/apply:os.system ['true']\n", 2, "tags (!) are not understood"),
    ("a: &a [1, *a]\n", 1, "there is no anchor &a before this"),
    ("a: *b\n", 1, "there is no anchor &b before this"),
    (BILLION_LAUGHS, 6, "more than 100,000 values"),
    ("[" * 1_000_000, 1, "nested deeper than 20 levels"),
    ('{"a":' * 200_000, 1, "nested deeper than 20 levels"),
    ("a" * (MAX_DOCUMENT_BYTES + 1), 1, "larger than 1024 kB"),
    (b"a" * (2 * MAX_DOCUMENT_BYTES), 1, "larger than 1024 kB"),
    (b"a: 1\nb: F\xf6hn\n", 2, "not UTF-8"),
    ("a: b".encode("utf-16"), 1, "not UTF-8"),
    (b"a: 1\nb: x\0y\n", 2, "control character U+0000"),
    ("a: 1\nb: \ud800\n", 2, "control character U+D800"),
    ('a: 1\nb: "x\\0y"\n', 2, "line breaks or control characters"),
    ("a: |\n  two\n  lines\n", 1, "line breaks or control characters"),
]


@pytest.mark.parametrize(("source", "line", "reason"), UNREADABLE)
def test_what_cannot_be_read_is_refused_with_its_line(source, line, reason):
    """Whatever is no bounded YAML or JSON text is refused, with a line and a reason."""
    with pytest.raises(Unreadable) as refused:
        read_tree(source)
    assert refused.value.line == line
    assert reason in refused.value.reason


def test_a_plain_value_stays_as_it_was_written():
    """Nothing is guessed: no, on, 9:00 and 007 are the texts that were written."""
    tree = read_tree("[no, on, 9:00, 007, +49301234567, 1_000, 2026-12-24]")
    assert [node.value for node in tree.nodes] == [
        "no",
        "on",
        "9:00",
        "007",
        "+49301234567",
        "1_000",
        "2026-12-24",
    ]


def test_every_node_knows_its_line():
    """Lists, tables and texts know the line in which they begin."""
    tree = read_tree("a:\n  b: x\n\n  c:\n    - 1\n    - 2\n")
    assert tree == TableNode(
        1,
        (
            (
                ScalarNode(1, "a"),
                TableNode(
                    2,
                    (
                        (ScalarNode(2, "b"), ScalarNode(2, "x")),
                        (ScalarNode(4, "c"), ListNode(5, (ScalarNode(5, "1"), ScalarNode(6, "2")))),
                    ),
                ),
            ),
        ),
    )


def test_json_is_read_alike():
    """JSON, also with tabs and with escaped pairs, gives the tree that YAML gives."""
    tree = read_tree('{\n\t"a": ["\\u00fc", "\\ud83d\\ude00", "\\\\ud83d", "\\/"],\n\t"b": 1}')
    assert tree == TableNode(
        1,
        (
            (
                ScalarNode(2, "a", quoted=True),
                ListNode(
                    2,
                    tuple(
                        ScalarNode(2, v, quoted=True) for v in ("ü", "\U0001f600", "\\ud83d", "/")
                    ),
                ),
            ),
            (ScalarNode(3, "b", quoted=True), ScalarNode(3, "1")),
        ),
    )


def test_an_alias_repeats_what_was_anchored():
    """Anchors work, within bounds."""
    tree = read_tree("a: &week [1, 2]\nb: *week\n")
    assert tree.entries[0][1] == tree.entries[1][1]


def test_an_umlaut_is_one_character():
    """What an editor wrote as a letter and its two dots is compared as one letter."""
    assert read_tree("Fo\u0308hnen") == ScalarNode(1, "Föhnen")
