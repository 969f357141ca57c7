"""A company's file in the tables: written by difference, read back whole."""

import asyncio
from datetime import date, time
from uuid import UUID

import pytest

from slotkeeper.domain.catalogue import Closure, Combination, Need, StaffTerms, Synonym
from slotkeeper.domain.company_rules import Rules
from slotkeeper.domain.errors import NotFound
from slotkeeper.operations.load_company import example, read_catalogue_file
from slotkeeper.storage.catalogue_loading import (
    CatalogueConflict,
    find_company,
    list_companies,
    read_company,
    store_catalogue_file,
)
from slotkeeper.storage.sql import query

FRISEUR = example("friseur-1").decode()

SMALL = """\
company: {slug: small, name: Small, timezone: Europe/Berlin}
branches:
  - {key: main, name: Main, hours: {mon: ["09:00-24:00"]}}
  - {key: west, name: West, hours: closed}
calendars:
  - {key: wash-1, name: Wash basin 1, branch: main, kind: device}
  - {key: wash-2, name: Wash basin 2, branch: main, kind: device}
staff:
  - {key: emma, name: Emma, branch: main, hours: {tue: ["10:00-12:00"]}}
  - {key: tim, name: Tim, branch: main, services: [cut]}
services:
  - {key: cut, name: Cut, duration_min: 30}
  - key: colour
    name: Colour
    gap_policy: blocked
    buffer_after_min: 10
    min_notice_min: 60
    segments:
      - {name: dye, duration_min: 40, gap_after_min: 20, gap_after_max_min: 30, gap_name: wait}
      - {name: wash, duration_min: 15, same_staff: any, resources: [wash-2, wash-1]}
closures:
  - {from: 2026-12-24, to: 2026-12-26}
  - {from: 2026-06-01, branch: west, reason: inventory}
"""


TOGETHER = (
    SMALL.replace(
        "services: [cut]}",
        "services: [cut, colour], "
        "terms: [{service: colour, durations_min: [30, null], price: 70}]}",
    )
    .replace(
        "resources: [wash-2, wash-1]}",
        "needs: [{count: 2, of: [wash-2, wash-1]}]}",
    )
    .replace(
        "{key: cut, name: Cut, duration_min: 30}",
        "{key: cut, name: Cut, duration_min: 30, category: Hair, add_on: true}",
    )
    + """categories: [{name: Hair, visit_order: 2}]
combinations:
  - {services: [cut, colour], extra_min: -5, extra_price: -7.50}
"""
)


async def store(db, text):
    """Store a file's text; give the company's id and what changed."""
    stored = await store_catalogue_file(db, read_catalogue_file(text, "file.yaml"))
    return stored.company_id, stored.changes


async def loaded(db, text):
    """Store a file's text and read the company back."""
    company_id, _ = await store(db, text)
    return await read_company(db, company_id)


async def count(db, company_id, table, condition="true"):
    """Count a company's rows by hand-written SQL."""
    async with db.acting_for(company_id) as connection:
        return await connection.fetchval(
            f"SELECT count(*) FROM {table} WHERE company_id = $1 AND {condition}", company_id
        )


async def test_every_rule_is_written_and_read_back(database):
    """Each field of Rules has a column of its own, whatever number the file gives it."""
    written = {name: 30 + 15 * n for n, name in enumerate(Rules.__struct_fields__)}
    written |= {"max_alternatives": 3, "same_staff_in_visit": "required"}
    written |= {"needed_to_book": "name", "human_hours": "09:00-17:00", "which_branch": "any"}
    written["human_number"] = "+493023125038"
    rules = "".join(f"  {name}: {value}\n" for name, value in written.items())
    assert (await loaded(database, f"{SMALL}rules:\n{rules}")).rules == Rules(**written)


async def test_a_new_row_has_the_rules_defaults(database):
    """The columns' defaults and those of Rules are the same."""
    async with database.acting_for() as connection:
        company_id = await connection.fetchval(query("new_company_id"))
        columns = '{"name": "Bare", "timezone": "UTC"}'
        await connection.execute(query("insert_company"), company_id, "bare", columns)
    assert (await read_company(database, company_id)).rules == Rules()


