"""Visits over REST: several services, for several people, whole or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.client import ANNA, TEN
from tests.build import HAIRCUT, PERM
from tests.tools.test_branches import open_second_branch

CUT, DRY_CUT = {"service": HAIRCUT}, {"service": "Trockenschnitt"}
PERM_OF_HERS = {"service": PERM}
HER_SON = {"service": "Trockenschnitt", "person": 2}


def a_visit(*parts, **more):
    """The body of a wish at ten."""
    return {"parts": list(parts), "start": TEN.isoformat(), "customer": ANNA} | more


async def booked(rest, *parts, **more):
    """Book a visit at once; give the first person's appointment."""
    status, visit = await rest("POST", "/v1/appointments", a_visit(*parts, **more))
    assert status == 201, visit
    return visit


async def test_a_visit_is_held_whole_under_one_token(rest):
    """One service after the other without a hole, each with its own line."""
    status, held = await rest("POST", "/v1/reservations", a_visit(CUT, DRY_CUT))
    assert status == 201, held
    assert [part["service"] for part in held["parts"]] == [HAIRCUT, "Trockenschnitt"]
    assert held["parts"][0]["end"] == held["parts"][1]["start"]
    assert (held["start"], held["end"]) == (held["parts"][0]["start"], held["parts"][1]["end"])
    assert (await rest("GET", f"/v1/reservations/{held['token']}"))[1]["parts"] == held["parts"]


async def test_the_same_visit_again_is_the_same_hold(rest):
    """A repeated wish of a call has one effect, and another order of words is the same wish."""
    body = a_visit(CUT, HER_SON, call_id="again")
    tokens = {(await rest("POST", "/v1/reservations", body))[1]["token"] for _ in range(3)}
    assert len(tokens) == 1


async def test_each_person_of_a_visit_has_an_appointment(rest):
    """They are converted together, share the visit's token, and are given together again."""
    _, held = await rest("POST", "/v1/reservations", a_visit(CUT, HER_SON))
    path = f"/v1/reservations/{held['token']}/convert"
    status, visit = await rest("POST", path, {"customer": {"name": "Erika Muster"}})
    assert status == 200
    (other,) = visit["others"]
    assert (visit["person"], other["person"]) == (1, 2)
    assert visit["visit_token"] == other["visit_token"] == held["token"]
    assert (await rest("POST", path, {}))[1] == visit


async def test_two_people_need_two_stylists_or_come_one_after_the_other(rest):
    """Side by side where both are free, else without a hole between them."""
    visit = await booked(rest, CUT, HER_SON)
    assert visit["start"] == visit["others"][0]["start"]
    assert visit["staff"] != visit["others"][0]["staff"]
    later = (TEN + timedelta(days=1)).isoformat()
    await booked(rest, {"service": PERM, "staff": "Sarah"}, start=later)
    alone = await booked(rest, CUT, HER_SON, start=later)
    assert alone["end"] == alone["others"][0]["start"]


async def test_what_is_taken_of_one_part_refuses_the_whole(rest):
    """No half of a visit is ever held."""
    await booked(rest, CUT | {"staff": "Emma"})
    await booked(rest, CUT | {"staff": "Sarah"})
    early = (TEN - timedelta(minutes=30)).isoformat()
    status, no = await rest("POST", "/v1/reservations", a_visit(DRY_CUT, CUT, start=early))
    assert (status, no["code"]) == (409, "slot_taken")


async def test_a_part_is_cancelled_alone(rest):
    """The rest stands, earlier than before or later, and what was free is free again."""
    visit = await booked(rest, CUT | {"staff": "Emma"}, DRY_CUT | {"staff": "Emma"})
    path = f"/v1/appointments/{visit['id']}"
    status, rest_of_it = await rest("DELETE", f"{path}?parts=2")
    assert (status, rest_of_it["status"]) == (200, "booked")
    assert [part["service"] for part in rest_of_it["parts"]] == [HAIRCUT]
    assert rest_of_it["end"] == visit["parts"][0]["end"]
    assert (await rest("DELETE", f"{path}?parts=2"))[1] == rest_of_it
    await booked(rest, DRY_CUT | {"staff": "Emma"}, start=visit["parts"][1]["start"])
    assert (await rest("DELETE", path))[1]["status"] == "cancelled"


async def test_one_persons_appointment_is_cancelled_alone(rest):
    """The mother's stands where it was."""
    visit = await booked(rest, CUT | {"staff": "Emma"}, HER_SON | {"staff": "Sarah"})
    (son,) = visit["others"]
    assert (await rest("DELETE", f"/v1/appointments/{son['id']}"))[1]["status"] == "cancelled"
    del visit["others"]
    assert (await rest("GET", f"/v1/appointments/{visit['id']}"))[1] == visit
    await booked(rest, DRY_CUT | {"staff": "Sarah"})


async def test_a_part_is_moved_alone(rest):
    """It becomes an appointment of its own, of the same visit, and the rest stands."""
    visit = await booked(rest, CUT, DRY_CUT)
    later = (TEN + timedelta(days=1)).isoformat()
    path = f"/v1/appointments/{visit['id']}"
    status, moved = await rest("POST", f"{path}/move", {"start": later, "parts": [2]})
    assert (status, moved["start"]) == (200, later), moved
    assert moved["id"] != visit["id"]
    assert moved["visit_token"] == visit["visit_token"]
    status, no = await rest("POST", f"{path}/move", {"start": later, "parts": [2]})
    assert (status, no["code"]) == (404, "unknown_part")
    left = (await rest("GET", path))[1]
    assert [part["service"] for part in left["parts"]] == [HAIRCUT]


