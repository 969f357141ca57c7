"""What is exposed at ``/metrics``, as tests read it."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import uvicorn
from prometheus_client.parser import text_string_to_metric_families

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app


def samples(text):
    """Every sample of an exposition: (name, its labels in order) -> value."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of_company(found, name, company, **labels):
    """One sample of a company."""
    return found[(name, *sorted({"company": company, **labels}.items()))]


async def scraped(exporter):
    """What the exporter shows now, however lately it was asked."""
    exporter._fresh_until = 0.0
    return samples((await exporter.scrape()).decode())


@asynccontextmanager
async def served(store, settings=None, **more):
    """A server of its own, and a client of it."""
    app = web_app(App(settings or Settings(), store), **more)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers nothing to wait for
        await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        async with aiohttp.ClientSession(f"http://{host}:{port}") as http:
            yield http
    finally:
        server.should_exit = True
        await serving


def at(text):
    """An instant of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
