"""Commands of another part of the package, which entry points name.

The laboratory's commands (``demo``, ``prove``, ``call try`` ...) need libraries that a server does
not. A command whose libraries are missing is listed all the same, and says how to get them.
"""

from __future__ import annotations

import ast
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

EXTRA = "slotkeeper[lab]"


class ExtensibleGroup(TyperGroup):
    """A group of commands that the entry points of the group ``joined_by`` extend."""

    joined_by: ClassVar[str]
    _is_listing = False

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, for which no command is imported: their sources say what they do."""
        self._is_listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        """List the group's own commands, then those of the entry points."""
        joining = (entry.name for entry in entry_points(group=self.joined_by))
        return [*super().list_commands(ctx), *sorted(joining)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; None where no command has this name."""
        if (own := super().get_command(ctx, cmd_name)) is not None:
            return own
        for entry in entry_points(group=self.joined_by, name=cmd_name):
            if self._is_listing:
                return listed_command(cmd_name, entry.module, entry.attr)
            return _joining(entry)
        return None


def command_of(name: str, implementation: Any) -> Any:
    """Make a command of a function or of a Typer app."""
    if isinstance(implementation, typer.Typer):
        command: Any = get_group(implementation)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command()(implementation)
        command = get_command(alone)
    command.name = name
    return command


def listed_command(name: str, module: str, attribute: str) -> Any:
    """Make a stand-in for a command that is only listed, with the help that its source gives."""
    return TyperCommand(name, help=_help_in_source(module, attribute))


def _help_in_source(module: str, attribute: str) -> str:
    """Read a function's docstring, or the help of a Typer app, without importing the module."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return ""
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        match node:
            case ast.FunctionDef(name=name) if name == attribute:
                return ast.get_docstring(node) or ""
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(keywords=keywords)):
                texts = (k.value for k in keywords if name == attribute and k.arg == "help")
                for text in texts:
                    return str(ast.literal_eval(text))
            case ast.ImportFrom(module=str(source), names=names):
                if any(alias.name == attribute and alias.asname is None for alias in names):
                    return _help_in_source(source, attribute)
    return ""


def _joining(entry: EntryPoint) -> Any:
    try:
        return command_of(entry.name, entry.load())
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.partition(".")[0] == "slotkeeper":
            raise
        return _without(entry.name, missing)


def _without(name: str, missing: str) -> Any:
    """Make a command that takes any arguments and says which library is missing."""
    alone = typer.Typer(add_completion=False)

    @alone.command(
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        help=f"Needs the extra {EXTRA}, which is not installed.",
    )
    def lacking(arguments: Annotated[list[str] | None, typer.Argument(hidden=True)] = None) -> None:
        # Imported here, because it loads the whole application, which a list of commands can spare.
        from slotkeeper.cli import session

        session.leave(
            f"`{name}` needs {missing}, which is not installed: pip install '{EXTRA}'",
            session.EXIT_BROKEN,
        )

    command: Any = get_command(alone)
    command.name = name
    return command
