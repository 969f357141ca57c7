"""Requests that are sent again under their Idempotency-Key."""

import asyncio
import json
from datetime import timedelta

import pytest

from slotkeeper.api.idempotency_keys import IDEMPOTENCY_KEY_HEADER
from slotkeeper.domain.errors import StorageUnavailable
from slotkeeper.http import once
from slotkeeper.http.once import REPLAYED
from slotkeeper.storage.idempotency import Idempotency, IdempotencyKey, KeptAnswer
from tests.api.client import ANNA, TEN, Rest
from tests.build import HAIRCUT, a_company
from tests.operations.test_check_availability import set_rules
from tests.waiting import until

A_WISH = {"service": HAIRCUT, "start": TEN.isoformat(), "staff": "Emma", "customer": ANNA}
HOLD, BOOK, OFFER = "/v1/reservations", "/v1/appointments", "/v1/offers"
# So far ahead that no machine is so slow as to give it up for dead.
JUST_BEGUN = "-1 hour"
LATER = (TEN + timedelta(hours=3)).isoformat()


async def send(rest, path, body=A_WISH, *, key="k1", raw=None):
    """Post a body under a key; the status, whether it was replayed, and the bytes."""
    data = raw if raw is not None else json.dumps(body)
    headers = rest.headers | {"Content-Type": "application/json", IDEMPOTENCY_KEY_HEADER: key}
    async with rest.http.post(path, data=data, headers=headers) as answer:
        return answer.status, answer.headers.get(REPLAYED) == "true", await answer.read()


async def code_of(rest, *sent, **how):
    """What a request is refused with."""
    status, _, answer = await send(rest, *sent, **how)
    return status, json.loads(answer)["code"]


@pytest.fixture
def claims(monkeypatch):
    """What every claim of a key was answered with, in order; the claims are made all the same."""
    states, claim = [], Idempotency.claim

    async def noted(keys, company_id, key):
        claimed = await claim(keys, company_id, key)
        states.append(claimed.state)
        return claimed

    monkeypatch.setattr(Idempotency, "claim", noted)
    return states


async def count(salon, table, where="true"):
    """How many rows of this company there are."""
    ((rows,),) = await salon.rows(f"SELECT count(*) FROM {table} WHERE company_id = $1 AND {where}")
    return rows


async def forget_answer(salon, *, ago="1 minute"):
    """Leave the company's keys as a process leaves them that dies before it keeps its answer."""
    await salon.rows(
        "UPDATE idempotency_keys SET answer = NULL, http_status = NULL, "
        "created_at = now() - $2::text::interval WHERE company_id = $1 RETURNING id",
        ago,
    )


@pytest.mark.parametrize(("path", "status"), [(HOLD, 201), (BOOK, 201), (OFFER, 200)])
async def test_the_same_request_again_has_one_effect_and_one_answer(rest, real_salon, path, status):
    """Five times in sequence: the first answer to the byte, and four times marked as such."""
    answers = [await send(rest, path) for _ in range(5)]
    assert [answer[:2] for answer in answers] == [(status, False)] + [(status, True)] * 4
    assert len({body for _, _, body in answers}) == 1
    assert await count(real_salon, "appointment_reservations") == 1


@pytest.mark.parametrize("path", [HOLD, BOOK, OFFER])
async def test_at_the_same_time_it_is_done_once_as_well(rest, real_salon, path):
    """Five in parallel: one row, one answer."""
    answers = await asyncio.gather(*(send(rest, path) for _ in range(5)))
    assert len({body for _, _, body in answers}) == 1
    assert sorted(replayed for _, replayed, _ in answers) == [False] + [True] * 4
    assert await count(real_salon, "appointment_reservations") == 1


async def test_alternatives_are_offered_once(rest, real_salon):
    """What was named first stays held, however often it is asked for at once."""
    await rest.hold(staff="Emma")
    answers = await asyncio.gather(*(send(rest, OFFER) for _ in range(5)))
    ((body),) = {body for _, _, body in answers}
    for other in json.loads(body)["others"]:
        assert (await rest("GET", f"{HOLD}/{other['token']}"))[1]["status"] == "active"
    assert await count(real_salon, "appointment_reservations") == 1 + 2


async def test_what_follows_a_hold_is_done_once(rest, real_salon):
    """Extending, converting and moving under a key each: the first answers."""
    _, held = await rest.hold(staff="Emma")
    path = f"{HOLD}/{held['token']}"
    longer = [await send(rest, f"{path}/extend", {"lifetime_s": 600}, key="e") for _ in range(2)]
    booked = [await send(rest, f"{path}/convert", {}, key="c") for _ in range(2)]
    move = f"{BOOK}/{json.loads(booked[0][2])['id']}/move"
    moved = [await send(rest, move, {"start": LATER}, key="m") for _ in range(2)]
    for first, again in (longer, booked, moved):
        assert (first[0], first[1], again) == (200, False, (200, True, first[2]))
    assert await count(real_salon, "outbox", "kind = 'appointment.moved'") == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [(HOLD, A_WISH | {"start": LATER}), (HOLD, A_WISH | {"person": 2}), (BOOK, A_WISH)],
)
async def test_a_key_belongs_to_its_request(rest, real_salon, path, body):
    """Another body, or another address, is refused under it and does nothing."""
    await send(rest, HOLD)
    assert await code_of(rest, path, body) == (422, "key_reused")
    assert await count(real_salon, "appointment_reservations") == 1
    assert await count(real_salon, "appointments") == 0


