"""The laboratory's commands, which the command line finds by entry points."""
