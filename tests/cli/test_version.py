"""``slotkeeper --version``."""

from importlib.metadata import version

from tests.cli.processes import run


def test_the_command_prints_the_installed_version():
    """``--version`` prints the version that pip has installed, and ends."""
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"slotkeeper {version('slotkeeper')}\n")
