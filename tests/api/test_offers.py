"""REST around availability, offers, moving and the desk's everyday."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest

from slotkeeper.domain.ics.content_lines import MAX_CALENDAR_BYTES
from tests.api.client import ANNA, TEN, Rest
from tests.build import HAIRCUT, PERM, a_company
from tests.operations.test_check_availability import set_rules
from tests.tools.test_branches import open_second_branch

MORNING, NOON = "2027-03-05T08:00:00+01:00", "2027-03-05T12:00:00+01:00"
BUSY = (
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Zahnarzt\n"
    "DTSTART;TZID=Europe/Berlin:20270305T100000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n"
)
AS_CALENDAR = {"Content-Type": "text/calendar; charset=utf-8"}


def free(**changed):
    """A body that asks for what is free on Friday morning."""
    return {"service": HAIRCUT, "from": MORNING, "to": NOON} | changed


def a_wish(**changed):
    """A body that wishes Friday at ten."""
    return {"service": HAIRCUT, "start": TEN.isoformat(), "customer": ANNA} | changed


async def test_what_is_free_is_listed_and_not_held(rest):
    """In the order of time, each person by herself, in the company's time."""
    status, found = await rest("POST", "/v1/availability", free(limit=200))
    assert (status, found["more"]) == (200, False)
    first, second = found["slots"][:2]
    assert first["start"] == second["start"] == MORNING
    assert first["end"] == "2027-03-05T08:55:00+01:00"
    assert {first["staff"]["name"], second["staff"]["name"]} == {"Emma", "Sarah"}
    assert len(found["slots"]) == 2 * 4 * 12
    assert (await rest("POST", "/v1/availability", free(limit=200)))[1] == found


async def test_a_branch_is_wished_by_its_key(rest, real_salon):
    """Held, booked and offered there; what is no branch's key is refused."""
    await open_second_branch(real_salon)
    status, held = await rest("POST", "/v1/reservations", a_wish(branch="main"))
    assert (status, held["staff"]["name"], held["branch"]) == (201, "Emma", "main")
    status, booked = await rest("POST", "/v1/appointments", a_wish(branch="west"))
    assert (status, booked["staff"]["name"], booked["branch"]) == (201, "Sarah", "west")
    _, offer = await rest("POST", "/v1/offers", a_wish(branch="west"))
    assert {slot["branch"] for slot in offer["others"]} == {"west"}
    status, problem = await rest("POST", "/v1/offers", a_wish(branch="north"))
    assert (status, problem["code"]) == (422, "invalid_input")


async def test_what_is_free_at_a_branch_is_listed_alone(rest, real_salon):
    """By its key, and every slot says where it is."""
    await open_second_branch(real_salon)
    _, found = await rest("POST", "/v1/availability", free(branch="west"))
    assert {(slot["branch"], slot["staff"]["name"]) for slot in found["slots"]} == {
        ("west", "Sarah")
    }
    _, found = await rest("POST", "/v1/availability", free())
    assert {slot["branch"] for slot in found["slots"]} == {"main", "west"}
    status, problem = await rest("POST", "/v1/availability", free(branch="north"))
    assert (status, problem["code"]) == (422, "invalid_input")


async def test_what_is_taken_is_not_free(rest):
    """Neither what is held nor what is booked; of one person alone, hers."""
    await rest.hold(staff="Emma")
    _, found = await rest("POST", "/v1/availability", free(staff="Emma", limit=200))
    starts = {slot["start"] for slot in found["slots"]}
    assert "2027-03-05T09:05:00+01:00" in starts
    assert "2027-03-05T09:10:00+01:00" not in starts
    assert "2027-03-05T10:55:00+01:00" in starts


async def test_what_is_listed_can_be_had(rest):
    """A perm that ends after the window; the limit says that there is more."""
    _, found = await rest("POST", "/v1/availability", free(service=PERM, limit=3))
    assert (len(found["slots"]), found["more"]) == (3, True)
    slot = found["slots"][-1]
    status, held = await rest.hold(service=PERM, start=slot["start"], staff=slot["staff"]["id"])
    assert (status, held["end"]) == (201, slot["end"])


