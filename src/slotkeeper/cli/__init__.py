"""The command line: one file per noun; every command parses, calls one operation, prints."""

from __future__ import annotations

import typer

from slotkeeper.cli import (
    appointment,
    busy,
    calendar,
    call,
    callback,
    company,
    demo,
    doctor,
    key,
    line,
    metrics,
    metrics_events,
    migrate,
    prove,
    replay,
    reservation,
    retell,
    rollout,
    serve,
    shell,
    simulate,
    slots,
    understand,
)

# Every setting, as docs/settings.md explains them.
SETTINGS = (
    "Settings are environment variables: DATABASE_URL, SLOTKEEPER_OWNER_URL, SLOTKEEPER_DATA_DIR, "
    "SLOTKEEPER_HOST, SLOTKEEPER_PORT, SLOTKEEPER_POOL_SIZE, SLOTKEEPER_STATEMENT_CACHE, "
    "SLOTKEEPER_WORKER_INTERVAL, RESERVATION_LIFETIME, FEATURE_OPTIMISTIC_RESERVATIONS, "
    "RESERVATION_ROLLOUT_PERCENT, SLOTKEEPER_SHADOW, SLOTKEEPER_FLAG_PROVIDER, REDIS_URL, "
    "SLOTKEEPER_METRICS_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT."
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Slotkeeper: a slot that is named to a caller is already theirs.",
    epilog=SETTINGS,
)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("demo")(demo.demo)
app.command("migrate")(migrate.migrate)
app.command("doctor")(doctor.doctor)
app.command("slots")(slots.slots)
app.command("understand")(understand.understand)
app.command("prove")(prove.prove)
app.command("replay")(replay.replay_file)
app.command("simulate")(simulate.simulate)
app.command("shell")(shell.shell)
app.add_typer(company.app, name="company")
app.add_typer(key.app, name="key")
app.add_typer(reservation.app, name="reservation")
app.add_typer(appointment.app, name="appointment")
app.add_typer(calendar.app, name="calendar")
app.add_typer(busy.app, name="busy")
app.add_typer(line.app, name="line")
app.add_typer(retell.app, name="retell")
app.add_typer(callback.app, name="callback")
app.add_typer(call.app, name="call")
app.add_typer(metrics.app, name="metrics")
app.add_typer(rollout.app, name="rollout")
metrics.app.command("events")(metrics_events.events)


def main() -> None:
    """Run the command line."""
    app()
