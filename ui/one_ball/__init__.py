"""The parts of the page "Goal 1" (pages/one_ball.py)."""
