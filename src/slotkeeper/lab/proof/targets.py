"""The companies that a proof can use: a salon in our own database, or a sandbox over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import aiohttp
from msgspec.structs import replace

from slotkeeper.domain.availability import bookable
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.diary import Diary, able_staff
from slotkeeper.domain.grid import Grid, indexes
from slotkeeper.domain.intervals import Interval
from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.lab import EXAMPLE_SALON
from slotkeeper.lab.callers.retell_line import Unreachable
from slotkeeper.lab.database.company_rows import CompanyRows, read_company_rows
from slotkeeper.lab.proof.evidence import Violation
from slotkeeper.lab.proof.history import Record
from slotkeeper.lab.proof.workload import WantedSlot
from slotkeeper.metrics.collector import ReservationMetricsCollector
from slotkeeper.operations.load_company import example
from slotkeeper.storage.store import Store

# Callers wish for starts every half hour of this many days, so that perms overlap haircuts.
STEP_MIN = 30
DAYS = 12
# Callers wish for this many services, the first ones of the catalogue.
MOST_SERVICES = 4
LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)


class NoSandbox(Exception):
    """The key belongs to no sandbox company, or the server cannot be used."""


def salon_file(slug: str) -> bytes:
    """Make the example salon's file with another slug, open in the nights of clock changes."""
    source = example(EXAMPLE_SALON)
    for was, becomes in (
        (f"slug: {EXAMPLE_SALON}", f"slug: {slug}"),
        ('lines:\n  - "+493023125038"\n', ""),
        # The callers of the proof are nobody: who books is none of its questions. There are more of
        # them, and in less time, than the caps on customers allow; those on others bind.
        (
            "horizon_days: 180",
            "horizon_days: 400\n  needed_to_book: nothing\n  max_holds_per_caller_hour: 10000\n"
            "  max_held_min_per_day: 1440",
        ),
        ("sun: closed", 'sun: ["00:00-24:00"]'),
    ):
        assert was.encode() in source, f"{was}: the example has changed"
        source = source.replace(was.encode(), becomes.encode())
    return source


class OwnSalonTarget:
    """A salon in our own database, of which every row can be read."""

    def __init__(self, company: Company, store: Store) -> None:
        """Use this salon."""
        self._company, self._store = company, store
        self._nights: list[Interval] = []

    async def now(self) -> datetime:
        """Read PostgreSQL's clock."""
        return await self._store.clock.now()

    async def slots(self) -> list[WantedSlot]:
        """List the possible starts of a few days and of the nights in which the clocks change."""
        now = await self._store.clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        days = Interval(hour + timedelta(hours=20), hour + timedelta(days=2 + DAYS))
        self._nights = clock_change_nights(self._company.zone, now)
        windows = (days, *self._nights)
        return [slot for window in windows for slot in self._wished(window, now)]

    def _wished(self, window: Interval, now: datetime) -> list[WantedSlot]:
        company, slots = self._company, list[WantedSlot]()
        diary = Diary(company, Grid.over(window), [])
        for service in _mixed(company):
            for person in able_staff(company, service):
                cells = diary.starts(service, person) & bookable(company, service, diary.grid, now)
                starts = (diary.grid.instant(index) for index in indexes(cells))
                slots += [
                    WantedSlot(service.key, str(person.id), at.isoformat())
                    for at in starts
                    if at.minute % STEP_MIN == 0
                ]
        return slots

    def as_in_rows(self, records: Sequence[Record]) -> list[Record]:
        """Give the records with stored tokens."""
        return [
            replace(
                record,
                token=record.token and self._stored(record.token),
                held=[replace(held, token=self._stored(held.token)) for held in record.held],
            )
            for record in records
        ]

    def _stored(self, token: str) -> str:
        return str(self._store.tokens.unseal(UUID(token)))

    async def rows(self, records: Sequence[Record]) -> CompanyRows:
        """Read all rows of the salon; the records do not matter."""
        return await read_company_rows(self._store.db, self._company.id)

    def at_night(self, rows: CompanyRows) -> int:
        """Count the reservations in the nights in which the clocks change."""
        return sum(
            row["segment_number"] == 1
            and any(night.start <= row["start_time"] < night.end for night in self._nights)
            for row in rows.reservations
        )

    async def miscounted(self, rows: CompanyRows) -> list[Violation]:
        """Compare the collector's figures with counts of the rows."""
        figures = await ReservationMetricsCollector(self._store).collect(self._company.id)
        lead: dict[Any, Any] = {}
        for row in rows.reservations:
            if row["origin"] != "move":
                lead.setdefault(row["caller_token"], row)
        converted = sum(row["status"] == "converted" for row in lead.values())
        violations = [
            Violation("I7", f"{name}: {count} in the rows, the collector says {figure}")
            for name, count, figure in (
                ("created", len(lead), figures.created),
                ("converted", converted, figures.converted),
            )
            if figure != count
        ]
        if figures.balance:
            violations.append(Violation("I7", f"the figures do not add up by {figures.balance}"))
        return violations


