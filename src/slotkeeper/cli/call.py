"""Calls: list them, explain one; `call try` comes with the laboratory."""

from __future__ import annotations

from typing import Annotated

import typer

from slotkeeper.assembly import App
from slotkeeper.cli import call_story, presenting, session
from slotkeeper.cli.extensions import ExtensibleGroup
from slotkeeper.domain.catalogue import Company
from slotkeeper.operations.explain_call import CallStory, explain_call
from slotkeeper.storage.calls import KnownCall

# A busy salon's calls of a day; `explain` knows older ones too.
LISTED = 200


class CallCommands(ExtensibleGroup):
    """The commands below, and `call try`, which the laboratory brings."""

    joined_by = "slotkeeper.commands.call"


app = typer.Typer(
    cls=CallCommands,
    no_args_is_help=True,
    help="Calls: list them, explain one, try one yourself.",
)


@app.command("list")
def list_calls(company: session.CompanyOption, as_json: session.JsonOption = False) -> None:
    """List the newest 200 calls that held a slot or that a platform reported, the newest first."""

    async def main(app: App) -> list[dict[str, object]]:
        owner = await session.company_of(app, company)
        return [_row(owner, call) for call in await app.store.calls.listed(owner.id, limit=LISTED)]

    session.print_table(session.run(main), as_json)


@app.command()
def explain(
    call_id: Annotated[
        str, typer.Argument(metavar="CALL_ID", help="The call's id, as `list` shows it.")
    ],
    company: session.CompanyOption,
    as_json: session.JsonOption = False,
) -> None:
    """Show what a call asked, what was understood, held and said, and what became of its holds.

    Customers' names and numbers are not stored with it. Times are in the company's time zone.
    """

    async def main(app: App) -> CallStory:
        owner = await session.company_of(app, company)
        return await explain_call(owner, call_id, store=app.store)

    story = session.run(main)
    if as_json:
        session.print_record(call_story.story_record(story), as_json)
    else:
        call_story.print_story(story)


def _row(company: Company, call: KnownCall) -> dict[str, object]:
    began = call.started_at or call.first_seen_at
    return {
        "call_id": call.call_id,
        "channel": call.channel,
        "began_at": presenting.local_time(company, began),
        "ended_at": presenting.local_time(company, call.ended_at),
        "ended_because": call.disconnection_reason,
        "holds_made": call.holds_made,
    }