async def test_a_wish_is_held(rest):
    """The same wish of the same call again is the same hold."""
    body = a_wish(call_id="c1", lifetime_s=120)
    status, offer = await rest("POST", "/v1/offers", body)
    assert (status, offer["others"], offer["refusal"]) == (200, [], None)
    assert offer["wished"]["start"] == TEN.isoformat()
    assert offer["wished"]["expires_in_s"] == pytest.approx(120, abs=1)
    _, again = await rest("POST", "/v1/offers", body)
    assert again["wished"]["token"] == offer["wished"]["token"]


async def test_instead_of_what_is_taken_others_are_held(rest):
    """Each can be converted; the reason comes with its facts."""
    _, held = await rest.hold(staff="Emma")
    body = a_wish(staff="Emma", call_id="c1")
    _, offer = await rest("POST", "/v1/offers", body)
    assert offer["wished"] is None
    assert (offer["refusal"]["code"], offer["refusal"]["blocked_by"]) == ("slot_taken", "hold")
    until = datetime.fromisoformat(offer["refusal"]["blocked_until"])
    assert until == datetime.fromisoformat(held["expires_at"])
    one, two = offer["others"]
    assert one["offer_id"] == two["offer_id"]
    path = f"/v1/reservations/{one['token']}/convert"
    assert (await rest("POST", path, {}))[1]["start"] == one["start"]


async def test_fewer_others_may_be_asked_for(rest):
    """Never more than the company allows."""
    await rest.hold(staff="Emma")
    for limit, others in ((1, 1), (3, 2)):
        body = a_wish(staff="Emma", call_id=f"c{limit}", limit=limit)
        assert len((await rest("POST", "/v1/offers", body))[1]["others"]) == others


async def test_of_a_window_the_first_good_slots_are_held(rest):
    """There is no wished one; where nothing is free there is nothing."""
    window = {"service": HAIRCUT, "from": MORNING, "to": NOON, "call_id": "c1"}
    _, offer = await rest("POST", "/v1/offers", window)
    assert (offer["wished"], offer["refusal"]) == (None, None)
    assert {kept["status"] for kept in offer["others"]} == {"active"}
    assert all(MORNING <= kept["start"] < NOON for kept in offer["others"])
    night = {"from": "2027-03-05T22:00:00+01:00", "to": "2027-03-05T23:00:00+01:00"}
    assert (await rest("POST", "/v1/offers", window | night))[1]["others"] == []


async def test_an_appointment_is_moved_or_stays(rest):
    """To another time, or by a refusal not at all."""
    _, booked = await rest("POST", "/v1/appointments", a_wish(staff="Emma"))
    path = f"/v1/appointments/{booked['id']}"
    later = (TEN + timedelta(minutes=15)).isoformat()
    status, moved = await rest("POST", f"{path}/move", {"start": later})
    assert (status, moved["start"], moved["staff"]) == (200, later, booked["staff"])
    status, no = await rest("POST", f"{path}/move", {"start": "2027-03-05T22:00:00+01:00"})
    assert (status, no["code"]) == (409, "closed")
    assert (await rest("GET", path))[1] == moved
    await rest("DELETE", path)
    assert (await rest("POST", f"{path}/move", {"start": later}))[1]["code"] == (
        "appointment_cancelled"
    )


async def test_within_the_notice_nothing_is_cancelled(rest, real_salon):
    """Over REST nobody can set the company's rule aside."""
    await set_rules(real_salon, cancel_notice_min=10**7)
    _, booked = await rest("POST", "/v1/appointments", a_wish())
    path = f"/v1/appointments/{booked['id']}"
    status, no = await rest("DELETE", path)
    assert (status, no["code"], no["notice_min"]) == (409, "too_late_to_change", 10**7)
    assert (await rest("GET", path))[1]["status"] == "booked"


async def test_an_absence_tells_what_it_hits_but_not_whose_it_is(rest):
    """Ids and times; the appointment stays, new wishes are refused, until it is ended."""
    customer = {"name": "Erika Muster"}
    _, booked = await rest("POST", "/v1/appointments", a_wish(staff="Emma", customer=customer))
    _, held = await rest.hold(staff="Emma", start=NOON)
    body = {"staff": "Emma", "from": MORNING, "to": "2027-03-06T08:00:00+01:00", "reason": "Kurs"}
    status, absence = await rest("POST", "/v1/absences", body)
    assert (status, absence["calendar"], absence["holds"]) == (201, "Emma", 1)
    assert (absence["from"], absence["reason"]) == (MORNING, "Kurs")
    (hit,) = absence["appointments"]
    assert hit == {name: booked[name] for name in ("id", "start", "end", "service", "staff")}
    (hold,) = absence["held"]
    for name in ("token", "start", "end", "service", "staff"):
        assert hold[name] == held[name]
    assert absence["more"] is False
    afternoon = "2027-03-05T15:00:00+01:00"
    assert (await rest.hold(staff="Emma", start=afternoon))[1]["code"] == "staff_absent"
    path = f"/v1/absences/{absence['id']}"
    status, ended = await rest("DELETE", path)
    assert (status, ended["id"], "appointments" in ended) == (200, absence["id"], False)
    assert (await rest.hold(staff="Emma", start=afternoon))[0] == 201
    assert (await rest("DELETE", path))[0] == 404


