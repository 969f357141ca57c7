"""What is kept of persons is known column by column, and has an end."""

from datetime import timedelta
from hashlib import sha256

from slotkeeper.domain.company_rules import Rules
from slotkeeper.domain.wish import Customer
from slotkeeper.operations.customer import erase_customer, export_customer
from slotkeeper.operations.hold import hold
from slotkeeper.operations.request_callback import request_callback
from slotkeeper.storage.caller_hash import caller_hash
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.personal_data import DataSubject
from slotkeeper.storage.sql import core
from tests.build import FRIDAY_10, SECRET
from tests.storage.impersonal import IMPERSONAL
from tests.style.schema_tables import schema
from tests.style.tree import ROOT

PHONE = "+4915112345678"
ANNA = Customer("Anna Alt", PHONE)
NAMES = "SELECT customer_name, customer_phone FROM {} WHERE company_id = $1 ORDER BY id"
DAY = timedelta(days=1).total_seconds()


async def kinds(db):
    """The rows of the register."""
    return await db.read(f"SELECT * FROM {core()}.personal_data")


async def test_every_column_is_declared_personal_or_not(store):
    """A new one is put into the view ``personal_data`` or into ``tests/storage/impersonal.py``."""
    rows = await kinds(store.db)
    personal = {(row["table_name"], each) for row in rows for each in row["columns"]}
    impersonal = {(table, each) for table, names in IMPERSONAL.items() for each in names.split()}
    columns = {(table, each) for table, facts in schema().items() for each in facts["column"]}
    assert sorted(columns - personal - impersonal) == []
    assert sorted((personal | impersonal) - columns) == []
    assert sorted(personal & impersonal) == []


async def test_every_personal_column_ends_and_is_exported_and_erased(store):
    """Each table has a kind by which a person's rows are found, and each kind an end."""
    rows = await kinds(store.db)
    assert {row["table_name"] for row in rows} == {
        row["table_name"] for row in rows if row["of_person"] is not None
    }
    for row in rows:
        for column in row["columns"]:
            for clause in (row["ends"], row["erased"] if row["of_person"] else None):
                assert clause is None or column in clause, dict(row)


async def names(salon, table):
    """The names and numbers that a table has."""
    return [tuple(row) for row in await salon.rows(NAMES.format(table))]


async def forget(salon):
    """Let the worker's clock be the salon's; give how many rows of each kind it ended."""
    ended, _ = await salon.store.personal_data.forget_old(salon.id, now=salon.now)
    return dict(ended)


async def test_a_hold_that_was_never_booked_forgets_its_caller_after_a_day(salon):
    """Its times stay for the figures, and what lives or was booked keeps its name."""
    await salon.hold(call="call_a", customer=ANNA)
    await salon.book(at=FRIDAY_10 + timedelta(hours=2), customer=ANNA)
    salon.clock.advance(DAY - 1)
    assert await forget(salon) == {}
    salon.clock.advance(DAY)
    assert (await forget(salon))["held_unbooked"] == 1
    assert await names(salon, "appointment_reservations") == [
        (None, None),
        (ANNA.name, ANNA.phone),
    ]
    assert await names(salon, "appointments") == [(ANNA.name, ANNA.phone)]
    assert await forget(salon) == {}


async def test_a_booked_hold_keeps_its_copy_for_a_month_and_the_appointment_its_name(salon):
    """The appointment ends later, by a rule of its own."""
    appointment = await salon.book(customer=ANNA)
    salon.clock.now = appointment.ends_at + timedelta(days=31)
    assert (await forget(salon))["held"] == 1
    assert await names(salon, "appointment_reservations") == [(None, None)]
    assert await names(salon, "appointments") == [(ANNA.name, ANNA.phone)]
    salon.clock.now = appointment.ends_at + timedelta(days=401)
    assert (await forget(salon))["booked"] == 1
    assert await names(salon, "appointments") == [(None, None)]


