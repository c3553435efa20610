"""The parts of the page "Propagation" (pages/propagation.py)."""
