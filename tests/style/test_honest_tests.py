"""Tests that can fail, and not by chance: each asserts, and none waits by the clock.

A helper that asserts counts for the test that uses it, however many helpers lie between them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.style.tree import ROOT, demand_none, files, parsed, place

TESTS = ROOT / "tests"
# The one place that may wait by the clock: `until(fact)` polls, `think(seconds)` paces a scene.
MAY_SLEEP = TESTS / "waiting.py"
CLOCKS = {"asyncio", "anyio", "time", "trio"}
EXPECTS = {"raises", "warns", "fail", "deprecated_call"}


@dataclass
class Definition:
    """A function or class of the tests: whether it asserts itself, and the names that it uses."""

    module: str
    line: int
    asserts: bool = False
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)


@dataclass
class Module:
    """A file of the tests: what it defines, and what its names from other files are."""

    path: Path
    definitions: dict[str, Definition] = field(default_factory=dict)
    methods: dict[str, list[Definition]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


def dotted(path: Path) -> str:
    """Name a file as imports do."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def definition_of(module: str, node: ast.AST) -> Definition:
    """Read what a function or class does itself."""
    definition = Definition(module, node.lineno)
    for inner in ast.walk(node):
        match inner:
            case ast.Assert() | ast.Raise(exc=ast.Call(func=ast.Name(id="AssertionError"))):
                definition.asserts = True
            case ast.Attribute(value=ast.Name(id="pytest"), attr=attribute):
                definition.asserts |= attribute in EXPECTS
            case ast.Attribute(attr=attribute):
                definition.attributes.add(attribute)
            case ast.Name(id=name):
                definition.names.add(name)
    return definition


def read(path: Path) -> Module:
    """Read what a file defines and imports."""
    module, name = Module(path), dotted(path)
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests"):
            for alias in node.names:
                module.imported[alias.asname or alias.name] = (node.module, alias.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            definition = definition_of(name, node)
            module.definitions.setdefault(node.name, definition)
            module.methods.setdefault(node.name, []).append(definition)
    return module


@cache
def modules() -> dict[str, Module]:
    """Read all of the tests."""
    return {dotted(path): read(path) for path in files(TESTS, "*.py")}


def used(definition: Definition) -> Iterator[Definition]:
    """Find the tests' own functions, classes and methods that a definition names."""
    module = modules()[definition.module]
    for name in definition.names:
        source, original = module.imported.get(name, (definition.module, name))
        if source in modules() and original in modules()[source].definitions:
            yield modules()[source].definitions[original]
    for attribute in definition.attributes:
        for other in modules().values():
            yield from other.methods.get(attribute, ())


def asserts(definition: Definition) -> bool:
    """Whether a definition asserts, itself or through what it uses."""
    seen: set[int] = set()
    waiting = [definition]
    while waiting:
        current = waiting.pop()
        if current.asserts:
            return True
        if id(current) not in seen:
            seen.add(id(current))
            waiting.extend(used(current))
    return False


def each_test(module: Module) -> Iterator[tuple[str, Definition]]:
    """List a file's tests."""
    if module.path.name.startswith("test_"):
        for name, definition in module.definitions.items():
            if name.startswith("test_"):
                yield name, definition


def sleeps(path: Path) -> Iterator[str]:
    """Find the places where a file waits by the clock; to let others run once is no sleep."""
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=clock), attr="sleep"), args=args):
                if clock in CLOCKS and not is_zero(args[0]):
                    yield f"{place(path, node.lineno)}: {ast.unparse(node)}"
            case ast.ImportFrom(module=clock, names=names) if clock in CLOCKS:
                if any(alias.name == "sleep" for alias in names):
                    yield f"{place(path, node.lineno)}: {ast.unparse(node)}"
            # Nobody looks at what an event's wait with a bound gives: then it is a sleep.
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="wait"), args=[bound])):
                if isinstance(bound, ast.Constant) and isinstance(bound.value, int | float):
                    yield f"{place(path, node.lineno)}: {ast.unparse(node)}"


def is_zero(seconds: ast.expr) -> bool:
    """Whether no time passes."""
    return isinstance(seconds, ast.Constant) and seconds.value == 0


def test_every_test_asserts():
    """Each test asserts, or expects an exception, itself or by a helper that does."""
    demand_none(
        (
            f"{place(module.path, definition.line)}: {name}"
            for module in modules().values()
            for name, definition in each_test(module)
            if not asserts(definition)
        ),
        "These tests cannot fail but by an accident. Assert what they promise:",
    )


def test_no_test_waits_by_the_clock():
    """A test waits for a fact; how long that takes is the machine's affair."""
    demand_none(
        (sleep for path in files(TESTS, "*.py") if path != MAY_SLEEP for sleep in sleeps(path)),
        "Wait for the fact itself: `until(fact, ...)` of tests/waiting.py. Where somebody in a "
        "scene thinks, and nothing depends on how long: `think(seconds)`:",
    )
