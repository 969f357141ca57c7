from copy import deepcopy

import pytest

from slotkeeper.agents.retell_doctor import diagnose
from slotkeeper.agents.retell_flow import exported
from slotkeeper.agents.retell_tool_check import ExpectedServer
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.tools.registry import TOOLS

URL = "https://slots.example"
SERVER = ExpectedServer(URL, "friseur-1")
FUNCTIONS = f"{URL}/v1/retell/friseur-1/functions"


@pytest.fixture
async def export(store):
    """What `slotkeeper retell export` writes for the shipped salon."""
    loaded = await load_company(example("friseur-1"), filename="friseur-1.yaml", db=store.db)
    company = await store.catalogues.get(loaded.company_id)
    return exported(company, base_url=URL)


@pytest.fixture
def tools(export):
    """The exported tools by name, to be changed."""
    return {tool["name"]: tool for tool in export["tools"]}


@pytest.fixture
def nodes(export):
    """The exported flow's nodes by id, to be changed."""
    return {node["id"]: node for node in export["conversation_flow"]["nodes"]}


def codes(raw, server=SERVER):
    """The findings as (severity, code, where)."""
    return {(one.severity, one.code, one.where) for one in diagnose(raw, server)}


def only(raw, server=SERVER):
    """The one finding that there is."""
    (one,) = diagnose(raw, server)
    return one


# An agent as they were deployed for the original: other addresses, a version in the name, a call id
# and a calendar date from the model, two seconds of patience, prompts for edges.
FORMER_TOOL = {
    "tool_id": "tool-check",
    "type": "custom",
    "name": "check_availability_v17",
    "url": "https://api.other.example/api/webhooks/retell/check-availability",
    "timeout_ms": 2000,
    "parameters": {
        "type": "object",
        "properties": {
            "call_id": {"type": "string", "description": "The call's id"},
            "name": {"type": "string"},
            "datum": {"type": "string", "description": "Datum im Format DD.MM.YYYY"},
            "uhrzeit": {"type": "string"},
            "dienstleistung": {"type": "string"},
            "email": {"type": "string"},
        },
        "required": ["call_id", "name", "datum", "uhrzeit", "dienstleistung", "email"],
    },
}
FORMER = {
    "agent_name": "Agent V62",
    "response_engine": {"type": "conversation-flow", "conversation_flow_id": "conversation_flow_1"},
    "webhook_url": "https://api.other.example/api/webhooks/retell",
    "is_published": False,
    "voice_id": "cartesia-Lina",
    "conversationFlow": {
        "start_node_id": "func_check",
        "tools": [FORMER_TOOL],
        "nodes": [
            {
                "id": "func_check",
                "type": "function",
                "tool_id": "tool-check",
                "tool_type": "local",
                "wait_for_result": True,
                "edges": [
                    {
                        "id": "edge",
                        "destination_node_id": "node_end",
                        "transition_condition": {"type": "prompt", "prompt": "Check completed"},
                    }
                ],
            },
            {"id": "node_end", "type": "end"},
        ],
    },
}


def test_an_agent_of_the_original_is_told_all_that_keeps_it_from_working():
    """Where it calls, how long it waits, what it asks for, where it gets stuck, and the draft."""
    tool = "conversationFlow.tools[check_availability_v17]"
    node = "conversationFlow.nodes[func_check]"
    assert codes(FORMER) == {
        ("error", "missing_tool", "tools"),
        ("warning", "missing_tool", "tools"),
        ("error", "wrong_url", tool),
        ("note", "former_name", tool),
        ("error", "timeout_too_short", tool),
        ("note", "no_retry", tool),
        ("warning", "ignored_parameter", f"{tool}.call_id"),
        ("warning", "asked_too_early", f"{tool}.name"),
        ("warning", "date_computed", f"{tool}.datum"),
        ("error", "unknown_parameter", f"{tool}.email"),
        ("warning", "missing_parameter", tool),
        ("error", "stuck_node", node),
        ("warning", "status_without_edge", node),
        ("warning", "answer_not_kept", tool),
        ("warning", "webhook_elsewhere", "agent.webhook_url"),
        ("warning", "not_published", "agent.is_published"),
    }


def test_the_gravest_comes_first():
    """Errors stand before warnings, and warnings before notes."""
    found = [one.severity for one in diagnose(FORMER, SERVER)]
    assert found == sorted(found, key=["error", "warning", "note"].index)


def test_every_finding_says_what_to_change():
    """Each names its place, what it is, what it should be, and how to change it."""
    for one in diagnose(FORMER, SERVER):
        assert all((one.where, one.found, one.expected, one.change)), one


