"""What must not be in the repository: traces of one machine, and unfinished work.

The patterns are written so that this file does not match itself (an escaped dot, a [c]lass).
"""

from tests.style.tree import ROOT, SRC, demand_none, files, hits, place, tracked

REGISTRY = r"pypi\.org|python[h]osted|registry\.npmjs|registry\.yarnpkg|deb\.debian"
MACHINE_PATH = r"(^|[^A-Za-z0-9_.-])/(work|farm|root|home|Users)/[^ ]"
OTHER_CHECKOUT = r"\.\./share[d]\b"
UNFINISHED = r"\b(TODO|FIXME|XXX|NotImplementedError)\b"
LOCKS_WITH_ADDRESSES = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"}


def test_no_file_names_a_registry():
    """No tracked file names the host of a package registry."""
    demand_none(hits(tracked(), REGISTRY), "Users bring their own index. Leave the host out:")


def test_no_lock_file_brings_addresses():
    """requirements.lock, with hashes and without addresses, is the only lock file."""
    locks = (place(path) for path in tracked() if path.name in LOCKS_WITH_ADDRESSES)
    demand_none(locks, "Remove this lock file and run `make lock`:")


def test_no_file_knows_the_machine():
    """No tracked file holds an absolute path of somebody's machine."""
    paths = [path for path in tracked() if path.suffix != ".lock"]
    demand_none(hits(paths, MACHINE_PATH), "Make the path relative to the project:")


def test_the_project_stands_alone():
    """No tracked file points to a folder beside the checkout."""
    demand_none(hits(tracked(), OTHER_CHECKOUT), "Copy what is needed into the project:")


def test_the_source_is_finished():
    """No unfinished mark stands in the source."""
    sources = [path for path in files(SRC, "*") if path.suffix != ".pyc"]
    demand_none(hits(sources, UNFINISHED), "Finish it, or take it out and file an issue:")


def test_tests_wait_for_facts():
    """No test sleeps for a fixed time."""
    sleeps = hits(files(ROOT / "tests", "*.py"), r"\btime\.sleep\(")
    demand_none(sleeps, "Wait for the fact itself (poll with a deadline, or await an event):")


def test_no_test_is_switched_off():
    """No test is skipped for good, and none asserts nothing."""
    off = hits(files(ROOT / "tests", "*.py"), r"pytest\.mark\.skip\b|\bassert[ ]True\b")
    demand_none(off, "Mend the test or delete it; `skipif` with a reason is for missing tools:")
