"""Tokens at the edge of the tools: unsealed in the arguments, sealed in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import msgspec

from slotkeeper.storage.sealed_tokens import SealedTokens
from slotkeeper.tools.arguments import plain
from slotkeeper.tools.parameters import PARAMETERS
from slotkeeper.tools.wording import ToolAnswer

TOKEN_NAMES = ("reservation_token", *PARAMETERS["reservation_token"].aliases)


def with_stored_token(args: Mapping[str, object], tokens: SealedTokens) -> Mapping[str, object]:
    """Give the arguments with the reservation token as it is stored; other words stay."""
    sent = [name for name in TOKEN_NAMES if name in args]
    return {**args, **{name: _stored(args[name], tokens) for name in sent}} if sent else args


def with_sealed_tokens(answer: ToolAnswer, tokens: SealedTokens) -> ToolAnswer:
    """Give an answer with its tokens as they are given out."""
    facts = msgspec.json.decode(tokens.seal_json(msgspec.json.encode(answer.facts)))
    return replace(answer, facts=facts)


def _stored(value: object, tokens: SealedTokens) -> object:
    try:
        return str(tokens.unseal(UUID(plain(value) or "")))
    except ValueError:
        return value
