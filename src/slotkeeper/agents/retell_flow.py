"""A Retell agent for a company: the tools, and a conversation that branches on ``status``.

    check_customer -> listen -> check_availability -+- held ----> confirm -yes-> book_held ---+
                                    ^               +- offered -> choose --one-> book_offered-+
                                    +-- ask (say, wait for the answer)                        |
                                                                    listen <- told <- booked -+

A function node is left by what the server answered, never by what a model makes of it: equations on
``{{status}}`` first, and an else edge for anything unheard of, so that no call is stuck. Field
names are those of Retell's API (retell-sdk 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from slotkeeper.agents.words.agent_words import AGENT_WORDS
from slotkeeper.domain.catalogue import Company
from slotkeeper.tools.exports import retell_tool
from slotkeeper.tools.registry import TOOLS

SAY = "{{say}}"
START = "check_customer"
# The tool for a caller who asks for a person, and the node that hands the call over.
HUMAN, HAND_OVER = "transfer_to_human", "hand_over"
# The events that Retell is asked to send: without call_ended, holds would end only by expiry.
EVENTS = ("call_started", "call_ended", "call_analyzed")
# The variable, and the argument, that carries a reservation from the check to the booking.
CARRIED = "reservation_token"

# How far apart the nodes stand on Retell's canvas, and how many in a row.
GRID_X, GRID_Y, PER_ROW = 520, 380, 6


# The node that each status of a function node leads to.
StatusTargets = Mapping[str, str]


def _to(node: str, *statuses: str) -> dict[str, str]:
    return dict.fromkeys(statuses, node)


# The answer names other times or none: the caller chooses one or names another.
_OFFERS = (
    *("available", "openings", "slot_taken", "nothing_free", "staff_absent", "staff_cannot"),
    *("closed", "too_soon", "too_far", "in_the_past", "off_step", "no_such_time"),
    *("ambiguous_time", "search_given_up"),
)
# The server asks back: the same tool is called again with the answer.
_QUESTIONS = ("needs_info", "not_identified", "try_again", "outcome_unknown", "invalid_input")
_UNKNOWN = ("unknown_service", "unknown_staff")
_NOT_DONE = ("visit_too_large", "not_combined", "add_on_alone")
# The hold is gone: check again.
_LOST = ("reservation_expired", "reservation_cancelled", "unknown_reservation", "too_many_holds")
_ENDED = _to("goodbye", "call_ended")
_UNCHANGEABLE = ("too_late_to_change", "appointment_cancelled", "unknown_appointment")


def _search(ask: str) -> StatusTargets:
    success = _to("confirm", "held") | _to("told", "booked") | _to("choose", *_OFFERS)
    return success | _to(ask, *_QUESTIONS, *_UNKNOWN, *_NOT_DONE, "too_many_holds") | _ENDED


def _booking(ask: str) -> StatusTargets:
    booked = _to("told", "booked") | _to("confirm", "held")
    again = _to("ask_wish", *_LOST, *_UNKNOWN)
    return booked | _to(ask, *_QUESTIONS) | _to("choose", *_OFFERS) | again | _ENDED


def _change(done: str, ask: str) -> StatusTargets:
    leads_to = _to("told", done, "callback_requested", *_UNCHANGEABLE)
    return leads_to | _to(ask, *_QUESTIONS, *_UNKNOWN, *_OFFERS) | _ENDED


# The function nodes; each has the name of its tool in the flow.
STEPS: Mapping[str, StatusTargets] = {
    START: _to("greeting", "customer_known", "customer_unknown"),
    "check_availability": _search("ask_wish"),
    "get_alternatives": _search("ask_wish"),
    "find_next_available": _search("ask_next"),
    # Both book: a single hold by its token, one of several offers by the caller's words.
    "book_held": _booking("ask_held"),
    "book_offered": _booking("ask_offered"),
    "release_hold": _to("told", "released"),
    "get_customer_appointments": _to("told", "appointments", "no_appointments")
    | _to("ask_appointments", *_QUESTIONS),
    "reschedule_appointment": _change("moved", "ask_move"),
    "cancel_appointment": _change("cancelled", "ask_cancel"),
    "get_available_services": _to("told", "services", "service_info")
    | _to("ask_service", *_QUESTIONS, *_UNKNOWN),
    "get_opening_hours": _to("told", "opening_hours"),
    "request_callback": _to("told", "callback_requested"),
    HUMAN: _to(HAND_OVER, "transfer") | _to("told", "callback_requested"),
}

# Nodes that speak `say` and give the caller's answer to the same tool again.
_ASKING = {
    "ask_wish": "check_availability",
    "ask_next": "find_next_available",
    "ask_held": "book_held",
    "ask_offered": "book_offered",
    "ask_move": "reschedule_appointment",
    "ask_cancel": "cancel_appointment",
    "ask_appointments": "get_customer_appointments",
    "ask_service": "get_available_services",
}

# What a caller may want, as (condition, node), wherever the caller is free to say anything.
_INTENTS = (
    ("book", "check_availability"),
    ("next", "find_next_available"),
    ("appointments", "get_customer_appointments"),
    ("move", "confirm_move"),
    ("cancel", "confirm_cancel"),
    ("services", "get_available_services"),
    ("hours", "get_opening_hours"),
    ("human", HUMAN),
    ("callback", "request_callback"),
    ("bye", "goodbye"),
)

# Asked for what proves whose appointment it is, the caller may rather be rung back.
_PROVING = ("ask_move", "ask_cancel", "ask_appointments")


def _ways_out(node: str) -> tuple[tuple[str, str], ...]:
    return (("callback", "request_callback"),) if node in _PROVING else ()


_ASIDE = (("no_more", "release_hold"), ("human", HUMAN), ("callback", "request_callback"))
_ELSEWHERE = (("another", "check_availability"), ("others", "get_alternatives"))

# Conversation nodes: the spoken text (None: `say`, word for word), and where answers lead.
_TALKS: Mapping[str, tuple[str | None, Sequence[tuple[str, str]]]] = {
    "greeting": (None, _INTENTS),
    "listen": ("listen", _INTENTS),
    "told": (None, _INTENTS),
    "trouble": ("trouble", _INTENTS),
    "confirm": ("confirm", (("agreed", "book_held"), *_ELSEWHERE, *_ASIDE)),
    "choose": ("choose", (("picked", "book_offered"), *_ELSEWHERE, *_ASIDE)),
    "confirm_move": ("confirm_move", (("yes", "reschedule_appointment"), ("else", "listen"))),
    "confirm_cancel": ("confirm_cancel", (("yes", "cancel_appointment"), ("else", "listen"))),
    **{
        node: (None, (*_ways_out(node), ("answered", back), ("else", "listen"), ("bye", "goodbye")))
        for node, back in _ASKING.items()
    },
}

NOTES = (
    "conversation_flow: send it as it is to Retell's create-conversation-flow, or with "
    "update-conversation-flow over an existing one.",
    "agent: merge it into the agent (update-agent). A new agent also takes a voice_id, and "
    "response_engine with the conversation_flow_id that was answered.",
    "tools: for an agent with a single prompt instead of a flow, its general_tools; the flow "
    "carries its own.",
    "Publish the agent afterwards: calls are taken by the published version.",
    "Keep the API key that has Retell's webhook badge: "
    "slotkeeper retell secret add --company {slug}",
    "Check what is deployed: slotkeeper doctor --agent FILE --company {slug} --url {base_url}",
)


def exported(company: Company, *, base_url: str) -> dict[str, Any]:
    """Describe the whole agent of a company whose server is reached at ``base_url``."""
    base_url = base_url.rstrip("/")
    return {
        "tools": _tools(company, base_url),
        "conversation_flow": conversation_flow(company, base_url=base_url),
        "agent": {
            "agent_name": company.name,
            "language": AGENT_WORDS[company.locale].language_tag,
            "timezone": company.zone.key,
            "webhook_url": f"{base_url}/v1/retell/{company.slug}/events",
            "webhook_events": list(EVENTS),
        },
        "notes": [note.format(slug=company.slug, base_url=base_url) for note in NOTES],
    }


def conversation_flow(company: Company, *, base_url: str) -> dict[str, Any]:
    """Make the body of Retell's create-conversation-flow."""
    nodes = [
        *(_function(node, leads_to, company) for node, leads_to in STEPS.items()),
        *(_conversation(node, company) for node in _TALKS),
        *_hand_over(company),
        {
            **{"id": "goodbye", "name": "goodbye", "type": "end"},
            "instruction": _static(_spoken("goodbye", company)),
            "speak_during_execution": True,
        },
    ]
    return {
        "start_node_id": START,
        "start_speaker": "agent",
        "global_prompt": _filled(AGENT_WORDS[company.locale].prompt, company),
        "tool_call_strict_mode": True,
        "tools": _flow_tools(_tools(company, base_url)),
        "nodes": [_placed(node, number) for number, node in enumerate(nodes)],
    }


