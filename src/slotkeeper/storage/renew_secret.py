"""A new secret for an installation that has lost its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asyncpg import Connection

from slotkeeper.storage.installation_secret import InstallationSecret, SecretRefused, kept_in
from slotkeeper.storage.row_security import lift_force, owner_session, set_force, undone
from slotkeeper.storage.sql import query


@dataclass(frozen=True, slots=True)
class RenewedSecret:
    """The fingerprints of the lost secret and of the new one, and what was lost with it.

    ``new`` is None where nothing was done yet. ``platform_secrets`` are pairs of a company's short
    name and a platform.
    """

    old: str
    new: str | None
    platform_secrets: Sequence[tuple[str, str]]


async def renew_secret(
    owner_url: str, setting: InstallationSecret | None, data_dir: Path, *, really: bool
) -> RenewedSecret:
    """Let in the secret of the setting or the directory's file, or a new one, for the lost one.

    Platforms' sealed secrets and the hashes of callers end. Without ``really`` it changes nothing
    and says what is lost. Raises SecretRefused where nothing is lost, and while others are
    connected: they would go on with the lost secret.
    """
    async with owner_session(owner_url) as connection:
        old = await connection.fetchval(query("installation_secret"))
        secret = setting or kept_in(data_dir, make=False)
        if old is None or (secret is not None and secret.fingerprint == old):
            raise SecretRefused("nothing is lost: the secret is here, or there was none yet")
        await _refuse_others(connection)
        if not really:
            async with undone(connection):
                return RenewedSecret(old, None, await _forget(connection))
        secret = secret or kept_in(data_dir, make=True)
        assert secret is not None, "it was made"
        async with connection.transaction():
            lost = await _forget(connection)
            await connection.execute(query("register_secret"), secret.fingerprint)
            await set_force(connection)
        return RenewedSecret(old, secret.fingerprint, lost)


async def _refuse_others(connection: Connection) -> None:
    others = await connection.fetchval(query("open_processes"))
    if others:
        raise SecretRefused(
            f"{others} connections of servers, workers or commands are open; stop them first"
        )


async def _forget(connection: Connection) -> list[tuple[str, str]]:
    await lift_force(connection)
    return [
        (row["slug"], row["platform"]) for row in await connection.fetch(query("forget_secret"))
    ]
