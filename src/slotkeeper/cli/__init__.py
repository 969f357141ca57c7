"""The command line: one file per noun; every command parses, calls one operation, prints."""

from __future__ import annotations

import typer

from slotkeeper.cli import appointment, company, demo, key, migrate, reservation, serve, shell

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Slotkeeper: a slot that is named to a caller is already theirs.",
)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("shell")(shell.shell)
app.add_typer(company.app, name="company")
app.add_typer(key.app, name="key")
app.add_typer(reservation.app, name="reservation")
app.add_typer(appointment.app, name="appointment")


def main() -> None:
    """Run the command line."""
    app()
