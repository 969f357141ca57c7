"""The words that every room of a language needs: numbers, weekdays and months.

Tables of our own rather than Babel's: a language needs its number words anyhow, in every spelling
that callers use, and beside them the names are nineteen words.
"""

from slotkeeper.language.vocabulary.words import VOCABULARIES, Vocabulary

__all__ = ["VOCABULARIES", "Vocabulary"]
