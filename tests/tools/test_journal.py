"""The journal: what one company cannot write costs no other company a line."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from structlog.testing import capture_logs

from slotkeeper.domain.errors import StorageUnavailable
from slotkeeper.storage.calls import RecordedToolCall
from slotkeeper.tools import journal
from slotkeeper.tools.journal import Journal
from tests.build import FRIDAY_10, a_company

# What PostgreSQL can keep in no column.
NUL = {"name": "\0"}


def a_tool_call(call_id, **facts):
    """A tool call of a call."""
    known = {"channel": "test", "tool": "check_availability", "arguments": {}, "understood": None}
    known |= {"status": "held", "answer": {}, "answered_at": FRIDAY_10, "took_ms": 1}
    return RecordedToolCall(call_id, **(known | facts))


async def written(salon):
    """The calls of a salon that have a story, by id."""
    rows = await salon.rows("SELECT call_id FROM tool_calls WHERE company_id = $1 ORDER BY call_id")
    return [row["call_id"] for row in rows]


@pytest.mark.parametrize("poison", [{"arguments": NUL}, {"took_ms": 2**40}, {"tool": "\ud800"}])
async def test_an_entry_that_cannot_be_written_is_lost_alone(salon, poison):
    """Those before and after it are kept, of its company and of others."""
    other = await a_company(salon.store)
    kept = Journal(salon.store)
    for n in range(100, 130):
        kept.note(salon.id, a_tool_call(f"{n}", **(poison if n == 113 else {})))
        kept.note(other.id, a_tool_call(f"{n}"))
    with capture_logs() as logs:
        await kept.flush()
    assert await written(other) == [f"{n}" for n in range(100, 130)]
    assert await written(salon) == [f"{n}" for n in range(100, 130) if n != 113]
    assert [line["event"] for line in logs] == ["journal_dropped"]


async def test_an_instant_is_kept_whatever_its_offset(salon):
    """PostgreSQL reads no offset of 16 hours or more."""
    far = timezone(timedelta(hours=23, minutes=59))
    late = FRIDAY_10.astimezone(far)
    kept = Journal(salon.store)
    kept.note(
        salon.id,
        a_tool_call(
            "far",
            answered_at=late,
            told_free=[late],
            told_free_staff=[None],
            refused_start=late,
        ),
    )
    await kept.flush()
    (story,) = await salon.store.calls.story(salon.id, "far")
    assert [story.answered_at, story.refused_start, *story.told_free] == [FRIDAY_10] * 3


async def test_a_fault_of_one_company_keeps_no_other_waiting(salon, monkeypatch):
    """Its entries wait in their order, and the others' are written."""
    other = await a_company(salon.store)
    add = salon.store.calls.add_tool_calls

    async def locked(company_id, batch):
        if company_id == salon.id:
            raise StorageUnavailable("locked")
        await add(company_id, batch)

    kept = Journal(salon.store)
    monkeypatch.setattr(salon.store.calls, "add_tool_calls", locked)
    for n in range(3):
        kept.note(salon.id, a_tool_call(f"{n}"))
        kept.note(other.id, a_tool_call(f"{n}"))
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await kept.flush()
    assert await written(other) == ["0", "1", "2"]
    monkeypatch.undo()
    await kept.flush()
    assert await written(salon) == ["0", "1", "2"]


async def test_a_flood_pushes_out_its_own_entries_only(salon, monkeypatch):
    """While nothing can be written, who has most waiting loses the oldest."""
    monkeypatch.setattr(journal, "MAX_WAITING", 10)
    other = await a_company(salon.store)
    kept = Journal(salon.store)
    for n in range(3):
        kept.note(other.id, a_tool_call(f"{n}"))
    for n in range(100, 150):
        kept.note(salon.id, a_tool_call(f"{n}"))
    await kept.flush()
    assert await written(other) == ["0", "1", "2"]
    assert await written(salon) == [f"{n}" for n in range(143, 150)]


async def test_a_fault_is_kept_beside_a_story_that_cannot_be(salon):
    """The two kinds of entries are written apart."""
    kept = Journal(salon.store)
    kept.note(salon.id, a_tool_call("poison", arguments=NUL))
    kept.note(salon.id, ("storage_unavailable", "test", FRIDAY_10))
    kept.note(salon.id, replace(a_tool_call("good"), status="try_again"))
    await kept.flush()
    faults = "SELECT kind FROM outbox WHERE company_id = $1 AND kind LIKE 'fault.%'"
    assert [row["kind"] for row in await salon.rows(faults)] == ["fault.storage_unavailable"]
    assert await written(salon) == ["good"]
