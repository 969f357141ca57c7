"""The commands about the secrets that platforms sign with."""

import json

import pytest

SECRET = "key_0123456789abcdef"
MORE = "key_fedcba9876543210"


async def test_a_secret_is_stored_listed_and_revoked_without_being_shown(as_json, real_salon):
    """Fingerprints name them; the newest comes first."""
    ends = []
    for secret in (SECRET, MORE):
        ends.append(await as_json("retell", "secret", "add", "--secret-stdin", stdin=f"{secret}\n"))
    listed = await as_json("retell", "secret", "list")
    assert [row["fingerprint"] for row in listed] == [end["fingerprint"] for end in ends[::-1]]
    assert listed[0]["last_verified_at"] is None
    assert not any(secret in json.dumps([ends, listed]) for secret in (SECRET, MORE))
    await as_json("retell", "secret", "revoke", ends[0]["fingerprint"])
    left = await real_salon.store.platform_secrets.of(real_salon.id, "retell")
    assert [secret.text for secret in left] == [MORE]
    assert await as_json("elevenlabs", "secret", "list") == []


@pytest.mark.parametrize(
    ("secret", "why"), [("short", "this one has 5"), ("x" * 30, "8 different")]
)
async def test_a_weak_secret_is_refused_in_words(command, real_salon, secret, why):
    """The exit code is 1, and nothing is stored."""
    slug = real_salon.company.slug
    done = await command(
        "elevenlabs", "secret", "add", "-c", slug, "--secret-stdin", stdin=f"{secret}\n"
    )
    assert (done.exit_code, why in done.stderr) == (1, True)
    assert await real_salon.store.platform_secrets.of(real_salon.id, "elevenlabs") == []


async def test_a_secret_too_many_and_an_unknown_one_are_refused_in_words(command, real_salon):
    """The message says which command helps."""
    slug = real_salon.company.slug
    for n in range(4):
        done = await command(
            "retell", "secret", "add", "-c", slug, "--secret-stdin", stdin=f"{SECRET}{n}\n"
        )
    assert "slotkeeper retell secret list" in done.stderr
    done = await command("retell", "secret", "revoke", "0" * 16, "-c", slug)
    assert (done.exit_code, "slotkeeper retell secret list" in done.stderr) == (1, True)
