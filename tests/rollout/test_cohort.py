"""Which calls are served with holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slotkeeper.domain.catalogue import RolloutSettings
from slotkeeper.rollout.cohort import FLAG, BadProvider, Rollout
from slotkeeper.rollout.provider import in_share
from tests.cli.processes import run
from tests.rollout.providers import ByCompany

CALLS = [f"call_{n}" for n in range(1_000)]
# The share from which on each is served with holds, worked out by hand from SHA-256: a change of
# the hash would move calls between cohorts in the middle of a rollout.
FIRST_PERCENT = {"call_1": 52, "call_2": 45, "call_3": 71, "Gespräch": 23, "": 4}


@pytest.fixture
def company(salon):
    """A company, with settings of its own where some are given."""

    def having(**own):
        return replace(salon.company, rollout=RolloutSettings(**own))

    return having


def cohorts(rollout, company):
    """The cohort of each call."""
    return {call: rollout.cohort(company, call) for call in CALLS}


@given(st.text(), st.integers(0, 100), st.integers(0, 100))
def test_growing_the_share_never_moves_a_call_out(call, percent, other):
    """A call that is served with holds at one share is served so at every larger share."""
    small, large = sorted((percent, other))
    assert in_share(call, large) or not in_share(call, small)


@given(st.text())
def test_no_call_is_in_0_percent_and_every_call_in_100(call):
    """Whatever the call's id is."""
    assert not in_share(call, 0)
    assert in_share(call, 100)


@pytest.mark.parametrize(("call", "percent"), FIRST_PERCENT.items())
def test_calls_are_where_they_always_were(call, percent):
    """A call keeps its place in the shares from release to release."""
    assert not in_share(call, percent - 1)
    assert in_share(call, percent)


async def test_a_share_is_about_what_it_says(company):
    """At 25 percent some 250 of a thousand calls are on, and the others are off."""
    found = cohorts(Rollout.provided_by(None, percent=25), company())
    assert set(found.values()) == {"on", "off"}
    assert 200 < list(found.values()).count("on") < 300


async def test_a_call_stays_where_it_is(company):
    """Every server puts a call into the same cohort, before and after a restart."""
    first, second = (Rollout.provided_by(None, percent=50) for _ in range(2))
    assert cohorts(first, company()) == cohorts(second, company())


@pytest.mark.parametrize(
    ("own", "cohort"),
    [
        ({}, "on"),
        ({"percent": 0}, "off"),
        ({"enabled": False}, "off"),
        ({"shadow": True}, "shadow"),
        ({"enabled": False, "shadow": True}, "off"),
        ({"percent": 0, "shadow": True}, "shadow"),
    ],
)
async def test_a_companys_own_settings_win(company, own, cohort):
    """The switch wins over the shadow, and the shadow over the share."""
    rollout = Rollout.provided_by(None)
    assert rollout.cohort(company(**own), "call_1") == cohort


async def test_a_company_may_be_on_where_the_server_is_off(company):
    """A setting that the company has itself applies; of the others the server's apply."""
    rollout = Rollout.provided_by(None, enabled=False, percent=0)
    assert rollout.cohort(company(enabled=True, percent=100), "call_1") == "on"
    assert rollout.cohort(company(percent=100), "call_1") == "off"


async def test_the_share_does_not_concern_programs(company):
    """Only the switch and the shadow keep a program from holding."""
    rollout = Rollout.provided_by(None, percent=0)
    assert rollout.may_hold(company())
    assert not rollout.may_hold(company(enabled=False))
    assert not rollout.may_hold(company(shadow=True))


async def test_another_provider_decides(company):
    """The provider gets the call, the company and the settings, and its answer counts."""
    rollout = Rollout.provided_by("tests.rollout.providers:ByCompany", percent=25)
    salon = company(shadow=False)
    assert rollout.cohort(salon, "call_1") == "shadow"
    assert ByCompany.told == {
        "flag": FLAG,
        "call": "call_1",
        "company": salon.slug,
        "enabled": True,
        "percent": 25,
        "shadow": False,
    }


async def test_no_provider_overrules_the_switch(company):
    """Where the switch is off, no provider is asked."""
    rollout = Rollout.provided_by("tests.rollout.providers:ByCompany")
    assert rollout.cohort(company(enabled=False), "call_1") == "off"


@pytest.mark.parametrize("name", ["Failing", "NeverReady", "Talkative"])
async def test_a_provider_that_fails_means_off(company, name):
    """Callers are served all the same, without holds."""
    rollout = Rollout.provided_by(f"tests.rollout.providers:{name}")
    assert rollout.cohort(company(), "call_1") == "off"


@pytest.mark.parametrize(
    "path",
    [
        "no.such.module:Provider",
        "tests.rollout.providers:Missing",
        "tests.rollout.providers:Unmakeable",
        "tests.rollout.providers:NoProvider",
        "tests.rollout.providers",
        ":",
    ],
)
def test_a_provider_that_cannot_be_made_is_refused_by_name(path):
    """The refusal comes at the start, and not with the first call."""
    with pytest.raises(BadProvider, match=path):
        Rollout.provided_by(path)


def test_a_server_says_at_its_start_that_it_has_no_provider(database_url):
    """One line names the setting, and the server does not start."""
    done = run(
        *("serve", "--port", "0", "--no-worker"),
        DATABASE_URL=database_url,
        SLOTKEEPER_FLAG_PROVIDER="no.such:Provider",
    )
    assert done.returncode == 1
    assert done.stderr.startswith("SLOTKEEPER_FLAG_PROVIDER: no.such:Provider: No module named")
    assert done.stderr.count("\n") == 1
