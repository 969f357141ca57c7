"""A client as a process of its own: says its session's pid, does one operation, says the answer.

    python -m tests.proof.client URL COMPANY OPERATION SCENE

``SCENE`` is the scene as JSON; the session is client 1 and pauses at all steps.
"""

from __future__ import annotations

import asyncio
import json
import sys
from uuid import UUID

from slotkeeper.storage.database import Database
from slotkeeper.storage.store import Store
from tests.build import SECRET, Salon
from tests.proof.conductor import a_pausing_pool
from tests.proof.stage import PLAYED
from tests.races.scene import Scene

NUMBER = 1


def as_json(scene: Scene) -> str:
    """Write a scene down for the process."""
    return json.dumps([str(value) for value in vars(scene).values()])


def _scene_of(text: str) -> Scene:
    number, chosen, other, single, dead, appointment_id, left = json.loads(text)
    tokens = (UUID(token) for token in (chosen, other, single, dead))
    return Scene(int(number), *tokens, int(appointment_id), UUID(left))


async def main(url: str, company_id: str, operation: str, scene: str) -> None:
    """Do one operation."""
    pool = await a_pausing_pool(url, NUMBER, "all")
    store = Store(Database(pool), SECRET)
    company = await store.catalogues.reload(int(company_id))
    print(await pool.fetchval("SELECT pg_backend_pid()"), flush=True)
    (chosen,) = (each for each in PLAYED if each.__name__ == operation)
    print(await chosen(Salon(company, store, None), _scene_of(scene)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
