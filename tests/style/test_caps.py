"""The caps of our style: small functions, small modules, few positional parameters."""

import ast
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.style.tree import ROOT, SRC, demand_none, files, parsed, place, text_of

FUNCTION_LINES = 40
FUNCTION_MEDIAN = 8
FUNCTION_P90 = 25
MODULE_LINES = 400
POSITIONAL_PARAMETERS = 5
SQL_FUNCTION_LINES = 120
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "manager", "common", "misc"}
SQL_FUNCTION = re.compile(
    r"^CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\s+(?P<name>[\w.]+)"
    r".*?(?P<quote>\$\w*\$).*?(?P=quote).*?;",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Function:
    """A function of ours, as large as its code is."""

    place: str
    name: str
    code_lines: int
    positional: int


def python_files() -> list[Path]:
    """List all Python that we write."""
    return [path for part in ("src", "tests", "benchmarks") for path in files(ROOT / part, "*.py")]


def lines_with_code(source: str) -> set[int]:
    """Number the lines that hold code: no blank lines, no comments."""
    lines = enumerate((line.lstrip() for line in source.splitlines()), start=1)
    return {number for number, line in lines if line and not line.startswith("#")}


def docstring_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    """Number the lines of a function's docstring."""
    if ast.get_docstring(function, clean=False) is None:
        return set()
    first = function.body[0]
    return set(range(first.lineno, first.end_lineno + 1))


def positional_parameters(function: ast.FunctionDef | ast.AsyncFunctionDef, owner: ast.AST) -> int:
    """Count what can be passed by position; self and cls do not count."""
    static = any(ast.unparse(each) == "staticmethod" for each in function.decorator_list)
    bound = isinstance(owner, ast.ClassDef) and not static
    return len(function.args.posonlyargs) + len(function.args.args) - bound


@cache
def functions_of(path: Path) -> list[Function]:
    """Measure every function of a module, nested ones too."""
    source = text_of(path)
    code = lines_with_code(source)
    found = []
    for owner in ast.walk(parsed(path)):
        # Functions stand among statements, never in an expression.
        if not isinstance(owner, ast.mod | ast.stmt | ast.excepthandler | ast.match_case):
            continue
        for node in ast.iter_child_nodes(owner):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            own = code & set(range(node.lineno, node.end_lineno + 1)) - docstring_lines(node)
            positional = positional_parameters(node, owner)
            found.append(Function(place(path, node.lineno), node.name, len(own), positional))
    return found


def all_functions() -> list[Function]:
    """Measure every function that we write."""
    return [function for path in python_files() for function in functions_of(path)]


def sql_functions() -> Iterator[tuple[str, str, int]]:
    """Find every SQL function: where it stands, its name, its lines."""
    for path in files(SRC / "storage", "*.sql"):
        source = text_of(path)
        for match in SQL_FUNCTION.finditer(source):
            line = source.count("\n", 0, match.start()) + 1
            yield place(path, line), match["name"], match[0].count("\n") + 1


def test_a_function_fits_on_a_screen():
    """A Python function has at most 40 lines of code."""
    demand_none(
        (
            f"{f.place}: {f.name} has {f.code_lines}"
            for f in all_functions()
            if f.code_lines > FUNCTION_LINES
        ),
        f"At most {FUNCTION_LINES} lines of code a function. Split the idea, not the line:",
    )


def test_a_function_takes_few_positional_parameters():
    """A Python function takes at most five positional parameters."""
    demand_none(
        (
            f"{f.place}: {f.name} takes {f.positional}"
            for f in all_functions()
            if f.positional > POSITIONAL_PARAMETERS
        ),
        f"At most {POSITIONAL_PARAMETERS} positional parameters. Make the rest keyword-only (*):",
    )


def test_a_module_is_read_in_one_sitting():
    """A Python module has at most 400 lines."""
    lines = ((path, len(text_of(path).splitlines())) for path in python_files())
    demand_none(
        (f"{place(path)}: {count} lines" for path, count in lines if count > MODULE_LINES),
        f"At most {MODULE_LINES} lines a module. Give one of its ideas a module of its own:",
    )


def test_functions_are_small_as_a_rule():
    """Half of our functions have at most 8 lines of code, nine in ten at most 25."""
    measured = [f for path in files(SRC, "*.py") for f in functions_of(path)]
    sizes = sorted(f.code_lines for f in measured)
    if len(sizes) < 2:
        return  # quantiles need two functions
    median, p90 = statistics.median(sizes), statistics.quantiles(sizes, n=10)[-1]
    largest = sorted(measured, key=lambda f: -f.code_lines)[:10]
    demand_none(
        (
            f"{f.place}: {f.name} has {f.code_lines}"
            for f in largest
            if median > FUNCTION_MEDIAN or p90 > FUNCTION_P90
        ),
        f"Median {median:g} (at most {FUNCTION_MEDIAN}), 90th percentile {p90:g} "
        f"(at most {FUNCTION_P90}). Begin with the largest:",
    )


def test_a_module_is_named_after_what_it_holds():
    """No module is called utils, helpers, manager, common or misc."""
    demand_none(
        (
            place(path)
            for path in python_files()
            if not NAMES_THAT_SAY_NOTHING.isdisjoint((path.stem, path.parent.name))
        ),
        "This name says nothing. Name the module after the one idea that it holds:",
    )


def test_an_sql_function_does_one_job():
    """An SQL function has at most 120 lines."""
    demand_none(
        (
            f"{where}: {name} has {lines}"
            for where, name, lines in sql_functions()
            if lines > SQL_FUNCTION_LINES
        ),
        f"At most {SQL_FUNCTION_LINES} lines an SQL function. Give one step a function of its own:",
    )