async def test_what_callers_said_ends_after_a_month(salon):
    """Callbacks, their reasons and whose call it was; a wish of today stays."""
    await salon.hold(call="call_a")
    await request_callback(salon.context("call_a"), ANNA, reason="Beschwerde")
    salon.clock.advance(31 * DAY)
    await request_callback(salon.context("call_b"), ANNA, reason="Farbe")
    await forget(salon)
    rows = await salon.rows(
        "SELECT customer_phone, reason FROM callbacks WHERE company_id = $1 ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [(None, None), (ANNA.phone, "Farbe")]
    waiting = await salon.store.callbacks.listed(salon.id)
    assert [callback.reason for callback in waiting] == ["Farbe"]


async def test_many_rows_end_in_batches_and_locked_ones_later(salon):
    """A row that somebody has locked waits for the next day, and nobody waits for it."""
    for number in range(3):
        await request_callback(salon.context(f"call_{number}"), ANNA, reason="x")
    salon.clock.advance(31 * DAY)
    async with salon.store.db.acting_for(salon.id) as connection:
        await connection.execute("SELECT FROM callbacks WHERE call_id = 'call_0' FOR UPDATE")
        for _ in range(4):
            await salon.store.personal_data.forget_old(salon.id, limit=1, now=salon.now)
    rows = "SELECT call_id FROM callbacks WHERE company_id = $1 AND reason IS NOT NULL"
    assert [row["call_id"] for row in await salon.rows(rows)] == ["call_0"]
    await forget(salon)
    assert await salon.rows(rows) == []


async def test_a_sandbox_is_left_to_its_own_clock(salon):
    """The worker, which has no test clock, ends nothing there."""
    await salon.hold(customer=ANNA)
    assert await salon.store.personal_data.forget_old(salon.id) == ({}, [])


async def test_an_export_has_every_row_of_a_number(salon):
    """Appointments, holds, callbacks and calls, whole; nobody else's."""
    await salon.book(call="call_a", customer=ANNA)
    await salon.book(at=FRIDAY_10 + timedelta(hours=3), customer=Customer("Otto", "+4915112345679"))
    await request_callback(salon.context("call_a"), ANNA, reason="Farbe")
    kept = (await export_customer(salon.context(), DataSubject(PHONE)))["kept"]
    assert kept.keys() >= {"appointments", "appointment_reservations", "callbacks", "calls"}
    assert [row["customer_name"] for row in kept["appointments"]] == [ANNA.name]


async def test_an_erasure_waits_for_what_stands(salon):
    """An appointment to come is cancelled, or left without a name, only where that is said."""
    appointment = await salon.book(customer=ANNA)
    refused = await erase_customer(salon.context(), DataSubject(PHONE))
    assert (refused.standing, refused.rows) == ([appointment.id], {})
    assert await names(salon, "appointments") == [(ANNA.name, ANNA.phone)]
    erased = await erase_customer(salon.context(), DataSubject(PHONE), anyway=True)
    assert erased.rows == {"appointments": 1, "appointment_reservations": 1}
    rows = await salon.rows("SELECT status, starts_at FROM appointments WHERE company_id = $1")
    assert [tuple(row) for row in rows] == [("booked", FRIDAY_10)]


async def test_an_erasure_cancels_tells_others_and_is_done_once(salon):
    """Its event has ids alone; said again, nothing is left to be done."""
    appointment = await salon.book(call="call_a", customer=ANNA)
    erased = await erase_customer(salon.context(), DataSubject(PHONE), cancel=True)
    assert list(erased.cancelled) == [appointment.id]
    again = await erase_customer(salon.context(), DataSubject(PHONE))
    assert again.rows == {}
    events = await salon.rows(
        "SELECT payload FROM outbox WHERE company_id = $1 AND kind = 'customer.erased'"
    )
    assert len(events) == 1
    assert PHONE not in events[0]["payload"]
    assert f"[{appointment.id}]" in events[0]["payload"]


async def test_of_a_shared_number_one_name_is_erased(salon):
    """A family shares a number: who is named goes, the others stay."""
    await salon.book(customer=ANNA)
    await salon.book(at=FRIDAY_10 + timedelta(hours=3), customer=Customer("Otto", PHONE))
    await erase_customer(salon.context(), DataSubject(PHONE, ANNA.name.upper()), anyway=True)
    assert await names(salon, "appointments") == [(None, None), ("Otto", PHONE)]


PAGE = ROOT / "docs" / "personal-data.md"
BEGIN, END = "<!-- written from the view personal_data -->\n", "<!-- end -->\n"


async def test_the_page_on_personal_data_says_what_is_kept_how_long(store):
    """Its table is the view; this test prints the one that it should be."""
    written = "| table | what | ends after |\n|---|---|---|\n"
    for row in await kinds(store.db):
        columns = ", ".join(f"`{column}`" for column in row["columns"])
        days = getattr(Rules(), row["keep"], None)
        after = f"{days} day{'s' * (days > 1)} (`{row['keep']}`)" if days else row["keep"]
        kind = row["what"].replace("_", " ")
        written += f"| `{row['table_name']}` ({kind}) | {columns} | {after} |\n"
    page = PAGE.read_text("utf-8")
    assert page.partition(BEGIN)[2].partition(END)[0] == written, written


CALLERS = "SELECT caller_hash FROM calls WHERE company_id = $1"


async def test_a_number_is_hashed_with_the_installations_key(salon):
    """Who has the database and not the key cannot try all numbers."""
    context = salon.context("call_a", caller=PHONE)
    await hold(context, salon.wish())
    (row,) = await salon.rows(CALLERS)
    assert row["caller_hash"] == caller_hash(SECRET, PHONE)
    assert row["caller_hash"] != caller_hash(InstallationSecret.new(), PHONE)
    assert row["caller_hash"] != sha256(PHONE.encode()).digest()


async def test_a_plain_hash_of_the_former_release_is_dropped_after_an_hour(salon):
    """Until then it counts for the caps of the servers that wrote it."""
    await hold(salon.context("call_a", caller=PHONE), salon.wish())
    plain = "UPDATE calls SET caller_hash = sha256($2) WHERE company_id = $1 RETURNING id"
    await salon.rows(plain, PHONE.encode())
    await forget(salon)
    assert [row["caller_hash"] is None for row in await salon.rows(CALLERS)] == [False]
    salon.clock.advance(3601)
    await forget(salon)
    assert [row["caller_hash"] is None for row in await salon.rows(CALLERS)] == [True]
