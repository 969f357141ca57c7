"""Customers: hand over what is kept of one, or erase it.

Who it is about is read from standard input and is no argument, since every account of a machine
can read the arguments of its processes.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.terminal import json_line
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.phone_numbers import in_region
from slotkeeper.operations.customer import Erasure, erase_customer, export_customer
from slotkeeper.storage.personal_data import DataSubject

app = typer.Typer(
    no_args_is_help=True,
    help="Customers: hand over what is kept of one, or erase it. The first line of the input is a "
    "number or an e-mail address, the second, if any, a name.",
)


@app.command()
def export(company: session.CompanyOption) -> None:
    """Print all that is kept of a customer, as JSON: by number, e-mail, or number and name."""
    asked_for = _asked_for()

    async def main(app: App) -> dict[str, object]:
        owner = await session.company_of(app, company)
        person = _person(asked_for, owner)
        return await export_customer(session.desk_context(app, owner), person)

    print(json_line(session.run(main)))


@app.command()
def erase(
    company: session.CompanyOption,
    cancel: Annotated[
        bool, typer.Option("--cancel", help="Cancel the customer's appointments to come.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Let appointments to come stand without a name.")
    ] = False,
    as_json: session.JsonOption = False,
) -> None:
    """Take a customer's name, number and words out of all that is kept; times and services stay.

    Where the customer has an appointment to come, nothing is erased without --cancel or --anyway.
    Repeating it changes nothing. Backups are yours to let expire.
    """
    asked_for = _asked_for()

    async def main(app: App) -> Erasure:
        owner = await session.company_of(app, company)
        context, person = session.desk_context(app, owner), _person(asked_for, owner)
        return await erase_customer(context, person, cancel=cancel, anyway=anyway)

    erasure = session.run(main)
    if erasure.standing:
        ids = ", ".join(map(str, erasure.standing))
        session.leave(
            f"nothing is erased: appointments to come stand ({ids}); "
            "--cancel cancels them, --anyway lets them stand without a name",
            session.EXIT_REFUSED,
        )
    record: dict[str, object] = {"cancelled": list(erasure.cancelled)} if cancel else {}
    record |= sorted(erasure.rows.items())
    session.print_record(record or {"erased": "nothing was kept"}, as_json)


def _asked_for() -> tuple[str, str]:
    return _line("Number, or e-mail address"), _line("Name, as it was booked (empty: any)")


def _person(asked_for: tuple[str, str], company: Company) -> DataSubject:
    """Tell whom it is about, or leave where that is neither a number nor an e-mail address."""
    who, name = asked_for
    if "@" in who:
        return DataSubject(email=who)
    phone = in_region(who, company.region)
    if phone is None:
        session.leave("expected a number such as +4915123984501, or an e-mail address", 1)
    return DataSubject(phone=phone, name=name or None)


def _line(prompt: str) -> str:
    """Read a line of the input, which a person at a terminal is asked for."""
    if sys.stdin.isatty():
        typer.echo(f"{prompt}: ", nl=False, err=True)
    return sys.stdin.readline().strip()
