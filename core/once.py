"""What takes a while to make and stays the same is made once, however many threads ask for it first.

functools.cache alone remembers, but each thread that asks before the first one is done makes it too: five of
them would make the tables of the balls five times, side by side, and all five would wait that much longer.
"""

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

KEPT = 4  # results of a function, for as many different arguments, such as devices


def once(make: Callable[P, R]) -> Callable[P, R]:
    """`make`, called once for the same arguments; whoever asks meanwhile, even with others, waits for it.

    The last KEPT results are remembered. The arguments are hashable, and `make` does not call itself.
    Errors: whatever it raises; a failure is not remembered, the next one who asks tries again.
    """
    kept = lru_cache(maxsize=KEPT)(make)
    making = threading.Lock()

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with making:
            return kept(*args, **kwargs)  # type: ignore[arg-type]  # hashable, as is said above

    return made
