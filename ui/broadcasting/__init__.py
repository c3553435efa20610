"""The parts of the page "Broadcasting" (pages/broadcasting.py).

boards      b stretched to b̃ on numbers that can be typed, and the way back
memory      what b, b̃ and a copy take
playground  any two shapes
times       the loop against the batch
"""