async def test_an_appointment_says_what_it_stands_in(rest):
    """Held before it was known: the yes counts, and the answer names the absence while it lasts."""
    _, held = await rest.hold(staff="Emma")
    body = {"staff": "Emma", "from": MORNING, "to": "2027-03-06T08:00:00+01:00"}
    _, absence = await rest("POST", "/v1/absences", body)
    _, booked = await rest("POST", f"/v1/reservations/{held['token']}/convert", {})
    assert (booked["status"], booked["hits"]) == ("booked", ["absence"])
    path = f"/v1/appointments/{booked['id']}"
    assert (await rest("GET", path))[1]["hits"] == ["absence"]
    await rest("DELETE", f"/v1/absences/{absence['id']}")
    assert (await rest("GET", path))[1]["hits"] == []


async def test_a_calendar_file_makes_busy(rest):
    """Its figures come back, its titles do not; the same source again replaces."""
    path = "/v1/busy?staff=Emma&source=private"
    status, done = await rest("POST", path, raw=BUSY.encode(), headers=AS_CALENDAR)
    assert (status, done["calendar"], done["source"]) == (200, "Emma", "private")
    assert (done["events"], done["stretches"], done["replaced"]) == (1, 1, 0)
    assert "Zahnarzt" not in str(done)
    assert (await rest.hold(staff="Emma"))[1]["blocked_by"] == "busy"
    empty = b"BEGIN:VCALENDAR\nEND:VCALENDAR"
    status, no = await rest("POST", path, raw=empty, headers=AS_CALENDAR)
    assert (status, no["code"]) == (409, "import_held_back")
    assert (no["said_min"], no["freed_min"]) == (60, 60)
    _, done = await rest("POST", f"{path}&anyway=true", raw=empty, headers=AS_CALENDAR)
    assert (done["replaced"], done["unread"]) == (1, [])
    assert (await rest.hold(staff="Emma"))[0] == 201


@pytest.mark.parametrize(
    ("path", "raw", "status", "code"),
    [
        ("?staff=Emma&source=a", b"nonsense", 422, "calendar_file_refused"),
        ("?staff=Emma&source=a", b"", 422, "calendar_file_refused"),
        ("?staff=Emma", BUSY.encode(), 422, "invalid_input"),
        ("?staff=Emma&source=", BUSY.encode(), 422, "invalid_input"),
        ("?staff=Emma&source=%00", BUSY.encode(), 422, "invalid_input"),
        ("?staff=Emma&source=a%0Ab", BUSY.encode(), 422, "invalid_input"),
        ("?staff=Emma&source=a&colour=red", BUSY.encode(), 422, "invalid_input"),
        ("?staff=Nobody&source=a", BUSY.encode(), 422, "unknown_staff"),
    ],
)
async def test_a_bad_import_is_refused(rest, path, raw, status, code):
    """A file by its line, a query by its field."""
    answered, no = await rest("POST", f"/v1/busy{path}", raw=raw, headers=AS_CALENDAR)
    assert (answered, no["code"]) == (status, code)
    if raw == b"nonsense":
        assert no["line"] == 1


async def test_a_calendar_is_read_up_to_five_megabytes(rest):
    """Many times what is read of JSON, and not a byte more."""
    path = "/v1/busy?staff=Emma&source=a"
    for padding, status in ((1_000_000, 200), (MAX_CALENDAR_BYTES, 413)):
        raw = BytesIO(BUSY.replace("Zahnarzt", "x" * padding).encode())
        assert (await rest("POST", path, raw=raw, headers=AS_CALENDAR))[0] == status


async def test_a_calendar_is_not_json(rest):
    """The media type says what is sent."""
    status, no = await rest("POST", "/v1/busy?staff=Emma&source=a", raw=b"{}")
    assert (status, no["code"]) == (415, "wrong_media_type")


