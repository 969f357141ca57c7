"""Understanding which service a caller means, in the words of one language.

``ServiceIndex`` is the way in, made once for a catalogue; ``ServiceGuess`` is what comes out.
"""

from slotkeeper.language.services.service_index import Action, ServiceGuess, ServiceIndex

__all__ = ["Action", "ServiceGuess", "ServiceIndex"]