async def test_another_key_is_another_wish(rest):
    """What the one holds is in the way of the other."""
    await send(rest, HOLD)
    assert await code_of(rest, HOLD, key="k2") == (409, "slot_taken")


async def test_without_a_key_nothing_is_remembered(rest, real_salon):
    """The same body again is a wish of its own."""
    assert [(await rest.hold(staff="Emma"))[0] for _ in range(2)] == [201, 409]
    assert await count(real_salon, "idempotency_keys") == 0


async def test_a_refusal_is_not_kept(rest):
    """Tried again under its key it succeeds when it can; its key still belongs to it."""
    _, held = await rest.hold(staff="Emma")
    for _ in range(2):
        assert await code_of(rest, HOLD) == (409, "slot_taken")
    assert await code_of(rest, HOLD, A_WISH | {"start": LATER}) == (422, "key_reused")
    await rest("DELETE", f"{HOLD}/{held['token']}")
    status, replayed, body = await send(rest, HOLD)
    assert (status, replayed) == (201, False)
    assert await send(rest, HOLD) == (201, True, body)


async def test_what_cannot_be_read_takes_no_key(rest):
    """A body that is mended may come under the same key."""
    assert await code_of(rest, HOLD, {"service": 7}) == (422, "invalid_input")
    assert await code_of(rest, HOLD, raw="{") == (400, "not_json")
    assert (await send(rest, HOLD))[0] == 201


@pytest.mark.parametrize("call_id", [None, "c1"])
async def test_a_hold_whose_answer_was_lost_is_given_again(rest, real_salon, call_id):
    """The process died between the commit and the answer: the same hold, not another one."""
    body = A_WISH | ({"call_id": call_id} if call_id else {})
    _, _, lost = await send(rest, HOLD, body)
    await forget_answer(real_salon)
    status, replayed, again = await send(rest, HOLD, body)
    assert (status, replayed) == (201, False)
    assert json.loads(again)["token"] == json.loads(lost)["token"]
    assert await count(real_salon, "appointment_reservations") == 1


async def test_a_booking_whose_answer_was_lost_is_given_again(rest, real_salon):
    """Although the time is now taken: by itself. Another key's wish is still refused."""
    _, _, lost = await send(rest, BOOK)
    await forget_answer(real_salon)
    assert await send(rest, BOOK) == (201, False, lost)
    assert await code_of(rest, BOOK, key="k2") == (409, "slot_taken")
    assert await count(real_salon, "appointments") == 1


async def test_a_move_whose_answer_was_lost_is_given_again(rest, real_salon):
    """Although the new time is within the notice that a move needs; elsewhere it is refused."""
    _, _, booked = await send(rest, BOOK)
    path = f"{BOOK}/{json.loads(booked)['id']}/move"
    _, _, lost = await send(rest, path, {"start": LATER}, key="m")
    await set_rules(real_salon, move_notice_min=10**7)
    await forget_answer(real_salon)
    assert await send(rest, path, {"start": LATER}, key="m") == (200, False, lost)
    assert (await code_of(rest, path, {"start": TEN.isoformat()}, key="n"))[1] == (
        "too_late_to_change"
    )


@pytest.mark.parametrize("path", [HOLD, OFFER])
async def test_an_answer_that_could_not_be_kept_is_not_given(rest, real_salon, monkeypatch, path):
    """Whoever asks again might hear another, of which only that one would be kept."""

    async def broken(*_):
        raise StorageUnavailable("gone in this moment")

    with monkeypatch.context() as patch:
        patch.setattr(Idempotency, "keep", broken)
        assert await code_of(rest, path) == (503, "outcome_unknown")
    await forget_answer(real_salon)
    assert [(await send(rest, path))[1] for _ in range(2)] == [False, True]
    assert await count(real_salon, "appointment_reservations") == 1


async def test_who_comes_while_it_is_under_way_gets_its_answer(rest, real_salon, claims):
    """It waits; what is kept in the meantime is what it is told."""
    _, _, body = await send(rest, HOLD)
    await forget_answer(real_salon, ago=JUST_BEGUN)
    waiting = asyncio.create_task(send(rest, HOLD))
    await until(lambda: "in_flight" in claims, "the second request was told to wait")
    ((key_hash, payload_hash),) = await real_salon.rows(
        "SELECT key_hash, payload_hash FROM idempotency_keys WHERE company_id = $1"
    )
    answer = KeptAnswer(body, 201)
    kept = await real_salon.store.idempotency.keep(
        real_salon.id, IdempotencyKey(key_hash, payload_hash), answer
    )
    assert kept == answer
    assert await waiting == (201, True, body)


