import json
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from slotkeeper.agents.retell_flow import STEPS, exported
from slotkeeper.domain.errors import Refusal
from slotkeeper.domain.locale import LOCALES
from slotkeeper.language.say.speech import SPEECH
from slotkeeper.operations.load_company import example, load_company
from slotkeeper.tools.registry import TOOLS, tool_named
from tests.build import FRIDAY_10, HAIRCUT

URL = "https://slots.example"


def leaving(node):
    """Every edge of a node."""
    return [*node.get("edges", ()), *([node["else_edge"]] if "else_edge" in node else [])]


def statuses_of(edge):
    """The statuses that an edge compares to; none for a prompt."""
    return [each["right"] for each in edge["transition_condition"].get("equations", ())]


class Flow:
    """Walks an exported flow as Retell does, against the server; the test is the caller."""

    def __init__(self, line):
        self.flow = exported(line.salon.company, base_url=URL)["conversation_flow"]
        self.nodes = {node["id"]: node for node in self.flow["nodes"]}
        self.tools = {tool["tool_id"]: tool for tool in self.flow["tools"]}
        self.line, self.variables, self.sent = line, {}, {}

    def filled(self, text):
        return re.sub(r"\{\{(\w+)\}\}", lambda m: self.variables.get(m[1], m[0]), text)

    async def run(self, node_id, **said):
        """Run a function node with what the model fills in, and go where its answer leads."""
        node = self.nodes[node_id]
        tool = self.tools[node["tool_id"]]
        shapes = tool["parameters"]["properties"]
        self.sent = {
            name: self.filled(shape["const"]) if "const" in shape else said.get(name, "")
            for name, shape in shapes.items()
        }
        envelope = self.line.envelope("call_flow")
        payload = {"name": tool["name"], "call": envelope, "args": self.sent}
        status, answer = await self.line.post(urlsplit(tool["url"]).path, payload)
        assert status == 200, answer
        for name, path in tool["response_variables"].items():
            if path in answer:
                self.variables[name] = str(answer[path])
        for edge in node["edges"]:
            if self.variables["status"] in statuses_of(edge):
                return edge["destination_node_id"]
        return node["else_edge"]["destination_node_id"]


@pytest.fixture
async def flow(line):
    """The flow of a salon of the test's own."""
    return Flow(line)


@pytest.fixture(params=LOCALES)
async def export(request, store):
    """The whole export of the shipped salon, in each language."""
    loaded = await load_company(example("friseur-1"), filename="friseur-1.yaml", db=store.db)
    company = await store.catalogues.get(loaded.company_id)
    return exported(replace(company, locale=request.param), base_url=f"{URL}/")


async def test_a_yes_books_what_was_held(flow):
    """The token of the held slot is carried to the booking, whatever the model remembers."""
    assert await flow.run("check_availability", service=HAIRCUT, date="5.3.2027", time="10:00") == (
        "confirm"
    )
    token = flow.variables["reservation_token"]
    assert await flow.run("book_held", customer_name="Erika Muster") == "told"
    assert flow.sent["reservation_token"] == token
    assert flow.variables["status"] == "booked"
    assert (await flow.line.salon.find(token)).status == "converted"


async def test_an_older_token_does_not_win_over_what_was_chosen_since(flow):
    """After 10:00 was held, 12:00 is taken and 13:00 is chosen: 13:00 is booked."""
    salon = flow.line.salon
    for name in salon.staff_ids:
        await salon.book(HAIRCUT, at=FRIDAY_10.replace(hour=11), staff=name)
    said = {"service": HAIRCUT, "date": "5.3.2027"}
    assert await flow.run("check_availability", **said, time="10:00") == "confirm"
    older = flow.variables["reservation_token"]
    assert await flow.run("check_availability", **said, time="12:00") == "choose"
    assert await flow.run("book_offered", **said, time="13:00", customer_name="Muster") == "told"
    assert flow.variables["status"] == "booked"
    assert flow.variables["reservation_token"] != older
    assert (await salon.find(older)).status != "converted"


@pytest.mark.parametrize(
    ("node", "said", "to"),
    [
        ("check_customer", {}, "greeting"),
        ("check_availability", {"service": HAIRCUT}, "ask_wish"),
        ("check_availability", {"service": HAIRCUT, "date": "5.3.2027"}, "choose"),
        ("check_availability", {"service": "Raumfahrt", "date": "5.3.2027"}, "ask_wish"),
        ("get_alternatives", {"service": HAIRCUT, "date": "5.3.2027", "time": "10:00"}, "choose"),
        ("find_next_available", {"service": HAIRCUT}, "choose"),
        ("book_held", {}, "ask_held"),
        ("book_offered", {}, "ask_offered"),
        ("release_hold", {}, "told"),
        ("get_customer_appointments", {}, "ask_appointments"),
        ("reschedule_appointment", {"new_date": "5.3.2027"}, "ask_move"),
        ("cancel_appointment", {}, "ask_cancel"),
        ("cancel_appointment", {"customer_name": "Muster"}, "ask_cancel"),
        ("get_available_services", {}, "told"),
        ("get_opening_hours", {}, "told"),
        ("request_callback", {"customer_name": "Muster"}, "told"),
    ],
)
async def test_every_answer_leads_on(flow, node, said, to):
    """What the server really answers has an edge of its own; nothing falls through to trouble."""
    assert await flow.run(node, **said) == to


