"""The registry: all tools by name."""

from __future__ import annotations

from slotkeeper.tools import booking, changes, checking, customers, human, information
from slotkeeper.tools.tool import Tool, base_name

_WISH = ("service", "date", "time", "staff", "branch", "person")

_ALL = (
    Tool(
        "get_current_context",
        "What day and time it is in the salon. Call it first.",
        information.get_current_context,
        aliases=("initialize_call", "current_context"),
    ),
    Tool(
        "check_customer",
        "Who the caller is, once the call has proven it. Call it once, at the beginning.",
        customers.check_customer,
        renews=True,
    ),
    Tool(
        "check_availability",
        "Check whether a service is free at a time, and keep it for the caller if it is. Also "
        "answers what is free on a day, in a part of a day or in a week. Send day and time in the "
        "caller's own words.",
        checking.check_availability,
        parameters=(*_WISH, "another"),
        required=("service",),
        aliases=("reserve_slot",),
        changes=True,
        renews=True,
    ),
    Tool(
        "get_alternatives",
        "Other times near a day and time, kept for the caller.",
        checking.get_alternatives,
        parameters=_WISH,
        required=("service",),
        changes=True,
        renews=True,
    ),
    Tool(
        "find_next_available",
        "The next free times for a service, kept for the caller.",
        checking.find_next_available,
        parameters=("service", "date", "time", "staff", "branch"),
        required=("service",),
        changes=True,
        renews=True,
    ),
    Tool(
        "start_booking",
        "Book the time that the caller said yes to. Only after the caller has agreed.",
        booking.start_booking,
        parameters=(
            *("reservation_token", "customer_name", "customer_phone"),
            *("service", "date", "time", "staff", "branch", "person", "another"),
        ),
        # The latter two: the exported agent books what is held and what was chosen apart.
        aliases=("confirm_booking", "book_held", "book_offered"),
        changes=True,
        renews=True,
    ),
    Tool(
        "release_hold",
        "Give back the times that are kept for the caller, who does not want them after all.",
        checking.release_hold,
        aliases=("release_slot_reservation", "release_slot"),
        changes=True,
        renews=True,
    ),
    Tool(
        "get_customer_appointments",
        "What the caller has booked and is still to come. Needs one thing that the caller says: "
        "the name, or when it is.",
        customers.get_customer_appointments,
        parameters=("customer_name", "date", "time"),
        aliases=("query_appointment",),
        renews=True,
    ),
    Tool(
        "reschedule_appointment",
        "Move the caller's appointment to another time. Needs one thing that the caller says: the "
        "name, or when it is now.",
        changes.reschedule_appointment,
        parameters=(
            *("new_date", "new_time", "old_date", "old_time"),
            *("customer_name", "staff", "branch", "which", "part", "appointment_id"),
        ),
        changes=True,
        renews=True,
    ),
    Tool(
        "cancel_appointment",
        "Cancel the caller's appointment. Only after the caller has agreed. Needs one thing that "
        "the caller says: the name, or when it is.",
        changes.cancel_appointment,
        parameters=("date", "time", "customer_name", "which", "part", "appointment_id"),
        changes=True,
        renews=True,
    ),
    Tool(
        "get_available_services",
        "What is offered; with a service, how long it takes and what it costs.",
        information.get_available_services,
        parameters=("service",),
        aliases=("list_services", "get_service_info"),
    ),
    Tool(
        "get_opening_hours",
        "When the salon is open, in the week or on a day.",
        information.get_opening_hours,
        parameters=("date", "branch"),
        aliases=("opening_hours",),
    ),
    Tool(
        "request_callback",
        "Note that the caller wants to be rung back.",
        customers.request_callback,
        parameters=("customer_name", "customer_phone", "reason"),
        changes=True,
    ),
    Tool(
        "transfer_to_human",
        "The caller wants to talk to a person. With the status transfer, hand the call over to the "
        "number in transfer_to by the platform's own transfer; else a callback is noted.",
        human.transfer_to_human,
        parameters=("customer_name", "customer_phone", "reason"),
        aliases=("transfer_call", "talk_to_human", "mit_mensch_sprechen"),
        changes=True,
    ),
)

# Tools that agents of the original still call. New agents do not get them.
_FORMER = (
    Tool(
        "book_appointment",
        "Book a time.",
        booking.book_appointment,
        parameters=(*_WISH, "customer_name", "customer_phone", "confirmed", "another"),
        changes=True,
        renews=True,
    ),
    Tool(
        "collect_appointment_data",
        "Check a time; once it is confirmed, book it.",
        booking.collect_appointment_data,
        parameters=(*_WISH, "customer_name", "customer_phone", "confirmed", "another"),
        changes=True,
        renews=True,
    ),
    Tool("parse_date", "Which day is meant.", information.parse_date, parameters=("date",)),
)

# The tools that are offered to models and described for every platform.
TOOLS: dict[str, Tool] = {tool.name: tool for tool in _ALL}

_BY_NAME = {name: tool for tool in (*_ALL, *_FORMER) for name in (tool.name, *tool.aliases)}


def tool_named(name: str) -> Tool | None:
    """Find a tool by its name or a former one, with or without a version; else give None."""
    return _BY_NAME.get(base_name(name))
