"""ElevenLabs: the secrets that its webhook after a call is signed with."""

from __future__ import annotations

import typer

from slotkeeper.cli.platform_secret import secret_commands

app = typer.Typer(no_args_is_help=True, help="ElevenLabs: what its webhook is signed with.")
app.add_typer(
    secret_commands("elevenlabs"), name="secret", help="The secrets that ElevenLabs signs with."
)
