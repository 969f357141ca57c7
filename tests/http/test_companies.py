"""Which company a request is for, and what strangers cost before that is known."""

import time

import pytest

from slotkeeper.http import companies, timed_cache
from slotkeeper.http.companies import ApiKeys, CalledLines
from slotkeeper.http.edge_limits import Rates
from slotkeeper.http.problems import Unauthorized
from slotkeeper.http.rate_limits import RateLimits
from slotkeeper.http.signing import retell_signature, sign_retell
from slotkeeper.storage.directory import Directory, hash_of
from slotkeeper.storage.platform_secrets import PlatformSecrets
from slotkeeper.storage.sql import query
from slotkeeper.storage.store import Store
from tests.build import SECRET as INSTALLATION
from tests.build import a_company

BODY = b"{}"
SECRET = "a_signing_secret"


class WatchedDirectory(Directory):
    """The real directory, and the statements that were made of it."""

    def __init__(self, db):
        super().__init__(db)
        self.looked = []

    async def find(self, kind, text):
        self.looked.append(kind)
        return await super().find(kind, text)

    async def find_key(self, text):
        self.looked.append("api_key")
        return await super().find_key(text)


class WatchedSecrets(PlatformSecrets):
    """The real secrets of platforms; whoever looks is noted with the directory's statements."""

    looked: list[str]

    async def of(self, company_id, platform):
        self.looked.append("secrets")
        return await super().of(company_id, platform)


@pytest.fixture
def watched(store):
    """A store whose directory and secrets are watched."""
    watched = Store(store.db, INSTALLATION)
    watched.directory = WatchedDirectory(store.db)
    watched.platform_secrets = WatchedSecrets(store.db, INSTALLATION)
    watched.platform_secrets.looked = watched.directory.looked
    return watched


@pytest.fixture
def clock(monkeypatch):
    """A clock in seconds that stands until a test moves it."""
    seconds = [1000.0]
    for module in (companies, timed_cache):
        monkeypatch.setattr(module.time, "monotonic", lambda: seconds[0])
    return seconds


@pytest.fixture
async def signing_salon(store):
    """A company with an address, a line and a secret."""
    salon = await a_company(store)
    for kind, name in (("company", salon.company.slug), ("line", line_of(salon))):
        await store.db.change(query("directory_add"), kind, hash_of(name), salon.id, "")
    await store.platform_secrets.add(salon.id, "retell", SECRET)
    return salon


def line_of(salon):
    """The salon's called line."""
    return f"line-of-{salon.company.slug}"


async def signed(lines, secret, *, slug=None, line=None):
    """The company that a secret proves, None where it is refused."""
    now_ms = int(time.time() * 1000)
    signature = retell_signature([sign_retell(BODY, secret, now_ms)], now_ms)
    try:
        return await lines.signed(BODY, signature, slug=slug, lines=(line, "agent"))
    except Unauthorized:
        return None


@pytest.mark.parametrize("by", ["slug", "line"])
@pytest.mark.parametrize("is_busy", [False, True])
async def test_a_refusal_makes_the_same_statements_for_known_and_unknown_names(
    signing_salon, watched, clock, by, is_busy
):
    """Neither their number nor their kind tells a stranger who is a customer of ours."""
    lines = CalledLines(watched, "retell")
    known = signing_salon.company.slug if by == "slug" else line_of(signing_salon)
    if is_busy:
        assert await signed(lines, SECRET, **{by: known}) == signing_salon.id
    made = []
    for name in (known, "nobody"):
        for _ in range(2):
            watched.directory.looked.clear()
            assert await signed(lines, "wrong", **{by: name}) is None
            made.append(list(watched.directory.looked))
    assert made[0] == made[2] != []
    assert made[1] == made[3] == []


@pytest.mark.parametrize("has_a_secret", [True, False])
async def test_what_refusals_are_compared_with_is_no_secret_of_anybody(
    store, watched, has_a_secret
):
    """Fewer secrets than a company may have are filled up with what nobody knows, and is none."""
    salon = await a_company(store)
    slug = salon.company.slug
    await store.db.change(query("directory_add"), "company", hash_of(slug), salon.id, "")
    if has_a_secret:
        await store.platform_secrets.add(salon.id, "retell", SECRET)
    lines = CalledLines(watched, "retell")
    for guess in ("", companies._NOBODYS_SECRET):
        assert await signed(lines, guess, slug=slug) is None
    assert await signed(lines, SECRET, slug=slug) == (salon.id if has_a_secret else None)


async def test_a_flood_of_refusals_keeps_out_nobody_who_signs(signing_salon, watched, clock):
    """Whoever has the secret is believed at any time between wrong signatures."""
    lines, slug = CalledLines(watched, "retell"), signing_salon.company.slug
    for _ in range(20):
        clock[0] += 0.7
        assert await signed(lines, "wrong", slug=slug) is None
        assert await signed(lines, SECRET, slug=slug) == signing_salon.id


async def test_a_secret_made_just_now_counts_within_seconds(signing_salon, watched, clock):
    """Also where a request that it signed was refused just before."""
    lines, slug = CalledLines(watched, "retell"), signing_salon.company.slug
    assert await signed(lines, "the_newest_secret", slug=slug) is None
    await watched.platform_secrets.add(signing_salon.id, "retell", "the_newest_secret")
    clock[0] += timed_cache.ABSENCE_KEPT_FOR_S
    assert await signed(lines, "the_newest_secret", slug=slug) == signing_salon.id


async def test_strangers_are_remembered_within_bounds(watched, clock):
    """However many names and keys a stranger tries."""
    limits = RateLimits(watched, Rates())
    lines, keys = CalledLines(watched, "retell"), ApiKeys(watched, limits)
    lines._refused_until = {(f"stranger-{n}", ()): clock[0] + 9 for n in range(3000)}
    assert await signed(lines, "wrong", slug="one-more") is None
    assert len(lines._refused_until) <= timed_cache.MAX_ABSENT
    for _ in range(2):
        with pytest.raises(Unauthorized):
            await keys.valid("sk_" + "x" * 40, "callTool")
    assert watched.directory.looked.count("api_key") == 1


async def test_a_name_too_long_to_be_one_is_neither_looked_up_nor_remembered(watched):
    """A stranger's body may name a line of megabytes before its signature is proven."""
    lines = CalledLines(watched, "retell")
    assert await lines.company_of(("+49" * 100_000,)) is None
    assert await signed(lines, "wrong", slug="s" * 60_000) is None
    assert watched.directory.looked == []


async def test_a_known_line_is_found_beside_one_that_is_too_long(signing_salon, watched):
    """What cannot be a line hides none that is."""
    lines = CalledLines(watched, "retell")
    named = ("+49" * 100_000, line_of(signing_salon))
    assert await lines.company_of(named) == signing_salon.id
