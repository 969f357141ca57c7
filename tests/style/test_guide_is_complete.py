"""The guide to the voice channel leaves nothing out: statuses, tools, arguments, addresses."""

import re

from starlette.routing import Route

from slotkeeper.agents.retell_flow import STEPS
from slotkeeper.assembly import App, Settings
from slotkeeper.assembly.web import web_app
from slotkeeper.domain.reservation import AppointmentReservation
from slotkeeper.http.problems import STATUS, Problem
from slotkeeper.language.say.speech import SPEECH
from slotkeeper.storage.store import Store
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS, tool_named
from slotkeeper.tools.statuses import STATUSES
from tests.build import SECRET
from tests.style.test_docs_are_true import documents
from tests.style.tree import ROOT, SRC, demand_none, place, text_of

CODES = ROOT / "docs" / "codes.md"
USAGE = ROOT / "docs" / "usage.md"
MODEL = ROOT / "docs" / "reservation-model.md"
STORY_WORDS = SRC / "cli" / "story_words.py"
ORIGINAL = ROOT / "docs" / "coming-from-the-original.md"
# Statuses on which no flow branches, or which come with many different sentences.
WITHOUT_A_BRANCH = {"context", "date", "unknown_tool", "needs_info"}
CODE_WITH_STATUS = re.compile(r"\b([45]\d\d) `(\w+)`")
ADDRESS = re.compile(r"(?<![\w/])(?:https?://[\w.:]+)?(/(?:v1/[\w{}/-]*|mcp\b))")


def names(text):
    """Collect the words that a text formats as code."""
    return set(re.findall(r"`([^`\n]+)`", text))


def table(text, heading):
    """Collect the code of the first column of the table with this heading."""
    rows = text.split(f"\n{heading}", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return names("\n".join(row.split("|")[1] for row in rows))


def test_every_status_of_an_answer_is_explained():
    """The table of statuses lists each that a tool may answer, and no other; so does OpenAPI."""
    branched = {status for leads_to in STEPS.values() for status in leads_to}
    said = branched & set(SPEECH["de"].sentences)
    assert table(text_of(USAGE), "| status |") == said | WITHOUT_A_BRANCH == STATUSES


def test_every_field_of_a_refusal_is_explained():
    """The table of fields lists each member of a problem, and no other."""
    assert table(text_of(CODES), "| field |") == set(Problem.__struct_fields__)


def test_every_code_has_the_http_status_that_the_documents_name():
    """A code that a document names with an HTTP status is answered with that status."""
    named = [
        (place(path, number), code, int(status))
        for path in documents()
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        for status, code in CODE_WITH_STATUS.findall(line)
    ]
    assert named
    demand_none(
        (f"{where}: {status} `{code}`" for where, code, status in named if STATUS[code] != status),
        "The server answers these codes with another status:",
    )


def test_the_read_model_has_the_methods_that_the_guide_names():
    """Each method in the table of the read model is one of AppointmentReservation."""
    named = {call.split("(")[0] for call in table(text_of(MODEL), "| name | meaning |")}
    assert named
    assert named <= set(dir(AppointmentReservation))


def test_the_story_in_the_guide_gives_reasons_that_the_program_gives():
    """Each reason in the guide's sample of a call's story is one of the program's sentences."""
    reasons = re.findall(r"^ +because +(.+)$", text_of(USAGE), re.MULTILINE)
    assert reasons
    assert [reason for reason in reasons if reason not in text_of(STORY_WORDS)] == []


def test_every_tool_is_explained():
    """The table of tools lists each tool that models are offered, and no other."""
    assert table(text_of(USAGE), "| tool |") == set(TOOLS)


def test_the_former_names_of_tools_and_arguments_are_listed():
    """The page on the original lists every name of a tool or argument, and only such."""
    listed = names(text_of(ORIGINAL))
    aliases = {alias for tool in TOOLS.values() for alias in (tool.name, *tool.aliases)}
    arguments = {
        name
        for parameter in PARAMETERS.values()
        if parameter.name != "conversation_id"
        for name in (parameter.name, *parameter.aliases)
    }
    former = table(text_of(ORIGINAL), "| the original's | ours")
    assert listed >= aliases | arguments
    demand_none(
        (name for name in former if not tool_named(name)),
        "No tool answers to these names:",
    )


def test_every_address_is_answered():
    """Each address in the documents is one of the server's."""
    app = web_app(App(Settings(), Store(None, SECRET)))
    routes = [route for route in app.routes if isinstance(route, Route)]
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
