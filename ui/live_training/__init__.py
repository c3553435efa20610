"""The parts of the page "Live training" (pages/training.py)."""
