"""A caller's number is a hint: whoever guesses learns nothing, however and how often."""

import asyncio
from contextvars import ContextVar

import pytest

from slotkeeper.domain.wish import Customer
from slotkeeper.operations.keep_topic import keep_topic
from slotkeeper.tools.registry import TOOLS
from tests.api.client import Rest
from tests.build import FRIDAY_10, HAIRCUT, a_company
from tests.metrics.exposed import UNLIMITED, served
from tests.voice.line import CALLER, TEN, a_line
from tests.voice.test_mcp import Agent
from tests.voice.test_vapi import Vapi

STRANGER = "+491729990012"
ANNA = {"customer_name": "Anna Kanari"}
WRONG = [{"customer_name": name} for name in ("Alt", "Bald", "Carl", "Dorn", "Eich", "Fuchs")]
DAYS = [{"date": f"{day}. März"} for day in range(6, 20)]
MARCH = {"date": "March 5th"}
MONDAY = {"date": "8. März", "time": "10:00", "service": HAIRCUT, "staff": "Emma"}
# What differs from answer to answer of the same kind.
NEW = ("reservation_token", "callback_id", "call_id", "offers")
MADE = ("appointment_id", "expires_in_s")
SAID = {"date": "5. März", "time": "10:00"}

_statements = ContextVar("statements")


async def booked(line, **wish):
    """Anna's appointment, of an earlier call of her number."""
    answer = await line.tool("start_booking", TEN | ANNA | wish, call="call_before")
    assert answer["status"] == "booked"
    return answer


async def counted(line):
    """How often each appointment was compared with anything."""
    rows = await line.salon.rows(
        "SELECT subject, counted FROM comparisons WHERE company_id = $1 AND subject LIKE 'app%'"
    )
    return {row["subject"]: row["counted"] for row in rows}


async def cancelled(line):
    """Whether nothing stands."""
    return not await line.salon.standing_of(CALLER)


@pytest.mark.parametrize("guesses", [WRONG, DAYS], ids=["names", "days"])
async def test_guessing_in_one_call_or_many_ends_after_three(line, guesses):
    """The right fact comes too late, in this call and in any other; the answers never differ."""
    appointment_id = (await booked(line))["appointment_id"]
    answers = [
        await line.tool("cancel_appointment", guess, call=f"call_{number // 2}")
        for number, guess in enumerate(guesses)
    ]
    right = ANNA if guesses is WRONG else {"date": "5. März"}
    answers.append(await line.tool("cancel_appointment", right, call="call_new"))
    assert answers == [answers[0]] * len(answers)
    assert (answers[0]["status"], answers[0]["callback_offered"]) == ("not_identified", True)
    assert await counted(line) == {f"appointment:{appointment_id}": 3}
    assert not await cancelled(line)


@pytest.fixture
async def unlimited(store):
    """A client of a server that lets one number send more than a caller does."""
    async with served(store, UNLIMITED) as http:
        yield http


async def test_parallel_guesses_over_all_channels_share_three(unlimited, store):
    """Fifteen calls at once, by five ways in: three are compared."""
    line = await a_line(unlimited, store)
    key = await store.directory.create_key(line.salon.id)
    vapi, rest = Vapi(unlimited, line.salon, key), Rest(unlimited, key)
    mcp = Agent(str(unlimited._base_url).rstrip("/"), key)
    await booked(line)

    async def by_rest(number, guess):
        sent = {"X-Call-Id": f"rest-{number}", "X-Caller-Phone": CALLER}
        await rest("POST", "/v1/tools/cancel_appointment", guess, headers=sent)

    async def by_mcp(number, guess):
        sent = {"X_Call_Id": f"mcp-{number}", "X_Caller_Phone": CALLER}
        await mcp.tool("cancel_appointment", guess, **sent)

    async def by_elevenlabs(number, guess):
        bound = {"call_id": f"conv_{number:024}", "caller_id": CALLER}
        await rest("POST", "/v1/elevenlabs/tools/get_customer_appointments", guess | bound)

    ways = (
        lambda number, guess: line.tool("cancel_appointment", guess, call=f"call_{number}"),
        lambda number, guess: vapi.tool("get_customer_appointments", guess, call=f"v{number}"),
        by_rest,
        by_elevenlabs,
        by_mcp,
    )
    guesses = [WRONG[number % 6] for number in range(15)]
    await asyncio.gather(*[ways[n % 5](n, guess) for n, guess in enumerate(guesses)])
    assert list((await counted(line)).values()) == [3]
    assert (await line.tool("cancel_appointment", ANNA, call="last"))["status"] == "not_identified"


