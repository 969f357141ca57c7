"""The tables of docs/database-schema.md, written from the comments in the schema.

`python -m tests.style.schema_tables` writes them anew after a migration has changed a comment.
"""

from __future__ import annotations

import json

from tests.style.tree import ROOT, SRC

PAGE = ROOT / "docs" / "database-schema.md"
BEGIN, END = "<!-- written from the comments -->\n", "<!-- end -->\n"

# What a reader looks for together; a table that is in no group fails the test.
GROUPS = {
    "Reservations and appointments": (
        "appointment_reservations",
        "appointments",
        "visit_appointments",
        "said_numbers",
        "company_counters",
    ),
    "What can be booked": (
        "companies",
        "branches",
        "calendars",
        "staff",
        "services",
        "service_segments",
        "segment_resources",
        "segment_needs",
        "staff_services",
        "combinations",
        "combination_services",
    ),
    "When": ("opening_hours", "closures", "absences", "busy_times"),
    "Conversations": (
        "calls",
        "call_topics",
        "new_callers",
        "refused_wishes",
        "comparisons",
        "tool_calls",
        "callbacks",
    ),
    "What others are told, and what happened": ("outbox", "outbox_cursors", "faults", "audit_log"),
    "Access and settings": (
        "directory",
        "installation",
        "platform_secrets",
        "request_levels",
        "signing_secrets",
        "idempotency_keys",
        "rollout_settings",
        "retention_marks",
        "slotkeeper_migrations",
    ),
}


def schema() -> dict[str, dict[str, dict[str, str]]]:
    """Every table's facts by kind, as the schema's description has them."""
    facts = json.loads((SRC / "storage" / "schema.json").read_text("utf-8"))
    return {
        table: kinds
        for table, kinds in facts.items()
        if kinds.get("table", {}).get(table, "").startswith("table")
    }


def written() -> str:
    """The page's tables: a heading for each group, and a row for each column."""
    tables = schema()
    parts = []
    for title, names in GROUPS.items():
        parts.append(f"### {title}\n")
        parts += [_table(name, tables[name]) for name in names if name in tables]
    return "\n".join(parts)


def _table(name: str, kinds: dict[str, dict[str, str]]) -> str:
    comments = kinds.get("comment", {})
    rows = [f"| `{column}` | {_cell(comments.get(column, ''))} |" for column in kinds["column"]]
    head = f"`{name}`: {comments.get('', '')}\n"
    return "\n".join([head, "| column | meaning |", "|---|---|", *rows, ""])


def _cell(comment: str) -> str:
    return comment.replace("|", "\\|")


def parts_of_page() -> tuple[str, str, str]:
    """The page before the tables, the tables, and the page after them."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    tables, _, after = rest.partition(END)
    return before, tables, after


def main() -> None:
    """Write the tables into the page."""
    before, _, after = parts_of_page()
    PAGE.write_text(f"{before}{BEGIN}\n{written()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
