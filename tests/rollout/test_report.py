"""The success table, measured from the answers that calls were given."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from slotkeeper.domain.catalogue import RolloutSettings
from slotkeeper.domain.wish import Call
from slotkeeper.operations.context import Contexts
from slotkeeper.rollout.call_outcomes import MeasuredCall
from slotkeeper.rollout.cohort import Rollout
from slotkeeper.rollout.report import RolloutReport, measure
from slotkeeper.rollout.share import Share
from slotkeeper.storage.calls import RecordedToolCall
from slotkeeper.storage.rollout import RolloutStore
from slotkeeper.storage.sql import query
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.journal import Journal
from tests.build import FRIDAY_10, HAIRCUT, MONDAY_9, PERM, a_company

EMMA, SARAH = UUID(int=1), UUID(int=2)
TEN = {"datum": "2027-03-05", "uhrzeit": "10 Uhr", "dienstleistung": HAIRCUT, "mitarbeiter": "Emma"}


class Salon:
    """A sandbox salon whose calls are answered and recorded as by a server."""

    def __init__(self, salon):
        self.salon, self.journal = salon, Journal(salon.store)
        rollout = Rollout.provided_by(None)
        contexts = Contexts(
            salon.store, cohort_of=lambda company, call: rollout.cohort(company, call.id)
        )
        self.answering = Answering(contexts, journal=self.journal)

    async def hears(self, call, tool, /, **args):
        """Answer a tool call of a call, and let a second pass."""
        sent = TEN | {"name": "Erika Muster"} | args
        incoming = IncomingToolCall(tool, sent, Call("test", call), test_now=self.salon.now)
        answer = await self.answering.answer(self.salon.id, incoming)
        await self.journal.flush()
        self.salon.clock.advance(1)
        return answer.status

    async def serve(self, **settings):
        await self.salon.store.rollout.set(self.salon.id, RolloutSettings(**settings))

    async def measured(self, since=MONDAY_9):
        store = self.salon.store
        company = await store.catalogues.reload(self.salon.id)
        return await measure([company], since=since, lifetime_s=300, store=store)


@pytest.fixture
def calls(salon):
    """A salon to ring."""
    return Salon(salon)


# In percent; 81 of 263 is the example of Newcombe (1998), whose interval is 0.2553 to 0.3662.
WILSON = {
    (0, 10): (0.0, 27.75),
    (1, 10): (1.79, 40.42),
    (5, 10): (23.66, 76.34),
    (10, 10): (72.25, 100.0),
    (81, 263): (25.53, 36.62),
    (0, 0): (0.0, 100.0),
}


@pytest.mark.parametrize(("counted", "interval"), WILSON.items())
def test_a_share_says_how_sure_it_is(counted, interval):
    """The interval is Wilson's, which is right for 0 of 10 as well."""
    assert Share(*counted).interval == interval


def test_a_share_of_nothing_has_no_percentage():
    """Neither 0 nor 100 percent."""
    assert Share(0, 0).percent is None
    assert Share(1, 3).percent == 33.33


async def a_race(calls):
    """Two ask for the same slot, and both say yes."""
    heard = [await calls.hears(f"call_{n}", "check_availability") for n in (1, 2)]
    return heard + [await calls.hears(f"call_{n}", "start_booking") for n in (1, 2)]


async def test_without_holds_the_slower_call_is_let_down(calls):
    """Both calls hear that the slot is free; the second is refused it two seconds later."""
    await calls.serve(percent=0)
    assert await a_race(calls) == ["available", "available", "booked", "slot_taken"]
    off = (await calls.measured()).cohorts["off"]
    assert (off.race_errors, off.refused_after_free) == (Share(1, 2), 1)
    assert off.booking_success == Share(1, 2)
    assert off.outcomes == {"booked": 1, "told_free_then_refused": 1}
    assert (off.unprotected, off.race_window_s(50)) == (Share(2, 2), 2.0)