@pytest.mark.parametrize("guess", ["name", "time"])
async def test_without_the_number_guessing_ends_as_well(line, guess):
    """Neither names at a known time nor times of a known name are guessed more than three times."""
    await booked(line)
    wrong = [ANNA | SAID | {"time": f"{hour}:00"} for hour in range(11, 16)]
    if guess == "name":
        wrong = [fact | SAID for fact in WRONG]
    for number, fact in enumerate(wrong):
        caller = ("anonymous", STRANGER)[number % 2]
        await line.tool("cancel_appointment", fact, call=f"call_{number}", caller=caller)
    right = await line.tool("cancel_appointment", ANNA | SAID, call="last", caller="anonymous")
    assert (right["status"], await cancelled(line)) == ("not_identified", False)


async def test_strangers_leave_the_number_its_last_try(line):
    """Whoever withholds the number, or rings with another, cannot lock out whose it is."""
    appointment_id = (await booked(line))["appointment_id"]
    for number, fact in enumerate(WRONG):
        caller = ("anonymous", STRANGER)[number % 2]
        await line.tool("cancel_appointment", fact | SAID, call=f"call_{number}", caller=caller)
    assert await counted(line) == {f"appointment:{appointment_id}": 2}
    assert (await line.tool("cancel_appointment", ANNA, call="own"))["status"] == "cancelled"


@pytest.mark.parametrize("caller", [CALLER, "anonymous"])
async def test_a_right_fact_is_no_guess(line, caller):
    """Whoever asks five times a day, and is right, is answered; a wrong fact stays counted."""
    appointment_id = (await booked(line))["appointment_id"]
    await line.tool("get_customer_appointments", WRONG[0], call="wrong")
    for number in range(2 if caller == "anonymous" else 5):
        fact = ANNA | SAID if caller == "anonymous" else ANNA
        answer = await line.tool(
            "get_customer_appointments", fact, call=f"right_{number}", caller=caller
        )
        assert answer["status"] == "appointments", answer
        assert await counted(line) == {f"appointment:{appointment_id}": 1}


async def test_the_next_day_may_be_tried_again(test_line):
    """Nobody is locked out for longer than a day."""
    await booked(test_line)
    for guess in WRONG:
        await test_line.tool("cancel_appointment", guess)
    test_line.salon.clock.advance(24 * 3600)
    answer = await test_line.tool("cancel_appointment", ANNA, call="call_next")
    assert answer["status"] == "cancelled"


async def test_the_desk_is_never_locked_out(http, store):
    """It works by the appointment's id, and nothing is counted."""
    line = await a_line(http, store)
    appointment_id = (await booked(line))["appointment_id"]
    for guess in WRONG:
        await line.tool("cancel_appointment", guess)
    rest = Rest(http, await store.directory.create_key(line.salon.id))
    status, _ = await rest("DELETE", f"/v1/appointments/{appointment_id}")
    assert (status, await cancelled(line)) == (200, True)


# Whatever a model may send of an appointment without knowing it, wrong and right but unproven.
UNPROVEN = [
    *({}, {"time": "10:00"}, {"which": "den ersten"}, {"part": "nur die Farbe"}),
    *({"appointment_id": 1}, {"appointment_id": "own"}, {"customer_phone": CALLER}),
    *({"reservation_token": "own"}, {"another": True}, {"confirmed": True}),
    {"new_date": "5. März", "new_time": "10:00"},
    {"customer_name": "Müller Schmidt Huber Kanari"},
    *({"customer_name": "Kanari oder Alt"}, {"old_time": "10:00", "new_time": "11:00"}),
]


# Wishes for the very time of the canary, with somebody else.
ITS_TIME = SAID | {"staff": "Sarah"}
AT_ITS_TIME = [
    ITS_TIME,
    ITS_TIME | WRONG[0],
    ITS_TIME | {"another": True},
    SAID | {"staff": "Emma"},
]


