"""The same checks run in the Makefile, before a commit and in continuous integration."""

import os
import re
import subprocess

import pytest
import yaml

from tests.style.tree import ROOT, text_of

BASH = "/bin/bash"
FAKE_MAKE = """#!/bin/sh
echo "$1"
[ "$1" != "$FAILING" ]
"""


def checks_of_make():
    """List the commands of `make check`, as somebody would type them."""
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", text_of(ROOT / "Makefile"), re.MULTILINE)[1]
    commands = (line.removeprefix("\t@") for line in recipe.splitlines())
    return [c.replace("$(PY)", "$(BIN)/python").replace("$(BIN)", ".venv/bin") for c in commands]


def ci_run(tmp_path, failing):
    """Run `.ci/run` with a `make` that only prints its target, and fails at one of them."""
    make = tmp_path / "make"
    make.write_text(FAKE_MAKE)
    make.chmod(0o755)
    settings = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "FAILING": failing}
    done = subprocess.run(
        [BASH, ROOT / ".ci" / "run"],
        capture_output=True,
        check=False,
        text=True,
        env=os.environ | settings,
    )
    return done.returncode, done.stdout.split()


def test_the_hooks_run_the_checks_of_make():
    """The pre-commit hooks run the commands of `make check`, in the same order."""
    config = yaml.safe_load(text_of(ROOT / ".pre-commit-config.yaml"))
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    entries = [hook["entry"] for hook in hooks if hook["language"] == "system"]
    assert entries == checks_of_make()


def test_the_hosted_workflow_runs_the_script_of_continuous_integration():
    """The workflow file has no checks of its own: it calls `.ci/run`."""
    workflow = yaml.safe_load(text_of(ROOT / ".github" / "workflows" / "ci.yml"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == ["bash .ci/run"]


@pytest.mark.parametrize(("failing", "code"), [("", 0), ("check", 1), ("docs", 1), ("test", 1)])
def test_continuous_integration_runs_everything_and_fails_if_one_fails(tmp_path, failing, code):
    """`.ci/run` runs the checks, the guide and the tests, and fails if any of them fails."""
    assert ci_run(tmp_path, failing) == (code, ["check", "docs", "test"])
