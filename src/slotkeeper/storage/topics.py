"""The topic of a call as it is stored: JSON in a row of its own."""

from __future__ import annotations

import msgspec

from slotkeeper.domain.topic import Topic


def topic_json(topic: Topic | None) -> str | None:
    """Write a topic; None where there is none to write."""
    return msgspec.json.encode(topic).decode() if topic is not None else None


def topic_of(text: str | None) -> Topic | None:
    """Read a topic. None where there is none, or where another release wrote one of its own."""
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=Topic)
    except msgspec.ValidationError:
        return None
