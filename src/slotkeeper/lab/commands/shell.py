"""A Python prompt with the assembled application, where `await` works as in a coroutine."""

from __future__ import annotations

import ast
import asyncio
import code
import inspect
import sys
import traceback
from collections.abc import Mapping
from types import CodeType, FunctionType
from typing import Any

import typer

from slotkeeper.assembly import App, Settings, Urls, database_urls, opened
from slotkeeper.cli import session
from slotkeeper.domain.catalogue import Company
from slotkeeper.domain.errors import Fault
from slotkeeper.domain.wish import Call, Customer, Wish
from slotkeeper.operations.book import book
from slotkeeper.operations.cancel import cancel, cancel_appointment, end_call
from slotkeeper.operations.context import RequestContext
from slotkeeper.operations.convert import convert
from slotkeeper.operations.extend import extend
from slotkeeper.operations.hold import hold
from slotkeeper.storage.catalogue_loading import find_company
from slotkeeper.storage.embedded import EmbeddedPostgresError
from slotkeeper.storage.installation_secret import SecretRefused
from slotkeeper.storage.migration_errors import MigrationRefused

BANNER = """\
Slotkeeper on Python {python}. `await` works; Ctrl-D leaves.
  app, store, db          the application, its storage by subject, its database
  company(slug)           salon = await company("friseur-1")
  hold, extend, convert, book, cancel, cancel_appointment, end_call
  Wish, Customer, Call    at_desk = RequestContext(salon, Call("desk"), store)
                          await hold(at_desk, Wish.of(salon.service("Gloss"), start))"""


def shell() -> None:
    """Open a Python prompt with the assembled application, or run the script on standard input."""
    chosen = session.settings()
    try:
        with database_urls(chosen) as urls, asyncio.Runner() as runner:
            _with_app(runner, chosen, urls)
    except (MigrationRefused, SecretRefused) as no:
        session.leave(str(no), session.EXIT_REFUSED)
    except (Fault, EmbeddedPostgresError) as fault:
        session.leave(str(fault) or type(fault).__name__, session.EXIT_BROKEN)


def _with_app(runner: asyncio.Runner, chosen: Settings, urls: Urls) -> None:
    """Connect, and run the prompt on the event loop that the connections belong to."""
    # Typer's hook would show the console's own frames after every typing error.
    sys.excepthook = sys.__excepthook__
    connection = opened(chosen, urls)
    console = AwaitingConsole(runner, _names(runner.run(connection.__aenter__())))
    try:
        if sys.stdin.isatty():
            _complete_with_tab(console.locals)
            console.interact(banner=BANNER.format(python=sys.version.split()[0]), exitmsg="")
        elif not console.run_whole(sys.stdin.read()):
            raise typer.Exit(1)  # as Python does when a script raises
    finally:
        runner.run(connection.__aexit__(None, None, None))


class AwaitingConsole(code.InteractiveConsole):
    """A prompt whose code may `await`: a coroutine is run to its end on the loop."""

    locals: dict[str, Any]

    def __init__(self, runner: asyncio.Runner, names: Mapping[str, object]) -> None:
        """Run on this loop; the code can use these names."""
        super().__init__({"__name__": "__console__", "__builtins__": __builtins__, **names})
        self._runner = runner
        self.raised = False
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def run_whole(self, source: str) -> bool:
        """Run a text as a script; after an exception, show it and return False."""
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        try:
            compiled = compile(source, "<stdin>", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError):
            self.showsyntaxerror("<stdin>")
            return False
        self.runcode(compiled)
        return not self.raised

    def runcode(self, compiled: CodeType) -> None:
        """Run the entered code inside the loop; ``raised`` says whether it raised an exception."""
        self.raised = True
        try:
            self._runner.run(self._entered(compiled))
        except SystemExit:
            raise
        except KeyboardInterrupt:
            self.write("\nKeyboardInterrupt\n")
        except BaseException as error:
            self._show(error, compiled.co_filename)
        else:
            self.raised = False

    def _show(self, error: BaseException, filename: str) -> None:
        """Show the traceback from the entered code on, without the console's own frames."""
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename != filename:
            trace = trace.tb_next
        self.write("".join(traceback.format_exception(error.with_traceback(trace))))

    async def _entered(self, compiled: CodeType) -> None:
        # Inside a coroutine, so that the entered code finds a running loop even without `await`.
        outcome = FunctionType(compiled, self.locals)()
        if inspect.iscoroutine(outcome):
            await outcome


def _names(app: App) -> dict[str, object]:
    async def company(slug_or_id: str) -> Company:
        """Read a company's catalogue, by slug or id."""
        company_id = await find_company(app.db, slug_or_id)
        if company_id is None:
            raise LookupError(f"no company {slug_or_id!r}; see: slotkeeper company list")
        return await app.store.catalogues.get(company_id)

    operations = (hold, extend, convert, book, cancel, cancel_appointment, end_call)
    return {
        "app": app,
        "store": app.store,
        "db": app.db,
        "company": company,
        "Call": Call,
        "Customer": Customer,
        "RequestContext": RequestContext,
        "Wish": Wish,
        **{operation.__name__: operation for operation in operations},
    }


def _complete_with_tab(names: dict[str, Any]) -> None:
    """Let tab complete and the arrows go back, where Python was built with readline."""
    try:
        import readline
        import rlcompleter
    except ImportError:
        return
    # The history is never written to a file, because it may name customers.
    readline.set_completer(rlcompleter.Completer(names).complete)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
