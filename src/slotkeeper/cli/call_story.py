"""Prints a call's story, in the company's time, and makes a record of it for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from slotkeeper.cli.presenting import local_time, staff_name, visit_name
from slotkeeper.cli.story_words import ENDED_BECAUSE, meaning_of
from slotkeeper.cli.terminal import console
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.operations.explain_call import CallStep, CallStory, HoldFate
from slotkeeper.tools.registry import tool_named
from slotkeeper.tools.tool import base_name

# Wide enough for the longest label.
_LABEL_WIDTH = 11
_INDENT = 10
# Outside a terminal, lines are left to the program that shows them.
UNBROKEN = 10_000
_GOOD = {"held", "booked", "moved", "cancelled", "available", "openings"}
_BROKEN = {"unknown_tool", "try_again", "outcome_unknown"}


def print_story(story: CallStory) -> None:
    """Print a story on standard output."""
    out = console(UNBROKEN)
    for line in story_lines(story):
        out.print(line)


def story_lines(story: CallStory) -> Iterator[RenderableType]:
    """Render a story: each tool call with its answer, then what became of the holds."""
    yield Text(f"Call {story.call_id}, {story.channel}, {story.company.name}", "bold")
    yield Text(_from_to(story))
    day = _local(story.company, story.began_at).date()
    for step in story.steps:
        at = _local(story.company, step.tool_call.answered_at)
        yield Text(f"{at:%a %Y-%m-%d}" if at.date() != day else "", "bold")
        day = at.date()
        yield from _step(story.company, step)
    if story.fates:
        yield Text()
        yield Text("What became of the holds", "bold")
        yield from (Text(f"  {_fate(story.company, fate)}") for fate in story.fates)


def story_record(story: CallStory) -> dict[str, object]:
    """Describe a whole story, for a program."""
    company, call = story.company, story.call
    return {
        "company": company.slug,
        "call_id": story.call_id,
        "channel": story.channel,
        "began_at": _local(company, story.began_at),
        "ended_at": local_time(company, call.ended_at if call else None),
        "ended_because": call.disconnection_reason if call else None,
        "steps": [_step_record(company, step) for step in story.steps],
        "holds": [_fate_record(company, fate) for fate in story.fates],
    }


def _from_to(story: CallStory) -> str:
    call, company = story.call, story.company
    began = f"Began {_local(company, story.began_at):%a %Y-%m-%d %H:%M:%S}"
    if call is None:
        return f"{began}. Nothing was held, and no platform tool_call when it ended."
    if call.ended_at is None:
        return f"{began}. That it has ended is not known."
    why = f" ({call.disconnection_reason})" if call.disconnection_reason else ""
    return f"{began}, ended {_local(company, call.ended_at):%H:%M:%S}{why}."


def _step(company: Company, step: CallStep) -> Iterator[RenderableType]:
    """Render one tool call as a block of lines."""
    tool_call = step.tool_call
    colour = (
        "green" if tool_call.status in _GOOD else "red" if tool_call.status in _BROKEN else "yellow"
    )
    line = Text(f"{_local(company, tool_call.answered_at):%H:%M:%S}  {_tool(tool_call.tool)} -> ")
    yield line.append(tool_call.status, f"bold {colour}").append(f"  {tool_call.took_ms} ms", "dim")
    for label, words in _details(company, step):
        if words:
            yield _detail(label, words)


def _detail(label: str, words: str) -> RenderableType:
    """Render a line of a block; a long one continues below its beginning."""
    row = Table.grid(padding=(0, 1))
    row.add_column(width=_LABEL_WIDTH, style="dim")
    row.add_column(overflow="fold")
    row.add_row(label, Text(words))
    return Padding(row, (0, 0, 0, _INDENT), expand=False)


def _details(company: Company, step: CallStep) -> Iterator[tuple[str, str]]:
    tool_call = step.tool_call
    yield "sent", ", ".join(f'{name} "{value}"' for name, value in tool_call.arguments.items())
    yield "understood", _understood(tool_call.understood or {})
    yield "because", meaning_of(tool_call.status, tool_call.answer)
    for hold in step.holds:
        until = f", until {_local(company, hold.until):%H:%M:%S}" if hold.until else ""
        yield "held", f"{_hold(company, hold.reservation)}{until}"
    if "appointment_id" in tool_call.answer:
        yield "appointment", f"{tool_call.answer['appointment_id']}, {_slot(tool_call.answer)}"
    yield "said", f"„{tool_call.answer.get('say', '')}“"


def _tool(name: str) -> str:
    """Name a tool as it was called, with its version and the current name."""
    known, base = tool_named(name), base_name(name)
    version = name.strip().removeprefix(base).replace("_", " ")
    also = f" (that is {known.name})" if known and known.name != base else ""
    return f"{base}{version}{also}"


def _understood(understood: Mapping[str, Any]) -> str:
    """Say what was understood and, where it was unsure, what else was possible."""
    days, window = understood.get("range"), understood.get("window")
    parts = [
        _day(understood.get("date")),
        f"{_day(days['from'])} to {_day(days['to']) or '…'}" if days else "",
        " or ".join(understood.get("preferences") or [understood.get("time") or ""]),
        f"between {window['from'] or '…'} and {window['to'] or '…'}" if window else "",
        understood.get("service") or "",
    ]
    said = [part for part in parts if part]
    if not said and not understood.get("candidates") and understood.get("status") != "ask":
        return "nothing about a day, a time or a service" if understood else ""
    said.append(f"confidence {understood.get('confidence', 0):.2f}")
    if understood.get("reason"):
        said.append(f"unsure: {str(understood['reason']).replace('_', ' ')}")
    if understood.get("candidates"):
        said.append(f"perhaps {' or '.join(map(str, understood['candidates']))}")
    if understood.get("repaired_year"):
        said.append("a past year was repaired")
    return ", ".join(said)


def _day(iso: str | None) -> str:
    return f"{date.fromisoformat(iso):%a %Y-%m-%d}" if iso else ""


def _slot(answer: Mapping[str, object]) -> str:
    """Write an appointment's time, service and person from a tool's answer."""
    start, end = (datetime.fromisoformat(str(answer[name])) for name in ("start", "end"))
    who = f" with {answer['staff']}" if answer.get("staff") else ""
    return f"{start:%a %Y-%m-%d %H:%M}-{end:%H:%M} {answer.get('service', '')}{who}"


def _hold(company: Company, hold: AppointmentReservation) -> str:
    start, end = _local(company, hold.starts_at), _local(company, hold.ends_at)
    who = f" with {staff_name(company, hold.staff_id)}" if hold.staff_id else ""
    what = _visit(company, hold)
    return f"{start:%a %Y-%m-%d %H:%M}-{end:%H:%M} {what}{who}"


def _fate(company: Company, fate: HoldFate) -> str:
    hold = fate.reservation
    when = f"{_local(company, fate.at):%H:%M:%S} " if fate.at else ""
    became = {
        "booked": f"booked as appointment {hold.appointment_id}{_since(company, fate)}",
        "expired": "expired: nobody said yes, and the call no longer kept it alive",
        "released": f"released: {ENDED_BECAUSE.get(hold.end_reason or '', hold.end_reason)}",
        "live": f"held until {_local(company, hold.expires_at):%H:%M:%S}",
    }[fate.outcome]
    return f"{_hold(company, hold)}: {when}{became}"


def _since(company: Company, fate: HoldFate) -> str:
    """Say whether the appointment was moved or cancelled after it was booked."""
    appointment = fate.appointment
    if appointment is None:
        return ""
    if appointment.status == "cancelled":
        return ", cancelled since"
    if appointment.starts_at != fate.reservation.starts_at:
        return f", since moved to {_local(company, appointment.starts_at):%a %Y-%m-%d %H:%M}"
    return ""


def _step_record(company: Company, step: CallStep) -> dict[str, object]:
    tool_call = step.tool_call
    known = tool_named(tool_call.tool)
    return {
        "at": _local(company, tool_call.answered_at),
        "tool": tool_call.tool,
        "known_as": known.name if known else None,
        "sent": tool_call.arguments,
        "understood": tool_call.understood,
        "status": tool_call.status,
        "because": meaning_of(tool_call.status, tool_call.answer) or None,
        "answer": tool_call.answer,
        "held": [
            _hold_record(company, hold.reservation) | {"until": local_time(company, hold.until)}
            for hold in step.holds
        ],
        "took_ms": tool_call.took_ms,
    }


def _fate_record(company: Company, fate: HoldFate) -> dict[str, object]:
    hold, appointment = fate.reservation, fate.appointment
    return _hold_record(company, hold) | {
        "expires_at": _local(company, hold.expires_at),
        "outcome": fate.outcome,
        "at": local_time(company, fate.at),
        "reason": hold.end_reason,
        "appointment_id": hold.appointment_id,
        "appointment_status": appointment.status if appointment else None,
        "appointment_start": local_time(company, appointment.starts_at if appointment else None),
    }


def _hold_record(company: Company, hold: AppointmentReservation) -> dict[str, object]:
    return {
        "stored_token": hold.token,
        "start": _local(company, hold.starts_at),
        "end": _local(company, hold.ends_at),
        "service": _visit(company, hold),
        "staff": staff_name(company, hold.staff_id),
    }


def _visit(company: Company, hold: AppointmentReservation) -> str:
    return visit_name(company, hold.parts) or "a service that is no longer offered"


def _local(company: Company, instant: datetime) -> datetime:
    return instant.astimezone(company.zone)
