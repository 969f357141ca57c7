"""The prompt with everything assembled."""

import signal

from tests.cli.processes import Terminal, run


def test_what_is_piped_in_is_run_with_await(database_url, real_salon):
    """A piped script may await, has the store and companies at hand, and then ends."""
    script = f"""
import asyncio
salon = await company({real_salon.company.slug!r})
waiting = asyncio.create_task(asyncio.sleep(0, "done"))
held = await store.reservations.active(salon.id)
print(salon.name, held, await waiting, app.db is db)
"""
    done = run("shell", stdin=script, DATABASE_URL=database_url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Salon [] done True\n", "")


def test_a_piped_script_that_raises_ends_with_1(database_url):
    """The traceback begins in the script, and the exit code tells."""
    done = run("shell", stdin="def f():\n    1 / 0\n\nf()\n", DATABASE_URL=database_url)
    assert done.returncode == 1
    assert done.stderr.splitlines()[1] == '  File "<stdin>", line 4, in <module>'
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")


def test_a_piped_script_that_is_no_python_ends_with_1(database_url):
    """A syntax error is shown as Python shows it, and nothing is run."""
    done = run("shell", stdin="print(1)\nx = (", DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "SyntaxError" in done.stderr


def test_a_script_chooses_its_own_exit_code(database_url):
    """SystemExit goes through."""
    assert run("shell", stdin="raise SystemExit(7)", DATABASE_URL=database_url).returncode == 7


def test_the_prompt_awaits_survives_an_interrupt_and_leaves_with_ctrl_d(database_url, real_salon):
    """In a terminal: a banner, `await`, errors, Ctrl-C ends what runs, Ctrl-D ends the prompt."""
    with Terminal("shell", DATABASE_URL=database_url) as terminal:
        assert "company(slug)" in terminal.read_until(">>> ")
        terminal.type(f"(await company({real_salon.company.slug!r})).name\n")
        terminal.read_until("'Salon'\n>>> ")
        terminal.type("nonsense\n")
        assert "slotkeeper/lab" not in terminal.read_until(
            "NameError: name 'nonsense' is not defined"
        )
        terminal.type("import asyncio; print('asleep'); await asyncio.sleep(600)\n")
        terminal.read_until("\nasleep\n")
        terminal.process.send_signal(signal.SIGINT)
        terminal.read_until("KeyboardInterrupt\n>>> ")
        terminal.type("\x04")
        assert terminal.ended() == 0
