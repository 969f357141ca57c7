"""How public holidays are called, one file per language."""
