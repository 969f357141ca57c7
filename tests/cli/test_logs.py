"""What the programs write to standard error."""

import json

import structlog

from slotkeeper.cli.serve import log_as_json


def test_a_fault_of_ours_is_logged_with_its_lines_and_without_its_words(capsys):
    """The lines of code say where it broke; an exception's message may quote a person."""
    configured = structlog.get_config()
    try:
        log_as_json()
        try:
            raise ValueError("Anna Meier")
        except ValueError:
            structlog.get_logger().exception("broken", channel="mcp")
    finally:
        structlog.configure(**configured)
    written = capsys.readouterr().err
    line = json.loads(written)
    assert (line["event"], line["exception"]) == ("broken", "ValueError")
    assert "test_logs.py" in line["traceback"][-1]
    assert "Anna" not in written
