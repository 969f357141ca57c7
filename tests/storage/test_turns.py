"""Turns: what one company asks for at once takes nothing from another company."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from slotkeeper.domain.errors import TooBusy
from slotkeeper.storage import turns
from slotkeeper.storage.turns import BESIDE_OTHERS, OTHERS_GONE_AFTER_S, Turns

ONE, TWO = 1, 2
POOL = 10
SHARE = 5


class Work:
    """Requests that are under way until they are let go, in the order in which they began."""

    def __init__(self):
        self.turns, self.began, self.tasks = Turns(POOL), [], {}

    def ask(self, name, company_id=TWO, rank="voice"):
        """Let a request come."""
        done = asyncio.Event()

        async def work():
            async with self.turns.turn(company_id, rank):
                self.began.append(name)
                await done.wait()

        self.tasks[name] = (asyncio.create_task(work()), done)

    async def end(self, name):
        """Let a request that is under way end."""
        task, done = self.tasks[name]
        done.set()
        await task
        await settle()


async def settle():
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def work():
    """No request is under way, and none is left at the end."""
    work = Work()
    yield work
    for task, _ in work.tasks.values():
        task.cancel()
    await asyncio.gather(*(task for task, _ in work.tasks.values()), return_exceptions=True)
    assert not work.turns._lines


@asynccontextmanager
async def crowd(work, number=SHARE, **how):
    """So many requests of company 2 come at once."""
    for n in range(number):
        work.ask(n, **how)
    await settle()
    yield


async def test_a_company_has_its_share_and_leaves_the_rest(work):
    """Half of the pool; another company is served at once."""
    async with crowd(work, 64):
        assert work.began == list(range(SHARE))
        work.ask("other", ONE)
        await settle()
        assert work.began[-1] == "other"


async def test_beside_others_a_company_has_fewer_at_once(work):
    """So that whoever of the others comes next finds few before its own on the event loop."""
    work.ask("other", ONE)
    await settle()
    async with crowd(work, 64):
        assert work.began == ["other", *range(BESIDE_OTHERS)]


async def test_beside_others_a_report_keeps_no_caller_waiting(work):
    """Nor callers a report."""
    work.ask("other", ONE)
    await settle()
    for name, rank in (("list", "report"), ("caller", "voice"), ("file", "report")):
        work.ask(name, rank=rank)
        await settle()
    assert work.began == ["other", "list", "caller"]


async def test_some_time_after_the_last_of_the_others_it_has_its_share_again(work, monkeypatch):
    """A salon that is alone on its server need not wait for nobody."""
    work.ask("other", ONE)
    await settle()
    await work.end("other")
    now = turns.monotonic() + OTHERS_GONE_AFTER_S
    monkeypatch.setattr(turns, "monotonic", lambda: now)
    work.ask("first")
    await settle()
    now += OTHERS_GONE_AFTER_S
    async with crowd(work, 64):
        assert work.began == ["other", "first", *range(SHARE - 1)]


async def test_who_came_first_is_served_first(work):
    """Within a rank."""
    async with crowd(work, SHARE + 3):
        await work.end(1)
        await work.end(0)
    assert work.began == list(range(SHARE + 2))


async def test_a_caller_is_served_before_programs_and_reports(work):
    """Whoever came first."""
    async with crowd(work):
        for name, rank in (("list", "report"), ("web", "program"), ("caller", "voice")):
            work.ask(name, rank=rank)
        await settle()
        for n in range(3):
            await work.end(n)
    assert work.began[SHARE:] == ["caller", "web", "list"]


async def test_reports_run_one_at_a_time(work):
    """However much room there is; callers pass them."""
    async with crowd(work, 3, rank="report"):
        work.ask("caller")
        await settle()
        assert work.began == [0, "caller"]
        await work.end(0)
        assert work.began == [0, "caller", 1]


async def test_a_queue_has_a_bound(work, monkeypatch):
    """What comes beyond it is refused at once."""
    monkeypatch.setattr(turns, "MAX_WAITING", 3)
    async with crowd(work, SHARE + 4):
        with pytest.raises(TooBusy):
            await work.tasks[SHARE + 3][0]
        await work.end(0)
        work.ask("again")
        await settle()
        assert not work.tasks["again"][0].done()


async def test_nobody_waits_longer_than_a_caller(work, monkeypatch):
    """Who is refused leaves the queue, and those behind are served."""
    monkeypatch.setattr(turns, "MAX_WAIT_S", 0.01)
    async with crowd(work, SHARE + 1):
        with pytest.raises(TooBusy):
            await work.tasks[SHARE][0]
        work.ask("next")
        await work.end(0)
        assert work.began[-1] == "next"


async def test_the_end_of_a_call_does_not_wait_in_the_queue(work, monkeypatch):
    """It frees what others wait for: one after another, however many wait for anything else."""
    monkeypatch.setattr(turns, "MAX_WAITING", 3)
    monkeypatch.setattr(turns, "MAX_WAIT_S", 0.01)
    async with crowd(work, SHARE + 3):
        for n in range(5):
            work.ask(f"end {n}", rank="end")
        with pytest.raises(TooBusy):
            await work.tasks[SHARE][0]
        assert work.began[SHARE:] == ["end 0"]
        for n in range(5):
            await work.end(f"end {n}")
    assert work.began[SHARE:] == [f"end {n}" for n in range(5)]


async def test_who_hangs_up_gives_the_turn_back(work):
    """While waiting, and in the instant of being called."""
    async with crowd(work, SHARE + 3):
        work.tasks[SHARE][0].cancel()
        await settle()
        work.tasks[0][1].set()
        await asyncio.sleep(0)  # the next one is called, and has not run yet
        work.tasks[SHARE + 1][0].cancel()
        await settle()
        assert work.began[-1] == SHARE + 2
