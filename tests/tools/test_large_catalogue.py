"""A catalogue of a thousand names is read beside the event loop."""

import asyncio
import threading
from dataclasses import replace

import pytest

from slotkeeper.domain.catalogue import Synonym
from slotkeeper.tools import company_language
from slotkeeper.tools.company_language import SMALL_NAMES, language_of, prepared


@pytest.fixture
def indexed_in(monkeypatch):
    """The threads in which catalogues were indexed."""
    threads = []

    class Watched(company_language.ServiceIndex):
        def __init__(self, *args, **named):
            threads.append(threading.current_thread())
            super().__init__(*args, **named)

    monkeypatch.setattr(company_language, "ServiceIndex", Watched)
    return threads


def large(company):
    """The company with many names for its first service, as another version."""
    synonyms = tuple(Synonym(f"Schnitt {number}", 0.9) for number in range(SMALL_NAMES))
    first, *others = company.services
    many = (replace(first, synonyms=synonyms), *others)
    return replace(company, services=many, version=company.version + 1)


async def test_a_large_catalogue_is_indexed_once_and_not_on_the_loop(salon, indexed_in):
    """However many callers ask at once, and the callers of others are served meanwhile."""
    company = large(salon.company)
    await asyncio.gather(*(prepared(company) for _ in range(5)))
    assert language_of(company).index.understand("Schnitt 7").service is not None
    assert len(indexed_in) == 1
    assert indexed_in[0] is not threading.main_thread()


async def test_a_small_catalogue_is_indexed_where_it_is_used(salon, indexed_in):
    """It takes less than the way to a thread would be worth."""
    company = replace(salon.company, version=salon.company.version + 1)
    await prepared(company)
    assert indexed_in == []
    assert language_of(company) is language_of(company)
