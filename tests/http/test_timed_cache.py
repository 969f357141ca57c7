import pytest

from slotkeeper.http import timed_cache
from slotkeeper.http.timed_cache import TimedCache


class Directory:
    """What there is, and how often somebody looked."""

    def __init__(self, **values):
        self.values, self.looked = values, []

    async def look_up(self, key):
        self.looked.append(key)
        return self.values.get(key)


@pytest.fixture
def clock(monkeypatch):
    """A clock in seconds that stands until a test moves it."""
    seconds = [0.0]
    monkeypatch.setattr(timed_cache.time, "monotonic", lambda: seconds[0])
    return seconds


async def test_a_value_is_looked_up_once_within_its_time(clock):
    """It is looked up again after it."""
    directory = Directory(line=7)
    memory = TimedCache(directory.look_up)
    assert [await memory.get("line"), await memory.get("line")] == [7, 7]
    clock[0] = timed_cache.KEPT_FOR_S
    assert await memory.get("line") == 7
    assert directory.looked == ["line", "line"]


async def test_what_was_not_found_is_remembered_for_a_shorter_time(clock):
    """The second look costs nothing; what is made meanwhile is found after that time."""
    directory = Directory()
    memory = TimedCache(directory.look_up)
    assert [await memory.get("line"), await memory.get("line")] == [None, None]
    assert directory.looked == ["line"]
    directory.values["line"] = 7
    assert await memory.get("line") is None
    clock[0] = timed_cache.ABSENCE_KEPT_FOR_S
    assert await memory.get("line") == 7
    del directory.values["line"]
    assert await memory.newest("line") is None


async def test_strangers_cannot_push_out_what_exists(clock):
    """However many unknown keys are asked for, the memory of them is bounded and apart."""
    directory = Directory(line=7)
    memory = TimedCache(directory.look_up)
    await memory.get("line")
    for number in range(3 * timed_cache.MAX_ABSENT):
        await memory.get(f"stranger-{number}")
        assert len(memory._absent_until) <= timed_cache.MAX_ABSENT
    assert await memory.get("line") == 7
    assert directory.looked.count("line") == 1
