"""Tools are asked as a platform asks them: over a line."""

from tests.voice.conftest import line, test_line

__all__ = ["line", "test_line"]
