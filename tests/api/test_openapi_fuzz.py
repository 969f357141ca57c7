"""The description of REST, held against the server by requests that a generator makes from it."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT

import pytest

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
    await fuzz(
        500, "--generation-database", "none", "--phases", "examples,coverage,fuzzing,stateful"
    )