@pytest.mark.parametrize(
    "server", [SERVER, ExpectedServer(), ExpectedServer(URL), ExpectedServer(None, "friseur-1")]
)
def test_our_own_export_has_nothing_to_change(export, server):
    """Whole, and each of its parts that a dashboard may give back alone."""
    flow, agent = export["conversation_flow"], export["agent"]
    for raw in (
        export,
        flow,
        export["tools"],
        {"general_tools": export["tools"], "general_prompt": "…"},
        {"response_engine": {"type": "conversation-flow"}, **agent, "conversationFlow": flow},
        {**agent, "retellLlmData": {"general_tools": export["tools"]}, "conversationFlow": None},
        {"states": [{"name": "all", "tools": export["tools"]}]},
        {"agent": agent, "response_engine": {"conversation_flow": flow}},
        [{**agent, "conversation_flow": flow}],
    ):
        assert diagnose(raw, server) == []


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_a_missing_tool_is_missed(export, tools, name):
    """Checking and booking are errors; the day is known to the server, so it is not missed."""
    rest = [tool for tool in export["tools"] if tool["name"] != name]
    essential = name in ("check_availability", "start_booking")
    severity = "error" if essential else "warning"
    expected = {(severity, "missing_tool", "tools")} if name != "get_current_context" else set()
    assert codes(rest) == expected


def test_a_former_tool_does_the_work_of_newer_ones(export):
    """Who books with collect_appointment_data misses neither checking nor booking."""
    rest = [
        tool
        for tool in export["tools"]
        if tool["name"] not in ("check_availability", "start_booking")
    ]
    former = {**rest[0], "name": "collect_appointment_data"}
    former["url"] = f"{FUNCTIONS}/collect_appointment_data"
    assert ("error", "missing_tool", "tools") not in codes([*rest, former])


@pytest.mark.parametrize(
    ("change", "severity", "code"),
    [
        ({"url": "https://old.example/v1/retell/friseur-1/functions/check_availability"},
         "error", "wrong_url"),
        ({"url": ""}, "error", "wrong_url"),
        ({"url": f"{URL}/v1/retell/salon-2/functions/check_availability"},
         "error", "wrong_company"),
        ({"url": FUNCTIONS.replace("https", "http") + "/check_availability"},
         "error", "not_https"),
        ({"url": f"{FUNCTIONS}/start_booking"}, "error", "name_and_url_differ"),
        ({"url": f"{FUNCTIONS}/check_availabilty"}, "error", "unknown_tool"),
        ({"url": f"{FUNCTIONS}/reserve_slot", "name": "reserve_slot"}, "note", "former_name"),
        ({"method": "GET"}, "error", "wrong_method"),
        ({"timeout_ms": 4499}, "error", "timeout_too_short"),
        ({"timeout_ms": 60_000}, "note", "timeout_long"),
        ({"max_retry": 0}, "note", "no_retry"),
        ({"args_at_root": True}, "warning", "args_at_root"),
        ({"args_at_root": True, "url": f"{URL}/v1/retell/functions"}, "error", "args_at_root"),
    ],
)  # fmt: skip
def test_a_tool_that_went_astray_is_found(export, tools, change, severity, code):
    """One thing changed is one thing found, where it stands."""
    tools["check_availability"].update(change)
    found = {one[:2] for one in codes(export["tools"])}
    # A tool that is not recognised any more is missed as well.
    assert found - {("error", "missing_tool")} == {(severity, code)}


@pytest.mark.parametrize(
    "url",
    [
        f"{FUNCTIONS}/check_availability_v17",
        f"{FUNCTIONS}/check_availability/",
        FUNCTIONS,
        f"{URL}/v1/retell/functions",
        f"{URL}/v1/retell/functions/check_availability",
    ],
)
def test_every_address_that_is_answered_is_fine(export, tools, url):
    """With a version, without the company, or without the tool, which the name then tells."""
    tools["check_availability"]["url"] = url
    assert diagnose(export["tools"], SERVER) == []


def test_the_nearest_name_is_told(export, tools):
    """A name that is nearly one of ours is taken for a slip; another server's is let be."""
    tools["get_opening_hours"].update(name="get_opening_hour", url="https://other.example/hours")
    slip = next(one for one in diagnose(export["tools"], SERVER) if one.code == "unknown_tool")
    assert "did you mean 'get_opening_hours'?" in slip.change
    tools["get_opening_hours"].update(name="crm_lookup")
    assert ("note", "other_server", "tools[crm_lookup]") in codes(export["tools"])


@pytest.mark.parametrize(
    ("name", "shape", "is_required", "found"),
    [
        ("call_id", {"type": "string"}, True, ("warning", "ignored_parameter")),
        ("customer_email", {"type": "string"}, True, ("error", "unknown_parameter")),
        ("customer_email", {"type": "string"}, False, ("warning", "unknown_parameter")),
        ("customer_name", {"type": "string"}, True, ("warning", "asked_too_early")),
        ("date", {"description": "as YYYY-MM-DD"}, True, ("warning", "date_computed")),
        ("date", {"type": "string", "format": "date"}, True, ("warning", "date_computed")),
        ("staff", {"type": "array"}, True, ("error", "type_not_read")),
    ],
)
def test_a_drifted_parameter_is_found(tools, name, shape, is_required, found):
    """It is named, and what the model should be asked for instead."""
    schema = tools["check_availability"]["parameters"]
    schema["properties"][name] = shape
    schema["required"] = [one for one in schema["required"] if one != name]
    schema["required"] += [name] if is_required else []
    assert codes(list(tools.values())) == {(*found, f"tools[check_availability].{name}")}


