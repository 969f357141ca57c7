"""The guide to the voice channel leaves nothing out: statuses, tools, arguments, addresses."""

import re

from starlette.routing import Route

from slotkeeper.agents.retell_flow import STEPS
from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.language.sentences import SENTENCES
from slotkeeper.storage.store import Store
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.tools import TOOLS, tool_named
from tests.style.test_docs_are_true import documents
from tests.style.tree import ROOT, demand_none, place, text_of

USAGE = ROOT / "docs" / "usage.md"
ORIGINAL = ROOT / "docs" / "coming-from-the-original.md"
# What no flow branches on, and what is asked with many sentences.
BESIDE = {"context", "date", "unknown_tool", "needs_info"}
ADDRESS = re.compile(r"(?<![\w/])(?:https?://[\w.:]+)?(/(?:v1/[\w{}/-]*|mcp\b))")


def names(text):
    """What is written as code."""
    return set(re.findall(r"`([^`\n]+)`", text))


def table(text, heading):
    """The first cells of the table whose head begins with this."""
    rows = text.split(f"\n{heading}", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return names("\n".join(row.split("|")[1] for row in rows))


def test_every_status_of_an_answer_is_explained():
    """An agent's maker finds each in the table, and none that there is not."""
    branched = {status for step in STEPS.values() for status in step.leads_to}
    assert table(text_of(USAGE), "| status |") == (branched & set(SENTENCES)) | BESIDE


def test_every_tool_is_explained():
    """What is offered to models, by what the caller wants."""
    assert table(text_of(USAGE), "| tool |") == set(TOOLS)


def test_every_name_of_a_tool_and_of_an_argument_is_told():
    """Who comes with an agent of the original finds its names, and none that is not answered."""
    told = names(text_of(ORIGINAL))
    aliases = {alias for tool in TOOLS.values() for alias in (tool.name, *tool.aliases)}
    read = {
        name
        for one in PARAMETERS.values()
        if one.name != "conversation_id"
        for name in (one.name, *one.aliases)
    }
    assert told >= aliases | read
    demand_none(
        (one for one in table(text_of(ORIGINAL), "| the original's | ours") if not tool_named(one)),
        "No tool answers to these names:",
    )


def test_every_address_is_answered():
    """Each address in the documents is one of the server's."""
    routes = [one for one in web_app(App(Settings(), Store(None))).routes if isinstance(one, Route)]
    demand_none(
        (
            f"{place(path, number)}: {address}"
            for path in documents()
            for number, line in enumerate(text_of(path).splitlines(), start=1)
            for address in ADDRESS.findall(line.replace("$TOKEN", "{token}"))
            if not any(route.path_regex.fullmatch(address) for route in routes)
        ),
        "The server answers nothing here. Correct the address:",
    )
