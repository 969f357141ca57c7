"""Our own OpenFeature provider: one flag, decided by the settings that the context carries."""

from __future__ import annotations

import hashlib

from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagResolutionDetails, Reason
from openfeature.provider.in_memory_provider import InMemoryFlag, InMemoryProvider

from slotkeeper.domain.catalogue import COHORTS

FLAG = "optimistic_reservations"


class SlotkeeperProvider(InMemoryProvider):
    """Resolves FLAG to a cohort, and knows no other flag."""

    def __init__(self) -> None:
        """Have no settings: the context of each evaluation brings them."""
        variants: dict[str, str] = {cohort: cohort for cohort in COHORTS}
        super().__init__({FLAG: InMemoryFlag("off", variants, context_evaluator=_decide)})


def _decide(flag: InMemoryFlag[str], context: EvaluationContext) -> FlagResolutionDetails[str]:
    """Decide by switch, shadow and share, in that order."""
    settings = context.attributes
    if not settings.get("enabled", True):
        return FlagResolutionDetails("off", reason=Reason.DISABLED)
    if settings.get("shadow", False):
        return FlagResolutionDetails("shadow", reason=Reason.TARGETING_MATCH)
    percent = settings.get("percent", 100)
    is_on = isinstance(percent, int) and in_share(context.targeting_key or "", percent)
    return FlagResolutionDetails("on" if is_on else "off", reason=Reason.SPLIT)


def in_share(call_id: str, percent: int) -> bool:
    """Tell whether a call is in the share; a growing share never moves a call out."""
    digest = hashlib.sha256(b"optimistic_reservations:" + call_id.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest()[:8]) % 10_000 < percent * 100
