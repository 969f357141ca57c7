"""What a language brings along for an agent, and where it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slotkeeper.domain.locale import LanguageRoom


@dataclass(frozen=True, slots=True)
class AgentWords:
    """One language's words for an agent; ``$salon`` stands for the company's name.

    ``language_tag`` is BCP 47. ``spoken`` is what the agent says, or is to say, in its nodes; the
    rest is ``say``, the server's own sentence, which the agent repeats. ``conditions`` are what the
    model is asked about the caller's words to choose the next node.
    """

    language_tag: str
    prompt: str
    spoken: Mapping[str, str]
    conditions: Mapping[str, str]


AGENT_WORDS = LanguageRoom("slotkeeper.agents.words", AgentWords)
