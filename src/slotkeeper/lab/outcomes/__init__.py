"""The outcomes of simulated calls: counted, as tables and as a picture."""