async def test_the_example_reads_back_as_it_was_written(database):
    """Services, durations, prices, synonyms, hours and rules survive the tables."""
    company = await loaded(database, FRISEUR)
    assert (company.slug, company.zone.key, company.currency) == (
        "friseur-1",
        "Europe/Berlin",
        "EUR",
    )
    assert (company.rules.min_notice_min, company.rules.hold_ttl_s) == (15, None)
    assert [branch.subdivision for branch in company.branches] == ["DE-BE", "DE-BE"]
    assert len(company.hours) == 10
    assert {(h.opens_local, h.closes_local) for h in company.hours} == {(time(9), time(18))}
    assert len(company.services) == 18
    haircut = company.service("herrenhaarschnitt")
    assert (haircut.duration_min, haircut.price_cents, haircut.category) == (55, 3200, "Schnitt")
    assert haircut.synonyms[0] == Synonym("Herrenschnitt", 0.95)
    assert sum(len(service.synonyms) for service in company.services) == 115


async def test_the_perm_has_its_gaps(database):
    """135 minutes in four segments; the stylist is free in the two gaps."""
    company = await loaded(database, FRISEUR)
    perm = company.service("Dauerwelle")
    assert perm.duration_min == 135
    assert [(s.duration_min, s.gap_after_min) for s in perm.segments] == [
        (50, 15),
        (5, 10),
        (15, 0),
        (40, 0),
    ]


async def test_two_records_of_one_person_share_a_calendar(database):
    """Both Fabians stand on one calendar, and the first is the one who is meant."""
    company = await loaded(database, FRISEUR)
    first, second = company.staff[:2]
    assert (first.key, second.key) == ("fabian-1", "fabian-2")
    assert first.calendar_id == second.calendar_id
    assert company.staff_member("Fabian Sperling") == first
    assert len({member.calendar_id for member in company.staff}) == 5


async def test_everything_a_file_may_say_is_stored(database):
    """Rooms, buffers, notices, own hours, closures and midnight read back."""
    company = await loaded(database, SMALL)
    colour = company.service("colour")
    wash = {c.key: c.id for c in company.calendars if c.kind == "device"}
    assert (colour.gap_policy, colour.buffer_after_min, colour.min_notice_min) == (
        "blocked",
        10,
        60,
    )
    assert (colour.segments[0].gap_after_max_min, colour.segments[0].gap_name) == (30, "wait")
    assert colour.segments[1].same_staff == "any"
    assert colour.segments[1].resource_calendar_ids == (wash["wash-1"], wash["wash-2"])
    emma, tim = company.staff
    assert colour.staff_ids == {emma.id}
    assert company.service("cut").staff_ids == {emma.id, tim.id}
    assert [(h.weekday, h.closes_local, h.staff_id) for h in company.hours] == [
        (1, None, None),
        (2, time(12), emma.id),
    ]
    west = company.branches[1].id
    assert company.closures == (
        Closure(west, date(2026, 6, 1), date(2026, 6, 1), "inventory"),
        Closure(None, date(2026, 12, 24), date(2026, 12, 26), None),
    )


@pytest.mark.parametrize("text", [FRISEUR, SMALL], ids=["friseur-1", "small"])
async def test_the_same_again_changes_nothing(database, text):
    """A second load writes nothing and keeps the version."""
    before = await loaded(database, text)
    company_id, changes = await store(database, text)
    assert changes == []
    assert await read_company(database, company_id) == before


async def test_a_changed_price_changes_only_the_price(database):
    """One line is told, ids stay, the version rises by one."""
    before = await loaded(database, FRISEUR)
    company_id, changes = await store(database, FRISEUR.replace("price: 78.00", "price: 80"))
    after = await read_company(database, company_id)
    assert changes == ["service dauerwelle: price 78.00 -> 80.00"]
    assert after.version == before.version + 1
    assert after.service("Dauerwelle").price_cents == 8000
    assert after.service("Dauerwelle").id == before.service("Dauerwelle").id
    assert after.staff == before.staff
    assert [s for s in after.services if s.key != "dauerwelle"] == [
        s for s in before.services if s.key != "dauerwelle"
    ]


async def test_changed_segments_keep_the_service(database):
    """What is booked points to the service, so its id outlives its segments."""
    before = await loaded(database, SMALL)
    after = await loaded(database, SMALL.replace("duration_min: 40", "duration_min: 45"))
    assert after.service("colour").id == before.service("colour").id
    assert [s.duration_min for s in after.service("colour").segments] == [45, 15]
    assert after.service("colour").segments[1].resource_calendar_ids


