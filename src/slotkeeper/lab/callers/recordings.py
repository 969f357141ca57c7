"""Sends recorded function calls again, each at the time of its recording.

The company is a sandbox in a scratch database. The recordings of one call are replayed in their
order; before each call the database is emptied, so that recordings of other days do not meet.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import msgspec

from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.intervals import Interval
from slotkeeper.http.sandbox_clock import TEST_CLOCK_HEADER
from slotkeeper.http.signing import sign_retell
from slotkeeper.lab.database.company_copy import start_afresh
from slotkeeper.storage.appointments import LIST_LIMIT
from slotkeeper.storage.store import Store

# Everything in a scratch company lies in this interval.
EVER = Interval(
    datetime.fromisoformat("1971-01-01T00:00+00:00"),
    datetime.fromisoformat("9000-01-01T00:00+00:00"),
)


class Recording(msgspec.Struct):
    """One recorded function call; recordings of another ``kind`` are not replayed.

    ``input`` is the body as it was received. Without ``reference_now`` the time of the recording is
    unknown: no signature can be valid, and the call is sent without one.
    """

    id: Any
    input: dict[str, Any]
    kind: str = "function_call"
    reference_now: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplayTarget:
    """Where recordings are replayed: a running server and the database that it serves.

    ``secret`` is what the company's platform signs with.
    """

    http: aiohttp.ClientSession
    address: str
    company: Company
    store: Store
    secret: str


async def replay(
    recordings: Iterable[Recording], target: ReplayTarget
) -> AsyncIterator[dict[str, Any]]:
    """Replay recordings; yield for each the answer and all that is committed after it."""
    calls = [each for each in recordings if each.kind == "function_call"]
    results: dict[int, dict[str, Any]] = {}
    for group in _by_call(calls).values():
        await start_afresh(target.store.db, target.company.id)
        for position in group:
            results[position] = await _replayed(calls[position], target)
    for position in sorted(results):
        yield results[position]


def _by_call(calls: list[Recording]) -> dict[object, list[int]]:
    """Group positions of recordings by call; a recording without a call id is a call of its own."""
    groups: dict[object, list[int]] = {}
    for position, recording in enumerate(calls):
        call = recording.input.get("call")
        call_id = call.get("call_id") if isinstance(call, dict) else None
        groups.setdefault(call_id or position, []).append(position)
    return groups


async def _replayed(recording: Recording, target: ReplayTarget) -> dict[str, Any]:
    body = msgspec.json.encode(recording.input)
    headers = {"Content-Type": "application/json"}
    if recording.reference_now is not None:
        at = recording.reference_now
        at = at if at.tzinfo else at.replace(tzinfo=target.company.zone)
        headers[TEST_CLOCK_HEADER] = at.isoformat()
        headers["X-Retell-Signature"] = sign_retell(body, target.secret, int(time.time() * 1000))
    path = f"/v1/retell/{target.company.slug}/functions"
    async with target.http.post(target.address + path, data=body, headers=headers) as response:
        raw = await response.read()
    return {
        "id": recording.id,
        "http_status": response.status,
        "answer": msgspec.json.decode(raw) if raw else None,
        "committed": await _committed(target),
    }


async def _committed(target: ReplayTarget) -> dict[str, list[dict[str, Any]]]:
    """Read all reservations and appointments, in the company's time zone."""
    company, store = target.company, target.store
    reservations = await store.reservations.listed(company.id, limit=LIST_LIMIT)
    appointments = await store.appointments.listed(company.id, EVER)
    return {
        "reservations": [
            {
                "reservation_token": str(store.tokens.seal(reservation.token)),
                "status": reservation.status,
                "call_id": reservation.call_id,
                "segments": [
                    {"number": segment.number, **_span(company, segment.interval)}
                    for segment in reservation.segments
                ],
                **_what(company, reservation.service_id, reservation.staff_id),
                **_span(company, Interval(reservation.starts_at, reservation.ends_at)),
                "expires_at": reservation.expires_at.astimezone(company.zone).isoformat(),
            }
            for reservation in reservations
        ],
        "appointments": [
            {
                "appointment_id": appointment.id,
                "status": appointment.status,
                "call_id": appointment.call_id,
                "customer_name": appointment.customer_name,
                **_what(company, appointment.service_id, appointment.staff_id),
                **_span(company, Interval(appointment.starts_at, appointment.ends_at)),
            }
            for appointment in appointments
        ],
    }


def _what(company: Company, service_id: int, staff_id: Any) -> dict[str, Any]:
    service, member = company.service_by_id(service_id), company.staff_by_id(staff_id)
    return {
        "service": service.name if service else None,
        "staff": member.name if member else None,
    }


def _span(company: Company, interval: Interval) -> dict[str, Any]:
    return {
        "start": interval.start.astimezone(company.zone).isoformat(),
        "end": interval.end.astimezone(company.zone).isoformat(),
    }
