"""The parts of the page "Propagation" (pages/propagation.py).

lines       each step as equation, as code and with its shapes
picture     the live picture: the photos, what core computed for them, where the person is in it
"""
