"""The command line: one file per noun; each command parses, calls one operation and prints."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

from slotkeeper import __version__
from slotkeeper.cli.extensions import ExtensibleGroup, command_of, listed_command

# Every setting, as docs/settings.md explains them.
SETTINGS = (
    "Settings are environment variables: DATABASE_URL, SLOTKEEPER_OWNER_URL, SLOTKEEPER_DATA_DIR,"
    " SLOTKEEPER_SECRET, SLOTKEEPER_HOST, SLOTKEEPER_PORT, SLOTKEEPER_PUBLIC_URL, "
    "SLOTKEEPER_POOL_SIZE, "
    "SLOTKEEPER_STATEMENT_CACHE, SLOTKEEPER_WORKER_INTERVAL, RESERVATION_LIFETIME, "
    "FEATURE_OPTIMISTIC_RESERVATIONS, RESERVATION_ROLLOUT_PERCENT, SLOTKEEPER_SHADOW, "
    "SLOTKEEPER_FLAG_PROVIDER, REDIS_URL, SLOTKEEPER_METRICS_TOKEN, SLOTKEEPER_MAX_CONNECTIONS, "
    "SLOTKEEPER_MAX_CONNECTIONS_PER_ADDRESS, SLOTKEEPER_MAX_REQUESTS, SLOTKEEPER_TRUSTED_PROXIES,"
    " OTEL_EXPORTER_OTLP_ENDPOINT."
)

# Command -> where it is: a module of this package and, in it, a function or a Typer app.
COMMANDS = {
    "serve": "serve.serve",
    "worker": "serve.worker",
    "migrate": "migrate.migrate",
    "doctor": "doctor.doctor",
    "renew-secret": "renew_secret.renew_secret",
    "slots": "slots.slots",
    "company": "company.app",
    "key": "key.app",
    "reservation": "reservation.app",
    "appointment": "appointment.app",
    "calendar": "calendar.app",
    "busy": "busy.app",
    "line": "line.app",
    "retell": "retell.app",
    "elevenlabs": "elevenlabs.app",
    "callback": "callback.app",
    "customer": "customer.app",
    "call": "call.app",
    "history": "history.history",
    "metrics": "metrics_events.app",  # imports metrics.app and adds a command to it
    "rollout": "rollout.app",
}


class Commands(ExtensibleGroup):
    """Imports a command when it is used, so that a command loads only what it needs.

    Contexts and commands have no public types: Typer brings its own copy of click.
    """

    joined_by = "slotkeeper.commands"

    def list_commands(self, ctx: Any) -> list[str]:
        """List the names in the order of the help."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; None where no command has this name."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(".")
        if self._is_listing:
            return listed_command(cmd_name, f"{__name__}.{module}", name)
        return command_of(cmd_name, getattr(import_module(f"{__name__}.{module}"), name))


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Slotkeeper: a slot that is named to a caller is already theirs.",
    epilog=SETTINGS,
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"slotkeeper {__version__}")
        raise typer.Exit


# A callback makes Typer treat the app as a group although its commands are loaded when used.
@app.callback()
def slotkeeper(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Book appointments that are made by voice: hold each slot that is named to a caller."""


def main() -> None:
    """Run the command line."""
    app()
