"""key, reservation and appointment, run as commands against a real database."""

import json
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.cli.presenting import masked_phone
from slotkeeper.domain.wish import Customer
from tests.build import FRIDAY_10, HAIRCUT, PERM, TOKENS
from tests.cli.processes import run

ERIKA = Customer("Erika Muster", "+4915112345678")


async def wait_for_expiry(salon, held):
    """Wait on the database's clock."""
    await salon.rows("SELECT pg_sleep_until($2) WHERE $1 > 0", held.expires_at)


async def test_a_key_is_shown_once_and_ends_when_it_is_revoked(as_json, command, store, real_salon):
    """The key belongs to the company; lists show its first characters only; revoked is revoked."""
    key = (await as_json("key", "create"))["key"]
    assert await store.directory.find("api_key", key) == real_salon.id

    (listed,) = await as_json("key", "list")
    assert key.startswith(listed["prefix"])
    assert len(listed["prefix"]) < len(key) / 3
    assert listed["revoked_at"] is None

    await as_json("key", "revoke", listed["prefix"])
    assert await store.directory.find("api_key", key) is None
    again = await command("key", "revoke", listed["prefix"], "-c", real_salon.company.slug)
    assert again.exit_code == 1


async def test_a_key_of_another_company_cannot_be_revoked(as_json, command, salon, store):
    """A prefix is looked for among the named company's keys alone."""
    key = (await as_json("key", "create"))["key"]
    done = await command("key", "revoke", key[:11], "--company", salon.company.slug)
    assert done.exit_code == 1
    assert await store.directory.find("api_key", key) is not None


async def test_a_platforms_secret_is_read_from_standard_input(as_json, store, real_salon):
    """It is stored as it was sent, without the line's end, and not printed."""
    done = await as_json("key", "create", "--platform", "retell", "--secret-stdin",
                         stdin="key_0123456789abcdef\n")  # fmt: skip
    assert "key_0123456789abcdef" not in json.dumps(done)
    secrets = await store.platform_secrets.of(real_salon.id, "retell")
    assert [secret.text for secret in secrets] == ["key_0123456789abcdef"]


@pytest.mark.parametrize(
    ("options", "stdin", "why"),
    [
        (["--platform", "retell", "--secret-stdin"], "short\n", "this one has 5"),
        (["--platform", "retell", "--secret-stdin"], "", "this one has 0"),
        (["--platform", "retell"], "key_0123456789abcdef\n", "--secret-stdin"),
        (["--secret-stdin"], "key_0123456789abcdef\n", "--platform"),
    ],
)
async def test_a_secret_that_cannot_be_taken_is_refused(command, real_salon, options, stdin, why):
    """The reason is said, the exit code is 1, nothing is stored."""
    slug = real_salon.company.slug
    done = await command("key", "create", "--company", slug, *options, stdin=stdin)
    assert done.exit_code == 1
    assert why in done.stderr
    assert await real_salon.store.platform_secrets.of(real_salon.id, "retell") == []


async def test_reservations_are_listed_by_status_and_call(as_json, real_salon):
    """Filters combine, and the newest comes first."""
    first = await real_salon.hold(staff="Emma", call="call_a")
    second = await real_salon.hold(staff="Sarah", call="call_b")
    await real_salon.convert(second.token)

    async def tokens(*filters):
        return [row["stored_token"] for row in await as_json("reservation", "list", *filters)]

    assert await tokens() == [str(second.token), str(first.token)]
    assert await tokens("--status", "active") == [str(first.token)]
    assert await tokens("--status", "converted") == [str(second.token)]
    assert await tokens("--call", "call_b") == [str(second.token)]
    assert await tokens("--call", "call_b", "--status", "active") == []
    assert await tokens("--status", "expired") == []


async def test_a_dead_hold_is_listed_as_expired_before_anyone_has_swept_it(as_json, real_salon):
    """What is stored as active but past its expiry is never shown as active."""
    held = await real_salon.hold(ttl_s=1, call="call_a")
    await wait_for_expiry(real_salon, held)
    (row,) = await as_json("reservation", "list", "--call", "call_a")
    assert row["status"] == "expired"
    assert await as_json("reservation", "list", "--status", "active") == []


async def test_tables_mask_numbers_and_json_does_not(command, as_json, real_salon):
    """Who looks over a shoulder does not see whole numbers; programs get them."""
    held = await real_salon.hold(customer=ERIKA)
    booked = await real_salon.convert(held.token, customer=ERIKA)
    slug = real_salon.company.slug
    date = f"{FRIDAY_10:%Y-%m-%d}"
    for words in (
        ("reservation", "list"),
        ("reservation", "show", str(held.token)),
        ("appointment", "list", "--date", date),
        ("appointment", "show", str(booked.id)),
    ):
        table = await command(*words, "--company", slug)
        assert "+49151•••678" in table.stdout, words
        assert ERIKA.phone not in table.stdout, words
        assert ERIKA.phone in json.dumps(await as_json(*words)), words


async def test_times_are_the_companys(as_json, real_salon):
    """10:00 in Berlin is printed as 10:00 with Berlin's offset."""
    held = await real_salon.hold(PERM)
    shown = await as_json("reservation", "show", str(held.token))
    assert shown["start"] == "2027-03-05T10:00:00+01:00"
    assert [segment["start"][11:16] for segment in shown["segments"]] == [
        "10:00", "11:05", "11:20", "11:35"
    ]  # fmt: skip


