"""A program that a generator wrote from the description, without a hand of ours, books."""

import asyncio
import importlib
import subprocess
import sys

import msgspec
import pytest

from slotkeeper.api.examples import EXAMPLES
from slotkeeper.api.rest import ROUTES
from slotkeeper.api.tool_routes import each_tool
from slotkeeper.tools.registry import TOOLS
from tests.api.client import ANNA, TEN
from tests.build import HAIRCUT

PACKAGE = "generated_client"


@pytest.fixture
async def generated(tmp_path, base_url, monkeypatch):
    """What the generator made, and what it said."""
    (tmp_path / "settings.yaml").write_text("post_hooks: []\n", "utf-8")
    done = await asyncio.to_thread(
        subprocess.run,
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
            *("--url", f"{base_url}/openapi.json", "--config", str(tmp_path / "settings.yaml")),
            *("--output-path", str(tmp_path / PACKAGE)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield done.stdout
    for name in [each for each in sys.modules if each.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def part(name):
    """A module of the generated package."""
    return importlib.import_module(f"{PACKAGE}.{name}")


async def test_a_generated_client_has_every_operation_and_books(rest, generated, base_url):
    """It holds, converts, reads and calls a tool, with types of its own."""
    _, described = await rest("GET", "/openapi.json")
    for methods in described["paths"].values():
        for operation in methods.values():
            tag, name = operation["tags"][0], operation["operationId"]
            snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
            assert callable(part(f"api.{tag}.{snake}").sync_detailed), generated
    await asyncio.to_thread(_book, base_url, rest.headers["Authorization"].removeprefix("Bearer "))


def _book(base_url, key):
    models = part("models")
    with part("client").AuthenticatedClient(base_url=base_url, token=key) as client:
        wish = models.HoldBody.from_dict(
            {"service": HAIRCUT, "start": TEN.isoformat(), "customer": ANNA}
        )
        held = part("api.reservations.create_reservation").sync_detailed(client=client, body=wish)
        assert held.status_code == 201
        assert held.headers["Location"] == f"/v1/reservations/{held.parsed.token}"
        booked = part("api.reservations.convert_reservation").sync_detailed(
            held.parsed.token, client=client, body=models.ConvertBody()
        )
        assert booked.parsed.start == TEN
        read = part("api.appointments.get_appointment").sync(booked.parsed.id, client=client)
        assert (read.status, read.customer_name) == ("booked", ANNA["name"])
        body = models.CallGetOpeningHoursBody.from_dict({})
        told = part("api.tools.call_get_opening_hours").sync(client=client, body=body)
        assert told.status == "opening_hours"
        again = part("api.reservations.create_reservation").sync(
            client=client,
            body=models.HoldBody.from_dict({"service": "none", "start": TEN.isoformat()}),
        )
        assert again.code == "unknown_service"


def test_every_body_has_an_example_that_is_one():
    """It decodes into the shape that the server reads, or names only what the tool takes."""
    bodies = {route.operation_id: route.body for route in ROUTES if route.body}
    for name, shape in bodies.items():
        msgspec.convert(EXAMPLES[name], shape)
    tools = {each.operation_id: each.arguments["properties"] for each in each_tool()}
    for name in EXAMPLES.keys() - bodies.keys() - {"callTool"}:
        assert EXAMPLES[name].keys() <= tools[name].keys()
    assert len(tools) == len(TOOLS)