async def test_a_removed_service_is_no_longer_offered_and_not_lost(database):
    """Its row stays, inactive; back in the file it is the same service again."""
    before = await loaded(database, SMALL)
    line = "  - {key: cut, name: Cut, duration_min: 30}\n"
    without = SMALL.replace(line, "").replace(", services: [cut]", ", services: []")
    company_id, changes = await store(database, without)
    assert "service cut: removed" in changes
    assert [s.key for s in (await read_company(database, company_id)).services] == ["colour"]
    assert await count(database, company_id, "services", "key = 'cut' AND NOT active") == 1
    again = await loaded(database, SMALL)
    assert again.service("cut") == before.service("cut")


async def test_who_left_is_no_longer_on_the_staff(database):
    """Her row stays, her calendar too; nobody is offered her."""
    await loaded(database, SMALL)
    line = "  - {key: tim, name: Tim, branch: main, services: [cut]}\n"
    company_id, changes = await store(database, SMALL.replace(line, ""))
    company = await read_company(database, company_id)
    assert changes == ["staff tim: removed"]
    assert [member.key for member in company.staff] == ["emma"]
    assert "tim" not in [calendar.key for calendar in company.calendars]
    assert company.service("cut").staff_ids == {company.staff[0].id}
    assert await count(database, company_id, "staff", "key = 'tim' AND NOT active") == 1


async def test_who_moves_takes_her_own_hours_along(database):
    """Own hours belong to the person at her new branch."""
    await loaded(database, SMALL)
    company = await loaded(database, SMALL.replace("Emma, branch: main", "Emma, branch: west"))
    own = [hours for hours in company.hours if hours.staff_id is not None]
    assert [hours.branch_id for hours in own] == [company.branches[1].id]


async def book_tim(db, company):
    """Put an appointment onto Tim's calendar, by hand."""
    async with db.acting_for(company.id) as connection:
        appointment_id = await connection.fetchval(
            "INSERT INTO appointments (company_id, reservation_token, channel, service_id, "
            "starts_at, ends_at, booked_at) VALUES ($1, gen_random_uuid(), 'test', $2, "
            "now() + interval '1 day', now() + interval '25 hours', now()) RETURNING id",
            company.id,
            company.service("cut").id,
        )
        tim = company.staff_member("tim")
        await connection.execute(
            "INSERT INTO appointment_reservations (company_id, reservation_token, status, "
            "service_id, staff_id, start_time, end_time, is_compound, segment_number, "
            "total_segments, reserved_at, expires_at, converted_to_appointment_id, calendar_id, "
            "offer_id, channel, asked_at, ended_at) VALUES ($1, gen_random_uuid(), 'converted', "
            "$2, $3, now() + interval '1 day', now() + interval '25 hours', false, 1, 1, now(), "
            "now() + interval '5 minutes', $4, $5, gen_random_uuid(), 'test', now(), now())",
            company.id,
            company.service("cut").id,
            tim.id,
            appointment_id,
            tim.calendar_id,
        )


@pytest.mark.parametrize(
    ("written", "instead"),
    [("services: [cut]", "same_person_as: emma"), ("key: tim", "key: timothy")],
)
async def test_who_has_appointments_stays_on_her_calendar(database, written, instead):
    """On another calendar they would block nothing, and she could be booked twice."""
    before = await loaded(database, SMALL)
    moved = SMALL.replace(written, instead)
    await book_tim(database, before)
    with pytest.raises(CatalogueConflict) as refused:
        await store(database, moved)
    assert [remark.path for remark in refused.value.remarks] == ["staff[1]"]
    assert await read_company(database, before.id) == before
    async with database.acting_for(before.id) as connection:
        await connection.execute(
            "UPDATE appointment_reservations SET blocks = false WHERE company_id = $1", before.id
        )
    assert (await loaded(database, moved)).version == before.version + 1


async def test_two_first_loads_at_once_make_one_company(database):
    """The second waits for the first and finds nothing left to do."""
    results = await asyncio.gather(*(store(database, SMALL) for _ in range(4)))
    assert len({company_id for company_id, _ in results}) == 1
    assert sorted(len(changes) for _, changes in results) == [0, 0, 0, 1]
    assert len(await list_companies(database)) == 1


