"""No worker at all: expiry is exact all the same, for whoever converts, wishes or reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slotkeeper.domain.errors import ReservationExpired
from tests.build import FRIDAY_10, HAIRCUT, PERM
from tests.races.arena import Caller, day, later
from tests.races.programs import SERVER, client, programs
from tests.races.truth import assert_sound_now


@pytest.mark.parametrize("service", [HAIRCUT, PERM])
async def test_a_dead_hold_that_nobody_swept_is_dead(real_salon, service):
    """At its expiry a hold is refused, shown as expired, and gone for a rival, with no worker."""
    held = await real_salon.hold(service, staff="Emma", ttl_s=1)
    await real_salon.rows("SELECT pg_sleep_until($2) FROM companies WHERE id = $1", held.expires_at)

    found, read_at = await real_salon.store.reservations.find(real_salon.id, held.token)
    assert found.status == "active"  # stored so: nobody swept it
    assert found.is_expired(read_at)
    assert found.time_remaining_s(read_at) == 0
    assert await real_salon.store.reservations.active(real_salon.id) == []
    assert [r.token for r in await real_salon.store.reservations.expired(real_salon.id)] == [
        held.token
    ]
    rival = await real_salon.hold(
        HAIRCUT, staff="Emma", call="rival", at=FRIDAY_10 + timedelta(minutes=5)
    )
    with pytest.raises(ReservationExpired):
        await real_salon.convert(held.token)
    await real_salon.convert(rival.token)
    await assert_sound_now(real_salon)


async def test_rest_tells_the_expiry_without_a_worker(arena):
    """A server alone refuses a late yes, shows the hold as expired, and gives the slot on."""
    (salon,) = await arena.salons(1)
    key = await salon.store.directory.create_key(salon.id)
    async with programs(arena.urls.app_url, SERVER) as (server,), client(key) as rest:
        url = f"{server.address}/v1/reservations"
        wish = {"service": HAIRCUT, "staff": "Emma", "start": day(0).isoformat()}
        held = await rest.ask("POST", url, **wish, lifetime_s=1)
        assert held.status == 201
        await (await arena.connect()).execute("SELECT pg_sleep_until($1)", held.expires_at)
        mine = f"{url}/{held.body['token']}"
        shown = await rest.ask("GET", mine)
        assert (shown.body["status"], shown.body["expires_in_s"]) == ("expired", 0)
        late = await rest.ask("POST", f"{mine}/convert")
        assert (late.status, late.body["code"]) == (410, "reservation_expired")
        rival = await rest.ask("POST", url, **wish)
        assert rival.status == 201
    await assert_sound_now(salon)


async def test_a_dead_hold_gives_way_to_one_option_of_an_offer(real_salon):
    """An offer gets the slot of a dead hold, also where its other option is held already."""
    caller, dead = Caller(real_salon, "caller"), Caller(real_salon, "dead")
    mine, free = caller.slot(day(0)), caller.slot(later(day(0), hours=1))
    (died,) = await dead.hold(free)
    await caller.hold(mine)
    await dead.let_die(died)
    options = await caller.reserve(mine, free)
    assert [option.outcome for option in options] == ["repeated", "held"]
