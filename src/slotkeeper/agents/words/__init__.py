"""What an exported Retell agent is told and says itself, one file per language."""
