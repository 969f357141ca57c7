"""Lines: which telephone numbers and agents belong to which company."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.domain.phone_numbers import REGION, in_region
from slotkeeper.storage.directory import RegisteredLine

# A web call has no number: its line is the agent that answers.
_AGENT = re.compile(r"agent_[0-9A-Za-z]{8,80}")

app = typer.Typer(
    no_args_is_help=True,
    help="Lines: which company a called number belongs to.\n\n"
    "Loading a company's file adds the lines that it lists under `lines` and removes those that "
    "have left the file. A line that was added here stays until it is removed here, unless the "
    "file lists it.",
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
    """Give a line to a company. Repeating it changes nothing; another company's line is refused."""
    line = line_of(number)

    async def main(app: App) -> dict[str, object]:
        wanted = await session.company_of(app, company)
        owner_id = await app.store.directory.add_line(wanted.id, line)
        if owner_id != wanted.id:
            owner = await app.store.catalogues.get(owner_id) if owner_id else None
            owner_name = owner.slug if owner else "another company"
            session.leave(
                f"{line} is a line of {owner_name}; to give it up: slotkeeper line remove {line}",
                session.EXIT_REFUSED,
            )
        return {"company": wanted.slug, "line": line}

    session.print_record(session.run(main), as_json)


@app.command("list")
def list_lines(
    company: session.AnyCompanyOption = None, as_json: session.JsonOption = False
) -> None:
    """List lines by their last digits: of the whole number only a hash is stored."""

    async def main(app: App) -> list[dict[str, object]]:
        return [
            {
                "company": owner.slug,
                "line": f"…{line.ending}",
                "added_by": "hand" if line.by_hand else "the company's file",
                "since": line.since.astimezone(owner.zone),
            }
            for owner in await session.companies_of(app, company)
            for line in await app.store.directory.lines(owner.id)
        ]

    session.print_table(session.run(main), as_json)


@app.command()
def remove(number: NumberArgument, as_json: session.JsonOption = False) -> None:
    """Remove a line, so that another company can have it. Running servers notice within seconds."""
    line = line_of(number)

    async def main(app: App) -> tuple[str, RegisteredLine]:
        directory = app.store.directory
        owner_id = await directory.find("line", line)
        removed = await directory.remove_line(owner_id, line) if owner_id else None
        if owner_id is None or removed is None:
            session.leave(
                f"no company has the line {line}; see: slotkeeper line list", session.EXIT_REFUSED
            )
        return (await app.store.catalogues.get(owner_id)).slug, removed

    slug, removed = session.run(main)
    session.print_record({"company": slug, "line": line, "removed": True}, as_json)
    if not removed.by_hand:
        typer.echo(
            f"{slug}'s file lists it and adds it again when it is loaded: remove it there.",
            err=True,
        )


def line_of(text: str) -> str:
    """Bring a line into the form that is compared: E.164 or an agent's id. Otherwise leave."""
    wanted = text.strip()
    line = wanted if _AGENT.fullmatch(wanted) else e164_of(wanted)
    if line is None:
        session.leave(
            f"{text!r} is neither a telephone number nor an agent's id (agent_…)",
            session.EXIT_REFUSED,
        )
    return line


def e164_of(text: str) -> str | None:
    """Bring a telephone number into E.164; None for a text that is no number."""
    return in_region(text, REGION)
