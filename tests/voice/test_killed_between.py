"""A server killed between commit and answer: the next one says what is true."""

import asyncio

import aiohttp
import pytest

from tests.races.programs import SERVER, programs, start
from tests.voice.line import TEN, a_line, appointments
from tests.waiting import until


async def ask(line, server, tool):
    """Ask a server; None where it dies meanwhile."""
    async with aiohttp.ClientSession(server.address) as line.http:
        try:
            return await line.tool(tool, TEN)
        except aiohttp.ClientError:
            return None


@pytest.mark.parametrize(
    ("function", "when"),
    [
        ("convert", "after"),
        ("book", "before"),
        pytest.param("convert", "before", marks=pytest.mark.prove),
        pytest.param("book", "after", marks=pytest.mark.prove),
    ],
)
async def test_a_killed_servers_commit_is_the_truth(severed, store, database_url, function, when):
    """Committed or not, it was never answered; asked again it is answered, and it is one."""
    line, url = await a_line(None, store), severed.url(database_url)
    async with programs(url, SERVER) as servers:
        if function == "convert":
            await ask(line, servers[0], "check_availability")
        severed.cut(when, frozenset((function,)))
        lost = asyncio.create_task(ask(line, servers[0], "start_booking"))
        await until(severed.cut_now.is_set, f"the way to the database is cut {when} {function}")
        await servers[0].kill()
        await lost
        servers[0] = await start(url, *SERVER)
        told = await ask(line, servers[0], "start_booking")
    (row,) = await appointments(line)
    assert (told["status"], told["appointment_id"]) == ("booked", row["id"])
