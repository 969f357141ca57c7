"""OpenFeature providers of somebody else, as SLOTKEEPER_FLAG_PROVIDER may name them."""

from typing import ClassVar

from openfeature.exception import ProviderFatalError
from openfeature.flag_evaluation import FlagResolutionDetails

from slotkeeper.rollout.provider import SlotkeeperProvider


class ByCompany(SlotkeeperProvider):
    """Answers shadow for every call, and remembers what it was asked."""

    told: ClassVar[dict[str, object]] = {}

    def resolve_string_details(self, flag_key, default_value, evaluation_context=None):
        ByCompany.told = {
            "flag": flag_key,
            "call": evaluation_context.targeting_key,
            **evaluation_context.attributes,
        }
        return FlagResolutionDetails("shadow")


class Failing(SlotkeeperProvider):
    """Raises ConnectionError at each evaluation."""

    def resolve_string_details(self, flag_key, default_value, evaluation_context=None):
        raise ConnectionError("flags are down")


class NeverReady(SlotkeeperProvider):
    """Raises ProviderFatalError when it starts."""

    def initialize(self, evaluation_context):
        raise ProviderFatalError("flags are down")


class Talkative(SlotkeeperProvider):
    """Answers a word that is no cohort."""

    def resolve_string_details(self, flag_key, default_value, evaluation_context=None):
        return FlagResolutionDetails("perhaps")


class Unmakeable(SlotkeeperProvider):
    """Raises RuntimeError when it is made."""

    def __init__(self):
        raise RuntimeError("no key")


class NoProvider:
    """A class that is no OpenFeature provider."""
