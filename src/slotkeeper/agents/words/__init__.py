"""What an exported Retell agent is told and says itself, one file per language."""

from slotkeeper.agents.words.agent_words import AGENT_WORDS, AgentWords

__all__ = ["AGENT_WORDS", "AgentWords"]
