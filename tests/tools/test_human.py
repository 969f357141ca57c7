"""Who asks for a person is handed over, or rung back."""

import pytest

from slotkeeper.agents.retell_flow import conversation_flow
from slotkeeper.tools.human import transfer_to_human

NUMBER = "+493023125038"


async def with_human(salon, hours=None):
    """Give the salon somebody to hand callers over to."""
    await salon.rows(
        "UPDATE companies SET human_number = $2, human_hours = $3 WHERE id = $1 RETURNING id",
        NUMBER,
        hours,
    )
    salon.company = await salon.store.catalogues.reload(salon.id)


@pytest.mark.parametrize("hours", [None, "09:00-17:00"])
async def test_who_asks_for_a_person_is_handed_over(salon, hours):
    """By the platform, to the number that the company gives."""
    await with_human(salon, hours)
    answer = await transfer_to_human(salon.tool_request(caller="+493012345678"))
    assert (answer.status, answer.facts["transfer_to"]) == ("transfer", NUMBER)
    assert answer.say == "Gern, ich verbinde Sie."


async def test_where_nobody_answers_a_callback_is_noted_and_said(salon):
    """Outside the hours, or where the company gives no number."""
    for hours in (None, "10:00-17:00"):
        if hours:
            await with_human(salon, hours)
        answer = await transfer_to_human(salon.tool_request(caller="+493012345678"))
        assert (answer.status, "transfer_to" in answer.facts) == ("callback_requested", False)
        assert "niemand ans Telefon" in answer.say
        assert "Rückruf" in answer.say


async def test_the_exported_flow_hands_over_to_the_number(salon):
    """Only where there is one; where the transfer fails, a callback is made."""
    await with_human(salon)
    flow = conversation_flow(salon.company, base_url="https://example.org")
    (node,) = [each for each in flow["nodes"] if each["type"] == "transfer_call"]
    assert node["transfer_destination"]["number"] == NUMBER
    assert node["edge"]["destination_node_id"] == "request_callback"
