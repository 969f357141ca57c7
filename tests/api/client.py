"""A client of REST, as tests talk to it."""

import json
from datetime import datetime

from tests.build import HAIRCUT

ANNA = {"name": "Anna Meier"}
TEN = datetime.fromisoformat("2027-03-05T10:00:00+01:00")


class Rest:
    """Speaks to the server as one company's program does."""

    def __init__(self, http, key):
        self.http = http
        self.headers = {"Authorization": f"Bearer {key}"}

    async def __call__(self, method, path, body=None, *, raw=None, headers=None):
        data = raw if raw is not None else json.dumps(body) if body is not None else None
        sent = self.headers | {"Content-Type": "application/json"} | (headers or {})
        async with self.http.request(method, path, data=data, headers=sent) as answer:
            return answer.status, json.loads(await answer.read())

    async def hold(self, **wish):
        body = {"service": HAIRCUT, "start": TEN.isoformat(), "customer": ANNA, **wish}
        return await self("POST", "/v1/reservations", body)
