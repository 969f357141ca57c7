"""The installation's secret: made once, the same for every process, and never in the database."""

import asyncio
import json
import os
import tempfile
from dataclasses import replace
from functools import partial

import pytest

from slotkeeper.assembly import Settings, Urls, opened
from slotkeeper.operations.hold import hold
from slotkeeper.storage.installation_secret import (
    FILE_NAME,
    InstallationSecret,
    SecretRefused,
)
from tests.build import SECRET, a_company
from tests.cli.processes import run


async def secret_of(settings, database):
    """The secret with which an application opens a database."""
    async with opened(settings, Urls(database.app_url, database.owner_url)) as app:
        return app.store.secret


async def test_processes_that_start_at_once_agree_on_one_secret(fresh, tmp_path):
    """The first makes the file, which only its account may read; the others read it."""
    settings = Settings(pool_size=1, data_dir=tmp_path / "data")
    found = await asyncio.gather(*(secret_of(settings, fresh) for _ in range(5)))
    assert len({secret.text for secret in found}) == 1
    file = settings.data_dir / FILE_NAME
    assert file.read_text().strip() == found[0].text
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_process_with_another_secret_does_not_open_the_database(fresh, tmp_path):
    """The message names both fingerprints and neither secret; nothing was made in its directory."""
    first = Settings(pool_size=1, secret=InstallationSecret.new())
    await secret_of(first, fresh)
    for other in (
        Settings(pool_size=1, data_dir=tmp_path),
        replace(first, secret=InstallationSecret.new()),
    ):
        with pytest.raises(SecretRefused, match=first.secret.fingerprint) as refused:
            await secret_of(other, fresh)
        assert first.secret.text not in str(refused.value)
    assert not list(tmp_path.iterdir())
    assert (await secret_of(first, fresh)) == first.secret


async def test_a_file_that_others_may_read_is_refused(fresh, tmp_path):
    """The message says how to close it."""
    file = tmp_path / FILE_NAME
    file.write_text(SECRET.text)
    file.chmod(0o644)
    with pytest.raises(SecretRefused, match=f"chmod 600 {file}"):
        await secret_of(Settings(pool_size=1, data_dir=tmp_path), fresh)


def test_each_purpose_has_a_key_of_its_own():
    """The keys differ, stay the same, and are not shown by the secret itself."""
    keys = {SECRET.sub_key(label) for label in ("caller-hash", "signing-secrets", "fingerprint")}
    assert len(keys) == 3
    assert SECRET.sub_key("caller-hash") == InstallationSecret.parse(SECRET.text, "").sub_key(
        "caller-hash"
    )
    assert SECRET.text not in repr(Settings(secret=SECRET))


def test_the_doctor_names_the_secret_and_says_where_it_differs(fresh):
    """The fingerprint is shown, the secret is not; with another secret no command runs."""
    done = run("doctor", DATABASE_URL=fresh.app_url)
    assert f"{SECRET.fingerprint}, from SLOTKEEPER_SECRET" in done.stdout
    assert SECRET.text not in done.stdout + done.stderr
    other = InstallationSecret.new()
    done = run("doctor", DATABASE_URL=fresh.app_url, SLOTKEEPER_SECRET=other.text)
    assert done.returncode == 1
    assert SECRET.fingerprint in done.stderr
    assert other.fingerprint in done.stderr


async def test_a_lost_secret_is_renewed_and_what_went_with_it_is_named(fresh, tmp_path):
    """Not while others are connected, and nothing without a yes; then all use the new one."""
    lost = Settings(pool_size=1, secret=InstallationSecret.new())
    urls = {"DATABASE_URL": fresh.app_url, "SLOTKEEPER_OWNER_URL": fresh.owner_url}
    here = {"SLOTKEEPER_SECRET": "", "SLOTKEEPER_DATA_DIR": str(tmp_path)}
    renew = partial(asyncio.to_thread, run, "renew-secret", **urls, **here)
    async with opened(lost, Urls(fresh.app_url, fresh.owner_url)) as app:
        salon = await a_company(app.store)
        await app.store.platform_secrets.add(salon.id, "retell", "key_0123456789abcdef")
        await hold(salon.context().on_call("c1", caller="+491701234567"), salon.wish())
        refused = await renew()
        assert (refused.returncode, "stop them first" in refused.stderr) == (1, True)
    asked = await renew()
    assert (asked.returncode, lost.secret.fingerprint in asked.stdout) == (1, True)
    assert not list(tmp_path.iterdir())
    assert (await secret_of(lost, fresh)) == lost.secret
    done = await renew("--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["secrets_to_store_again"] == f"{salon.company.slug} retell"
    with pytest.raises(SecretRefused):
        await secret_of(lost, fresh)
    own = Settings(pool_size=1, data_dir=tmp_path)
    async with opened(own, Urls(fresh.app_url, fresh.owner_url)) as app:
        assert app.store.secret.fingerprint == json.loads(done.stdout)["new"]
        assert await app.store.platform_secrets.of(salon.id, "retell") == []
        assert await app.store.platform_secrets.add(salon.id, "retell", "key_0123456789abcdef")
        salon = replace(salon, store=app.store)
        (call,) = await salon.rows("SELECT caller_hash FROM calls WHERE company_id = $1")
        assert call["caller_hash"] is None
    again = await renew("--yes")
    assert (again.returncode, "nothing is lost" in again.stderr) == (1, True)


def test_a_directory_made_for_a_database_elsewhere_can_hold_one_later(fresh):
    """The file of the secret is none that the embedded PostgreSQL takes for somebody else's."""
    with tempfile.TemporaryDirectory(prefix="slotkeeper-secret-") as data_dir:
        settings = {"SLOTKEEPER_SECRET": "", "SLOTKEEPER_DATA_DIR": data_dir}
        assert run("company", "list", DATABASE_URL=fresh.app_url, **settings).returncode == 0
        assert os.listdir(data_dir) == [FILE_NAME]
        done = run("doctor", **settings)
    assert f"from {data_dir}/{FILE_NAME}" in done.stdout
