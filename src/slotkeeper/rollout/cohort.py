"""Which calls are served with holds: a switch, a share that is sticky by call, and a shadow.

Decided through OpenFeature, so that any provider may decide instead of ours. The flag is FLAG, its
values are the cohorts; the targeting key is the call, and the context tells what would apply
(``company``, ``enabled``, ``percent``, ``shadow``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import import_module

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.provider import AbstractProvider

from slotkeeper.domain.catalogue import COHORTS, Cohort, Company
from slotkeeper.rollout.provider import SlotkeeperProvider, in_share

__all__ = ["FLAG", "AppliedRollout", "BadProvider", "Rollout", "in_share"]

FLAG = "optimistic_reservations"
# Each Rollout has a provider of its own, under a name of its own.
_DOMAIN = "slotkeeper"


class BadProvider(Exception):
    """The provider that is to decide cannot be had."""


@dataclass(frozen=True, slots=True)
class AppliedRollout:
    """The settings that decide, whosever they are."""

    enabled: bool
    percent: int
    shadow: bool


@dataclass(frozen=True, slots=True)
class Rollout:
    """The server's settings, for whatever a company does not say itself."""

    enabled: bool = True
    percent: int = 100
    shadow: bool = False
    domain: str = _DOMAIN

    @classmethod
    def provided_by(cls, provider: str | None, **settings: object) -> Rollout:
        """Let ours decide, or the one at ``module:Class``. Raises BadProvider."""
        chosen = _provider(provider) if provider else SlotkeeperProvider()
        domain = f"{_DOMAIN}-{provider or 'own'}"
        api.set_provider(chosen, domain)
        return cls(domain=domain, **settings)  # type: ignore[arg-type]

    def cohort(self, company: Company, call_id: str | None) -> Cohort:
        """How a call is served; the same call is served alike as long as nothing is changed.

        Growing the percentage never moves a call out. What a provider answers that is no cohort,
        and a provider that fails, count as off; and where the switch is off no provider is asked.
        """
        applied = self.applied(company)
        if not applied.enabled:
            return "off"
        context = EvaluationContext(
            targeting_key=call_id or "",
            attributes={"company": company.slug, **asdict(applied)},
        )
        found = api.get_client(self.domain).get_string_value(FLAG, "off", context)
        return found if found in COHORTS else "off"

    def applied(self, company: Company) -> AppliedRollout:
        """What applies to a company: its own settings, else the server's."""
        own = company.rollout
        return AppliedRollout(
            self.enabled if own.enabled is None else own.enabled,
            self.percent if own.percent is None else own.percent,
            self.shadow if own.shadow is None else own.shadow,
        )

    def may_hold(self, company: Company) -> bool:
        """Whether a program that asks for a hold by name gets one.

        Only the switch and the shadow count: a share is for calls, which nobody asked.
        """
        applied = self.applied(company)
        return applied.enabled and not applied.shadow


def _provider(path: str) -> AbstractProvider:
    module, _, name = path.partition(":")
    try:
        made = getattr(import_module(module), name)()
    except Exception as error:  # whatever a stranger's module and class may raise
        raise BadProvider(f"{path}: {error}") from error
    if not isinstance(made, AbstractProvider):
        raise BadProvider(f"{path} is no OpenFeature provider")
    return made
