"""A call in the terminal: you type what a caller says, a running server answers over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated, NoReturn

import aiohttp
import typer
from rich.console import Console
from rich.text import Text

from slotkeeper.assembly import App
from slotkeeper.cli import session
from slotkeeper.cli.call_story import print_story
from slotkeeper.cli.ending import at_first_signal, ignore_signals
from slotkeeper.cli.line import e164_of
from slotkeeper.cli.terminal import TerminalConsole
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import NotFound
from slotkeeper.domain.walltime import to_instant
from slotkeeper.lab.callers.rest_call import RestCall, is_serving, patient_http
from slotkeeper.lab.callers.retell_line import ToolResponse, Unreachable
from slotkeeper.lab.commands.stand_in_model import DialogueState, ToolUse, choose, filled_in
from slotkeeper.operations.explain_call import CallStory, explain_call
from slotkeeper.storage.directory import PREFIX_LENGTH
from slotkeeper.tools.registry import TOOLS, tool_named

# The journal is written after the answer was sent, so the story is read again until it is there.
JOURNAL_TRIES, JOURNAL_PAUSE_S = 20, 0.1

HELP = """\
Type what a caller says; an empty line is silence. Other lines:
  /tools              list the tools
  /NAME {"json": 1}   call a tool with these arguments
  /explain            show the story of the call so far
  /quit or Ctrl-D     hang up"""


def try_call(
    company: session.CompanyOption,
    url: Annotated[str, typer.Option(help="The server's address.")] = "http://127.0.0.1:8788",
    caller: Annotated[
        str | None, typer.Option(help="The caller's number. Default: withheld.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT",
            help='When the call begins, such as "2027-03-01 09:00"; only for sandbox companies.',
        ),
    ] = None,
) -> None:
    """Talk to a running server as a caller would; appointments are really booked.

    A few words choose the tool, in place of a language model; the server understands the rest.

    The command makes an API key in the server's database and revokes it after the call.

    Lines on standard input are said one after the other.
    """
    number = _caller(caller)
    if not asyncio.run(is_serving(url)):
        session.leave(
            f"no Slotkeeper answers at {url}; start one: slotkeeper serve", session.EXIT_BROKEN
        )
    at_first_signal(_interrupt)
    owner, key = session.run(lambda app: _with_key(app, company))
    try:
        with _calling(url, key, number, _instant(at, owner)) as call:
            TerminalCall(owner, call).run()
    except Unreachable as gone:
        session.leave(str(gone), session.EXIT_BROKEN)
    except KeyboardInterrupt:
        raise typer.Exit(session.EXIT_INTERRUPTED) from None
    finally:
        _revoke(owner, key[:PREFIX_LENGTH])


class BlockingCall:
    """A call with an event loop that runs only while an answer is awaited."""

    def __init__(self, runner: asyncio.Runner, call: RestCall) -> None:
        """Use this call on the runner's loop."""
        self._runner = runner
        self.call = call

    def use(self, use: ToolUse) -> ToolResponse:
        """Call a tool. Raises Unreachable."""
        return self._runner.run(self.call.use_tool(use.tool, use.args))

    def hang_up(self) -> None:
        """Report the end of the call, unless the server is gone."""
        with contextlib.suppress(Unreachable):
            self._runner.run(self.call.hang_up())


class TerminalCall:
    """Calls tools for what the caller says and prints their answers, until the caller hangs up."""

    def __init__(self, company: Company, call: BlockingCall) -> None:
        """Talk to this company on this call."""
        self._company = company
        self._call = call
        self._state = DialogueState()
        self._used = 0
        self._console = TerminalConsole(soft_wrap=True)

    def run(self) -> None:
        """Talk until the caller hangs up. Raises Unreachable and KeyboardInterrupt."""
        self._note(f"call {self._call.call.call_id}; /help says what else can be typed")
        self._use(ToolUse("get_current_context", {}))
        for line in _lines(self._console):
            if line in ("/quit", "/exit"):
                break
            if line.startswith("/"):
                self._command(line)
            elif line:
                self._use(choose(line, self._state))

    def _command(self, line: str) -> None:
        name, _, rest = line.removeprefix("/").removeprefix("tool ").strip().partition(" ")
        if name == "tools":
            for tool in TOOLS.values():
                self._note(f"/{tool.name}({', '.join(tool.parameters)}): {tool.description}")
        elif name == "explain":
            self._explain()
        elif tool_named(name):
            self._use_directly(name, rest.strip() or "{}")
        else:
            self._note(HELP)

    def _use_directly(self, name: str, text: str) -> None:
        try:
            args = json.loads(text)
        except ValueError:
            args = None
        if isinstance(args, dict):
            self._use(ToolUse(name, args), alone=True)
        else:
            self._note(f'not a JSON object: {text}; write it like /{name} {{"date": "morgen"}}')

    def _use(self, use: ToolUse, *, alone: bool = False) -> None:
        """Call a tool, again with arguments that the state fills in, and print the answer."""
        chosen: ToolUse | None = use
        while chosen is not None:
            self._note(f"-> {chosen.tool}({_arguments(chosen.args)})")
            answer = self._call.use(chosen)
            if answer.http_status != 200:
                self._refused(answer)
                return
            self._used += 1
            self._state = self._state.after(chosen, answer.facts)
            chosen = None if alone else filled_in(self._state)
            if chosen is not None:
                self._note(f"{answer.status}, which the agent can fill in")
        self._say(answer)

    def _say(self, answer: ToolResponse) -> None:
        self._console.print(Text("Agent: ", "bold").append(answer.say, "not bold"))
        now = self._call.call.test_now() or datetime.now(UTC)
        for line in _facts(answer.facts, now.astimezone(self._company.zone)):
            self._note(line)

    def _refused(self, answer: ToolResponse) -> None:
        """Print an HTTP error; leave where trying again cannot help (bad key, clock refused)."""
        detail = answer.facts.get("detail", "")
        if answer.status == "unauthorized":
            raise Unreachable("the server does not know the key: is it on the same database?")
        if answer.status == "test_clock_refused":
            session.leave(
                f"{self._company.slug} is no sandbox: --at is not for it", session.EXIT_REFUSED
            )
        self._note(f"HTTP {answer.http_status} {answer.status}: {detail}")

    def _explain(self) -> None:
        async def main(app: App) -> CallStory | None:
            return await _written(app, self._company, self._call.call.call_id, self._used)

        story = session.run(main)
        if story is None:
            self._note("nothing is written of it yet")
        else:
            print_story(story)

    def _note(self, text: str) -> None:
        self._console.print(Text(text, "dim"))


