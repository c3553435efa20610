"""The parts of the page "Hidden layers" (pages/hidden_layers.py)."""
