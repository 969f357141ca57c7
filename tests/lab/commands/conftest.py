"""Companies that commands can find by their slug."""

from tests.cli.conftest import real_salon, salon

__all__ = ["real_salon", "salon"]
