"""Our own OpenFeature provider: decides by what the context tells of the company's settings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata


class SlotkeeperProvider(AbstractProvider):
    """Resolves one flag to on, off or shadow; knows no other."""

    def get_metadata(self) -> Metadata:
        """Its name."""
        return Metadata("slotkeeper")

    def resolve_string_details(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        """Decide by switch, share and shadow, in that order."""
        context = evaluation_context or EvaluationContext()
        told = context.attributes
        percent = told.get("percent", 100)
        if not told.get("enabled", True):
            return FlagResolutionDetails("off", reason=Reason.DISABLED)
        if told.get("shadow", False):
            return FlagResolutionDetails("shadow", reason=Reason.TARGETING_MATCH)
        share = percent if isinstance(percent, int) else 0
        on = in_share(context.targeting_key or "", share)
        return FlagResolutionDetails("on" if on else "off", reason=Reason.SPLIT)

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """There is no such flag."""
        raise FlagNotFoundError(flag_key)

    def resolve_integer_details(
        self,
        flag_key: str,
        default_value: int,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[int]:
        """There is no such flag."""
        raise FlagNotFoundError(flag_key)

    def resolve_float_details(
        self,
        flag_key: str,
        default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[float]:
        """There is no such flag."""
        raise FlagNotFoundError(flag_key)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """There is no such flag."""
        raise FlagNotFoundError(flag_key)


def in_share(call_id: str, percent: int) -> bool:
    """Whether a call is among so many percent; growing the share never moves one out."""
    digest = hashlib.sha256(b"optimistic_reservations:" + call_id.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest.digest()[:8]) % 10_000 < percent * 100
