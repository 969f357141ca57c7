import asyncio
import random

from tests.build import HAIRCUT
from tests.voice.line import MEIER, a_line
from tests.waiting import think

CALLERS, SLOTS = 30, 10
THINK_S = (0.05, 0.3)  # two seconds of thought, compressed


async def one_caller(line, number, rng):
    """Ask for a popular slot, think, and take what was offered: the wish or an alternative."""
    call = {"call": f"call_{number}", "caller": f"+4917000000{number:02}"}
    slot = {"datum": "2027-03-05", "uhrzeit": f"{9 + number % SLOTS // 2}:00"}
    staff = ("Emma", "Sarah")[number % 2]
    wish = slot | {"dienstleistung": HAIRCUT, "mitarbeiter": staff}
    heard = await line.tool("check_availability", wish, **call)
    await think(rng.uniform(*THINK_S))
    if heard["status"] == "held":
        said = await line.tool(
            "start_booking", MEIER | {"reservation_token": heard["reservation_token"]}, **call
        )
        return "wish", heard["start"], said
    if not heard.get("offers"):
        return "nothing", None, heard
    offer = rng.choice(heard["offers"])
    said = await line.tool(
        "start_booking", MEIER | {"reservation_token": offer["reservation_token"]}, **call
    )
    return "alternative", offer["start"], said


async def test_nobody_who_heard_a_time_is_refused_it(http, store):
    """Thirty callers for ten popular slots: each gets the wish, or what was offered instead."""
    line = await a_line(http, store)
    rng = random.Random(1)
    lived = await asyncio.gather(*(one_caller(line, n, rng) for n in range(CALLERS)))
    kinds = [kind for kind, _, _ in lived]
    assert kinds.count("nothing") == 0
    for _, start, said in lived:
        assert (said["status"], said["start"]) == ("booked", start)
    # An alternative that is held for one caller may lie on what a later caller wishes, and is not
    # taken away: a popular slot may go to nobody who wished it. The first to ask gets the wish.
    assert 0 < kinds.count("wish") <= SLOTS
    rows = await line.salon.rows(
        "SELECT count(*) FROM appointments WHERE company_id = $1 AND status = 'booked'"
    )
    assert rows[0]["count"] == CALLERS
