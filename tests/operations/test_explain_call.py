"""A call's story, from what was kept of it."""

import pytest

from slotkeeper.domain.errors import NotFound
from slotkeeper.domain.wish import Call
from slotkeeper.operations.context import Contexts
from slotkeeper.operations.explain_call import explain_call
from slotkeeper.storage.sql import query
from slotkeeper.tools.answering import Answering, IncomingToolCall
from slotkeeper.tools.journal import Journal
from tests.build import FRIDAY_10, HAIRCUT, TOKENS

TEN = {"datum": "2027-03-05", "uhrzeit": "10 Uhr", "dienstleistung": HAIRCUT}
ELEVEN = TEN | {"uhrzeit": "11 Uhr"}


class Caller:
    """A call whose tool calls are answered and written down, by the test clock."""

    def __init__(self, salon, call_id="call_story"):
        self.salon, self.call = salon, Call("test", call_id, "+491701234567")
        self.journal = Journal(salon.store)
        self.answering = Answering(Contexts(salon.store), journal=self.journal)

    async def use(self, tool, args):
        incoming = IncomingToolCall(tool, args, self.call, "+491701234567", self.salon.now)
        answer = await self.answering.answer(self.salon.id, incoming)
        await self.journal.flush()
        self.salon.clock.advance(10)
        return answer

    async def hang_up(self, why=None):
        await self.answering.call_ended(self.salon.id, self.call, why=why, test_now=self.salon.now)

    async def story(self):
        return await explain_call(self.salon.company, self.call.id, store=self.salon.store)


@pytest.fixture
def caller(salon):
    """Somebody who rings the salon."""
    return Caller(salon)


async def test_a_story_has_what_was_sent_understood_held_and_said(caller):
    """The version of a tool's name stays, and the hold's expiry is as it was promised."""
    answer = await caller.use("check_availability_v17", TEN | {"name": "Erika Muster"})
    (step,) = (await caller.story()).steps
    assert step.tool_call.tool == "check_availability_v17"
    assert step.tool_call.arguments["name"] == "[hidden]"
    assert step.tool_call.understood["date"] == "2027-03-05"
    assert step.tool_call.answer["say"] == answer.say
    (kept,) = step.holds
    assert kept.reservation.starts_at == FRIDAY_10
    assert (kept.until - step.tool_call.answered_at).total_seconds() == 300


async def test_what_was_booked_is_told_as_its_appointment(caller):
    """The call began with its first word and has not ended."""
    await caller.use("check_availability", TEN)
    booked = await caller.use("start_booking", {})
    story = await caller.story()
    (fate,) = story.fates
    assert fate.outcome == "booked"
    assert fate.appointment.id == booked.facts["appointment_id"]
    assert story.steps[1].holds == ()  # an appointment is no hold any more
    assert story.call.ended_at is None


async def test_what_the_caller_hung_up_on_is_released(caller):
    """Its reason and the platform's word for the end are kept."""
    await caller.use("check_availability", TEN)
    await caller.hang_up("user_hangup")
    story = await caller.story()
    (fate,) = story.fates
    assert (fate.outcome, fate.reservation.end_reason) == ("released", "call_ended")
    assert story.call.disconnection_reason == "user_hangup"
    assert fate.at == story.call.ended_at


async def test_what_was_not_kept_alive_has_expired_swept_or_not(caller):
    """It ended at its expiry, whenever the story is told."""
    await caller.use("check_availability", TEN)
    caller.salon.clock.advance(600)
    await caller.use("get_current_context", {})
    (fate,) = (await caller.story()).fates
    assert (fate.outcome, fate.at) == ("expired", fate.reservation.expires_at)


async def test_a_live_hold_is_told_as_live(caller):
    """A sandbox's story is judged at its own last instant, not by the wall's clock."""
    await caller.use("check_availability", TEN)
    (fate,) = (await caller.story()).fates
    assert (fate.outcome, fate.at) == ("live", None)


async def test_others_that_were_offered_belong_to_the_answer(caller):
    """Each time that was named was held, and one was taken."""
    for staff in ("Emma", "Sarah"):
        await caller.salon.hold(staff=staff, call=f"rival_{staff}")
    answer = await caller.use("check_availability", TEN)
    (step,) = (await caller.story()).steps
    tokens = [str(TOKENS.seal(kept.reservation.token)) for kept in step.holds]
    assert tokens == [offer["reservation_token"] for offer in answer.facts["offers"]]
    assert len(tokens) > 1


async def test_a_call_that_only_asked_has_a_story(caller):
    """Nothing was held, so only its tool calls are known."""
    await caller.use("get_opening_hours", {})
    story = await caller.story()
    assert (story.channel, len(story.steps), story.fates) == ("test", 1, ())
    assert story.began_at == story.steps[0].tool_call.answered_at


async def test_holds_without_tool_calls_have_a_story(salon):
    """As of a program that holds over REST and names a call."""
    await salon.hold(call="call_rest")
    story = await explain_call(salon.company, "call_rest", store=salon.store)
    assert (story.steps, [fate.outcome for fate in story.fates]) == ((), ["live"])


async def test_an_unknown_call_is_refused(salon, real_salon, caller):
    """Another company's call is as unknown as one that never was."""
    await caller.use("check_availability", TEN)
    for company, call_id in ((salon.company, "call_never"), (real_salon.company, "call_story")):
        with pytest.raises(NotFound, match="no call"):
            await explain_call(company, call_id, store=salon.store)


async def test_what_became_of_an_appointment_since_is_known(caller):
    """Cancelled in another call, it is told as cancelled."""
    await caller.use("check_availability", ELEVEN)
    booked = await caller.use("start_booking", {})
    await caller.salon.cancel_appointment(booked.facts["appointment_id"])
    (fate,) = (await caller.story()).fates
    assert (fate.outcome, fate.appointment.status) == ("booked", "cancelled")


async def test_a_catalogue_that_changes_faster_than_it_is_read_is_no_crash(caller, monkeypatch):
    """The caller is asked to try again, nothing is held, and the fault is kept."""
    stale = caller.salon.company

    async def still_the_old_one(company_id):
        return stale

    async with caller.salon.store.db.acting_for(caller.salon.id) as db:
        await db.execute(query("bump_catalogue"), caller.salon.id)
    monkeypatch.setattr(caller.salon.store.catalogues, "reload", still_the_old_one)
    monkeypatch.setattr(caller.salon.store.catalogues, "get", still_the_old_one)
    answer = await caller.use("check_availability", TEN)
    assert (answer.status, answer.fault) == ("try_again", "catalogue_changed")
    assert await caller.salon.store.reservations.active(caller.salon.id, now=caller.salon.now) == []