async def test_cancelling_a_hold_releases_all_its_segments(as_json, real_salon):
    """The same perm can be held again at once."""
    held = await real_salon.hold(PERM, staff="Emma")
    ended = await as_json("reservation", "cancel", str(held.token))
    assert (ended["status"], ended["end_reason"]) == ("cancelled", "desk")
    assert (await real_salon.hold(PERM, staff="Emma", call="call_b")).token != held.token


async def test_a_booked_reservation_is_not_cancelled_like_a_hold(command, real_salon):
    """It is refused and says what to do instead; the appointment stands."""
    held = await real_salon.hold()
    booked = await real_salon.convert(held.token)
    slug = real_salon.company.slug
    done = await command("reservation", "cancel", str(held.token), "--company", slug)
    assert done.exit_code == 1
    assert f"appointment cancel {booked.id}" in done.stderr
    assert (await real_salon.find(held.token)).status == "converted"


async def test_appointments_of_a_day(as_json, real_salon):
    """--date shows that day of the company and no other; without it, the next thirty days."""
    booked = await real_salon.book(HAIRCUT)
    listed = await as_json("appointment", "list", "--date", "2027-03-05")
    assert [row["id"] for row in listed] == [booked.id]
    assert await as_json("appointment", "list", "--date", "2027-03-04") == []


async def test_a_cancelled_appointment_is_free_and_leaves_the_list(as_json, real_salon):
    """Cancelling twice is cancelling once; the list shows it only when it is asked for."""
    booked = await real_salon.book(staff="Emma")
    first = await as_json("appointment", "cancel", str(booked.id))
    assert first["status"] == "cancelled"
    assert await as_json("appointment", "cancel", str(booked.id)) == first
    day = ("appointment", "list", "--date", "2027-03-05")
    assert await as_json(*day) == []
    assert [row["id"] for row in await as_json(*day, "--cancelled")] == [booked.id]
    await real_salon.hold(staff="Emma")


async def test_without_a_company_all_are_searched(command, salon, real_salon):
    """A token is found whosever it is, and lists then name the company."""
    held = [await salon.hold(), await real_salon.hold()]
    for owner, found in zip((salon, real_salon), held, strict=True):
        done = await command("reservation", "show", str(found.token), "--json")
        assert json.loads(done.stdout)["company"] == owner.company.slug
    listed = json.loads((await command("reservation", "list", "--json")).stdout)
    assert {str(found.token) for found in held} <= {row["stored_token"] for row in listed}


@pytest.mark.parametrize("verb", ["show", "cancel"])
async def test_commands_know_stored_tokens_alone(command, real_salon, verb):
    """One that was given out would stand in the list of processes; it is as unknown as any."""
    held = await real_salon.hold()
    sent = await command("reservation", verb, str(TOKENS.seal(held.token)))
    made_up = await command("reservation", verb, str(uuid4()))
    assert (sent.exit_code, sent.stderr) == (made_up.exit_code, made_up.stderr) == (1, sent.stderr)
    assert (await real_salon.find(held.token)).status == "active"


async def test_an_id_that_several_companies_have_is_nobodys(command, salon, real_salon):
    """Each counts its own appointments, so the command asks whose is meant and cancels none."""
    ours, theirs = [await each.book() for each in (real_salon, salon)]
    assert ours.id == theirs.id
    done = await command("appointment", "cancel", str(ours.id))
    assert (done.exit_code, "--company" in done.stderr) == (1, True)
    slug = real_salon.company.slug
    done = await command("appointment", "cancel", str(ours.id), "--company", slug, "--json")
    assert json.loads(done.stdout)["status"] == "cancelled"
    assert (await salon.rows("SELECT status FROM appointments WHERE company_id = $1")) == [
        ("booked",)
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("reservation", "show", "no-token"),
        ("reservation", "show", "00000000-0000-0000-0000-000000000000"),
        ("reservation", "cancel", "00000000-0000-0000-0000-000000000000"),
        ("appointment", "show", "999999999"),
        ("appointment", "cancel", "999999999"),
        ("reservation", "list", "--company", "no-such-company"),
        ("key", "create", "--company", "no-such-company"),
    ],
)
async def test_what_does_not_exist_is_a_refusal(command, words):
    """The exit code is 1, and standard output stays empty for the program that reads it."""
    done = await command(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr


def test_a_database_that_does_not_answer_is_a_fault():
    """The exit code is 2, and the reason is a line, not a traceback."""
    nowhere = "postgresql://slotkeeper_app@127.0.0.1:1/slotkeeper"
    done = run("reservation", "list", DATABASE_URL=nowhere)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@given(st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True))
def test_a_masked_number_hides_what_it_should(phone):
    """At least three digits are hidden, or all but two of a short number."""
    shown = masked_phone(phone).replace("•••", "")
    assert len(phone) - len(shown) >= min(3, len(phone) - 2)
    assert len(masked_phone(phone)) <= 12


def test_a_number_is_recognised_by_who_knows_it():
    """The network and the last three digits stay."""
    assert masked_phone("+4915112345678") == "+49151•••678"
    assert masked_phone(None) is None
