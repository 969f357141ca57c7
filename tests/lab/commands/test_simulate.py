"""Simulating days of a salon's telephone from the command line."""

import asyncio
import re
import sys

import pytest
import typer

from slotkeeper.lab.commands.simulate import simulate
from slotkeeper.lab.outcomes.picture import NoPictures, demand_pictures
from tests.cli.processes import run

FEW = ("--callers", "4", "--modes", "off,on", "--rounds", "1")


async def test_it_prints_the_success_table_and_writes_a_picture(database_url, tmp_path):
    """Each mode beside the original's figures; SVG and PNG."""
    command = ("simulate", *FEW, "--alternatives", "2", "--out", str(tmp_path / "new"))
    done = await asyncio.to_thread(run, *command, DATABASE_URL=database_url)

    assert done.returncode == 0, done.stderr
    assert re.search(r"before +aim +holds off +holds on", done.stdout)
    errors = re.findall(r"race errors.* 15-20 % +< 5 % .* 0 % \(\d+-\d+\) *$", done.stdout, re.M)
    assert len(errors) == 2  # a quiet day, and four callers
    assert "4 callers on a quiet day (4 in all)" in done.stdout
    assert len(re.findall(r"(off|on) +2 .*%", done.stdout, re.M)) == 4
    assert "faults" not in done.stdout
    picture = (tmp_path / "new" / "outcomes.svg").read_text()
    assert "Race errors: told free, then refused" in picture
    assert (tmp_path / "new" / "outcomes.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("0,15", "on", "2"), "--callers: whole numbers from 1 to 500"),
        (("15", "on,maybe", "2"), "--modes: no 'maybe'; there are off, shadow, on"),
        (("15", "on", "4"), "--alternatives: whole numbers from 0 to 3"),
    ],
)
def test_what_cannot_be_simulated_is_refused(capsys, options, why):
    """With a word why, before anything is started."""
    callers, modes, alternatives = options
    with pytest.raises(typer.Exit):
        simulate(callers=callers, modes=modes, alternatives=alternatives)
    assert why in capsys.readouterr().err


async def test_a_company_that_nobody_knows_is_refused(database_url):
    """It is neither loaded nor a shipped example."""
    command = ("simulate", "--company", "nobody")
    done = await asyncio.to_thread(run, *command, DATABASE_URL=database_url)
    assert (done.returncode, "no company 'nobody'" in done.stderr) == (1, True), done.stderr


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    """Before anything is simulated."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NoPictures, match=r"slotkeeper\[picture\]"):
        demand_pictures()
