"""Lines: which company answers when a number is called."""

from __future__ import annotations

import re
from typing import Annotated

import phonenumbers
import typer

from slotkeeper.assembly import App
from slotkeeper.cli import session, whose
from slotkeeper.domain.phone_numbers import e164
from slotkeeper.storage.directory import Line

# The country of a number that names none.
REGION = "DE"
# A web call has no number: its line is the agent that answers.
_AGENT = re.compile(r"agent_[0-9A-Za-z]{8,80}")

app = typer.Typer(
    no_args_is_help=True,
    help="Lines: which company answers when a number is called. What a company's file lists under "
    "`lines` is registered whenever it is loaded, and given up when it has left the file. A line "
    "that was added here stays until it is removed here, unless the file takes it over.",
)

NumberArgument = Annotated[
    str,
    typer.Argument(
        metavar="NUMBER",
        help="A telephone number in any spelling (without a country a German one), or a Retell "
        "agent's id (agent_…) for web calls, which have no number.",
    ),
]


@app.command()
def add(
    number: NumberArgument,
    company: session.CompanyOption,
    as_json: session.JsonOption = False,
) -> None:
    """Register a line for a company. Adding it twice changes nothing; refuses another's line."""
    line = line_of(number)

    async def main(app: App) -> dict[str, object]:
        found = await session.company_of(app, company)
        owner_id = await app.store.directory.add_line(found.id, line)
        if owner_id != found.id:
            owner = await app.store.catalogues.get(owner_id) if owner_id else None
            whose_it_is = owner.slug if owner else "another company"
            session.leave(
                f"{line} is a line of {whose_it_is}; to give it up: slotkeeper line remove {line}",
                session.EXIT_REFUSED,
            )
        return {"company": found.slug, "line": line}

    session.print_record(session.run(main), as_json)


@app.command("list")
def list_lines(company: whose.AnyCompanyOption = None, as_json: session.JsonOption = False) -> None:
    """List lines by their last digits: whole numbers are not stored, only their hashes."""

    async def main(app: App) -> list[dict[str, object]]:
        return [
            {
                "company": owner.slug,
                "line": f"…{line.ending}",
                "added_by": _added_by(line),
                "since": line.since.astimezone(owner.zone),
            }
            for owner in await whose.companies(app, company)
            for line in await app.store.directory.lines(owner.id)
        ]

    session.print_table(session.run(main), as_json)


@app.command()
def remove(number: NumberArgument, as_json: session.JsonOption = False) -> None:
    """Remove a line, so that another company may add it. Servers notice within some seconds."""
    line = line_of(number)

    async def main(app: App) -> tuple[str, Line]:
        directory = app.store.directory
        owner_id = await directory.find("line", line)
        gone = await directory.remove_line(owner_id, line) if owner_id else None
        if owner_id is None or gone is None:
            session.leave(
                f"{line} is nobody's line; see: slotkeeper line list", session.EXIT_REFUSED
            )
        return (await app.store.catalogues.get(owner_id)).slug, gone

    slug, gone = session.run(main)
    session.print_record({"company": slug, "line": line, "removed": True}, as_json)
    if not gone.by_hand:
        typer.echo(
            f"{slug}'s file registered it, and will again when it is loaded: take it out there.",
            err=True,
        )


def line_of(text: str) -> str:
    """Return the line as E.164 or an agent's id; end the command if it is neither."""
    wanted = text.strip()
    line = wanted if _AGENT.fullmatch(wanted) else e164_of(wanted)
    if line is None:
        session.leave(
            f"{text!r} is neither a telephone number nor an agent's id (agent_…)",
            session.EXIT_REFUSED,
        )
    return line


def e164_of(text: str) -> str | None:
    """Return a telephone number in E.164, however it is spelt; None if it is no number."""
    try:
        parsed = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    return e164(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _added_by(line: Line) -> str:
    return "hand" if line.by_hand else "the company's file"
