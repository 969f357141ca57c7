from slotkeeper.tools.exports import FORMATS, described
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.registry import TOOLS, tool_named

ORIGINAL = (
    "get_current_context initialize_call check_customer check_availability_v17 get_alternatives "
    "start_booking confirm_booking get_customer_appointments query_appointment "
    "reschedule_appointment cancel_appointment get_available_services list_services "
    "get_service_info get_opening_hours find_next_available parse_date request_callback "
    "book_appointment_v17 collect_appointment_data reserve_slot release_slot_reservation"
)


def test_every_tool_of_the_original_is_there():
    """By its name, with or without a version."""
    missing = [name for name in ORIGINAL.split() if tool_named(name) is None]
    assert missing == []
    assert tool_named("check_availability_v17") is tool_named("check_availability_v4")
    assert tool_named("make_coffee") is None


def test_no_alias_means_two_things_in_one_tool():
    """Whatever name a model uses, it is one parameter's."""
    for tool in TOOLS.values():
        names = [
            name
            for parameter in tool.parameters
            for name in (parameter, *PARAMETERS[parameter].aliases)
        ]
        assert len(names) == len(set(names)), tool.name


def test_every_schema_is_flat_and_without_unions():
    """Strict function calling takes it as it is: nothing nested, everything required."""
    for tool in TOOLS.values():
        schema = tool.schema(strict=True)
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False
        for described_as in schema["properties"].values():
            assert set(described_as) == {"type", "description"}
            assert described_as["type"] in ("string", "integer", "boolean")
        assert set(tool.schema()["required"]) <= set(tool.parameters)


def test_every_format_describes_every_tool():
    """One registry, whatever the platform."""
    for how in FORMATS:
        found = described(how, base_url="https://example.test/", company="salon")
        names = [one.get("name") or one["function"]["name"] for one in found]
        assert names == list(TOOLS)
        assert "//v1" not in str(found)


def test_no_call_id_is_ever_asked_of_a_model():
    """It comes from the platform: from its envelope, or from a variable that it fills itself."""
    assert "call_id" not in PARAMETERS
    for one in described("elevenlabs", base_url="https://example.test", company="salon"):
        bound = one["api_schema"]["request_body_schema"]["properties"]["call_id"]
        assert bound["dynamic_variable"] == "system__conversation_id"
