"""The guide's page on the schema names every table and column, in the words of their comments."""

from tests.style.schema_tables import GROUPS, parts_of_page, schema, written


def test_every_table_and_column_stands_on_the_page():
    """The page's tables are the comments of the schema; nothing is missing, and nothing else."""
    _, tables, _ = parts_of_page()
    assert tables.strip() == written().strip(), "run: python -m tests.style.schema_tables"


def test_every_table_belongs_to_a_group_of_the_page():
    """A new table is put where a reader looks for it."""
    grouped = {name for names in GROUPS.values() for name in names}
    assert sorted(schema().keys() - grouped) == []


def test_every_table_and_column_has_a_comment():
    """An empty row would teach a reader nothing."""
    mute = [
        f"{table}.{column}".rstrip(".")
        for table, kinds in schema().items()
        for column in ("", *kinds["column"])
        if not kinds.get("comment", {}).get(column)
    ]
    assert mute == []