async def test_who_has_waited_too_long_is_told_to_ask_again(rest, real_salon, monkeypatch):
    """It may yet be done: nobody can say, and nothing is done a second time."""
    monkeypatch.setattr(once, "_PAUSES_S", (0.01, 0.01))
    await send(rest, HOLD)
    await forget_answer(real_salon, ago=JUST_BEGUN)
    assert await code_of(rest, HOLD) == (503, "outcome_unknown")
    assert await count(real_salon, "appointment_reservations") == 1


async def test_the_answer_that_was_kept_first_stands(real_salon):
    """Also for one that was given up for dead and was only slow."""
    keys, key = real_salon.store.idempotency, IdempotencyKey(b"k" * 32, b"p" * 32)
    await keys.claim(real_salon.id, key)
    first, second = KeptAnswer(b'{"n":1}', 201), KeptAnswer(b'{"n":2}', 200)
    assert await keys.keep(real_salon.id, key, first) == first
    assert await keys.keep(real_salon.id, key, second) == first
    await keys.let_go(real_salon.id, key, 409)
    assert (await keys.claim(real_salon.id, key)).answer == first


async def test_only_one_takes_a_dead_ones_place(real_salon):
    """Of all who ask again after a crash, one runs and the others wait for it."""
    keys, key = real_salon.store.idempotency, IdempotencyKey(b"k" * 32, b"p" * 32)
    await keys.claim(real_salon.id, key)
    await forget_answer(real_salon)
    claims = await asyncio.gather(*(keys.claim(real_salon.id, key) for _ in range(5)))
    assert sorted(claim.state for claim in claims) == ["claimed"] + ["in_flight"] * 4


async def test_two_companies_may_use_the_same_key(http, rest, store):
    """Neither learns of the other, not even that the key is in use."""
    other = await a_company(store, sandbox=False)
    stranger = Rest(http, await store.directory.create_key(other.id))
    _, _, ours = await send(rest, HOLD)
    status, replayed, theirs = await send(stranger, HOLD)
    assert (status, replayed) == (201, False)
    assert ours != theirs
    assert await send(stranger, HOLD) == (201, True, theirs)
    assert await code_of(stranger, BOOK) == (422, "key_reused")


@pytest.mark.parametrize("key", ["x" * 201, "", "schlüssel", "a\tb"])
async def test_a_bad_key_is_refused(rest, real_salon, key):
    """It names the header; nothing is done."""
    assert await code_of(rest, HOLD, key=key) == (422, "invalid_input")
    assert await count(real_salon, "appointment_reservations") == 0


async def test_a_key_may_have_two_hundred_characters(rest):
    """And any of those that can be printed."""
    for key in ("x" * 200, "a b:c/~!"):
        assert (await send(rest, HOLD, A_WISH | {"call_id": key[:9]}, key=key))[0] in (201, 409)


async def test_a_call_that_was_made_of_a_key_is_not_shown(rest):
    """Who named no call sees none; who named one sees it."""
    _, _, held = await send(rest, HOLD)
    assert json.loads(held)["call_id"] is None
    body = A_WISH | {"staff": "Sarah", "call_id": "c1"}
    _, _, booked = await send(rest, BOOK, body, key="k2")
    assert json.loads(booked)["call_id"] == "c1"


async def test_a_key_is_forgotten_after_a_day(rest, real_salon):
    """Then it may come with another request; others that are as old are cleared away with it."""
    for number in range(3):
        await send(rest, HOLD, A_WISH | {"person": 1 + number, "staff": None}, key=f"k{number}")
    await forget_answer(real_salon, ago="25 hours")
    assert (await send(rest, HOLD, A_WISH | {"start": LATER}, key="k0"))[0] == 201
    assert await count(real_salon, "idempotency_keys") == 1


async def test_a_hundred_old_keys_are_cleared_away_at_a_time(rest, real_salon):
    """So that no request waits for long."""
    await real_salon.rows(
        "INSERT INTO idempotency_keys (company_id, key_hash, payload_hash, created_at) "
        "SELECT $1, sha256(n::text::bytea), sha256(''), now() - interval '25 hours' "
        "FROM generate_series(1, 150) n RETURNING id"
    )
    await send(rest, HOLD)
    assert await count(real_salon, "idempotency_keys") == 51


async def test_keys_are_described_where_they_are_taken(rest):
    """The header, and what a wrong one is refused with."""
    _, described = await rest("GET", "/openapi.json")
    taking = {
        operation["operationId"]
        for methods in described["paths"].values()
        for operation in methods.values()
        if IDEMPOTENCY_KEY_HEADER in {parameter["name"] for parameter in operation["parameters"]}
    }
    assert taking == {
        *("createReservation", "convertReservation", "extendReservation"),
        *("createAppointment", "moveAppointment", "makeOffer", "createAbsence"),
    }
    responses = described["paths"][HOLD]["post"]["responses"]
    assert "key_reused" in responses["422"]["description"]
