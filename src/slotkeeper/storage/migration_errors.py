"""Why a database is not migrated or not verified, as a tree.

    MigrationRefused
    ├── MigrationFilesWrong   a gap, a duplicate or a misnamed file
    ├── MigrationChanged      an applied file is no longer what was applied
    ├── MigrationMissing      an applied file is gone
    ├── MigrationBlinded      row security would hide rows from this role
    ├── ForeignKeysBroken     rows point to nothing
    ├── MigrationBusy         another runner, or live traffic, did not let go in time
    └── MigrationFailed       PostgreSQL refused a statement

An operator reads the message; what is recorded as applied stays applied.
"""


class MigrationRefused(Exception):
    """Nothing was changed beyond the migrations that are already recorded."""


class MigrationFilesWrong(MigrationRefused):
    """The migration files are not numbered 0001, 0002, … each once."""


class MigrationChanged(MigrationRefused):
    """A file that was applied has been edited since."""


class MigrationMissing(MigrationRefused):
    """A migration that was applied has no file in this version."""


class MigrationBlinded(MigrationRefused):
    """Policies would hide rows from this role: a backfill would silently update none of them."""


class ForeignKeysBroken(MigrationRefused):
    """A foreign key that PostgreSQL holds for valid has rows that point to nothing."""


class MigrationBusy(MigrationRefused):
    """A lock was not to be had within its bound. Asking again is safe."""


class MigrationFailed(MigrationRefused):
    """PostgreSQL refused a statement; its file was rolled back, the files before it are kept."""

    def __init__(self, message: str, *, file: str, line: int | None) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
