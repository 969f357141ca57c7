"""The description of REST, held against the server by requests that a generator makes from it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT

import pytest
from msgspec import inspect

from slotkeeper.api.rest import ROUTES

# Nothing that the description does not foresee. That a request fits it does not promise a yes.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance,ignored_auth"
)


@pytest.fixture
async def fuzz(base_url, store, salon, tmp_path):
    """Ask every operation so many generated questions; the description must foresee all answers."""
    key = await store.directory.create_key(salon.id)

    async def asked(examples, *options):
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{base_url}/openapi.json"),
            *("--header", f"Authorization: Bearer {key}", "--checks", CHECKS),
            *("--max-examples", str(examples), "--workers", "1", "--warnings", "off"),
            *("--no-color", *options),
            cwd=tmp_path,  # it keeps what it found
            stdout=PIPE,
            stderr=STDOUT,
        )
        said, _ = await program.communicate()
        assert program.returncode == 0, said.decode()[-6000:]
        return said.decode()

    return asked


async def test_a_few_generated_requests_are_answered_as_described(fuzz):
    """The same ones each time: no server error, no undocumented status, no broken shape."""
    await fuzz(2, "--generation-deterministic", "--phases", "fuzzing")


@pytest.mark.prove
async def test_many_generated_requests_are_answered_as_described(fuzz):
    """500 for each operation, then sequences of operations; the seed is in what it says."""
    await fuzz(500, "--phases", "examples,coverage,fuzzing,stateful")


def unbounded(kind, path):
    """The numbers and texts of a shape that have no upper bound."""
    match kind:
        case inspect.StructType():
            for each in kind.fields:
                yield from unbounded(each.type, f"{path}.{each.encode_name}")
        case inspect.UnionType():
            for each in kind.types:
                yield from unbounded(each, path)
        case inspect.ListType():
            if kind.max_length is None:
                yield f"{path}, a list"
            yield from unbounded(kind.item_type, f"{path}[]")
        case inspect.IntType():
            if kind.ge is None or kind.le is None:
                yield path
        case inspect.StrType():
            if kind.max_length is None and kind.pattern is None:
                yield path


def test_every_number_text_and_list_of_a_request_is_bounded():
    """What PostgreSQL's own types would not take is refused at the edge."""
    found = [
        place
        for route in ROUTES
        for shape in (route.body, route.query)
        for place in unbounded(inspect.type_info(shape), route.operation_id)
    ]
    assert found == []
