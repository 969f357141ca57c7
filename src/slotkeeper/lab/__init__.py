"""The laboratory: simulated callers, the proof, the demo, and the servers that they use.

It may import every room, and no room imports it: the command line finds its commands by entry
points. The libraries that only the laboratory needs are the extra ``slotkeeper[lab]``.
"""

# The salon that the demo, the proof and simulations use unless they are told another.
EXAMPLE_SALON = "friseur-1"