def note_statement(name, *_):
    """Note a statement of ours, not what a connection asks of the types it reads for once."""
    if name not in ("SELECT", "WITH"):
        _statements.get([]).append(name)


async def answers_to(salon, own):
    """What each tool answers to each unproven argument in a call of its own, and its statements."""
    heard = {}
    for tool in TOOLS:
        wish = MONDAY if tool in ("check_availability", "get_alternatives") else {}
        for number, args in enumerate([*UNPROVEN, *(AT_ITS_TIME if wish else ())]):
            sent = {name: own[name] if value == "own" else value for name, value in args.items()}
            call = f"call_{tool}_{number}"
            _statements.set(statements := [])
            answer = await TOOLS[tool].run(salon.tool_request(call, caller=CALLER, **wish | sent))
            told = {key: value for key, value in answer.flat().items() if key not in NEW}
            heard[tool, number] = (told, list(statements))
            await salon.hang_up(call)
            # What a number has held within the hour counts for its cap.
            salon.clock.advance(600)
    return heard


async def test_a_canary_is_confirmed_by_no_tool_and_no_argument(store, monkeypatch):
    """All is answered as where somebody else has that very appointment, by the same statements."""
    monkeypatch.setattr(store.db, "watch", note_statement)
    salons = [await a_company(store) for _ in range(2)]
    heard = []
    for salon, phone in zip(salons, (CALLER, STRANGER), strict=True):
        customer = Customer("Anna Kanari", phone)
        canary = await salon.book(at=FRIDAY_10, staff="Emma", call="before", customer=customer)
        own = {"appointment_id": canary.id, "reservation_token": str(canary.token)}
        heard.append(await answers_to(salon, own))
        assert await salon.standing_of(phone) == {canary.id}
    assert heard[0] == heard[1]


# What a caller without a name says to book the very time of the canary, with somebody else.
WANTED = ITS_TIME | {"service": HAIRCUT}
NAMELESS = {
    "held before": [("check_availability", WANTED), ("start_booking", {}), ("start_booking", {})],
    "at once": [("start_booking", WANTED), ("start_booking", WANTED)],
    "expired": [("check_availability", WANTED), (400, {}), ("start_booking", {})],
    "another name": [
        ("check_availability", WANTED),
        ("start_booking", {}),
        ("start_booking", {"customer_name": "Berta Bald"}),
    ],
    "moves it": [("check_availability", WANTED), ("start_booking", {"another": "verschieben"})],
}


@pytest.mark.parametrize("said", NAMELESS.values(), ids=NAMELESS)
async def test_a_caller_without_a_name_is_asked_for_it_whatever_stands(store, monkeypatch, said):
    """Once, in the same words and statements, whether the number has an appointment or not."""
    monkeypatch.setattr(store.db, "watch", note_statement)
    salons = [await a_company(store) for _ in range(2)]
    heard = []
    for salon, phone in zip(salons, (CALLER, STRANGER), strict=True):
        customer = Customer("Anna Kanari", phone)
        await salon.book(at=FRIDAY_10, staff="Emma", call="before", customer=customer)
        answers = []
        for tool, args in said:
            if isinstance(tool, int):
                salon.clock.advance(tool)
                continue
            _statements.set(statements := [])
            request = salon.tool_request("call_nameless", caller=CALLER, **args)
            answer = await TOOLS[tool].run(request)
            await keep_topic(request.context)
            told = {key: each for key, each in answer.flat().items() if key not in (*NEW, *MADE)}
            answers.append((told, list(statements)))
        heard.append(answers)
    assert heard[0] == heard[1]
    asked = [told["missing"] for told, _ in heard[0] if told["status"] == "needs_info"]
    assert asked == [["customer_name"]]


