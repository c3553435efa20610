"""The parts of the page "Why now" (pages/why_now.py)."""
