"""The core with a pause at each of its steps: a build for tests, made from the function files.

`-- step: claim the rest` in a file of functions becomes a call of ``pause_at``, which stops only a
session that says which client it is (``slotkeeper.test_client``); there are pauses round the
company's lock and before the commit as well, and for those who want to stop ``all`` over
(``slotkeeper.test_steps``) before each statement that writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slotkeeper.storage.migration_files import FUNCTIONS, Script, read_functions
from tests.core import opened_core
from tests.databases import TestDatabase

# Nobody else's advisory locks begin with this: "STEP", its last byte left to the client's number.
KEY = 0x53544500
CLIENTS = 8
BEFORE_LOCK, AFTER_LOCK, COMMIT = "enter: ask for the lock", "enter: has the lock", "commit"

# A pause waits for a lock that the conductor has. Two take turns, so that he has the next before
# he gives up the first; a sequence counts, because it does not go back with a savepoint.
PAUSE_AT = f"""
CREATE FUNCTION public.pause_at(p_step text, p_fine boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    v_client integer := nullif(current_setting('slotkeeper.test_client', true), '');
    v_turn integer;
BEGIN
    IF v_client IS NULL
       OR p_fine AND current_setting('slotkeeper.test_steps', true) IS DISTINCT FROM 'all' THEN
        RETURN;
    END IF;
    v_turn := nextval('pauses_' || v_client) % 2;
    PERFORM set_config('application_name', p_step, true);
    PERFORM pg_advisory_lock_shared({KEY} + v_client, v_turn);
    PERFORM pg_advisory_unlock_shared({KEY} + v_client, v_turn);
END $$;

CREATE FUNCTION public.pause_at_commit() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    -- Once a transaction, however many rows it changed.
    IF current_setting('slotkeeper.test_commits', true) IS DISTINCT FROM 'yes' THEN
        PERFORM set_config('slotkeeper.test_commits', 'yes', true);
        PERFORM pause_at('{COMMIT}');
    END IF;
    RETURN NULL;
END $$;
"""
# Types cannot be made again, and take no steps.
TYPES = "functions/00_types.sql"
CHANGED_BY_THE_CORE = ("appointment_reservations", "appointments", "calls", "outbox")

_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(")
_STEP = re.compile(r"\s*-- step: ([^,;:]+)")
_LOCK = re.compile(r"\s*PERFORM pg_advisory_xact_lock\(.*;")
_WRITE = re.compile(r"\s*(UPDATE|INSERT INTO|DELETE FROM|WITH) (\w+)")
_STATEMENT_ENDS = re.compile(r"(;|\b(?:BEGIN|THEN|ELSE|LOOP))$")


def steps_of(script: Script) -> list[str]:
    """Name the steps that a file says it takes, in its order."""
    lines = script.text.splitlines()
    return [f"{function}: {step[1].strip()}" for function, _, step in _places(lines) if step]


def with_pauses(text: str) -> str:
    """Put the pauses into a file of functions."""
    lines = text.splitlines()
    told = {
        number: f"{function}: {step[1].strip()}"
        for function, number, step in _places(lines)
        if step
    }
    paused: list[str] = []
    for function, number, _ in _places(lines):
        line = lines[number]
        if number in told:
            paused.append(_pause(told[number]))
        elif _LOCK.match(line):
            paused += [_pause(BEFORE_LOCK), line, _pause(AFTER_LOCK)]
            continue
        elif (write := _WRITE.match(line)) and _begins_a_statement(lines, number, told):
            paused.append(_pause(f"{function}: {write[1]} {write[2]}", fine=True))
        paused.append(line)
    return "\n".join(paused) + "\n"


def _places(lines: Sequence[str]) -> Iterator[tuple[str, int, re.Match[str] | None]]:
    """Number the lines, with the function each belongs to and the step that it names."""
    function = ""
    for number, line in enumerate(lines):
        if begun := _FUNCTION.match(line):
            function = begun[1]
        yield function, number, _STEP.match(line)


def _begins_a_statement(lines: Sequence[str], number: int, told: dict[int, str]) -> bool:
    """Tell a statement of a body from a part of one; what follows a step has its pause already."""
    before = number - 1
    while lines[before].lstrip().startswith("--"):
        if before in told:
            return False
        before -= 1
    return bool(_STATEMENT_ENDS.search(lines[before].split(" --")[0].rstrip()))


def _pause(step: str, *, fine: bool = False) -> str:
    return f"PERFORM pause_at('{step}', {str(fine).lower()});"


async def install(urls: TestDatabase, *bugs: tuple[str, str]) -> None:
    """Put the core with its pauses in the place of the core; with bugs, for who wants to see them.

    A bug is a pattern that stands once in the files, and what stands there instead.
    """
    scripts = [script for script in read_functions(FUNCTIONS) if script.name != TYPES]
    texts = planted([script.text for script in scripts], *bugs)
    async with opened_core(urls) as owner:
        await owner.execute(PAUSE_AT)
        for client in range(CLIENTS):
            await owner.execute(f"CREATE SEQUENCE public.pauses_{client}")
            await owner.execute(f"GRANT USAGE ON SEQUENCE pauses_{client} TO slotkeeper_app")
        for table in CHANGED_BY_THE_CORE:
            await owner.execute(
                f"CREATE CONSTRAINT TRIGGER pauses_at_commit AFTER INSERT OR UPDATE OR DELETE "
                f"ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                f"EXECUTE FUNCTION pause_at_commit()"
            )
        for text in texts:
            # The view of the facts stands already, and a view cannot be created twice.
            text = text.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
            await owner.execute(with_pauses(text))


def planted(texts: Sequence[str], *bugs: tuple[str, str]) -> list[str]:
    """Plant bugs in the texts; refuses one whose place is not there, or not alone."""
    for pattern, instead in bugs:
        found = sum(len(re.findall(pattern, text, re.DOTALL)) for text in texts)
        assert found == 1, f"{found} places for the bug {pattern!r}"
        texts = [re.sub(pattern, instead, text, flags=re.DOTALL) for text in texts]
    return list(texts)
