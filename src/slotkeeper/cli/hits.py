"""What a change hits, for the desk: who must be rung up, and what may yet be booked there."""

from __future__ import annotations

import typer

from slotkeeper.cli import presenting
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.standing import HeldSlot, Hits

# What the desk needs to ring up the customers; --json prints every field.
APPOINTMENT_COLUMNS = (
    *("company", "id", "start", "end", "service", "staff"),
    *("customer_name", "customer_phone"),
)
HOLD_COLUMNS = ("company", "start", "end", "service", "staff", "expires_at")


def hits_record(owner: Company, hits: Hits) -> dict[str, object]:
    """Describe what is hit, whole, for a program."""
    return {
        "appointments": _appointments(owner, hits, whole=True),
        "holds": len(hits.holds),
        "held": [_held(owner, hold) for hold in hits.holds],
        "more": hits.more,
    }


def print_hits(
    owner: Company, hits: Hits, *, booked: str = "Stands in it", held: str = "Held in it"
) -> None:
    """Print what is hit and stays, under these headings; nothing where nothing is."""
    if hits.appointments:
        typer.echo(f"\n{booked} and stays ({len(hits.appointments)}):")
        appointments = _appointments(owner, hits, whole=False)
        presenting.print_chosen(appointments, APPOINTMENT_COLUMNS, as_json=False)
    if hits.holds:
        typer.echo(f"\n{held}, and may yet be booked ({len(hits.holds)}):")
        holds = [_held(owner, hold) for hold in hits.holds]
        presenting.print_chosen(holds, HOLD_COLUMNS, as_json=False)
    if hits.more:
        typer.echo("\nThere may be more: only the earliest are listed.")


def _appointments(owner: Company, hits: Hits, *, whole: bool) -> list[dict[str, object]]:
    return [
        presenting.appointment_record(owner, appointment, whole=whole)
        for appointment in hits.appointments
    ]


def _held(owner: Company, hold: HeldSlot) -> dict[str, object]:
    return {
        "company": owner.slug,
        "stored_token": hold.token,
        "start": presenting.local_time(owner, hold.starts_at),
        "end": presenting.local_time(owner, hold.ends_at),
        "service": presenting.service_name(owner, hold.service_id),
        "staff": presenting.staff_name(owner, hold.staff_id),
        "expires_at": presenting.local_time(owner, hold.expires_at),
    }