@pytest.mark.parametrize("held", [True, False], ids=["held before", "at once"])
async def test_the_name_that_is_asked_for_tells_the_same_caller_again(test_line, held):
    """Whoever gives the canary's name then is asked about it, and nobody is booked twice."""
    await booked(test_line)
    wish, later = SAID | {"service": HAIRCUT}, {"call": "call_again"}
    if held:
        await test_line.tool("check_availability", wish, **later)
    asked = await test_line.tool("start_booking", {} if held else wish, **later)
    assert (asked["status"], asked["missing"]) == ("needs_info", ["customer_name"])
    test_line.salon.clock.advance(250)
    answer = await test_line.tool("start_booking", ANNA, **later)
    assert answer["reason"] == "stands_already", answer
    test_line.salon.clock.advance(250)
    assert len(await test_line.salon.standing_of(CALLER)) == 1
    more = await test_line.tool("start_booking", ANNA | {"another": True}, **later)
    assert (more["status"], len(await test_line.salon.standing_of(CALLER))) == ("booked", 2)


async def test_a_number_that_is_said_opens_nothing_and_hides_nobody(line):
    """B books and says A's number: it is where to ring, and no appointment of A's."""
    await booked(line)
    wish = TEN | {"uhrzeit": "12:00", "customer_name": "Berta Bald", "customer_phone": CALLER}
    await line.tool("start_booking", wish, call="call_b", caller=STRANGER)
    days = {"date": "5. März"}
    hers = await line.tool("get_customer_appointments", days, call="call_a")
    assert [one["start"][11:16] for one in hers["appointments"]] == ["10:00"]
    assert (await line.tool("check_customer", {}, call="call_a"))["customer_name"] == "Anna Kanari"
    his = await line.tool("get_customer_appointments", days, call="call_c", caller=STRANGER)
    assert [one["start"][11:16] for one in his["appointments"]] == ["12:00"]


async def test_cancelled_already_is_told_only_to_whoever_proves_it(line):
    """The number alone does not hear of what is gone either."""
    await booked(line)
    await line.tool("cancel_appointment", ANNA, call="call_a")
    alone = await line.tool("cancel_appointment", {}, call="call_b")
    assert alone["status"] == "needs_info"
    again = await line.tool("cancel_appointment", ANNA, call="call_b")
    assert again["status"] == "cancelled"


@pytest.mark.parametrize(
    ("locale", "asked", "said", "done"),
    [
        ("de", "Auf welchen Namen läuft der Termin, oder wann ist er?", ANNA, "abgesagt"),
        (
            "en",
            "What name is the appointment under, or when is it?",
            MARCH,
            "cancelled",
        ),
    ],
)
async def test_an_honest_caller_is_asked_for_one_thing(test_line, locale, asked, said, done):
    """The name or the day, and it is done."""
    salon = test_line.salon
    await salon.rows(
        "UPDATE companies SET locale = $2, catalogue_version = catalogue_version + 1 "
        "WHERE id = $1 RETURNING id",
        locale,
    )
    await salon.store.catalogues.reload(salon.id)
    await booked(test_line)
    first = await test_line.tool("cancel_appointment", {})
    assert (first["say"], first["missing"]) == (asked, ["customer_name", "date"])
    second = await test_line.tool("cancel_appointment", said)
    assert (second["status"], done in second["say"]) == ("cancelled", True)
    assert await cancelled(test_line)


async def test_what_is_proven_stays_proven_for_the_call(line):
    """Asked once, the caller hears, moves and cancels; another call is asked anew."""
    await booked(line)
    assert (await line.tool("get_customer_appointments", ANNA))["status"] == "appointments"
    later = {"new_date": "5. März", "new_time": "16:00"}
    assert (await line.tool("reschedule_appointment", later))["status"] == "moved"
    assert (await line.tool("cancel_appointment", {}, call="other"))["status"] == "needs_info"
    assert (await line.tool("cancel_appointment", {}))["status"] == "cancelled"
    assert await counted(line) == {}  # it was right


async def test_a_withheld_caller_says_name_day_and_time(line):
    """In one breath or after the question, as with the number; and what is moved stays proven."""
    await booked(line)
    at = {"call": "call_w", "caller": "anonymous"}
    asked = await line.tool("reschedule_appointment", {"new_time": "16:00"} | ANNA, **at)
    assert (asked["status"], asked["missing"]) == ("needs_info", ["customer_name", "date", "time"])
    said = ANNA | {"old_date": "5. März", "old_time": "10 Uhr", "new_time": "16:00"}
    assert (await line.tool("reschedule_appointment", said, **at))["status"] == "moved"
    assert (await line.tool("cancel_appointment", {}, **at))["status"] == "cancelled"
