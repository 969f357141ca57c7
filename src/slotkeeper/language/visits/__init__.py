"""Understanding a visit: several services and several people in one breath.

``understand_visit`` is the way in; a ``VisitGuess`` is what comes out.
"""
