"""What the core functions are given, as rows of their SQL types."""

from __future__ import annotations

from collections.abc import Sequence

from slotkeeper.domain.intervals import Interval
from slotkeeper.domain.placement import Placement
from slotkeeper.domain.topic import Topic
from slotkeeper.domain.wish import Call, Wish, WishedPart
from slotkeeper.storage.topics import topic_json


def request_row(
    company_id: int,
    wish: Wish,
    call: Call,
    cancel_notice_min: int | None,
    catalogue_version: int | None,
    *,
    topic: Topic | None,
    hashed_caller: bytes | None,
    sellable_week_min: int | None,
    without_holds: bool = False,
) -> tuple[object, ...]:
    """Return the fields of the SQL type ``reservation_request``, in their order."""
    customer = wish.customer
    return (
        company_id,
        call.id,
        call.channel,
        customer.name,
        customer.phone,
        cancel_notice_min,
        call.caller,
        catalogue_version,
        topic_json(topic),
        hashed_caller,
        sellable_week_min,
        without_holds,
    )


def claim_rows(
    options: Sequence[Placement], parts: Sequence[WishedPart]
) -> list[tuple[object, ...]]:
    """Return rows of the SQL type ``claim``. Raises ValueError where options overlap."""
    rows: list[tuple[object, ...]] = []
    seen: list[tuple[int, Interval]] = []
    for number, option in enumerate(options, start=1):
        prices = {part.number: part.price_cents for part in option.parts}
        for claim in option.claims:
            if any(
                calendar == claim.calendar_id and claim.interval.overlaps(interval)
                for calendar, interval in seen
            ):
                raise ValueError("options of one offer may not overlap on a calendar")
            seen.append((claim.calendar_id, claim.interval))
            part = parts[claim.part_number - 1]
            rows.append(
                (
                    number,
                    claim.part_number,
                    part.person,
                    part.called,
                    part.service.id,
                    part.staff.id if part.staff else None,
                    prices.get(claim.part_number, part.service.price_cents),
                    claim.segment_number,
                    claim.calendar_id,
                    claim.staff_id,
                    claim.interval.start,
                    claim.interval.end,
                    claim.buffer_before_min,
                    claim.buffer_after_min,
                    part.branch_id,
                )
            )
    return rows
