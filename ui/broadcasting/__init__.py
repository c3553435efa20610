"""The parts of the page "Broadcasting" (pages/broadcasting.py)."""
