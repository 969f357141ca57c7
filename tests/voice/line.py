"""A salon's telephone line, as Retell speaks for it."""

import json
import secrets
import time

from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.http.signing import sign_retell
from slotkeeper.storage.directory import hash_of
from slotkeeper.storage.sql import query
from tests.build import HAIRCUT, a_company

SECRET = "key_0123456789abcdef"
CALLER = "+491701234567"
MEIER = {"customer_name": "Anna Meier"}
TEN = {"datum": "2027-03-05", "uhrzeit": "10:00", "dienstleistung": HAIRCUT}


class Line:
    """Signs and sends what Retell would; a sandbox salon's clock goes along."""

    def __init__(self, http, salon, number, secret=SECRET):
        self.http, self.salon, self.number, self.secret = http, salon, number, secret

    async def post(self, path, payload, *, header=None, **more):
        body = json.dumps(payload).encode()
        header = header or sign_retell(body, self.secret, int(time.time() * 1000))
        headers = {"X-Retell-Signature": header, "Content-Type": "application/json", **more}
        if self.salon.clock:
            headers[TEST_CLOCK_HEADER] = self.salon.clock.now.isoformat()
        async with self.http.post(path, data=body, headers=headers) as answer:
            raw = await answer.read()
            return answer.status, json.loads(raw) if raw else None

    def envelope(self, call_id, **more):
        return {
            "call_id": call_id,
            "call_type": "phone_call",
            "direction": "inbound",
            "from_number": CALLER,
            "to_number": self.number,
            "transcript": "…",
            **more,
        }

    async def tool(self, name, args, *, call="call_real", caller=CALLER):
        envelope = self.envelope(call, from_number=caller)
        payload = {"name": name, "call": envelope, "args": args}
        for _ in range(5):
            status, answer = await self.post("/v1/retell/functions", payload)
            assert status == 200, answer
            if answer["status"] != "try_again":  # as on a machine that is too busy
                break
        return answer

    async def event(self, event, call="call_real", **more):
        payload = {"event": event, "call": self.envelope(call, **more)}
        status, _ = await self.post("/v1/retell/events", payload)
        assert status == 204

    async def hang_up(self, call="call_real"):
        await self.event("call_ended", call, disconnection_reason="user_hangup")


async def a_line(http, store, *, sandbox=False, **company):
    """A salon of its own with a line, an address and a secret."""
    salon = await a_company(store, sandbox=sandbox, **company)
    number = f"+4930{secrets.randbelow(10**9):09}"
    for kind, text in (("line", number), ("company", salon.company.slug)):
        await store.db.change(query("directory_add"), kind, hash_of(text), salon.id, "")
    await store.platform_secrets.add(salon.id, "retell", SECRET)
    return Line(http, salon, number)


async def reservations(line, status="active"):
    """The salon's reservations of a status."""
    return await line.salon.store.reservations.listed(line.salon.id, status=status)


async def appointments(line):
    """What stands in the salon's book."""
    return await line.salon.rows(
        "SELECT * FROM appointments WHERE company_id = $1 AND status = 'booked' "
        "ORDER BY starts_at, id"
    )
