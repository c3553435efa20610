"""OpenMP's threads give their core back soon after they have done their part of a sum.

torch divides large sums among the threads of OpenMP, and GNU's, with which it comes on Linux, wait for the
next one in a loop, for milliseconds. Meanwhile the core is not there for anybody else: not for another
person's run, nor for the other half of a product that core.columns divides. A step over 4,096 photos took as
long in two threads as in one.
"""

import os

TURNS = "10000"  # of that loop, some 0.03 ms: the sums of one operation follow each other sooner


def give_cores_back() -> None:
    """To be called before torch is imported; a number that is set from outside stays."""
    os.environ.setdefault("GOMP_SPINCOUNT", TURNS)