async def _written(app: App, company: Company, call_id: str, steps: int) -> CallStory | None:
    """Read the story once the journal has written this many steps, or what there is of it."""
    story = None
    for _ in range(JOURNAL_TRIES):
        with contextlib.suppress(NotFound):
            story = await explain_call(company, call_id, store=app.store)
        if story is not None and len(story.steps) >= steps:
            break
        await asyncio.sleep(JOURNAL_PAUSE_S)
    return story


def _lines(console: Console) -> Iterator[str]:
    """Yield the lines that are typed, or those of standard input, which are printed."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            console.print(Text(f"> {line.strip()}"))
            yield line.strip()
        return
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - with it, input() has arrows and a history
    while True:
        try:
            yield input("> ").strip()
        except EOFError:
            print()
            return


def _facts(facts: Mapping[str, object], now: datetime) -> Iterator[str]:
    """Write status and facts of an answer in short lines, in the company's time zone."""
    words = [str(facts.get("status", ""))]
    held_s = facts.get("expires_in_s")
    if isinstance(held_s, int | float):
        words.append(f"until {now + timedelta(seconds=held_s):%H:%M:%S}")
    if facts.get("reason"):
        words.append(f"because {facts['reason']}")
    if facts.get("missing"):
        words.append(f"missing {', '.join(facts['missing'])}")  # type: ignore[arg-type]
    if facts.get("appointment_id"):
        words.append(f"appointment {facts['appointment_id']}")
    yield ", ".join(words)
    offers = facts.get("offers")
    for slot in (facts, *(offers if isinstance(offers, list) else ())):
        if slot.get("reservation_token") and slot.get("start"):
            start = datetime.fromisoformat(str(slot["start"]))
            end = datetime.fromisoformat(str(slot["end"]))
            who = f" with {slot['staff']}" if slot.get("staff") else ""
            yield f"  {start:%a %Y-%m-%d %H:%M}-{end:%H:%M} {slot['service']}{who}"


def _arguments(args: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={json.dumps(args[name], ensure_ascii=False)}" for name in args)


@contextmanager
def _calling(
    url: str, key: str, caller: str | None, begins_at: datetime | None
) -> Iterator[BlockingCall]:
    """Open a call while the block lasts; it is hung up however the block ends."""
    with asyncio.Runner() as runner:
        http = runner.run(_client())
        call = BlockingCall(
            runner, RestCall(http, url, key=key, caller=caller, begins_at=begins_at)
        )
        try:
            yield call
        finally:
            ignore_signals()
            call.hang_up()
            runner.run(http.close())


async def _client() -> aiohttp.ClientSession:
    return patient_http()


async def _with_key(app: App, slug_or_id: str) -> tuple[Company, str]:
    owner = await session.company_of(app, slug_or_id)
    return owner, await app.store.directory.create_key(owner.id)


def _revoke(company: Company, prefix: str) -> None:
    ignore_signals()
    try:
        session.run(lambda app: app.store.directory.revoke_key(company.id, prefix))
    except typer.Exit:
        again = f"slotkeeper key revoke {prefix} --company {company.slug}"
        typer.echo(f"The call's key could not be revoked: {again}", err=True)
        raise


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def _caller(text: str | None) -> str | None:
    number = e164_of(text) if text else None
    if text and number is None:
        session.leave(f"--caller: {text!r} is no telephone number", session.EXIT_REFUSED)
    return number


def _instant(text: str | None, company: Company) -> datetime | None:
    """Read --at, in the company's time zone unless it has an offset."""
    if text is None:
        return None
    try:
        wall = datetime.fromisoformat(text)
        return wall if wall.tzinfo else to_instant(wall, company.zone)
    except (ValueError, OverflowError):
        session.leave(f'--at: write it like "2027-03-01 09:00", not {text!r}', session.EXIT_REFUSED)
