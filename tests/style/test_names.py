"""One name for each thing: a name means the same wherever it is met, and says what it is."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.style.tree import SRC, demand_none, files, parsed, place

# Each command's own; nobody else imports them.
OF_A_COMMAND = "Option"
# So short a function is read at a glance.
GLANCE_LINES = 8


def names_of_types(module: ast.Module) -> Iterator[tuple[str, int]]:
    """List the public classes and aliases of types that a module defines."""
    for node in module.body:
        match node:
            case ast.ClassDef(name=name):
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                pass
            case _:
                continue
        if name[0].isupper() and not name.isupper() and not name.endswith(OF_A_COMMAND):
            yield name, node.lineno


def test_the_name_of_a_type_is_taken_once():
    """No two files define a public class, or alias of a type, of the same name."""
    places = defaultdict(list)
    for path in files(SRC, "*.py"):
        for name, line in names_of_types(parsed(path)):
            places[name].append(place(path, line))
    demand_none(
        (f"{name}: {', '.join(where)}" for name, where in places.items() if len(where) > 1),
        "Say in the name what each of them is (MoveResult, not Move):",
    )


def found_in(function: ast.AST) -> bool:
    """Whether a function calls something of its own ``found``."""
    return any(
        isinstance(node, ast.Name) and node.id == "found" and isinstance(node.ctx, ast.Store)
        for node in ast.walk(function)
    )


def test_what_was_found_is_called_by_its_noun():
    """In a function of more than a few lines nothing is called ``found``."""
    demand_none(
        (
            f"{place(path, node.lineno)}: {node.name}"
            for path in files(SRC, "*.py")
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno - node.lineno >= GLANCE_LINES
            and found_in(node)
        ),
        "Say what was found (`reservation`, `answer`, `match`):",
    )
