"""Which company a request is for is looked up only for what may be a name."""

from slotkeeper.http.companies import CalledLines
from slotkeeper.storage.directory import Directory
from tests.build import a_company


class WatchedDirectory(Directory):
    """The real directory, and how often somebody looked."""

    looked = 0

    async def find(self, kind, key):
        self.looked += 1
        return await super().find(kind, key)


async def test_a_line_too_long_to_be_one_is_neither_looked_up_nor_remembered(store):
    """A stranger's body may name a line of megabytes before its signature is proven."""
    directory = WatchedDirectory(store.db)
    lines = CalledLines(directory, "retell")
    assert await lines.company_of(None, ("+49" * 100_000,)) is None
    assert await lines.company_of("s" * 60_000, ()) is None
    assert directory.looked == 0


async def test_a_known_line_is_found_beside_one_that_is_too_long(store):
    """What cannot be a line hides none that is."""
    salon = await a_company(store)
    await store.directory.add_line(salon.id, salon.company.slug)
    lines = CalledLines(WatchedDirectory(store.db), "retell")
    assert await lines.company_of(None, ("+49" * 100_000, salon.company.slug)) == salon.id
