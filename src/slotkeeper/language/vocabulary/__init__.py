"""The words that every room of a language needs: numbers, weekdays and months.

The names are our own rather than Babel's, because a language needs a table for its numbers anyhow,
in every spelling that callers use.
"""