async def test_with_holds_the_second_call_hears_at_once_that_the_slot_is_taken(calls):
    """No call is let down, and no named slot is without a hold for an instant."""
    heard = await a_race(calls)
    assert heard[:3] == ["held", "slot_taken", "booked"]
    on = (await calls.measured()).cohorts["on"]
    assert (on.race_errors, on.refused_after_free) == (Share(0, 2), 0)
    assert on.race_window_s(95) == 0.0


async def test_the_shadow_counts_what_a_hold_would_have_prevented(calls):
    """Nothing is held, and the refusal counts as one that a hold would have prevented."""
    await calls.serve(shadow=True)
    await a_race(calls)
    shadow = (await calls.measured()).cohorts["shadow"]
    assert (shadow.race_errors, shadow.preventable) == (Share(1, 2), 1)
    assert await calls.salon.store.reservations.active(calls.salon.id) == []


async def test_a_refusal_after_the_hold_has_expired_counts(calls):
    """A caller who thinks for six minutes while another books is let down all the same."""
    await calls.hears("call_1", "check_availability")
    calls.salon.clock.advance(360)
    await calls.hears("call_2", "start_booking")
    assert await calls.hears("call_1", "start_booking") == "slot_taken"
    on = (await calls.measured()).cohorts["on"]
    assert on.race_errors == Share(1, 1)
    assert on.unprotected_s == [pytest.approx(62.0, abs=1.0)]


async def test_compounds_are_counted_by_their_yeses(calls):
    """Of two perms that callers say yes to, one is booked whole and one comes too late."""
    await calls.serve(percent=0)
    perm = {"dienstleistung": PERM}
    for call in ("call_1", "call_2"):
        await calls.hears(call, "check_availability", **perm)
    for call in ("call_1", "call_2"):
        await calls.hears(call, "start_booking", **perm)
    assert (await calls.measured()).cohorts["off"].compound_reliability == Share(1, 2)


async def test_a_call_without_a_wish_is_not_counted(calls):
    """One call asks for opening hours, and one is not understood."""
    await calls.hears("call_1", "get_opening_hours")
    await calls.hears("call_2", "check_availability", dienstleistung="", datum="")
    report = await calls.measured()
    assert [tally.calls for tally in report.cohorts.values()] == [0, 0, 0]


async def test_a_call_whose_cohort_changes_counts_in_none(calls):
    """The report counts such calls apart."""
    await calls.hears("call_1", "check_availability")
    await calls.serve(enabled=False)
    await calls.hears("call_1", "check_availability", uhrzeit="14 Uhr")
    report = await calls.measured()
    assert report.changed == 1
    assert [tally.calls for tally in report.cohorts.values()] == [0, 0, 0]


async def test_a_window_begins_at_its_instant(calls):
    """Answers before it are not read."""
    await calls.hears("call_1", "check_availability")
    assert (await calls.measured()).cohorts["on"].calls == 1
    later = MONDAY_9 + timedelta(hours=1)
    assert (await calls.measured(later)).cohorts["on"].calls == 0


def an_answer(after_s, **facts):
    """An answer to a wish for a haircut, so many seconds into a call."""
    known = {"wish": "asked", "cohort": "off", "service_id": 1, "status": "available", "answer": {}}
    return RecordedToolCall(
        call_id="call_1",
        channel="test",
        tool="check_availability",
        arguments={},
        understood={},
        answered_at=MONDAY_9 + timedelta(seconds=after_s),
        took_ms=1,
        **(known | facts),
    )


FREE = an_answer(0, told_free=[FRIDAY_10], told_free_staff=[EMMA])
TAKEN = an_answer(9, refused_start=FRIDAY_10, reason="taken", status="slot_taken")


