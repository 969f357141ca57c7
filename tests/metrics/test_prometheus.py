from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.metrics.families import MAX_COMPANIES, MAX_KINDS, OTHER, ShownCompanies, families
from slotkeeper.metrics.figures import Figures
from slotkeeper.metrics.prometheus import Exporter
from slotkeeper.metrics.totals import SETTLED_AFTER, Totals, settled_before
from slotkeeper.storage.store import Store
from tests.build import FRIDAY_10, PERM, SECRET, a_company
from tests.metrics.exposed import at, of_company, samples, scraped, served
from tests.voice.line import TEN, a_line

CREATED = "slotkeeper_reservations_created_total"


@pytest.fixture
async def own(database):
    """A salon, judged by the database's clock, that has its database to itself."""
    return await a_company(Store(database, SECRET), sandbox=False)


async def lived(salon):
    """Make a reservation of each kind: converted, cancelled, ended by hang-up, held, compound."""
    taken = await salon.hold(at=FRIDAY_10)
    await salon.convert(taken.token)
    given_back = await salon.hold(at=FRIDAY_10 + timedelta(hours=2))
    await salon.cancel(given_back.token)
    await salon.hold(at=FRIDAY_10 + timedelta(hours=3), call="call_a")
    await salon.hang_up("call_a")
    await salon.hold(PERM, at=FRIDAY_10 + timedelta(hours=4))


async def age(salon, by):
    """Move all of the salon's reservations into the past."""
    await salon.rows(
        "UPDATE appointment_reservations SET reserved_at = reserved_at - $2::interval, "
        "expires_at = expires_at - $2::interval, ended_at = ended_at - $2::interval "
        "WHERE company_id = $1 RETURNING id",
        by,
    )


@asynccontextmanager
async def away(store, cluster):
    """Let the database refuse connections while the block lasts."""
    ((name,),) = await store.db.read("SELECT current_database()")
    admin = await asyncpg.connect(cluster.url(database="postgres", user="postgres"))
    await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
    )
    yield
    await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await admin.close()


async def test_the_exported_figures_are_those_of_the_collector(own):
    """Every figure of a company is exported under its slug."""
    await lived(own)
    found, slug = await scraped(Exporter(own.store)), own.company.slug
    figures = await ReservationMetricsCollector(own.store).collect(own.id)
    for name, figure in (
        ("reservations_created_total", figures.created),
        ("reservations_created_compound_total", figures.created_compound),
        ("reservations_converted_total", figures.converted),
        ("reservations_expired_total", figures.expired),
        ("reservations_active", figures.active),
        ("holds_released_at_hangup_total", figures.released_at_hangup),
        ("unbooked_stylist_seconds_total", figures.unbooked_s),
        ("reservation_lifetime_seconds_count", figures.lifetime.count),
        ("conversion_ratio", figures.conversion_rate / 100),
    ):
        assert of_company(found, f"slotkeeper_{name}", slug) == figure, name
    cancelled = "slotkeeper_reservations_cancelled_total"
    for reason, count in figures.cancelled_by_reason.items():
        assert of_company(found, cancelled, slug, reason=reason) == count
    assert of_company(found, "slotkeeper_offers", slug, outcome="active") == figures.offers_active
    assert (figures.created, figures.balance, found[("slotkeeper_up",)]) == (4, 0, 1)


async def test_times_stand_in_their_buckets(database):
    """A conversion after 40 s is counted in the bucket of 45 s and not in that of 30 s."""
    # In a database of its own: of many companies not all are shown.
    salon = await a_company(Store(database, SECRET), sandbox=True)
    held = await salon.hold()
    salon.clock.advance(40)
    await salon.convert(held.token)
    found, slug = await scraped(Exporter(salon.store)), salon.company.slug
    name = "slotkeeper_reservation_time_to_conversion_seconds"
    in_bucket = [
        of_company(found, f"{name}_bucket", slug, le=le) for le in ("30.0", "45.0", "+Inf")
    ]
    assert in_bucket == [0, 1, 1]
    assert of_company(found, f"{name}_sum", slug) == 40


