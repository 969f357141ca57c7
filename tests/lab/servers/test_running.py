"""A server in a process of its own lives as long as its block, and no longer than its starter."""

import os
import subprocess
import sys

import aiohttp
import pytest

from slotkeeper.lab.servers.programs import ServerFailed
from slotkeeper.lab.servers.running import running_server
from tests.cli.processes import environment, nothing_is_left_of

STARTER = """
import asyncio, os, sys
from slotkeeper.lab.servers.running import running_server

async def main():
    async with running_server(sys.argv[1], environ=dict(os.environ)) as address:
        print(address, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_it_serves_while_the_block_lasts(database_url, client):
    """It is ready when the block begins, and gone when it has ended."""
    mark = f"mark-{os.urandom(8).hex()}"
    async with (
        running_server(database_url, environ=environment(MARK=mark)) as address,
        client.get(f"{address}/health/ready") as answer,
    ):
        assert answer.status == 200
    nothing_is_left_of(mark)
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.get(address)


async def test_it_says_why_it_did_not_start():
    """What the server wrote to standard error is the reason."""
    nowhere = "postgresql://slotkeeper_app@127.0.0.1:1/slotkeeper"
    with pytest.raises(ServerFailed, match="cannot connect"):
        async with running_server(nowhere, environ=environment()):
            pass


def test_it_ends_when_its_starter_is_killed(database_url):
    """After a kill -9 of the process that started it, no server stays behind."""
    mark = f"mark-{os.urandom(8).hex()}"
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, database_url],
        stdout=subprocess.PIPE,
        env=environment(MARK=mark),
    ) as starter:
        assert starter.stdout.readline().startswith(b"http://127.0.0.1:")
        starter.kill()
    nothing_is_left_of(mark)
