"""Loading a company from a file: all of it or nothing, and what is said about it."""

import secrets
from datetime import timedelta

import pytest

from slotkeeper.domain.catalogue_file.entries import CatalogueRefused
from slotkeeper.domain.errors import NotFound, Refusal
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage.catalogue_loading import find_company, read_company
from tests.build import FRIDAY_10, Salon, TestClock

FRISEUR = example("friseur-1").decode()


async def load(db, text):
    """Load a file's text."""
    return await load_company(text, filename="friseur.yaml", db=db)


async def test_the_example_is_loaded_and_found_again(database):
    """A first load makes the company and says what it has; a second has nothing to say."""
    first = await load(database, example("friseur-1"))
    assert first.changes == (
        "company friseur-1: created (2 branches, 6 staff, 18 services, 1 line)",
    )
    assert first.warnings == ()
    again = await load(database, FRISEUR)
    assert (again.company_id, again.slug, again.changes) == (first.company_id, "friseur-1", ())


async def test_what_changed_is_told(database):
    """Only what differs is told, each on its own line."""
    await load(database, FRISEUR)
    changed = FRISEUR.replace("duration_min: 55", "duration_min: 50").replace(
        "name: Friseur 1\n", "name: Friseur Eins\n"
    )
    assert (await load(database, changed)).changes == (
        "company: name Friseur 1 -> Friseur Eins",
        "service herrenhaarschnitt: duration_min 55 -> 50",
    )


async def test_a_bad_file_changes_nothing(database):
    """One fault anywhere refuses the whole file, with line and path."""
    loaded = await load(database, FRISEUR)
    before = await read_company(database, loaded.company_id)
    changed = FRISEUR.replace("price: 32.00", "price: 1").replace("duration_min: 40", "duration: 1")
    with pytest.raises(CatalogueRefused) as refused:
        await load(database, changed)
    assert isinstance(refused.value, Refusal)
    assert refused.value.code == "catalogue_refused"
    line = FRISEUR[: FRISEUR.index("duration_min: 40")].count("\n") + 1
    assert f"friseur.yaml:{line}: services[15].segments[3].duration" in str(refused.value)
    assert await read_company(database, loaded.company_id) == before


async def test_what_the_database_refuses_is_told_by_its_line(database):
    """A line that is another company's is refused where the file names it."""
    await load(database, FRISEUR)
    other = FRISEUR.replace("slug: friseur-1", "slug: friseur-2")
    with pytest.raises(CatalogueRefused) as refused:
        await load(database, other)
    line = FRISEUR[: FRISEUR.index('- "+49')].count("\n") + 1
    assert str(refused.value) == f"friseur.yaml:{line}: lines[0]: this line is another company's"
    assert await find_company(database, "friseur-2") is None


async def test_what_is_odd_is_loaded_and_told(database):
    """Warnings name their line and refuse nothing; the real duration is kept."""
    odd = FRISEUR.replace("duration_min: 55", "duration_min: 52").replace(
        "    same_person_as: fabian-1\n", ""
    )
    loaded = await load(database, odd)
    line = FRISEUR[: FRISEUR.index("duration_min: 55")].count("\n")
    assert loaded.warnings[0].startswith(
        f"friseur.yaml:{line}: services[0].duration_min: 52 is no multiple of 5"
    )
    assert "two people are called 'Fabian Sperling'" in loaded.warnings[1]
    company = await read_company(database, loaded.company_id)
    assert company.service("Herrenhaarschnitt").duration_min == 52


async def test_a_service_that_nobody_does_is_told(database):
    """It is kept, though it cannot be booked."""
    text = """
company: {slug: a, name: A, timezone: UTC}
branches: [{key: b, name: B, hours: closed}]
staff: [{name: Emma, branch: b, services: [cut]}]
services: [{name: Cut, duration_min: 30}, {name: Dye, duration_min: 30}]
"""
    loaded = await load(database, text)
    assert loaded.warnings == (
        "friseur.yaml:5: services[1]: nobody does 'Dye': it cannot be booked",
    )


def test_an_unknown_example_is_not_found():
    """Only what is shipped is an example, wherever a name may point."""
    for name in ("friseur-9", "../examples/friseur-1", "", "a\0b"):
        with pytest.raises(NotFound):
            example(name)


SMALL = """
company: {slug: small, name: Small, timezone: Europe/Berlin, sandbox: true}
branches:
  - {key: main, name: Main, hours: {fri: ["09:00-18:00"]}}
staff:
  - {key: emma, name: Emma, branch: main}
  - {key: tim, name: Tim, branch: main}
services:
  - {key: cut, name: Cut, duration_min: 30}
  - {key: shave, name: Shave, duration_min: 30}
"""
CHANGES = {
    "a closure": SMALL + "closures: [{from: 2027-03-05}]",
    "other hours": SMALL.replace("09:00-18:00", "12:00-18:00"),
    "the service is gone": SMALL.replace("  - {key: cut, name: Cut, duration_min: 30}\n", ""),
    "nobody does it any more": SMALL.replace("branch: main}", "branch: main, services: [shave]}"),
    "they have left": SMALL.replace("emma, name: Emma", "eva, name: Eva").replace(
        "tim, name: Tim", "tom, name: Tom"
    ),
}


async def reload(salon, text):
    """Load another file for this salon; what no longer fits."""
    return (await load(salon.store.db, text.replace("small", salon.company.slug))).hits


async def a_small_salon(store):
    """A company of its own, with an appointment at ten and a hold at half past."""
    slug = f"small-{secrets.token_hex(4)}"
    loaded = await load(store.db, SMALL.replace("small", slug))
    salon = Salon(await store.catalogues.reload(loaded.company_id), store, TestClock())
    booked = await salon.book("Cut", staff="emma")
    held = await salon.hold("Cut", staff="tim", at=FRIDAY_10 + timedelta(minutes=30))
    return salon, booked, held


@pytest.mark.parametrize("change", CHANGES)
async def test_what_no_longer_fits_is_named_and_stays(store, change):
    """Appointments and holds to come, whether closed, or without their service or their staff."""
    salon, booked, held = await a_small_salon(store)
    hits = await reload(salon, CHANGES[change])
    assert [found.id for found in hits.appointments] == [booked.id]
    assert [(hold.token, hold.starts_at) for hold in hits.holds] == [(held.token, held.starts_at)]
    assert not hits.more
    assert (await salon.convert(held.token)).starts_at == held.starts_at


async def test_what_still_fits_is_not_named(store):
    """A new price, a new name, a closure on another day."""
    salon, _, _ = await a_small_salon(store)
    assert not await reload(salon, SMALL.replace("name: Cut", "name: Haircut"))
    assert not await reload(salon, SMALL + "closures: [{from: 2027-03-12}]")


async def test_what_fits_again_is_no_longer_marked(store):
    """Undoing the closure takes the mark from the claims, and nothing is named any more."""
    salon, _, _ = await a_small_salon(store)
    marked = "SELECT FROM appointment_reservations WHERE company_id = $1 AND off_catalogue"
    assert await reload(salon, CHANGES["a closure"])
    assert len(await salon.rows(marked)) == 2
    assert not await reload(salon, SMALL)
    assert await salon.rows(marked) == []