async def test_counters_never_fall(own):
    """Whatever happens to reservations, even their deletion, no counter falls between scrapes."""
    exporter, before = Exporter(own.store), {}

    async def expire():
        await age(own, timedelta(hours=1))

    async def forget():
        await own.rows("DELETE FROM appointment_reservations WHERE company_id = $1 RETURNING id")

    for step in (own.hold, lambda: lived(own), expire, forget, own.hold):
        await step()
        found = await scraped(exporter)
        fell = [key for key, value in before.items() if value > found.get(key, 0)]
        assert not [key for key in fell if key[0].endswith(("_total", "_count", "_bucket", "_sum"))]
        before = found
    assert of_company(before, CREATED, own.company.slug) == 5


async def test_a_restart_changes_no_figure(own):
    """Another server, or the same one after a restart, exports the same totals."""
    await lived(own)
    one, other = await scraped(Exporter(own.store)), await scraped(Exporter(own.store))
    business = {key for key in one if any(label[0] == "company" for label in key[1:])}
    assert {key: one[key] for key in business} == {key: other[key] for key in business}


async def test_settled_figures_are_counted_once(own):
    """Reservations of past weeks are in the totals, and their rows are not read again."""
    await lived(own)
    await age(own, timedelta(days=80))
    await own.hold()
    totals = Totals(own.store)
    (first,) = await totals.read()
    await own.rows("DELETE FROM appointment_reservations WHERE company_id = $1 RETURNING id")
    await own.hold()
    (second,) = await totals.read()
    assert (first.created, first.expired, second.created) == (5, 1, 5)


async def test_a_day_is_settled_once_it_is_over(own):
    """The days that have passed are added to the remembered figures."""
    await lived(own)
    totals = Totals(own.store)
    await totals.read()
    kept = totals._settled_until
    await age(own, SETTLED_AFTER + timedelta(days=1))
    totals._settled_until = kept - timedelta(days=2)
    (found,) = await totals.read()
    assert (found.created, totals._settled_until) == (4, kept)
    assert totals._settled[own.company.slug].created == 4


async def test_a_long_history_is_counted_over_several_scrapes(own, monkeypatch):
    """No figure is exported until all of history is counted: half a total reads as a restart."""
    await own.hold()
    exporter = Exporter(own.store)
    with monkeypatch.context() as patch:
        patch.setattr("slotkeeper.metrics.totals.HISTORY_BUDGET_S", -1.0)
        found = await scraped(exporter)
        assert found[("slotkeeper_up",)] == 1
        assert not [key for key in found if key[0] == CREATED]
    assert of_company(await scraped(exporter), CREATED, own.company.slug) == 1


@pytest.mark.parametrize(
    ("now", "boundary"),
    [
        ("2026-11-24 12:00", "2026-11-24 00:00"),
        ("2026-11-24 01:59", "2026-11-23 00:00"),
        ("2026-11-24 02:00", "2026-11-24 00:00"),
    ],
)
def test_a_day_counts_as_settled_two_hours_after_its_end(now, boundary):
    """No reservation lives longer than that."""
    assert settled_before(at(now)) == at(boundary)


async def test_three_hundred_companies_are_two_hundred_series_and_one(database):
    """The largest companies have series of their own, and the others are summed in one."""
    store = Store(database, SECRET)
    await many(store, 300)
    largest = await a_company(store, sandbox=False, slug="zzz-largest")
    small = await a_company(store, sandbox=False, slug="zzz-small")
    for hour in range(10):
        await largest.hold(at=FRIDAY_10 + timedelta(hours=hour, minutes=-60))
    await small.hold()
    found = await scraped(Exporter(store))
    created = {dict(key[1:])["company"]: value for key, value in found.items() if key[0] == CREATED}
    assert len(created) == MAX_COMPANIES + 1
    assert (created["zzz-largest"], sum(created.values())) == (10, 11)


async def many(store, count):
    """Companies without any figure."""
    for number in range(count):
        ((company_id,),) = await store.db.read("SELECT nextval('companies_id_seq')")
        async with store.db.acting_for(company_id) as connection:
            await connection.execute(
                "INSERT INTO companies (id, slug, name, timezone) OVERRIDING SYSTEM VALUE "
                "VALUES ($1, $2, 'Salon', 'Europe/Berlin')",
                company_id,
                f"salon-{number:03}",
            )


