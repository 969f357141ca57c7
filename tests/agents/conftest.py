"""Agents are used as a platform uses them: over a line."""

from tests.voice.conftest import line

__all__ = ["line"]