@pytest.mark.parametrize(
    ("answers", "named_s"),
    [
        ([FREE, TAKEN], 0),
        ([FREE, replace(FREE, answered_at=MONDAY_9 + timedelta(seconds=4)), TAKEN], 4),
        ([FREE, replace(TAKEN, refused_staff_id=EMMA)], 0),
        ([FREE, an_answer(9, status="booked", answer={"start": FRIDAY_10.isoformat()})], 0),
        ([FREE, replace(TAKEN, refused_staff_id=SARAH)], None),
        ([FREE, replace(TAKEN, service_id=2)], None),
        ([FREE, replace(TAKEN, refused_start=FRIDAY_10 + timedelta(hours=1))], None),
        ([FREE, replace(TAKEN, call_id="call_2")], None),
        ([replace(FREE, answered_at=MONDAY_9 + timedelta(seconds=10)), TAKEN], None),
    ],
)
async def test_a_slot_is_named_by_an_earlier_answer_of_the_call(salon, answers, named_s):
    """It names this start, for this service and with the wished person; the last one counts."""
    await salon.store.calls.add_tool_calls(salon.id, answers)
    (last,) = (
        answer
        for answer in await salon.store.rollout.answers(salon.id, MONDAY_9)
        if answer.status in ("slot_taken", "booked")
    )
    named_at = None if named_s is None else MONDAY_9 + timedelta(seconds=named_s)
    assert last.told_free_at == named_at


async def test_the_function_is_part_of_the_report_s_statement(salon):
    """PostgreSQL puts named_free_before into the statement, where it can use the index of calls."""
    arguments = (salon.id, MONDAY_9, MONDAY_9, 0, 10)
    async with salon.store.db.acting_for(salon.id) as connection:
        plan = await connection.fetch(f"EXPLAIN {query('answers_to_wishes')}", *arguments)
    lines = "\n".join(line for (line,) in plan)
    assert "Function Scan on named_free_before" not in lines
    assert "on tool_calls b" in lines


async def test_nothing_of_another_company_is_read(calls):
    """Each has its own answers and holds."""
    other = Salon(await a_company(calls.salon.store, sandbox=True))
    await other.hears("call_1", "check_availability")
    report = await calls.measured()
    assert report.cohorts["on"].calls == 0
    assert await RolloutStore(calls.salon.store.db).holds(calls.salon.id, ["call_1"]) == {}


async def test_answers_are_read_a_page_at_a_time(calls, monkeypatch):
    """No answer is lost where a page ends among answers of the same instant."""
    monkeypatch.setattr("slotkeeper.storage.rollout.ANSWERS_A_PAGE", 2)
    for n in range(5):
        await calls.hears(f"call_{n}", "check_availability", uhrzeit=f"{10 + n} Uhr")
        calls.salon.clock.advance(-1)
    assert (await calls.measured()).cohorts["on"].calls == 5


def lived_through(report, cohort, *, calls, let_down):
    """Add calls of which some were let down."""
    for n in range(calls):
        broken = int(n < let_down)
        outcome = "told_free_then_refused" if broken else "booked"
        report.add(MeasuredCall(outcome, cohort, told_free=True, refused_after_free=broken))


@pytest.mark.parametrize(
    ("on", "off", "said"),
    [
        ((29, 0), (29, 9), "too few to compare on with off: 29 and 29, of at least 30 each"),
        ((40, 0), (40, 2), "0.0 % on, 5.0 % off; the intervals overlap"),
        ((400, 0), (400, 60), "0.0 % on, 15.0 % off; a difference beyond chance"),
    ],
)
def test_the_report_says_which_differences_are_beyond_chance(on, off, said):
    """The calls are too few, the intervals overlap, or there is a difference."""
    report = RolloutReport(MONDAY_9)
    lived_through(report, "on", calls=on[0], let_down=on[1])
    lived_through(report, "off", calls=off[0], let_down=off[1])
    races, booking = report.verdicts()
    assert said in races
    assert booking.startswith("Booking success: ")


def test_one_cohort_alone_is_compared_with_nothing():
    """The report says that calls of both kinds are needed."""
    report = RolloutReport(MONDAY_9)
    lived_through(report, "on", calls=100, let_down=0)
    (said,) = report.verdicts()
    assert said.startswith("Nothing to compare")
