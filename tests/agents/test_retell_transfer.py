"""How an agent hands a caller over to the company's person, as the doctor sees it."""

from dataclasses import replace

import pytest
from msgspec import structs

from slotkeeper.agents.retell_doctor import diagnose
from slotkeeper.agents.retell_flow import exported
from slotkeeper.agents.retell_tool_check import ExpectedServer
from slotkeeper.operations.load_company import example, load_company

URL = "https://slots.example"
NUMBER = "+493023125000"
A_PERSONS = ExpectedServer(URL, "friseur-1", NUMBER)


@pytest.fixture
async def company(store):
    """The shipped salon, which gives no person's number."""
    loaded = await load_company(example("friseur-1"), filename="friseur-1.yaml", db=store.db)
    return await store.catalogues.get(loaded.company_id)


@pytest.fixture
def handing_over(company):
    """What is exported for the shipped salon where it gives a person's number."""
    rules = structs.replace(company.rules, human_number=NUMBER)
    return exported(replace(company, rules=rules), base_url=URL)


@pytest.fixture
def transfer(handing_over):
    """The exported node that hands the caller over, to be changed."""
    nodes = handing_over["conversation_flow"]["nodes"]
    return next(node for node in nodes if node["type"] == "transfer_call")


def codes(raw, server):
    """The findings as (severity, code)."""
    return {(one.severity, one.code) for one in diagnose(raw, server)}


def test_an_exported_transfer_is_right(handing_over):
    """Also where it is not known whom the company hands over to."""
    unknown = ExpectedServer(URL, "friseur-1")
    assert codes(handing_over, A_PERSONS) == codes(handing_over, unknown) == set()


def test_a_transfer_that_is_missing_is_an_error(company):
    """Where the company gives a number; without one, none is missed."""
    export = exported(company, base_url=URL)
    assert codes(export, A_PERSONS) == {("error", "transfer_missing")}
    assert codes(export, ExpectedServer(URL, "friseur-1", "")) == set()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"transfer_destination": {"type": "predefined", "number": "+493023125001"}},
         "transfer_elsewhere"),
        ({"transfer_destination": {"type": "predefined", "number": "030 23125000"}},
         "transfer_destination"),
        ({"transfer_destination": {"type": "predefined"}}, "transfer_destination"),
        ({"transfer_destination": NUMBER}, "transfer_destination"),
        ({"transfer_option": {"type": "lukewarm"}}, "transfer_option"),
        ({"edge": {"destination_node_id": "gone"}}, "transfer_failure_unhandled"),
        ({"edge": None}, "transfer_failure_unhandled"),
    ],
)  # fmt: skip
def test_a_transfer_that_cannot_work_is_an_error(handing_over, transfer, changed, code):
    """Its number, its kind, and what comes when nobody answers."""
    transfer |= changed
    assert codes(handing_over, A_PERSONS) == {("error", code)}


@pytest.mark.parametrize("number", ["+49 30 23125-000", "{{transfer_to}}"])
def test_the_same_number_may_be_written_otherwise(handing_over, transfer, number):
    """Apart, or as the variable of the answer."""
    transfer["transfer_destination"]["number"] = number
    assert codes(handing_over, A_PERSONS) == set()


def test_a_transfer_that_nobody_reaches_is_a_warning(handing_over, transfer):
    """No edge leads to it."""
    for node in handing_over["conversation_flow"]["nodes"]:
        edges = [e for e in node.get("edges", ()) if e["destination_node_id"] != transfer["id"]]
        node["edges"] = edges
    assert ("warning", "transfer_unreached") in codes(handing_over, A_PERSONS)


def test_a_transfer_of_a_company_without_a_person_is_a_note(handing_over):
    """The tool never answers so."""
    without = ExpectedServer(URL, "friseur-1", "")
    assert codes(handing_over, without) == {("note", "transfer_unused")}
