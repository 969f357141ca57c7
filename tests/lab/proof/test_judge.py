from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from slotkeeper.lab.database.company_rows import CompanyRows
from slotkeeper.lab.proof.history import AcknowledgedHold, Record
from slotkeeper.lab.proof.judge import judge

TEN = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)
MADE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_ids = count(1)


def a_row(token="a", **changed):
    """A live hold of an hour at ten."""
    return {
        "id": next(_ids),
        "caller_token": token,
        "status": "active",
        "blocks": True,
        "calendar_id": 1,
        "staff_id": "emma",
        "service_id": 1,
        "start_time": TEN,
        "end_time": TEN + 60 * MINUTE,
        "buffer_before_min": 0,
        "buffer_after_min": 0,
        "segment_number": 1,
        "total_segments": 1,
        "reserved_at": MADE,
        "expires_at": MADE + 5 * MINUTE,
        "ended_at": None,
        "end_reason": None,
        "updated_at": MADE,
        "call_id": f"call_{token}",
        "offer_id": f"offer_{token}",
        "person": 1,
        "part_number": 1,
        "dropped_at": None,
        "converted_to_appointment_id": None,
        "origin": "reserve",
        "made_xid": 100,
    } | changed


def ended(status, at, token="a", **changed):
    """A hold that is over."""
    reason = "released" if status == "cancelled" else None
    over = {"status": status, "blocks": False, "ended_at": at, "end_reason": reason}
    return a_row(token, **(over | changed))


def a_record(op, outcome="ok", **changed):
    """An operation of a second."""
    return Record(
        **(
            {
                "n": next(_ids),
                "client": 1,
                "op": op,
                "outcome": outcome,
                "invoked_s": 0.0,
                "done_s": 1.0,
            }
            | changed
        )
    )


def held(token="a", expires_in_s=300.0, start=TEN):
    """A hold as it was acknowledged."""
    end = TEN + 60 * MINUTE
    return AcknowledgedHold(token, start.isoformat(), end.isoformat(), expires_in_s)


def found(rows, records=(), appointments=(), outbox=None, *, began_at=None, absences=()):
    """Which invariants are violated."""
    all_rows = CompanyRows(list(rows), list(appointments), outbox or {}, absences)
    told = judge(list(records), all_rows, began_at)
    return {violation.invariant for violation in told}


def test_nothing_is_found_in_what_is_well():
    """A hold that lives, one that expired before it, one that was given back."""
    before = ended(
        "expired", MADE - MINUTE, "b", reserved_at=MADE - 6 * MINUTE, expires_at=MADE - MINUTE
    )
    given = ended("cancelled", MADE - 7 * MINUTE, "c", reserved_at=MADE - 8 * MINUTE)
    records = [a_record("hold", held=[held()]), a_record("cancel", token="c")]
    assert found([a_row(), before, given], records) == set()


@pytest.mark.parametrize(
    ("rows", "records", "invariant"),
    [
        ([a_row(), a_row("b", start_time=TEN + 59 * MINUTE)], [], "I1"),
        ([a_row(), ended("expired", MADE + MINUTE, "b", expires_at=MADE + MINUTE)], [], "I1"),
        ([a_row(total_segments=2)], [], "I5"),
        ([ended("cancelled", MADE + MINUTE)], [], "I2"),
        ([ended("expired", MADE + MINUTE)], [], "I4"),
        ([], [a_record("hold", held=[held()])], "I9"),
        ([a_row()], [a_record("hold", held=[held(start=TEN + MINUTE)])], "I11"),
        (
            [ended("expired", MADE + 5 * MINUTE)],
            [a_record("hold", held=[held()]), a_record("convert", "refused", token="a")],
            "I12",
        ),
        (
            [a_row(), a_row("b", calendar_id=2, call_id="call_a")],
            [],
            "I6",
        ),
    ],
)
def test_what_must_never_be_is_found(rows, records, invariant):
    """Each by the invariant that it breaks."""
    assert invariant in found(rows, records)


@pytest.mark.parametrize(("before_s", "invariants"), [(2, set()), (4, {"I1"})])
def test_a_claim_may_have_waited_for_a_death(before_s, invariants):
    """It has the time of its decision, and then waits at most three seconds for the dead's row."""
    died = MADE + MINUTE
    first = ended("expired", died, "b", reserved_at=MADE, expires_at=died)
    second = a_row(reserved_at=died - timedelta(seconds=before_s))
    assert found([first, second]) == invariants


