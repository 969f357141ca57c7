import pytest

from slotkeeper.domain.errors import StorageUnavailable
from slotkeeper.lab.database.company_rows import PAGE_TRIES, read_company_rows
from slotkeeper.storage.database import Database


@pytest.mark.parametrize("failures", [PAGE_TRIES - 1, PAGE_TRIES])
async def test_rows_are_read_again_where_a_page_fails(salon, monkeypatch, failures):
    """A proof of an hour is not lost because the machine is busy when it ends."""
    await salon.hold()
    acting_for, seen = Database.acting_for, []

    def busy(db, company_id):
        seen.append(company_id)
        # The first time the events and the absences are read.
        if 1 < len(seen) <= 1 + failures:
            raise StorageUnavailable("TimeoutError")
        return acting_for(db, company_id)

    monkeypatch.setattr(Database, "acting_for", busy)
    if failures == PAGE_TRIES:
        with pytest.raises(StorageUnavailable):
            await read_company_rows(salon.store.db, salon.id)
    else:
        assert (await read_company_rows(salon.store.db, salon.id)).reservations
