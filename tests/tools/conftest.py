"""Tools are asked as a platform asks them: over a line."""

import pytest

from tests.voice.conftest import line, test_line

__all__ = ["line", "test_line"]


@pytest.fixture
def say(line):
    """Say something to a tool on the line's call, in the caller's own words."""

    async def said(tool, **args):
        return await line.tool(tool, args)

    return said