def test_booking_what_is_held_is_a_yes_to_it():
    """Then the other options of its offer are not chosen, by the caller's own wish."""
    changed = {"offer_id": "offer_a", "calendar_id": 2, "end_reason": "not_chosen"}
    other = ended("cancelled", MADE + MINUTE, "b", **changed)
    rows = [ended("converted", MADE + MINUTE, calendar_id=1), other]
    assert "I2" in found(rows)
    assert "I2" not in found(rows, [a_record("book", token="a")])


@pytest.mark.parametrize(("again_s", "invariants"), [(1, set()), (0.5, {"I6"})])
def test_a_request_that_comes_twice_may_outlive_its_hold(again_s, invariants):
    """What is dead when the twin comes is held anew; what lives is the twin's as well."""
    died = MADE + timedelta(seconds=1)
    first = ended("expired", died, reserved_at=MADE, expires_at=died)
    second = a_row("b", calendar_id=2, person=2, reserved_at=MADE + timedelta(seconds=again_s))
    told = a_record("hold", held=[held(expires_in_s=1)])
    twin = a_record("hold", held=[held("b")], repeats=told.n)
    assert found([first, second], [told, twin]) == invariants


def test_a_replayed_answer_says_how_long_it_was_then():
    """It is the first one to the byte, and promises nothing anew."""
    late = a_record("hold", held=[held()], invoked_s=400.0, replayed=True)
    refused = a_record("convert", "refused", token="a", done_s=450.0)
    assert found([ended("expired", MADE + 5 * MINUTE)], [late, refused]) == set()


@pytest.mark.parametrize(("dead_for_s", "invariants"), [(-1, set()), (0.5, set()), (2, {"I10"})])
def test_nobody_is_refused_for_what_is_long_dead(dead_for_s, invariants):
    """A second later a dead hold is in nobody's way."""
    until = (MADE + timedelta(seconds=10 - dead_for_s)).isoformat()
    refused = a_record("hold", "refused", invoked_s=10.0, code="slot_taken", blocked_until=until)
    assert found([], [refused], began_at=MADE) == invariants


def test_back_to_back_is_no_overlap():
    """Neither on the calendar nor in time."""
    after = a_row("b", start_time=TEN + 60 * MINUTE, end_time=TEN + 90 * MINUTE)
    before = ended("cancelled", MADE, "c", reserved_at=MADE - MINUTE)
    assert found([a_row(), after, before], [a_record("cancel", token="c")]) == set()


def test_a_booked_appointment_whose_time_is_free_is_found():
    """What was dropped alone is free, and the rest of the visit is not."""
    appointment = {"id": 1, "reservation_token": "a", "status": "booked", "cancelled_at": None}
    booked = {"status": "converted", "ended_at": MADE + MINUTE, "converted_to_appointment_id": 1}
    told = {"appointments": [appointment], "outbox": {"appointment.booked": 1}}
    assert found([a_row(**booked, blocks=False)], **told) == {"I9"}
    assert found([a_row(**booked, blocks=False, dropped_at=MADE + MINUTE)], **told) == set()


def test_everybody_of_a_visit_has_the_appointment_that_was_told():
    """Not only the first person."""
    told = a_record("book", token="a", appointment_id=1, others=[2])
    appointments = [{"id": n, "reservation_token": "a", "status": "booked"} for n in (1, 2)]
    booked = {"status": "converted", "ended_at": MADE + MINUTE, "total_segments": 2}
    rows = [
        a_row(**booked, segment_number=n, person=n, calendar_id=n, converted_to_appointment_id=n)
        for n in (1, 2)
    ]
    outbox = {"appointment.booked": 2}
    assert "I9" not in found(rows, [told], appointments, outbox)
    assert "I9" in found(rows, [told], appointments[:1], outbox)


def test_what_others_are_told_is_counted():
    """One appointment, and nobody was told."""
    appointment = {"id": 1, "reservation_token": "a", "status": "booked"}
    row = a_row(status="converted", ended_at=MADE + MINUTE, converted_to_appointment_id=1)
    assert found([row], appointments=[appointment]) == {"I7"}
    assert found([row], appointments=[appointment], outbox={"appointment.booked": 1}) == set()