async def test_another_companys_line_is_refused_and_nothing_is_changed(database):
    """A line is its company's until that company gives it up."""
    friseur, _ = await store(database, FRISEUR)
    small = await loaded(database, SMALL)
    with_line = SMALL.replace("Wash basin 1", "Basin") + 'lines: ["+49 30 23125038"]\n'
    with pytest.raises(CatalogueConflict) as refused:
        await store(database, with_line)
    assert [tuple(remark) for remark in refused.value.remarks] == [
        ("lines[0]", "this line is another company's")
    ]
    assert await read_company(database, small.id) == small
    assert await store(database, FRISEUR.replace('  - "+493023125038"\n', "  []\n")) == (
        friseur,
        ["lines: 1 given up"],
    )
    _, changes = await store(database, with_line)
    assert changes == ["calendar wash-1: name Wash basin 1 -> Basin", "line +493023125038: added"]


async def test_a_new_company_with_anothers_line_is_not_made(database):
    """The refusal leaves no company behind."""
    await store(database, FRISEUR)
    with pytest.raises(CatalogueConflict):
        await store(database, SMALL + 'lines: ["+493023125038"]\n')
    assert await find_company(database, "small") is None
    assert [company.slug for company in await list_companies(database)] == ["friseur-1"]


async def test_a_company_is_found_by_slug_and_by_number(database):
    """Both name it; what names none finds none."""
    company_id, _ = await store(database, SMALL)
    assert await find_company(database, "small") == company_id
    assert await find_company(database, str(company_id)) == company_id
    assert await find_company(database, company_id) == company_id
    for unknown in ("other", "", "9" * 30, "0", "-1", "²", "a\0b"):
        assert await find_company(database, unknown) is None


async def test_companies_are_listed_with_what_they_have(database):
    """The oldest first, inactive rows not counted."""
    await store(database, SMALL)
    await store(database, FRISEUR)
    assert [(c.slug, c.branches, c.staff, c.services) for c in await list_companies(database)] == [
        ("small", 2, 2, 2),
        ("friseur-1", 2, 6, 18),
    ]


async def test_an_unknown_company_cannot_be_read(database):
    """There is nothing to give."""
    with pytest.raises(NotFound):
        await read_company(database, 12345)


async def test_new_staff_come_after_those_who_were_there(database):
    """Ids grow with time, and within a load with the order of the file."""
    before = await loaded(database, SMALL)
    more = SMALL.replace(
        "staff:\n", "staff:\n  - {name: Zoe, branch: main}\n  - {name: Ada, branch: main}\n"
    )
    after = await loaded(database, more)
    assert [member.key for member in after.staff] == ["emma", "tim", "zoe", "ada"]
    assert after.staff[:2] == before.staff
    assert all(UUID(str(member.id)).version == 7 for member in after.staff)


async def test_who_and_how_much_is_read_back_as_it_was_written(database):
    """Terms, needs, orders, add-ons and combinations survive the tables."""
    company = await loaded(database, TOGETHER)
    cut, colour = company.service("cut"), company.service("colour")
    tim = company.staff_member("tim")
    basins = tuple(c.id for c in company.calendars if c.kind == "device")
    assert (cut.visit_order, cut.add_on, colour.visit_order) == (2, True, None)
    assert colour.staff_terms == (StaffTerms(tim.id, (30, None), 7000),)
    assert colour.segments[1].needs == (Need(2, basins),)
    assert company.combinations == (Combination(frozenset([cut.id, colour.id]), -5, -750, True),)


async def test_the_same_terms_and_combinations_change_nothing(database):
    """Loading a file again writes nothing, and says so."""
    await store(database, TOGETHER)
    assert (await store(database, TOGETHER))[1] == []


async def test_what_has_changed_of_them_is_told(database):
    """Each in a line of its own; what leaves the file is the service's own again."""
    await store(database, TOGETHER)
    text = TOGETHER.replace("-7.50", "0").replace(", price: 70", "").replace("count: 2", "count: 1")
    company_id, changes = await store(database, text.replace("add_on: true", "add_on: false"))
    assert sorted(changes) == [
        "combination colour + cut: added (-5 min, +0.00)",
        "combination colour + cut: removed (-5 min, -7.50)",
        "service colour: segments[1].needs 2 of wash-1, wash-2 -> 1 of wash-1, wash-2",
        "service cut: add_on true -> false",
        "staff tim: colour price 70.00 -> the service's",
    ]
    await store(database, SMALL)
    assert await count(database, company_id, "combinations") == 0
    assert await count(database, company_id, "segment_needs") == 0
    assert await count(database, company_id, "staff_services", "durations_min IS NOT NULL") == 0
