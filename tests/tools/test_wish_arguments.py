"""From a model's arguments to a wish, without a platform between."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from slotkeeper.domain.errors import UnknownStaff
from slotkeeper.language.when import When, Window
from slotkeeper.tools.wish_arguments import (
    day_window,
    holds_of_call,
    not_understood,
    person_of,
    token_of,
    unclear_when,
    understand,
    understand_arguments,
    wish_of,
    wished_times,
)
from tests.build import FRIDAY_10, HAIRCUT, PERM

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = date(2027, 3, 5)


async def test_a_wish_takes_service_start_person_and_customer_from_the_arguments(salon):
    """And the number that rings where no other was said."""
    request = salon.tool_request(
        caller="+491701234567",
        service="Herrenhaarschnitt",
        date="Freitag",
        time="10 Uhr",
        staff="Emma",
        customer_name="Erika Muster",
        person="2",
    )
    wish = wish_of(request, understand_arguments(request), datetime.combine(FRIDAY, time(10)))
    assert (wish.service.name, wish.starts_at, wish.staff.name) == (HAIRCUT, FRIDAY_10, "Emma")
    assert (wish.person, wish.customer.name, wish.customer.phone) == (
        2,
        "Erika Muster",
        "+491701234567",
    )
    assert request.notes.wish == "asked"


async def test_a_person_who_does_not_work_here_is_refused_by_name(salon):
    """What was wished is never dropped."""
    request = salon.tool_request(service=HAIRCUT, staff="Kleopatra")
    with pytest.raises(UnknownStaff):
        wish_of(request, understand_arguments(request), None)


async def test_a_wish_without_a_time_is_from_now_on(salon):
    """Where any time will do."""
    request = salon.tool_request(service=HAIRCUT)
    assert wish_of(request, understand_arguments(request), None).starts_at == salon.now


async def test_a_wish_leaves_out_what_the_call_is_about(salon):
    """ "Und um elf?" after an offer means its service and its day."""
    await salon.hold(PERM, call="call_a")
    understanding = await understand(salon.tool_request(time="und um elf?"))
    assert understanding.service.service.name == PERM
    assert understanding.when.wall == datetime.combine(FRIDAY, time(11))


async def test_another_calls_hold_completes_nothing(salon):
    """The question for the service remains."""
    await salon.hold(PERM, call="call_b")
    understanding = await understand(salon.tool_request(time="und um elf?"))
    assert understanding.service.service is None


async def test_a_call_has_its_holds_without_those_that_it_gave_up(salon):
    """The oldest first."""
    first = await salon.hold(call="call_a", staff="Emma")
    given_up = await salon.hold(call="call_a", staff="Sarah", person=2)
    await salon.cancel(given_up.token)
    last = await salon.hold(call="call_a", staff="Sarah", person=3)
    tokens = [hold.token for hold in await holds_of_call(salon.tool_request())]
    assert tokens == [first.token, last.token]


async def test_what_is_not_understood_keeps_the_service_that_was(salon):
    """So that the topic is not lost."""
    request = salon.tool_request(service=HAIRCUT, date="Banane")
    answer = not_understood(request, understand_arguments(request))
    assert (answer.status, answer.service.name) == ("needs_info", HAIRCUT)
    assert (answer.facts["service"], answer.facts["missing"]) == (HAIRCUT, ["date"])


async def test_a_service_that_is_not_offered_is_said_and_never_replaced(salon):
    """Similar ones may come along as candidates."""
    request = salon.tool_request(service="Fußpflege", date="Freitag")
    answer = not_understood(request, understand_arguments(request))
    assert (answer.status, answer.reason, answer.service) == (
        "unknown_service",
        "unknown_service",
        None,
    )


@pytest.mark.parametrize(
    ("when", "missing"),
    [
        (When("ok", FRIDAY, time(10)), None),
        (When("ok", FRIDAY), None),
        (When("none"), ["date"]),
        (When("ok", None, time(10)), ["date"]),
        (When("ask", FRIDAY, reason="unclear"), ["time"]),
        (When("ask", reason="unclear"), ["date"]),
    ],
)
async def test_only_a_day_that_is_missing_or_unsure_is_asked_for(salon, when, missing):
    """Of an unsure time, the time."""
    answer = unclear_when(salon.tool_request(), when)
    assert (answer and answer.facts["missing"]) == missing


async def test_a_time_that_is_over_is_refused(salon):
    """Although it was understood."""
    when = When("ask", date(2027, 2, 26), time(10), past=True)
    assert unclear_when(salon.tool_request(), when).status == "in_the_past"


def test_at_most_three_preferences_are_wished_in_their_order():
    """More times in one breath are no wish."""
    times = tuple(time(hour) for hour in (10, 9, 14, 16))
    walls = wished_times(When("ok", FRIDAY, times[0], preferences=times))
    assert walls == [datetime.combine(FRIDAY, time(hour)) for hour in (10, 9, 14)]
    assert wished_times(When("ok", FRIDAY)) == []


@pytest.mark.parametrize(
    ("window", "hours"),
    [
        (None, (0, 24)),
        (Window(time(12), time(18)), (12, 18)),
        (Window(time(12), None), (12, 24)),
        (Window(None, time(9)), (0, 9)),
        (Window(time(18), time(12)), (0, 24)),
    ],
)
def test_a_part_of_the_day_is_a_window_of_that_day(window, hours):
    """An open end is midnight; ends in the wrong order are the whole day."""
    interval = day_window(FRIDAY, window, BERLIN)
    midnight = datetime(2027, 3, 5, tzinfo=BERLIN)
    assert (
        tuple((end - midnight).total_seconds() / 3600 for end in (interval.start, interval.end))
        == hours
    )


@pytest.mark.parametrize(("sent", "person"), [(None, 1), ("2", 2), (0, 1), ("99", 20), ("x", 1)])
async def test_a_person_of_the_party_is_a_number_within_bounds(salon, sent, person):
    """What is no number is the caller."""
    assert person_of(salon.tool_request(person=sent)) == person


@pytest.mark.parametrize("sent", [None, "", "call_1", "{{token}}", "123"])
async def test_a_token_that_is_none_is_no_token(salon, sent):
    """A model fills in whatever it likes."""
    assert token_of(salon.tool_request(reservation_token=sent)) is None
