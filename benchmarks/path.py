"""Count what one check_availability passes on its way through a warm server: no time, only places.

A Retell call asks for "nächsten Freitag" at "halb drei", in process over ASGI, while a profiler
notes every function of the package that is entered. Printed are the files, the named functions and
the rooms, how often the way changes from room to room, the classes of the package that run their
``__init__`` (a measure of how often the data changes its form), and the statements that the
database is sent. ``--list`` prints each of them.

The file runs on older commits as well, for a comparison: copy it into their ``benchmarks`` and run
``python -m benchmarks.path`` there.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import yaml

import slotkeeper
from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.http.signing import sign_retell
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.storage import embedded
from slotkeeper.storage.database import Database
from slotkeeper.storage.installation_secret import InstallationSecret
from slotkeeper.storage.migrate import migrate
from slotkeeper.storage.store import Store

SALON = "friseur-1"
WISH = {"dienstleistung": "Herrenhaarschnitt", "datum": "nächsten Freitag", "uhrzeit": "halb drei"}
# Enough to fill every cache: catalogue, line, secret, lexicons, prepared statements.
WARM_UP_CALLS = 3
PACKAGE = str(Path(slotkeeper.__file__).parent) + "/"


@dataclass
class _Path:
    """The places that were passed, in the order in which they were passed first."""

    functions: Counter[tuple[str, str]] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    statements: list[str] = field(default_factory=list)
    changes_of_room: int = 0
    _last_room: str = ""
    _frames: set[FrameType] = field(default_factory=set)

    def profile(self, frame: FrameType, event: str, _: object) -> None:
        """Note a function that is entered, as ``sys.setprofile`` calls it."""
        # A coroutine that goes on after an await is no second call; its frame is the same.
        if event != "call" or frame in self._frames:
            return
        self._frames.add(frame)
        code = frame.f_code
        if code.co_name == "__init__" and code.co_varnames:
            self._note_class(type(frame.f_locals.get(code.co_varnames[0])))
        if not code.co_filename.startswith(PACKAGE) or code.co_name.startswith("<"):
            return
        file = code.co_filename.removeprefix(PACKAGE)
        self.functions[file, code.co_qualname] += 1
        room = _room(file)
        self.changes_of_room += self._last_room not in ("", room)
        self._last_room = room

    def _note_class(self, kind: type) -> None:
        if kind.__module__.startswith("slotkeeper."):
            self.classes[f"{kind.__module__.removeprefix('slotkeeper.')}.{kind.__qualname__}"] += 1

    def watch(self, name: str, *_: object) -> None:
        """Note a statement, as the database calls it."""
        self.statements.append(name)

    def print(self, every: bool) -> None:
        """Print the counts, and where it is wanted each place."""
        files = Counter(file for file, _ in self.functions)
        rooms = Counter(_room(file) for file, _ in self.functions)
        when = sum(file.startswith("language/when/") for file, _ in self.functions)
        print(f"{'files':<22}{len(files):>5}")
        print(f"{'named functions':<22}{len(self.functions):>5}   {when} in language/when")
        print(f"{'calls of them':<22}{self.functions.total():>5}")
        print(f"{'rooms':<22}{len(rooms):>5}   {', '.join(rooms)}")
        print(f"{'changes of room':<22}{self.changes_of_room:>5}")
        print(f"{'classes constructed':<22}{len(self.classes):>5}")
        print(f"{'statements':<22}{len(self.statements):>5}   {', '.join(self.statements)}")
        if every:
            for (file, function), times in self.functions.items():
                print(f"  {file}: {function} ({times})")
            for name, times in self.classes.items():
                print(f"  class {name} ({times})")


def _room(file: str) -> str:
    return file.partition("/")[0]


class _Line:
    """The salon's line: sends signed Retell envelopes to the application, without a network."""

    def __init__(self, app: Any, number: str, secret: str) -> None:
        self._app = app
        self._number = number
        self._secret = secret

    async def check(self, call_id: str, path: _Path | None = None) -> Mapping[str, Any]:
        """Ask what is free in a call, note the path, and give the tool's answer."""
        call = self._call(call_id)
        envelope = {"name": "check_availability", "call": call, "args": WISH}
        return await self._post("/v1/retell/functions", envelope, path)

    async def hang_up(self, call_id: str) -> None:
        """End the call, so that its holds are released."""
        await self._post("/v1/retell/events", {"event": "call_ended", "call": self._call(call_id)})

    def _call(self, call_id: str) -> dict[str, object]:
        return {
            "call_id": call_id,
            "call_type": "phone_call",
            "agent_id": "agent_path",
            "direction": "inbound",
            "from_number": "+4917612345678",
            "to_number": self._number,
        }

    async def _post(
        self, route: str, envelope: Mapping[str, object], path: _Path | None = None
    ) -> Mapping[str, Any]:
        body = msgspec.json.encode(envelope)
        signature = sign_retell(body, self._secret, int(time.time() * 1000))
        headers = {"content-type": "application/json", "x-retell-signature": signature}
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": route,
            "raw_path": route.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        parts: list[bytes] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 300:
                raise SystemExit(f"{route}: HTTP {message['status']}")
            parts.append(message.get("body", b""))

        if path is not None:
            sys.setprofile(path.profile)
        await self._app(scope, receive, send)
        sys.setprofile(None)
        text = b"".join(parts)
        answer: dict[str, Any] = msgspec.json.decode(text) if text else {}
        return answer


async def _count(cluster: embedded.Cluster) -> _Path:
    await migrate(cluster.url(user="slotkeeper_owner"))
    db = await Database.open(cluster.url(), size=1)
    try:
        loaded = await load_company(example(SALON), filename=f"{SALON}.yaml", db=db)
        store, secret = Store(db, InstallationSecret.new()), secrets.token_urlsafe(24)
        await store.platform_secrets.add(loaded.company_id, "retell", secret)
        number = yaml.safe_load(example(SALON))["lines"][0]
        line = _Line(web_app(App(Settings(), store)), number, secret)
        for n in range(WARM_UP_CALLS):
            await line.check(f"call_{n}")
            await line.hang_up(f"call_{n}")
        path = _Path()
        db.watch = path.watch
        answer = await line.check("call_counted", path)
        db.watch = None
        if answer["status"] != "held":
            raise SystemExit(f"Expected a hold, but the answer is {answer}")
        return path
    finally:
        await db.close()


def run(*, every: bool = False) -> None:
    """Print what one check passes; ``every`` prints each place as well."""
    with (
        tempfile.TemporaryDirectory(prefix="slotkeeper-bench-") as place,
        embedded.running(Path(place)) as cluster,
    ):
        path = asyncio.run(_count(cluster))
    path.print(every)


if __name__ == "__main__":
    run(every="--list" in sys.argv)
