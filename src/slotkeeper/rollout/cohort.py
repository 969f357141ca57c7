"""Which calls are served with holds: a switch, a share of calls, and a shadow mode.

The decision is made through OpenFeature, so that another provider may replace ours. The flag is
FLAG and its values are the cohorts. The targeting key is the call's id, and the context holds the
settings that apply: ``company``, ``enabled``, ``percent``, ``shadow``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import import_module

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.provider import AbstractProvider

from slotkeeper.domain.catalogue import COHORTS, Cohort, Company
from slotkeeper.rollout.provider import FLAG, SlotkeeperProvider

__all__ = ["FLAG", "AppliedRollout", "BadProvider", "Rollout"]

# OpenFeature finds a provider by its domain: each provider has one of its own.
_DOMAIN = "slotkeeper"


class BadProvider(Exception):
    """The configured OpenFeature provider cannot be imported or made."""


@dataclass(frozen=True, slots=True)
class AppliedRollout:
    """The settings that decide for a company: its own, or else the server's."""

    enabled: bool
    percent: int
    shadow: bool


@dataclass(frozen=True, slots=True)
class Rollout:
    """The server's settings, which apply where a company has none of its own."""

    enabled: bool = True
    percent: int = 100
    shadow: bool = False
    domain: str = _DOMAIN

    @classmethod
    def provided_by(cls, provider: str | None, **settings: object) -> Rollout:
        """Let our own provider decide, or the one at ``module:Class``. Raises BadProvider."""
        chosen = _provider(provider) if provider else SlotkeeperProvider()
        domain = f"{_DOMAIN}-{provider or 'own'}"
        api.set_provider(chosen, domain)
        return cls(domain=domain, **settings)  # type: ignore[arg-type]

    def cohort(self, company: Company, call_id: str | None) -> Cohort:
        """Choose how a call is served; a call keeps its cohort until a setting changes.

        A larger percentage never moves a call out. The cohort is off where the provider fails or
        answers anything but a cohort. Where the switch is off, no provider is asked.
        """
        applied = self.applied(company)
        if not applied.enabled:
            return "off"
        context = EvaluationContext(
            targeting_key=call_id or "",
            attributes={"company": company.slug, **asdict(applied)},
        )
        cohort = api.get_client(self.domain).get_string_value(FLAG, "off", context)
        return cohort if cohort in COHORTS else "off"

    def applied(self, company: Company) -> AppliedRollout:
        """Give the settings that apply to a company: its own, or else the server's."""
        own = company.rollout
        return AppliedRollout(
            self.enabled if own.enabled is None else own.enabled,
            self.percent if own.percent is None else own.percent,
            self.shadow if own.shadow is None else own.shadow,
        )

    def may_hold(self, company: Company) -> bool:
        """Tell whether a program that asks for a hold outright may have one.

        Only the switch and the shadow count, because the share divides telephone calls.
        """
        applied = self.applied(company)
        return applied.enabled and not applied.shadow


def _provider(path: str) -> AbstractProvider:
    module, _, name = path.partition(":")
    try:
        instance = getattr(import_module(module), name)()
    except Exception as error:  # a module of somebody else may raise anything
        raise BadProvider(f"{path}: {error}") from error
    if not isinstance(instance, AbstractProvider):
        raise BadProvider(f"{path} is no OpenFeature provider")
    return instance