async def test_every_edge_leads_to_a_node_and_every_node_is_reached(export):
    """From the start, the whole flow can be walked, and it ends."""
    flow = export["conversation_flow"]
    nodes = {node["id"]: node for node in flow["nodes"]}
    seen, ahead = set(), [flow["start_node_id"]]
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead += [edge["destination_node_id"] for edge in leaving(nodes[here])]
    assert seen == set(nodes)
    assert [node["id"] for node in flow["nodes"] if not leaving(node)] == ["goodbye"]


async def test_ids_are_unique(export):
    """Nodes, edges, tools and their names each have an id of their own."""
    flow = export["conversation_flow"]
    for ids in (
        [node["id"] for node in flow["nodes"]],
        [edge["id"] for node in flow["nodes"] for edge in leaving(node)],
        [tool["tool_id"] for tool in flow["tools"]],
        [tool["name"] for tool in flow["tools"]],
        [tool["name"] for tool in export["tools"]],
    ):
        assert len(ids) == len(set(ids))


async def test_a_function_is_left_by_its_status(export):
    """It waits for its result, compares the status, and has a way out for anything else."""
    flow = export["conversation_flow"]
    ids = {tool["tool_id"] for tool in flow["tools"]}
    functions = [node for node in flow["nodes"] if node["type"] == "function"]
    for node in functions:
        assert node["tool_id"] in ids
        assert node["wait_for_result"] is True
        assert node["else_edge"]["transition_condition"] == {"type": "prompt", "prompt": "Else"}
        compared = [status for edge in node["edges"] for status in statuses_of(edge)]
        assert len(compared) == len(set(compared)) > 0, node["id"]
    assert {node["id"] for node in functions} == set(STEPS)


def test_only_statuses_that_exist_are_branched_on():
    """Each is a refusal's code or has a sentence, or is the one for questions."""
    codes, families = set(), [Refusal]
    while families:
        family = families.pop()
        families += family.__subclasses__()
        codes |= {one.code for one in family.__subclasses__()}
    branched = {status for leads_to in STEPS.values() for status in leads_to}
    assert branched <= codes | set(SPEECH["de"].sentences) | {"needs_info"}


async def test_only_what_was_held_is_booked_by_the_token(export):
    """The token is filled in by Retell, not by the model; a booking by words carries none."""
    tools = {tool["name"]: tool for tool in export["conversation_flow"]["tools"]}
    shapes = {name: tools[name]["parameters"]["properties"] for name in tools}
    token = {"type": "string", "const": "{{reservation_token}}"}
    assert shapes["book_held"]["reservation_token"] == token
    assert "reservation_token" not in shapes["book_offered"]
    for name in ("book_held", "book_offered"):
        assert tools[name]["url"].endswith("/functions/start_booking")
        assert tools[name]["parameters"]["required"] == list(shapes[name])


async def test_all_tools_are_exported(export):
    """A single prompt gets each by its name, a flow at least under its address."""
    assert [tool["name"] for tool in export["tools"]] == list(TOOLS)
    addressed = {tool["url"].rsplit("/", 1)[1] for tool in export["conversation_flow"]["tools"]}
    assert {tool_named(name).name for name in addressed} == set(TOOLS)


async def test_addresses_are_the_companys(export):
    """Tools and events go to the server's address, with the company in it."""
    urls = [tool["url"] for tool in export["tools"] + export["conversation_flow"]["tools"]]
    assert all(url.startswith(f"{URL}/v1/retell/friseur-1/functions/") for url in urls)
    assert export["agent"]["webhook_url"] == f"{URL}/v1/retell/friseur-1/events"
    assert "call_ended" in export["agent"]["webhook_events"]


async def test_the_agent_speaks_as_the_company(export):
    """Its name and its language are the company's, and no blank is left open."""
    flow, agent = export["conversation_flow"], export["agent"]
    assert {"de-DE": "Deutsch", "en-US": "English"}[agent["language"]] in flow["global_prompt"]
    assert "Friseur 1" in flow["global_prompt"]
    assert "$" not in json.dumps(export)
    texts = [node["instruction"]["text"] for node in flow["nodes"] if "instruction" in node]
    assert {name for text in texts for name in re.findall(r"\{\{(\w+)\}\}", text)} == {"say"}


async def test_notes_say_what_to_do_with_it(export):
    """They name the commands for this company and address, with nothing left open."""
    notes = "\n".join(export["notes"])
    assert "retell secret add --company friseur-1" in notes
    assert f"--url {URL}" in notes
    assert "{" not in notes
