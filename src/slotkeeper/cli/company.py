"""Companies: load one from a file, list them, show one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.hits import hits_record, print_hits
from slotkeeper.domain.catalogue import Company, Hours, Service
from slotkeeper.domain.catalogue_file.combination_rows import in_money
from slotkeeper.domain.catalogue_file.document import MAX_DOCUMENT_BYTES
from slotkeeper.domain.errors import NotFound
from slotkeeper.operations.load_company import LoadReport, example, load_company
from slotkeeper.storage.catalogue_loading import list_companies

app = typer.Typer(no_args_is_help=True, help="Companies: load from a file, list, show.")

CompanyFileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A YAML or JSON file, - for standard input, or friseur-1, the example salon.",
    ),
]


@app.command()
def load(file: CompanyFileArgument, as_json: session.JsonOption = False) -> None:
    """Create or change a company so that it is as its file says.

    A file with an error changes nothing; the error names the line and the reason. Bookings that no
    longer fit, because of a closure or because somebody has left, stay and are listed.
    """
    source = _source(file)

    async def main(app: App) -> tuple[Company, LoadReport]:
        report = await load_company(source, filename=file, db=app.db)
        return await app.store.catalogues.get(report.company_id), report

    owner, loaded = session.run(main)
    for warning in loaded.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if as_json:
        session.print_record(asdict(loaded) | {"hits": hits_record(owner, loaded.hits)}, as_json)
        return
    for change in loaded.changes or (f"{loaded.slug}: nothing has changed",):
        typer.echo(change)
    print_hits(owner, loaded.hits, booked="No longer fits", held="Held and no longer fits")


@app.command("list")
def list_all(as_json: session.JsonOption = False) -> None:
    """List all companies."""

    async def main(app: App) -> list[dict[str, object]]:
        return [asdict(company) for company in await list_companies(app.db)]

    session.print_table(session.run(main), as_json)


@app.command()
def show(company: session.CompanyOption, as_json: session.JsonOption = False) -> None:
    """Show a company and its services."""
    shown = session.run(lambda app: session.company_of(app, company))
    if as_json:
        session.print_record(_whole(shown), as_json)
        return
    session.print_record(_heading(shown), as_json)
    typer.echo()
    session.print_table([_row(shown, service) for service in shown.services], as_json)
    for line in (*_terms(shown), *_combinations(shown)):
        typer.echo(line)


def _terms(company: Company) -> Iterator[str]:
    """Word what is otherwise where a person does a service."""
    for service in company.services:
        for terms in service.staff_terms:
            member = company.staff_by_id(terms.staff_id)
            values = []
            if any(terms.durations_min):
                minutes = zip(terms.durations_min, service.segments, strict=False)
                own = (str(segment.duration_min if m is None else m) for m, segment in minutes)
                values.append(f"{' + '.join(own)} min")
            if terms.price_cents is not None:
                values.append(f"{in_money(terms.price_cents)} {company.currency}")
            yield f"{service.name} with {member.name if member else '?'}: {', '.join(values)}"


def _combinations(company: Company) -> Iterator[str]:
    """Word what changes where services are done together."""
    for combination in company.combinations:
        names = [s.name for s in company.services if s.id in combination.service_ids]
        money = f"{in_money(combination.extra_cents)} {company.currency}"
        effect = f"{combination.extra_min:+} min, {money}" if combination.is_done else "not done"
        yield f"{' + '.join(names)}: {effect}"


def _source(file: str) -> bytes:
    """Read a file or, where there is no such file, the example of that name."""
    path = Path(file)
    try:
        if file != "-" and not path.exists() and not path.suffix:
            return example(file)
    except NotFound:
        session.leave(f"{file}: no such file, and no such example", session.EXIT_REFUSED)
    except (OSError, ValueError):
        pass  # reading it says what is wrong with the name
    return session.read_input(file, MAX_DOCUMENT_BYTES)


def _heading(company: Company) -> dict[str, object]:
    people = Counter(member.name for member in company.staff)
    return {
        **_identity(company),
        "branches": ", ".join(branch.name for branch in company.branches),
        "staff": ", ".join(people),
    }


def _row(company: Company, service: Service) -> dict[str, object]:
    price = service.price_cents
    return {
        "service": service.name,
        "key": service.key,
        "minutes": service.duration_min,
        "segments": len(service.segments),
        "price": None if price is None else f"{price / 100:.2f} {company.currency}",
        "staff": len(service.staff_ids),
    }


def _identity(company: Company) -> dict[str, object]:
    return {
        "id": company.id,
        "slug": company.slug,
        "name": company.name,
        "timezone": company.zone.key,
        "locale": company.locale,
        "sandbox": company.sandbox,
        "version": company.version,
    }


def _whole(company: Company) -> dict[str, object]:
    """Describe the whole company, for a program."""
    return {
        **_identity(company),
        "currency": company.currency,
        "rules": structs.asdict(company.rules),
        "branches": [asdict(branch) for branch in company.branches],
        "calendars": [asdict(calendar) for calendar in company.calendars],
        "staff": [asdict(member) for member in company.staff],
        "services": [_service(service) for service in company.services],
        "hours": [_hours(hours) for hours in company.hours],
        "closures": [asdict(closure) for closure in company.closures],
        "combinations": [
            asdict(combination) | {"service_ids": sorted(combination.service_ids)}
            for combination in company.combinations
        ],
    }


def _service(service: Service) -> dict[str, object]:
    return asdict(service) | {
        "duration_min": service.duration_min,
        "staff_ids": sorted(service.staff_ids),
    }


def _hours(hours: Hours) -> dict[str, object]:
    closes = hours.closes_local
    return asdict(hours) | {
        "opens_local": f"{hours.opens_local:%H:%M}",
        "closes_local": f"{closes:%H:%M}" if closes else "24:00",
    }