@pytest.mark.parametrize(("name", "severity"), [("service", "error"), ("person", "warning")])
def test_a_parameter_that_is_gone_is_missed(export, tools, name, severity):
    """What the tool needs is an error; what it could have used is a warning."""
    schema = tools["check_availability"]["parameters"]
    del schema["properties"][name]
    schema["required"].remove(name)
    one = only(export["tools"])
    assert (one.severity, one.code, one.found) == (severity, "missing_parameter", f"no {name}")


def test_other_names_of_a_parameter_are_understood(export, tools):
    """German names, and day and time in one, are as good."""
    schema = tools["check_availability"]["parameters"]
    for name in ("service", "date", "time"):
        del schema["properties"][name]
    schema["properties"] |= {"dienstleistung": {"type": "string"}, "datetime": {"type": "string"}}
    schema["required"] = ["dienstleistung"]
    assert diagnose(export["tools"], SERVER) == []


def test_two_tools_of_one_name_are_found(export):
    """A model cannot tell them apart, and Retell refuses them."""
    assert only([*export["tools"], deepcopy(export["tools"][0])]).code == "name_twice"


def test_retells_own_booking_is_found(export):
    """It books past the holds."""
    own = {"type": "book_appointment_cal", "name": "book_cal", "event_type_id": 1}
    assert only([*export["tools"], own]).code == "books_elsewhere"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda node: node.pop("else_edge"), "stuck_node"),
        (lambda node: node.update(edges=[], else_edge=None), "stuck_node"),
        (lambda node: node.update(tool_id="gone"), "unknown_tool_id"),
        (lambda node: node.update(wait_for_result=False), "result_not_awaited"),
        (lambda node: node["else_edge"].update(destination_node_id="gone"), "no_such_node"),
        (lambda node: node["edges"][0].pop("destination_node_id"), "no_such_node"),
    ],
)
def test_a_node_that_keeps_its_caller_is_an_error(export, nodes, change, code):
    """Nobody hears silence for long."""
    change(nodes["check_availability"])
    assert ("error", code) in {one[:2] for one in codes(export)}


def test_an_everyday_status_without_an_edge_is_found(export, nodes):
    """What is held and is not told apart is not booked."""
    nodes["check_availability"]["edges"].pop(0)
    one = only(export)
    assert (one.severity, one.code) == ("warning", "status_without_edge")
    assert one.found == "no edge for held"


def test_a_status_that_is_never_answered_is_found(export, nodes):
    """A slip is corrected, however the variable is written."""
    nodes["start"] = nodes["release_hold"]
    equations = nodes["start"]["edges"][0]["transition_condition"]["equations"]
    equations[0].update(left="status", right="relased")
    one = only(export)
    assert (one.code, "did you mean 'released'?" in one.change) == ("unknown_status", True)


def test_an_answer_that_is_not_kept_is_found(export):
    """Without the status in a variable, a flow has nothing to branch on."""
    tool = next(
        tool
        for tool in export["conversation_flow"]["tools"]
        if tool["name"] == "check_availability"
    )
    tool["response_variables"] = {"answer": "say"}
    assert ("warning", "answer_not_kept") in {one[:2] for one in codes(export)}


def test_a_beginning_that_does_not_exist_is_found(export):
    """No call would ever begin."""
    export["conversation_flow"]["start_node_id"] = "gone"
    assert only(export).where == "conversation_flow.start_node_id"


@pytest.mark.parametrize(
    ("change", "severity", "code"),
    [
        ({"webhook_url": None}, "warning", "webhook_missing"),
        ({"webhook_url": "https://other.example/hook"}, "warning", "webhook_elsewhere"),
        ({"webhook_url": "http://slots.example/v1/retell/friseur-1/events"},
         "error", "not_https"),
        ({"webhook_url": f"{URL}/v1/retell/salon-2/events"}, "error", "wrong_company"),
        ({"webhook_url": f"{URL}/v1/retell/friseur-1/functions"}, "warning", "webhook_elsewhere"),
        ({"webhook_events": ["call_started"]}, "error", "call_ended_not_sent"),
        ({"is_published": False}, "warning", "not_published"),
    ],
)  # fmt: skip
def test_an_agent_that_does_not_tell_of_hanging_up_is_found(export, change, severity, code):
    """Holds are to be free when the caller is gone, in the version that takes the calls."""
    export["agent"].update(change)
    one = only(export)
    assert (one.severity, one.code) == (severity, code)


def test_an_agent_without_its_flow_is_told_what_to_fetch():
    """Retell keeps agent and flow apart; the agent alone says nothing of the tools."""
    agent = {key: value for key, value in FORMER.items() if key != "conversationFlow"}
    errors = [one for one in diagnose(agent, SERVER) if one.severity == "error"]
    assert [one.code for one in errors] == ["no_tools"]
    assert "conversation_flow_1" in errors[0].found
