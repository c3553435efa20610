"""Where an output is the toss of a coin: undecided, on every page that says what a model says of a photo.

    sigmoids        each output alone: about as likely as its opposite, from 45 to 55 % as it is shown
    a distribution  the likeliest ones, where they are about as likely as each other: odds of up to 55 to 45

What the rule makes of it, ŷ > ½ or the largest ŷ, is said beside it: by that right and wrong are counted.
"""

from collections.abc import Sequence

from ui.numbers import percent

TOSS = 0.55  # the odds of one answer against the other, as they are shown
BELOW = TOSS + 0.005  # the browser has this number, too: assets/components/one_ball/neuron.js
WORDS = "Odds of 55 to 45 or closer count as a coin toss: undecided."


def undecided(p: float) -> bool:
    """Whether a sigmoid's output p could as well be the opposite."""
    return max(p, 1 - p) < BELOW


def undecided_of(p: Sequence[float]) -> list[int]:
    """Which of some sigmoids' outputs are undecided, the likeliest first."""
    return [k for k in _falling(p) if undecided(p[k])]


def close(p: Sequence[float]) -> list[int]:
    """Which outputs of a distribution are about as likely as its likeliest, that one first; else none."""
    falling = _falling(p)
    most = p[falling[0]]
    found = [k for k in falling if most <= TOSS * (most + p[k])]
    return found if len(found) > 1 else []


def tossed(names: Sequence[str], p: Sequence[float], which: Sequence[int]) -> list[str]:
    """ "baseball (52 %)" for each of these outputs."""
    return [f"{names[k]} ({percent(p[k])})" for k in which]


def _falling(p: Sequence[float]) -> list[int]:
    return sorted(range(len(p)), key=lambda k: p[k], reverse=True)
