"""Every table that has companies' rows, whatever it is for: none is read or written for another."""

import re

import asyncpg
import pytest

from tests.build import a_company

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND a.attname = 'company_id' AND NOT a.attisdropped AND c.relname <> 'directory'
"""
POLICIES = """
    SELECT tablename, cmd, permissive, qual, with_check FROM pg_policies
    WHERE schemaname = 'public' AND 'slotkeeper_app' = ANY (roles)
"""
# The policy names the companies of the transaction and nothing else.
OF_THE_TRANSACTION = re.compile(
    r"\((company_)?id = ANY \(.*current_setting\('slotkeeper\.companies'::text, true\)"
)


async def test_every_policy_lets_through_only_the_companies_of_the_transaction(store):
    """For all commands, or for adding and reading; policies add up, so each must be as narrow."""
    policies = {}
    for row in await store.db.read(POLICIES):
        policies.setdefault(row["tablename"], []).append(row)
    tables = {table for (table,) in await store.db.read(TABLES)}
    assert policies.keys() == tables | {"companies"}
    for table, theirs in policies.items():
        commands = sorted(policy["cmd"] for policy in theirs)
        assert commands in (["ALL"], ["INSERT", "SELECT"]), table
        for policy in theirs:
            condition = policy["qual"] or policy["with_check"]
            assert OF_THE_TRANSACTION.match(condition), table
            assert " OR " not in condition, table
            assert policy["permissive"] == "PERMISSIVE", table
            assert policy["with_check"] in (None, condition), table


async def test_no_table_can_be_changed_for_another_company(store, salon):
    """As another company, rows are neither changed nor deleted, whatever the SQL says."""
    other = await a_company(store)
    await salon.book()
    for (table,) in await store.db.read(TABLES):
        for sql in (
            f"UPDATE {table} SET company_id = company_id WHERE company_id = {salon.id}",
            f"DELETE FROM {table} WHERE company_id = {salon.id}",
        ):
            try:
                async with store.db.acting_for(other.id) as db:
                    assert (await db.execute(sql)).endswith(" 0"), table
            except asyncpg.InsufficientPrivilegeError:
                pass  # the application may do so for nobody


async def test_no_row_can_be_added_for_another_company(store, salon):
    """The row that a company has is refused where another acts, before any other check."""
    other = await a_company(store)
    await salon.book(call="call_a")
    tried = 0
    for (table,) in await store.db.read(TABLES):
        rows = await salon.rows(f"SELECT to_jsonb(t) FROM {table} t WHERE company_id = $1 LIMIT 1")
        if not rows:
            continue
        columns = await store.db.read(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute "
            "WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attgenerated = ''",
            table,
        )
        names = columns[0][0]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with store.db.acting_for(other.id) as db:
                await db.execute(
                    f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE "
                    f"SELECT {names} FROM jsonb_populate_record(NULL::{table}, $1)",
                    rows[0][0],
                )
        tried += 1
    assert tried > 10
