"""Platforms' secrets: sealed in the database, named by a fingerprint, valid until revoked."""

import pytest

from slotkeeper.domain.errors import InvalidInput
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.platform_secrets import MOST_SECRETS, PlatformSecrets
from slotkeeper.storage.sql import query
from tests.build import a_company

FIRST, SECOND, THIRD = (f"key_{word}_0123456789" for word in ("first", "second", "third"))


@pytest.fixture
def kept(salon):
    """The salon's secrets of Retell: their texts, the newest first."""

    async def texts():
        return [secret.text for secret in await salon.store.platform_secrets.of(salon.id, "retell")]

    return texts


async def add_in_clear(salon, *texts):
    """Store secrets as the former release did."""
    for text in texts:
        await salon.rows(
            "INSERT INTO signing_secrets (company_id, platform, secret) VALUES ($1, 'retell', $2)",
            text,
        )


async def fingerprint_of(salon, text):
    """How the list names a secret."""
    known = await salon.store.platform_secrets.of(salon.id, "retell")
    return next(secret.fingerprint for secret in known if secret.text == text)


async def test_the_database_alone_tells_no_secret(salon, kept):
    """What stands in the row is encrypted, and only for this company and this platform."""
    secrets = salon.store.platform_secrets
    await secrets.add(salon.id, "retell", FIRST)
    (row,) = await salon.rows("SELECT * FROM platform_secrets WHERE company_id = $1")
    assert FIRST.encode() not in row["sealed"]
    assert FIRST not in str(tuple(row))
    other = await a_company(salon.store)
    await other.rows(
        "INSERT INTO platform_secrets (company_id, platform, fingerprint, sealed) "
        "VALUES ($1, 'retell', $2, $3)",
        row["fingerprint"],
        row["sealed"],
    )
    assert [secret.text for secret in await secrets.of(other.id, "retell")] == [None]
    stranger = PlatformSecrets(salon.store.db, InstallationSecret.new())
    assert [secret.text for secret in await stranger.of(salon.id, "retell")] == [None]
    assert await kept() == [FIRST]


async def test_an_old_secret_that_is_stored_again_is_the_newest(salon, kept):
    """After a step back, what is said to be stored is what counts first."""
    for text in (FIRST, SECOND, THIRD, FIRST):
        assert await salon.store.platform_secrets.add(salon.id, "retell", text)
    assert await kept() == [FIRST, THIRD, SECOND]


async def test_a_revoked_secret_is_gone_and_the_others_stay(salon, kept):
    """It is named by its fingerprint; another company's is not found."""
    secrets = salon.store.platform_secrets
    for text in (FIRST, SECOND):
        await secrets.add(salon.id, "retell", text)
    fingerprint = await fingerprint_of(salon, FIRST)
    other = await a_company(salon.store)
    assert not await secrets.revoke(other.id, "retell", fingerprint)
    assert not await secrets.revoke(salon.id, "elevenlabs", fingerprint)
    assert await secrets.revoke(salon.id, "retell", fingerprint)
    assert not await secrets.revoke(salon.id, "retell", fingerprint)
    assert await kept() == [SECOND]


async def test_more_secrets_than_a_rotation_needs_are_not_kept(salon, kept):
    """Each makes a stranger's request dearer; storing one of them again is no further one."""
    texts = [f"secret_{n}_0123456789" for n in range(MOST_SECRETS)]
    for text in texts:
        assert await salon.store.platform_secrets.add(salon.id, "retell", text)
    assert not await salon.store.platform_secrets.add(salon.id, "retell", FIRST)
    assert await salon.store.platform_secrets.add(salon.id, "retell", texts[0])
    assert len(await kept()) == MOST_SECRETS


@pytest.mark.parametrize(
    "text", ["", "x" * 8, "x" * 40, "abababababababababab", "short_1234", "é" * 501]
)
async def test_a_secret_that_can_be_guessed_is_refused(salon, kept, text):
    """It is long, and not of a few characters."""
    with pytest.raises(InvalidInput):
        await salon.store.platform_secrets.add(salon.id, "retell", text)
    assert await kept() == []


async def test_what_the_former_release_stored_is_sealed_and_still_there_for_it(salon, kept):
    """Its newest two are valid, as they were; the third never comes back."""
    await add_in_clear(salon, FIRST, SECOND, THIRD)
    assert await kept() == [THIRD, SECOND]
    assert await kept() == [THIRD, SECOND]
    rows = await salon.rows(
        "SELECT secret, carried_over FROM signing_secrets WHERE company_id = $1"
    )
    assert sorted(map(tuple, rows)) == [(SECOND, True), (THIRD, True)]


async def test_a_revoked_secret_is_gone_for_the_former_release_too(salon, kept):
    """No clear text of it is left, and none becomes valid in its place."""
    await add_in_clear(salon, FIRST, SECOND, THIRD)
    fingerprint = await fingerprint_of(salon, THIRD)
    await salon.store.platform_secrets.revoke(salon.id, "retell", fingerprint)
    rows = await salon.rows("SELECT secret FROM signing_secrets WHERE company_id = $1")
    assert [row["secret"] for row in rows] == [SECOND]
    assert await kept() == [SECOND]


async def test_a_secret_that_was_revoked_meanwhile_is_not_carried_over(salon, kept):
    """The row decides that both see, not what a process has read before."""
    await add_in_clear(salon, FIRST)
    (seen,) = await salon.store.db.read(query("secrets_of"), salon.id, "retell")
    await salon.rows("DELETE FROM signing_secrets WHERE company_id = $1")
    await salon.store.db.change(
        query("carry_secret_over"), salon.id, seen["clear_id"], "0" * 16, b"x" * 40
    )
    assert await kept() == []


async def test_the_last_use_is_written_apart_from_the_request(salon):
    """It waits in memory until the batch, and is written once in some minutes."""
    secrets, uses = salon.store.platform_secrets, salon.store.uses
    await secrets.add(salon.id, "retell", FIRST)
    (known,) = await secrets.of(salon.id, "retell")
    uses.secret(salon.id, "retell", known.fingerprint)
    assert (await secrets.of(salon.id, "retell"))[0].verified_at is None
    await uses.flush()
    (verified,) = await secrets.of(salon.id, "retell")
    assert verified.verified_at is not None
    uses.secret(salon.id, "retell", known.fingerprint)
    await uses.flush()
    assert (await secrets.of(salon.id, "retell")) == [verified]