@pytest.mark.parametrize(
    "body",
    [
        {"start": TEN.isoformat()},
        a_visit(CUT) | {"service": HAIRCUT},
        a_visit(CUT) | {"staff": "Emma"},
        a_visit(CUT) | {"person": 2},
        a_visit(),
    ],
)
async def test_a_wish_is_of_a_service_or_of_parts(rest, body):
    """Never of both, and never of nothing."""
    status, no = await rest("POST", "/v1/reservations", body)
    assert (status, no["code"]) == (422, "invalid_input")


async def test_more_than_four_people_are_refused_by_name(rest):
    """A visit has at most four people."""
    parts = [CUT | {"person": person} for person in range(1, 6)]
    status, no = await rest("POST", "/v1/reservations", a_visit(*parts))
    assert (status, no["code"]) == (422, "visit_too_large")


async def test_the_price_and_the_notice_of_the_hold_stay(rest):
    """They are shown with the hold and with its appointment."""
    _, held = await rest("POST", "/v1/reservations", a_visit(CUT))
    told = ("price_cents", "currency", "cancel_notice_min")
    _, visit = await rest("POST", f"/v1/reservations/{held['token']}/convert", {})
    assert [visit[name] for name in told] == [held[name] for name in told]


@pytest.mark.parametrize(
    "parts",
    [(CUT, DRY_CUT), (CUT, HER_SON), (CUT | {"staff": "Emma"}, DRY_CUT, HER_SON)],
    ids=["two services", "two people", "three parts with a wish"],
)
async def test_what_is_listed_of_a_visit_is_what_a_hold_places(rest, parts):
    """At each start of a busy hour: listed as it would be held, or not listed and refused."""
    await booked(rest, CUT | {"staff": "Sarah"})
    await booked(rest, PERM_OF_HERS | {"staff": "Emma"})
    window = {"from": TEN.isoformat(), "to": (TEN + timedelta(hours=2)).isoformat()}
    wish = {"parts": list(parts), "limit": 200}
    _, free = await rest("POST", "/v1/availability", wish | window)
    listed = {slot["start"]: slot for slot in reversed(free["slots"])}
    assert 0 < len(listed) < 24
    for minutes in range(0, 120, 5):
        at = (TEN + timedelta(minutes=minutes)).isoformat()
        status, held = await rest("POST", "/v1/reservations", a_visit(*parts, start=at))
        assert (status == 201) == (at in listed), held
        if status == 201:
            slot = listed[at]
            assert {key: held[key] for key in ("end", "staff", "branch")} == {
                key: slot[key] for key in ("end", "staff", "branch")
            }
            seen = slot["parts"][0].keys()
            assert [{key: part[key] for key in seen} for part in held["parts"]] == slot["parts"]
            await rest("DELETE", f"/v1/reservations/{held['token']}")


async def test_a_list_that_is_cut_off_says_where_to_go_on(rest):
    """From there on the rest is listed, and no start is left out."""
    window = {"from": TEN.isoformat(), "to": (TEN + timedelta(hours=1)).isoformat()}
    starts: list[str] = []
    wish, more = {"parts": [CUT, HER_SON], "limit": 5}, True
    while more:
        _, free = await rest("POST", "/v1/availability", wish | window)
        starts += [slot["start"] for slot in free["slots"]]
        window["from"], more = free["listed_to"], free["more"]
    assert window["from"] == window["to"]
    assert sorted(set(starts)) == [
        (TEN + timedelta(minutes=minutes)).isoformat() for minutes in range(0, 60, 5)
    ]


async def test_a_visit_that_is_never_done_has_no_list(rest):
    """It is refused as its hold is."""
    window = {"from": TEN.isoformat(), "to": (TEN + timedelta(hours=1)).isoformat()}
    status, problem = await rest("POST", "/v1/availability", window | {"parts": [PERM_OF_HERS] * 7})
    assert (status, problem["code"]) == (422, "visit_too_large")
    for body in ({}, {"service": HAIRCUT, "parts": [CUT]}, {"parts": [CUT], "staff": "Emma"}):
        status, problem = await rest("POST", "/v1/availability", window | body)
        assert (status, problem["code"]) == (422, "invalid_input")


async def test_a_part_moves_to_another_branch_alone(rest, real_salon):
    """The rest of the visit stays where it is."""
    await open_second_branch(real_salon)
    visit = await booked(rest, CUT, DRY_CUT, branch="main")
    later = {"start": (TEN + timedelta(hours=3)).isoformat(), "parts": [2], "branch": "west"}
    status, moved = await rest("POST", f"/v1/appointments/{visit['id']}/move", later)
    assert (status, moved["branch"]) == (200, "west")
    _, rest_of_it = await rest("GET", f"/v1/appointments/{visit['id']}")
    assert rest_of_it["branch"] == "main"


async def test_an_appointment_moves_to_another_branch(rest, real_salon):
    """At the same time or another, with somebody who works there; again changes nothing."""
    await open_second_branch(real_salon)
    visit = await booked(rest, CUT | {"staff": "Emma"}, DRY_CUT)
    path, there = (
        f"/v1/appointments/{visit['id']}/move",
        {"start": visit["start"], "branch": "west"},
    )
    status, moved = await rest("POST", path, there)
    assert (status, moved["branch"], moved["start"]) == (200, "west", visit["start"])
    assert {part["staff"]["name"] for part in moved["parts"]} == {"Sarah"}
    assert (await rest("POST", path, there))[1] == moved
    status, problem = await rest("POST", path, there | {"staff": "Emma"})
    assert (status, problem["code"]) == (422, "staff_cannot")
    assert (await rest("POST", path, there | {"branch": "north"}))[1]["code"] == "invalid_input"
