"""What is exposed at ``/metrics``, as tests read it."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from tests.serving import serving

# For tests that send more than any caller does.
UNLIMITED = Settings(rate_company=10**6, rate_key=10**6, rate_line=10**6, rate_caller=10**6)


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
    async with serving(app) as address, aiohttp.ClientSession(address) as http:
        yield http


def at(text):
    """An instant of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