MONTH_ON = "2027-04-05T10:00:01+02:00"


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        ("availability", free(to=MORNING), "invalid_input", "$.to"),
        ("availability", free(to=MONTH_ON), "invalid_input", "$.to"),
        ("availability", free(to="9999-12-31T23:59:59-14:00"), "invalid_input", "$.to"),
        ("availability", free(limit=201), "invalid_input", "$.limit"),
        ("availability", free(limit=0), "invalid_input", "$.limit"),
        ("availability", free(**{"from": "2027-03-05"}), "invalid_input", "$.from"),
        ("availability", free(service="Rainbow"), "unknown_service", None),
        ("availability", free(staff="Nobody"), "unknown_staff", None),
        ("offers", a_wish(to=NOON), "invalid_input", "$.start"),
        ("offers", {"service": HAIRCUT}, "invalid_input", "$.start"),
        ("offers", {"service": HAIRCUT, "from": MORNING}, "invalid_input", "$.start"),
        ("offers", free(to="2027-03-25T08:00:00+01:00"), "invalid_input", "$.to"),
        ("offers", a_wish(limit=4), "invalid_input", "$.limit"),
        ("offers", a_wish(start="0001-01-01T00:00:00+14:00"), "invalid_input", "$.start"),
        ("offers", a_wish(staff="Nobody"), "unknown_staff", None),
        ("absences", {"from": MORNING, "to": NOON}, "invalid_input", "$.staff"),
        ("absences", {"staff": "Emma", "from": NOON, "to": MORNING}, "invalid_input", "$.to"),
        ("absences", {"staff": "Nobody", "from": MORNING, "to": NOON}, "unknown_staff", None),
        ("absences", {"calendar": "x", "from": MORNING, "to": NOON}, "unknown_calendar", None),
        (
            "absences",
            {"staff": "Emma", "from": MORNING, "to": NOON, "reason": "a\nb"},
            "invalid_input",
            "$.reason",
        ),
        (
            "absences",
            {"staff": "Emma", "from": "2020-01-01T08:00:00Z", "to": "2020-01-02T08:00:00Z"},
            "in_the_past",
            None,
        ),
        ("appointments/1/move", {"start": "9999-12-31T23:59:59Z"}, "invalid_input", "$.start"),
    ],
)
async def test_bad_input_is_refused_and_says_where(rest, path, body, code, field):
    """Every bad field is a 422 with a code and, where it is a field's fault, the field."""
    status, no = await rest("POST", f"/v1/{path}", body)
    assert (status, no["code"], no.get("field")) == (422, code, field)


@pytest.mark.parametrize("path", ["reservations", "offers"])
async def test_an_instant_out_of_range_is_told_the_range(rest, path):
    """The refusal of a start in the year 9999 names the first and the last day that are taken."""
    _, no = await rest("POST", f"/v1/{path}", a_wish(start="9999-12-31T23:59:59Z"))
    assert "from 1971-01-01 to 9000-01-01" in no["detail"]


async def test_a_month_is_listed_at_a_time(rest):
    """The longest window is answered."""
    month = free(to="2027-04-05T10:00:00+02:00", limit=200)
    status, found = await rest("POST", "/v1/availability", month)
    assert (status, len(found["slots"]), found["more"]) == (200, 200, True)


async def test_another_companys_things_look_unknown(http, rest, store):
    """What belongs to somebody else cannot be told from what does not exist."""
    other = await a_company(store, sandbox=False)
    stranger = Rest(http, await store.directory.create_key(other.id))
    _, booked = await rest("POST", "/v1/appointments", a_wish())
    _, absence = await rest("POST", "/v1/absences", {"staff": "Emma", "from": MORNING, "to": NOON})
    for appointment_id, absence_id in ((booked["id"], absence["id"]), (10**15, 10**15)):
        body = {"start": NOON}
        move = await stranger("POST", f"/v1/appointments/{appointment_id}/move", body)
        end = await stranger("DELETE", f"/v1/absences/{absence_id}")
        assert [(answer[0], answer[1]["code"]) for answer in (move, end)] == [
            (404, "unknown_appointment"),
            (404, "unknown_absence"),
        ]
    assert (await rest("DELETE", f"/v1/absences/{absence['id']}"))[0] == 200
    assert (await rest("GET", f"/v1/appointments/{booked['id']}"))[1] == booked
