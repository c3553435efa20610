"""The parts of the page "Goal 3" (pages/unique_ball.py)."""
