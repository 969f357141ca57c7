"""A schema of two tables under row security, written to files for the migration runner."""

from dataclasses import dataclass
from pathlib import Path

import asyncpg

from slotkeeper.storage.manifest import Manifest, describe
from slotkeeper.storage.migrate import AppliedScripts, migrate, newest_core
from slotkeeper.storage.verify import SchemaFinding, verify

SALONS = """\
CREATE TABLE salons (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE chairs (
    id bigint PRIMARY KEY,
    salon_id bigint,
    CONSTRAINT chair_stands_in_salon FOREIGN KEY (salon_id) REFERENCES salons
);
CREATE INDEX chairs_salon ON chairs (salon_id) WHERE salon_id IS NOT NULL;
ALTER TABLE salons ENABLE ROW LEVEL SECURITY;
ALTER TABLE chairs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_chairs ON chairs TO slotkeeper_app
    USING (salon_id = nullif(current_setting('toy.salon', true), '')::bigint);
GRANT SELECT, UPDATE ON chairs TO slotkeeper_app;
INSERT INTO salons VALUES (1, 'Anna'), (2, 'Bert');
INSERT INTO chairs VALUES (1, 1), (2, 2), (3, 2), (4, NULL);
"""
NOTES = """\
ALTER TABLE chairs ADD COLUMN note text;
UPDATE chairs SET note = 'new';
"""
COUNT = """\
CREATE OR REPLACE FUNCTION count_chairs() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM chairs;
$$;
"""


@dataclass(frozen=True)
class Toy:
    """Migrations and functions in a directory of their own."""

    root: Path

    @property
    def folders(self) -> dict[str, Path]:
        """Where the files are, as the runner's arguments."""
        return {"migrations": self.root / "migrations", "functions": self.root / "functions"}

    def migration(self, name: str, text: str) -> Path:
        """Write a migration."""
        return self._write("migrations", name, text)

    def function(self, name: str, text: str) -> Path:
        """Write a file of functions."""
        return self._write("functions", name, text)

    def _write(self, folder: str, name: str, text: str) -> Path:
        path = self.root / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    async def migrate(self, url: str) -> AppliedScripts:
        """Run these files."""
        return await migrate(url, **self.folders)

    async def verify(self, url: str, expected: Manifest) -> list[SchemaFinding]:
        """Compare with these files."""
        return await verify(url, expected=expected, **self.folders)


async def run(url: str, sql: str) -> list[asyncpg.Record]:
    """Do by hand what an operator might, in a session of its own that finds the functions."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"SET search_path = {await newest_core(connection)}, public")
        # A script of several statements returns nothing.
        return await connection.fetch(sql) if ";" not in sql else await connection.execute(sql)
    finally:
        await connection.close()


async def described(url: str) -> Manifest:
    """What the database has now."""
    connection = await asyncpg.connect(url)
    try:
        return await describe(connection, await newest_core(connection))
    finally:
        await connection.close()
