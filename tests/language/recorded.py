"""The recorded phrases, and which answer to each is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORDED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "recorded-inputs.json").read_text("utf-8")
)
# What is said without a day of its own is said on this one, a Monday.
SOME_NOW = "2025-11-10T12:00:00+01:00"


def phrases(*kinds: str) -> list[dict[str, Any]]:
    """List the recorded phrases of some kinds."""
    return [item for item in RECORDED if item["kind"] in kinds]


def lines(*kinds: str) -> str:
    """The phrases as ``slotkeeper understand`` reads them."""
    return "".join(
        json.dumps(
            {
                "id": item["id"],
                "now": item["reference_now"] or SOME_NOW,
                "text": item["input"]["text"],
            }
        )
        + "\n"
        for item in phrases(*kinds)
    )


def is_right(expected: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether an answer agrees with all that was expected."""
    outcome = expected.get("outcome", "")
    checks = [
        answer[name] == expected[name] for name in ("date", "time", "service") if name in expected
    ]
    if "preferences" in expected:
        checks.append(answer.get("preferences") == expected["preferences"])
    if "range" in expected:
        checks.append(answer.get("range") == expected["range"])
    if "old" in expected:
        checks.append(answer.get("old") == expected["old"])
        checks.append({"date": answer["date"], "time": answer["time"]} == expected["new"])
    if "ask" in outcome:
        checks.append(answer["status"] == "ask")
    if "delta_days" in expected:
        checks.append(answer.get("delta_days") == expected["delta_days"])
    if outcome == "select_first_offer":
        checks.append(answer.get("selects") == 0)
    if outcome == "past":
        checks.append(bool(answer.get("past")))
    return all(checks)


def is_silently_wrong(expected: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether a date was taken that the caller did not mean, which must never happen."""
    taken = answer["date"] if answer["status"] == "ok" else None
    meant = expected.get("date") or expected.get("new", {}).get("date")
    if meant is None:
        return taken is not None and "ask" in expected.get("outcome", "")
    return taken is not None and taken != meant
