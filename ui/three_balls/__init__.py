"""The parts of the page "Goal 2" (pages/three_balls.py)."""
