"""How fast a live run is let go. What it learns does not depend on it: the steps are the same at every pace.

    slow    the steps between two pictures grow by 15 %, 1, 1, 2 …, as far as the trainer can
    steps   one after the other, so many a second that the eye can follow
    full    as fast as the trainer is

After k beats the slow start is at about step 1.15ᵏ: the steps in which pictures form last as long as the
thousands after them. After a pause it goes on as fast as it was; what was changed in the pause has a slow
start of its own. Beats that a busy trainer does not keep up with are not made up for.
"""

import math

SLOW, STEPS, FULL = "slow", "steps", "full"
PACES = (SLOW, STEPS, FULL)
BEAT = 0.1  # seconds, about as long as a painted picture stands
GROWTH = 1.15  # from one beat to the next
STEP_EVERY = 0.05  # seconds
MOST_BEATS = 120  # from here on they grow no more: 3 million steps a beat are out of anybody's reach


def steps_of(beat: int) -> int:
    """How many steps the beat number `beat` of a slow start has: 1.15ᵏ − 1.15ᵏ⁻¹, and at least 1."""
    return max(1, round((GROWTH - 1) * GROWTH ** min(beat, MOST_BEATS)))


class Pace:
    """Tells when the next step may be taken. Times are those of time.monotonic. Use: under the run's lock."""

    def __init__(self, name: str = SLOW) -> None:
        self.choose(name)

    def choose(self, name: object) -> None:
        """One of PACES from now on. Errors: ValueError in a sentence."""
        if name not in PACES:
            raise ValueError(f"A pace is one of {', '.join(PACES)}.")
        self.name = str(name)
        self.begin()

    def begin(self, done: int = 0) -> None:
        """Somebody plays, or the run begins anew.

        done: steps since the start or the last change; a slow start goes on from there.
        """
        beats = math.floor(math.log(max(1, done), GROWTH))
        self._beats, self._left, self._due = beats, 0, 0.0

    @property
    def due(self) -> int:
        """How many steps the next beat of a slow start has."""
        return steps_of(self._beats)

    def wait(self, now: float) -> float:
        """Seconds until the next step may be taken; 0, and the step is counted, if it may be now."""
        if self.name == FULL:
            return 0.0
        if self._left == 0:
            if now < self._due:
                return self._due - now
            slow = self.name == SLOW
            every = BEAT if slow else STEP_EVERY
            self._left = self.due if slow else 1
            self._due = (self._due if now - self._due < every else now) + every
            self._beats += 1
        self._left -= 1
        return 0.0