def test_a_company_keeps_its_series():
    """A company that grows past another pushes nobody into the shared series."""
    shown = ShownCompanies(limit=1)
    assert [one.company for one in shown.of([Figures("a", created=10), Figures("b")])] == [
        "a",
        OTHER,
    ]
    grown = shown.of([Figures("a", created=10), Figures("b", created=9_000)])
    assert [(one.company, one.created) for one in grown] == [("a", 10), (OTHER, 9_000)]


def test_a_company_that_is_called_other_is_no_second_series():
    """Prometheus refuses two series of one name."""
    shown = ShownCompanies().of([Figures("a"), Figures(OTHER, created=3)])
    assert [(one.company, one.created) for one in shown] == [("a", 0), (OTHER, 3)]


def test_kinds_are_bounded():
    """Of too many reasons the first have series of their own, and the others are summed."""
    reasons = {f"reason_{number:03}": 1 for number in range(100)}
    figures = replace(Figures("a"), cancelled_by_reason=reasons)
    cancelled = next(
        family for family in families([figures]) if family.name.endswith("reservations_cancelled")
    )
    assert len(cancelled.samples) == MAX_KINDS + 1
    assert sum(sample.value for sample in cancelled.samples) == 100


async def test_without_a_database_the_process_exports_its_own_figures(own, cluster):
    """When the database is back, the totals are what they were."""
    exporter, slug = Exporter(own.store), own.company.slug
    await lived(own)
    before = await scraped(exporter)
    async with away(own.store, cluster):
        found = await scraped(exporter)
    assert found[("slotkeeper_up",)] == 0
    assert ("slotkeeper_pool_connections", ("state", "max")) in found
    assert not [key for key in found if key[0] == CREATED]
    after = await scraped(exporter)
    assert of_company(after, CREATED, slug) == of_company(before, CREATED, slug) == 4
    assert after[("slotkeeper_up",)] == 1


async def test_a_server_answers_before_its_first_connection(own, cluster):
    """A server that starts during an outage answers scrapes over HTTP."""
    async with served(own.store) as http, away(own.store, cluster), http.get("/metrics") as answer:
        assert answer.status == 200
        assert samples(await answer.text())[("slotkeeper_up",)] == 0


async def test_scrapes_within_a_second_share_one_reading(own):
    """The second scrape gets the text of the first."""
    exporter = Exporter(own.store)
    first = await exporter.scrape()
    await own.hold()
    assert await exporter.scrape() is first


async def test_requests_and_tool_calls_are_timed_under_bounded_labels(store):
    """A label is a route's template or one of our tools, and never text that was sent."""
    async with served(store) as http:
        line = await a_line(http, store)
        await line.tool("reserve_slot_v3", TEN)
        await line.tool("sing_for_me", {})
        async with http.get("/some/made-up/path") as answer:
            assert answer.status == 404
        async with http.request("PROPFIND", f"/v1/reservations/{line.salon.id}") as answer:
            assert answer.status == 405
        async with http.get("/metrics") as answer:
            found = samples(await answer.text())
    called = {key[1:] for key in found if key[0] == "slotkeeper_tool_seconds_count"}
    assert (("channel", "retell"), ("status", "held"), ("tool", "check_availability")) in called
    assert (("channel", "retell"), ("status", "unknown_tool"), ("tool", "unknown")) in called
    requests = {key[1:] for key in found if key[0] == "slotkeeper_http_request_seconds_count"}
    assert (("method", "POST"), ("route", "/v1/retell/functions"), ("status", "200")) in requests
    assert (("method", "GET"), ("route", "none"), ("status", "404")) in requests
    made_up = ("other", "/v1/reservations/{token}", "405")
    assert made_up in {tuple(value for _, value in labels) for labels in requests}


async def test_applications_of_one_process_do_not_mix(store):
    """Each has a registry of its own."""
    one, other = Exporter(store), Exporter(store)
    one.measures.request_answered("/v1/tools", "GET", 200, 0.1)
    key = "slotkeeper_http_request_seconds_count"
    assert [name for name, *_ in await scraped(one) if name == key]
    assert not [name for name, *_ in await scraped(other) if name == key]
