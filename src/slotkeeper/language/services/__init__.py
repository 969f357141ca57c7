"""Understanding which service a caller means, in the words of one language.

``ServiceIndex`` is the way in, made once for a catalogue; ``ServiceGuess`` is what comes out.
"""