class RemoteTarget:
    """A sandbox company on a running server, of which only what REST shows can be read."""

    def __init__(self, http: aiohttp.ClientSession, url: str, key: str) -> None:
        """Send requests to the server at ``url`` with the company's key."""
        self._http, self._url = http, url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"}

    async def demand_sandbox(self) -> None:
        """Raise NoSandbox unless the company is one: thousands of appointments will be made."""
        clock = {TEST_CLOCK_HEADER: datetime.now(UTC).isoformat()}
        status, _ = await self._ask("POST", "/v1/tools/get_current_context", {}, **clock)
        if status != 200:
            raise NoSandbox(f"{self._url} answered {status}: is the key a sandbox company's?")

    async def now(self) -> None:
        """Return None: the server's clock may differ from ours."""

    async def slots(self) -> list[WantedSlot]:
        """List the free starts of the next days."""
        _, offered = await self._ask("POST", "/v1/tools/get_available_services", {})
        now = datetime.now(UTC)
        free_slots: list[WantedSlot] = []
        for service in offered["services"][: 2 * MOST_SERVICES]:
            window = {
                "service": service["service"],
                "from": (now + timedelta(hours=20)).isoformat(),
                "to": (now + timedelta(days=2 + DAYS)).isoformat(),
                "limit": 200,
            }
            _, free = await self._ask("POST", "/v1/availability", window)
            free_slots += [
                WantedSlot(service["service"], slot["staff"]["id"], slot["start"])
                for slot in free.get("slots", ())
            ]
        if not free_slots:
            raise NoSandbox("no slot of the next days is free")
        return free_slots

    def as_in_rows(self, records: Sequence[Record]) -> list[Record]:
        """Give the records as they are: REST shows the tokens that it gave out."""
        return list(records)

    async def rows(self, records: Sequence[Record]) -> CompanyRows:
        """Read all that the records name, as it is now; how it was in between is unknown."""
        tokens = {held.token for record in records for held in record.held}
        tokens |= {record.token for record in records if record.token}
        ids = {record.appointment_id for record in records if record.appointment_id}
        ids |= {appointment_id for record in records for appointment_id in record.others}
        appointments = [
            _appointment(body)
            for appointment_id in sorted(ids)
            for status, body in [await self._ask("GET", f"/v1/appointments/{appointment_id}")]
            if status == 200
        ]
        booked = (each for each in appointments if each["status"] == "booked")
        standing = {each["reservation_token"] for each in booked}
        reservations: list[dict[str, Any]] = []
        for token in sorted(tokens):
            status, body = await self._ask("GET", f"/v1/reservations/{token}")
            if status == 200:
                reservations += _rows(body, stands=token in standing)
        return CompanyRows(reservations, appointments, None)

    def at_night(self, rows: CompanyRows) -> int:
        """Return 0: the sandbox's opening hours are not ours to choose."""
        return 0

    async def miscounted(self, rows: CompanyRows) -> list[Violation]:
        """Return nothing: REST does not show the figures."""
        return []

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        try:
            async with self._http.request(
                method, self._url + path, json=body, headers=self._headers | headers
            ) as response:
                return response.status, await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unreachable(f"{path}: {type(error).__name__}") from error


def clock_change_nights(zone: ZoneInfo, now: datetime) -> list[Interval]:
    """List the nights of the coming year in which the clocks change, midnight to six."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    nights = [today + timedelta(days=day) for day in range(1, 366)]
    return [
        Interval(night.astimezone(UTC), night.replace(hour=6).astimezone(UTC))
        for night in nights
        if night.utcoffset() != night.replace(hour=6).utcoffset()
    ]


def _mixed(company: Company) -> list[Any]:
    """Choose a few services, simple and compound in turn."""
    simple = [service for service in company.services if not service.is_compound]
    compound = [service for service in company.services if service.is_compound]
    mixed = [each for pair in zip(simple, compound, strict=False) for each in pair]
    return (mixed or simple or compound)[:MOST_SERVICES]


def _appointment(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"cancelled_at": LONG_AGO if body["status"] == "cancelled" else None}


def _rows(body: dict[str, Any], *, stands: bool) -> list[dict[str, Any]]:
    """Turn a reservation's view into rows; one that does not block counts as long over."""
    blocks = body["status"] == "active" or stands
    expires_at = datetime.fromisoformat(body["expires_at"])
    ended_at = None if body["status"] == "active" else LONG_AGO
    return [
        {
            "id": number,
            "caller_token": body["token"],
            "status": body["status"],
            "blocks": blocks,
            "calendar_id": (segment["staff"] or {}).get("id"),
            "staff_id": (segment["staff"] or {}).get("id"),
            "service_id": body["service"],
            "start_time": datetime.fromisoformat(segment["start"]),
            "end_time": datetime.fromisoformat(segment["end"]),
            "buffer_before_min": 0,
            "buffer_after_min": 0,
            "segment_number": segment["number"],
            "total_segments": max(each["number"] for each in body["segments"]),
            "reserved_at": LONG_AGO,
            "expires_at": expires_at if body["status"] != "expired" else LONG_AGO,
            "ended_at": ended_at,
            "end_reason": body["end_reason"],
            "updated_at": LONG_AGO,
            "call_id": body["call_id"],
            "offer_id": body["offer_id"],
            "person": body["person"],
            "part_number": 1,
            "dropped_at": None,
            "converted_to_appointment_id": body["appointment_id"],
            "origin": "reserve",
        }
        for number, segment in enumerate(body["segments"])
    ]