@pytest.mark.parametrize(
    ("known_from", "known_until", "calendar_id", "violated"),
    [
        (99, None, 1, {"I13"}),
        (99, 101, 1, {"I13"}),
        (101, None, 1, set()),
        (98, 99, 1, set()),
        (99, None, 2, set()),
    ],
    ids=["known", "known by then", "not yet known", "over by then", "somebody else"],
)
def test_a_claim_in_a_known_absence_is_found(known_from, known_until, calendar_id, violated):
    """By the order of the transactions, and only on the calendar of who is away."""
    absence = {
        "calendar_id": calendar_id,
        "starts_at": TEN + 59 * MINUTE,
        "ends_at": TEN + 70 * MINUTE,
        "known_from": known_from,
        "known_until": known_until,
    }
    assert found([a_row()], [a_record("hold", held=[held()])], absences=[absence]) == violated


RITA = "+4915500000001"


def a_takeover(*, silent_s=91.0, rang=RITA, rings=RITA, taker=None, taken=None, told="taken_over"):
    """What is found where a call took over what another had left, and that one said yes."""
    at = MADE + 2 * MINUTE
    old = ended("cancelled", at, **({"end_reason": "taken_over"} | (taken or {})))
    new = a_row("b", **({"took_over": "a", "reserved_at": at} | (taker or {})))
    sent = {"invoked_s": silent_s, "done_s": silent_s}
    yes = {"invoked_s": silent_s + 1, "done_s": silent_s + 1, "token": "a", "reason": told}
    records = [
        a_record("hold", call_id="call_a", caller=rang, held=[held()]),
        a_record("ring_again", call_id="call_b", caller=rings, held=[held("b")], **sent),
        a_record("convert", "refused", **yes),
    ]
    return found([old, new], records)


def test_a_takeover_after_silence_is_well():
    """A newer call may end a hold of the same number that was left behind."""
    assert a_takeover() == set()


def test_a_booking_takes_over_as_a_hold_does():
    """And neither a repeated yes nor a refused wish counts as the older call's word."""
    at = MADE + 2 * MINUTE
    booked = {"ended_at": at, "converted_to_appointment_id": 1, "status": "converted"}
    rows = [
        ended("cancelled", at, end_reason="taken_over"),
        a_row("b", took_over="a", origin="book", reserved_at=at, **booked),
        a_row("c", **booked | {"calendar_id": 2, "service_id": 2, "call_id": "call_a"}),
    ]
    yes, late = {"token": "c", "call_id": "call_a"}, {"invoked_s": 60.0, "done_s": 61.0}
    records = [
        a_record("hold", call_id="call_a", caller=RITA, held=[held()]),
        a_record("convert", **yes),
        a_record("convert", **yes | late),
        a_record("hold", "refused", call_id="call_a", **late),
        a_record("book", call_id="call_b", caller=RITA, token="b", invoked_s=91.0, done_s=92.0),
    ]
    appointment = {"id": 1, "reservation_token": "b", "status": "booked"}
    outbox = {"appointment.booked": 1}
    assert found(rows, records, [appointment], outbox) <= {"I3", "I9"}


def test_what_was_taken_over_may_be_had_again():
    """The taker's hold expires, and its late yes makes another one."""
    expired = {"took_over": "a", "status": "expired", "blocks": False, "call_id": "call_b"}
    at = MADE + 2 * MINUTE
    rows = [
        ended("cancelled", at, end_reason="taken_over"),
        a_row("b", **expired, reserved_at=at, ended_at=MADE + 5 * MINUTE),
        a_row("c", took_over="a", origin="again", reserved_at=MADE + 6 * MINUTE),
    ]
    records = [
        a_record("hold", call_id="call_a", caller=RITA, held=[held()]),
        a_record("ring_again", call_id="call_b", caller=RITA, held=[held("b")], done_s=92.0),
    ]
    assert found(rows, records) == set()


@pytest.mark.parametrize(
    ("how", "invariants"),
    [
        ({"silent_s": 60.0}, {"I2", "I12"}),
        ({"rings": "+4915500000002"}, {"I12"}),
        ({"rang": None, "rings": None}, {"I12"}),
        ({"taken": {"took_over": "c"}}, {"I12"}),
        ({"taker": {"service_id": 2}}, {"I12"}),
        ({"taker": {"took_over": None}}, {"I2", "I12"}),
        ({"told": "not_chosen"}, {"I12"}),
    ],
    ids=["speaks", "other number", "withheld", "twice", "other slot", "by nobody", "untold"],
)
def test_a_takeover_that_must_not_be_is_found(how, invariants):
    """Whose it was, what for, how often, and what the older call hears."""
    assert a_takeover(**how) == invariants
