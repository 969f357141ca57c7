"""Which calls are served with holds: a switch, a share that is sticky by call, and a shadow.

Decided through OpenFeature, so that any provider may decide instead of ours. The flag is FLAG, its
values are the cohorts; the targeting key is the call, and the context tells what would apply
(``company``, ``enabled``, ``percent``, ``shadow``).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Literal, get_args

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.provider import AbstractProvider

from slotkeeper.domain.catalogue import Company
from slotkeeper.rollout.provider import SlotkeeperProvider, in_share

__all__ = ["FLAG", "BadProvider", "Cohort", "Rollout", "in_share"]

# on: what is named is held. off: availability is answered without a hold, and booking goes through
# ``book``. shadow: as off, and what a hold would have prevented is counted.
Cohort = Literal["on", "off", "shadow"]
COHORTS: tuple[Cohort, ...] = get_args(Cohort)
FLAG = "optimistic_reservations"
# Each Rollout has a provider of its own, under a name of its own.
_DOMAIN = "slotkeeper"


class BadProvider(Exception):
    """The provider that is to decide cannot be had."""


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
        and a provider that fails, count as off.
        """
        own = company.rollout
        context = EvaluationContext(
            targeting_key=call_id or "",
            attributes={
                "company": company.slug,
                "enabled": self.enabled if own.enabled is None else own.enabled,
                "percent": self.percent if own.percent is None else own.percent,
                "shadow": self.shadow if own.shadow is None else own.shadow,
            },
        )
        found = api.get_client(self.domain).get_string_value(FLAG, "off", context)
        return found if found in COHORTS else "off"

    def is_on(self, company: Company) -> bool:
        """Whether any of a company's calls are served with holds."""
        return self.enabled if company.rollout.enabled is None else company.rollout.enabled


def _provider(path: str) -> AbstractProvider:
    module, _, name = path.partition(":")
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise BadProvider(f"{path}: {error}") from error
    if not isinstance(made, AbstractProvider):
        raise BadProvider(f"{path} is no OpenFeature provider")
    return made
