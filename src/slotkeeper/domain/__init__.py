"""Pure decisions: no I/O, no clock; what is now is an argument."""
