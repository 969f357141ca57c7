"""One name for each thing: a class name means the same wherever a reader meets it."""

import ast
from collections import defaultdict

from tests.style.tree import SRC, demand_none, files, place, text_of

# What stood in several files when the rule was made. It only ever gets shorter.
STILL_TWICE = {"Kept"}


def places_of_classes():
    """Where each public class of ours is defined."""
    places = defaultdict(list)
    for path in files(SRC, "*.py"):
        for node in ast.parse(text_of(path), filename=place(path)).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(place(path, node.lineno))
    return places


def test_a_class_name_is_taken_once():
    """No two files define a public class of the same name."""
    demand_none(
        (
            f"{name}: {', '.join(places)}"
            for name, places in sorted(places_of_classes().items())
            if len(places) > 1 and name not in STILL_TWICE
        ),
        "Say in the name what each of them is (MoveResult, not Move):",
    )
