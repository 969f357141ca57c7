"""Commands that come with another part of the package, found by entry points when they are used.

The laboratory's commands (``demo``, ``prove``, ``call try`` ...) need libraries that a server does
not. Without them a command is still listed, and says how to get what it needs.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from slotkeeper.cli import session

EXTRA = "slotkeeper[lab]"


class ExtensibleGroup(TyperGroup):
    """A group of commands that further ones join through the entry points of ``joined_by``."""

    joined_by: ClassVar[str]

    def list_commands(self, ctx: Any) -> list[str]:
        """List the group's own commands, then those that join it."""
        joining = (entry.name for entry in entry_points(group=self.joined_by))
        return [*super().list_commands(ctx), *sorted(joining)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; None if there is none of this name."""
        if (own := super().get_command(ctx, cmd_name)) is not None:
            return own
        for entry in entry_points(group=self.joined_by, name=cmd_name):
            return _joining(entry)
        return None


def command_of(name: str, implementation: Any) -> Any:
    """Make a command of a function, or of a noun's own app."""
    if isinstance(implementation, typer.Typer):
        command: Any = get_group(implementation)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command()(implementation)
        command = get_command(alone)
    command.name = name
    return command


def _joining(entry: EntryPoint) -> Any:
    try:
        return command_of(entry.name, entry.load())
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.partition(".")[0] == "slotkeeper":
            raise
        return _without(entry.name, missing)


def _without(name: str, missing: str) -> Any:
    """Make a command that takes any arguments and says which extra is missing."""
    alone = typer.Typer(add_completion=False)

    @alone.command(
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        help=f"Needs the extra {EXTRA}, which is not installed.",
    )
    def lacking(arguments: Annotated[list[str] | None, typer.Argument(hidden=True)] = None) -> None:
        session.leave(
            f"`{name}` needs {missing}, which is not installed: pip install '{EXTRA}'",
            session.EXIT_BROKEN,
        )

    command: Any = get_command(alone)
    command.name = name
    return command
