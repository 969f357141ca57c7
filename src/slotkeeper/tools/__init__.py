"""The registry of tools: name, schema, operation. Voice platforms are adapters over it."""
