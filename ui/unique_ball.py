"""What Goal 3's page says of numbers: formulas with this photo's values, sentences for any photo."""

import math
from collections.abc import Sequence

from ui.numbers import adding_up, percent, plain
from ui.theme import BALL_NAMES
from ui.two_balls import Count
from ui.words import listed

NAMES = tuple(BALL_NAMES.values())


def vector(values: Sequence[float]) -> str:
    """A column in KaTeX, two decimals."""
    return r"\begin{bmatrix}" + r"\\".join(plain(v) for v in values) + r"\end{bmatrix}"


def chance_of_best(z: Sequence[float], y_hat: Sequence[float]) -> str:
    """The formula of the most likely class with this photo's numbers, in KaTeX."""
    k = max(range(3), key=lambda i: z[i])
    denominator = " + ".join(f"e^{{{plain(v)}}}" for v in z)
    return rf"\hat y_{k + 1} = \frac{{e^{{{plain(z[k])}}}}}{{{denominator}}} = {y_hat[k]:.3f}"


def steps_table(z: Sequence[float], y_hat: Sequence[float]) -> str:
    """z_k, e^{z_k}, ŷ_k of the three classes and their sums, as Markdown."""
    e, total = adding_up([math.exp(v) for v in z])
    lines = [r"| neuron | $z_k$ | $e^{z_k}$ | $\hat y_k$ |", "|:--|--:|--:|--:|"]
    for k, name in enumerate(NAMES):
        lines.append(f"| {k + 1} {name} | {plain(z[k], 4).replace('-', '−')} | {e[k]} | {y_hat[k]:.3f} |")
    lines.append(f"| sum | | {total} | **{sum(y_hat):.3f}** |")
    return "\n".join(lines)


def what_head_says(y_hat: Sequence[float], Y: Sequence[float] | None) -> str:
    """The head's answer and, where a label is known, whether it is right."""
    k = max(range(3), key=lambda i: y_hat[i])
    answer = f"The head’s answer: **{NAMES[k]}**, with ŷ{'₁₂₃'[k]} = {y_hat[k]:.3f}."
    if Y is None:
        return answer
    ones = round(sum(Y))
    if ones == 0:
        return f"{answer} There is no ball in this photo, but the outputs sum to 1: it cannot say *none*."
    if ones > 1:
        return f"{answer} There are {ones} balls in this photo, which this goal rules out."
    return f"{answer} " + (
        "That is right." if Y[k] else f"That is wrong: the label says {NAMES[list(Y).index(1)]}."
    )


def verdict(sigmoids: Sequence[float], distribution: Sequence[float], Y: Sequence[float]) -> str:
    """What both heads say of a two-ball photo, true for whichever photo it is."""
    present = [k for k in range(3) if Y[k]]
    yes = [k for k in range(3) if sigmoids[k] > 0.5]
    said = listed([NAMES[k] for k in yes]) or "no ball"
    first = f"**Goal 2’s head** says {said}" + (
        ": both, and nothing else."
        if yes == present
        else f"; in the photo: {listed([NAMES[k] for k in present])}."
    )
    a, b = (distribution[k] for k in present)
    split = "splits" if min(a, b) >= 0.2 else "sides with one of them" if max(a, b) > 0.5 else "spreads"
    return (
        f"{first} **Goal 3’s head** {split}: {a:.2f} for the {NAMES[present[0]]}, {b:.2f} for the "
        f"{NAMES[present[1]]}, {1 - a - b:.2f} for the ball that is not there. It cannot say both."
    )


def count_words(count: Count) -> str:
    """How often each head says both, with the share."""
    return (
        f"Exactly the two balls above ½: **Goal 2** in {count.apart} of {count.seen} photos "
        f"({percent(count.apart / count.seen)}), **Goal 3** in {count.coupled}, which no training can "
        f"change. On average it gives the two balls {count.shared_out:.2f} of its 1 together."
    )
