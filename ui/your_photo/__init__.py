"""The parts of the page "Your photos" (pages/your_photo.py)."""