def _hand_over(company: Company) -> list[dict[str, Any]]:
    """Hand the call over to the company's person, if it has one; where that fails, listen."""
    if company.rules.human_number is None:
        return []
    failed = {"type": "prompt", "prompt": "Transfer failed"}
    return [
        {
            **{"id": HAND_OVER, "name": HAND_OVER, "type": "transfer_call"},
            "instruction": _static(SAY),
            "speak_during_execution": True,
            "transfer_destination": {"type": "predefined", "number": company.rules.human_number},
            "transfer_option": {"type": "cold_transfer", "show_transferee_as_caller": False},
            "edge": _edge(HAND_OVER, "request_callback", failed),
        }
    ]


def _tools(company: Company, base_url: str) -> list[dict[str, Any]]:
    return [retell_tool(tool, base_url=base_url, company=company.slug) for tool in TOOLS.values()]


def _flow_tools(tools: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the tools ids; booking comes twice: by a hold's token, and by the caller's words."""
    by_name = {tool["name"]: tool for tool in tools}
    booking = by_name.pop("start_booking")
    token = {CARRIED: {"type": "string", "const": f"{{{{{CARRIED}}}}}"}}
    booking_twice = (_renamed(booking, "book_held", token), _renamed(booking, "book_offered", {}))
    return [{"tool_id": tool["name"], **tool} for tool in (*by_name.values(), *booking_twice)]


def _renamed(tool: dict[str, Any], name: str, token: dict[str, Any]) -> dict[str, Any]:
    """Give a tool another name; its address still names the original.

    ``token`` is the property of the reservation token. Without one it is left out: Retell's
    variable keeps its last value, so that an earlier offer's token would be booked.
    """
    schema = tool["parameters"]
    others = {key: value for key, value in schema["properties"].items() if key != CARRIED}
    properties = token | others
    parameters = {**schema, "properties": properties, "required": list(properties)}
    return {**tool, "name": name, "parameters": parameters}


def _function(node: str, leads_to: StatusTargets, company: Company) -> dict[str, Any]:
    targets: dict[str, list[str]] = {}
    for status, target in leads_to.items():
        if target == HAND_OVER and company.rules.human_number is None:
            continue  # then the tool never answers so
        targets.setdefault(target, []).append(status)
    made: dict[str, Any] = {
        "id": node,
        "name": node,
        "type": "function",
        "tool_id": node,
        "tool_type": "local",
        "wait_for_result": True,
        "speak_during_execution": node == START,
        "edges": [_edge(node, to, _is_one_of(statuses)) for to, statuses in targets.items()],
        "else_edge": {
            "id": f"{node}--else",
            "destination_node_id": "listen" if node == START else "trouble",
            "transition_condition": {"type": "prompt", "prompt": "Else"},
        },
    }
    if node == START:
        made["instruction"] = _static(_spoken("hello", company))
    return made


def _conversation(node: str, company: Company) -> dict[str, Any]:
    text, ways = _TALKS[node]
    conditions = AGENT_WORDS[company.locale].conditions
    return {
        "id": node,
        "name": node,
        "type": "conversation",
        "instruction": (
            _static(SAY) if text is None else {"type": "prompt", "text": _spoken(text, company)}
        ),
        "edges": [
            _edge(node, to, {"type": "prompt", "prompt": conditions[condition]})
            for condition, to in ways
        ],
    }


def _edge(node: str, to: str, condition: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{node}--{to}",
        "destination_node_id": to,
        "transition_condition": condition,
    }


def _is_one_of(statuses: Sequence[str]) -> dict[str, Any]:
    equations = [{"left": "{{status}}", "operator": "==", "right": status} for status in statuses]
    return {"type": "equation", "operator": "||", "equations": equations}


def _static(text: str) -> dict[str, str]:
    return {"type": "static_text", "text": text}


def _spoken(key: str, company: Company) -> str:
    return _filled(AGENT_WORDS[company.locale].spoken[key], company)


def _filled(text: str, company: Company) -> str:
    return Template(text).substitute(salon=company.name)


def _placed(node: dict[str, Any], number: int) -> dict[str, Any]:
    row, column = divmod(number, PER_ROW)
    return {**node, "display_position": {"x": column * GRID_X, "y": row * GRID_Y}}
