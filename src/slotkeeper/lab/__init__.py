"""The laboratory: simulated callers, the proof, the demo and what they run on.

It may import every room and no room imports it: the command line finds its commands by entry
points. What only it needs is the extra ``slotkeeper[lab]``.
"""
