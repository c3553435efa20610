"""What Goal 2's page says of a photo in words and formulas: the answer, the loss with its values."""

import math
from collections.abc import Sequence

from ui.numbers import adding_up, digits_that_give, plain
from ui.theme import BALL_NAMES
from ui.undecided import tossed, undecided_of
from ui.words import listed

NAMES = tuple(BALL_NAMES.values())


def in_words(kinds: Sequence[int]) -> str:
    """[0, 2] → "soccer ball and baseball"; [] → "no ball"."""
    return listed([NAMES[k] for k in kinds]) or "no ball"


def answer(y_hat: Sequence[float], y: Sequence[float] | None) -> str:
    """The head's answer and how many neurons agree with the label, in Markdown."""
    yes = [k for k in range(3) if y_hat[k] > 0.5]
    doubtful = undecided_of(y_hat)
    if doubtful:
        sure = [k for k in yes if k not in doubtful]
        says = f"says: **{in_words(sure)}**; undecided" if sure else "is undecided"
        said = f"Goal 2 {says}: {listed(tossed(NAMES, y_hat, doubtful))}. "
        said += f"The rule ŷ\u00a0>\u00a0½ makes it **{in_words(yes)}**."
    else:
        said = f"Goal 2 says: **{in_words(yes)}**."
    if y is None:
        return said
    right = sum((k in yes) == (y[k] > 0.5) for k in range(3))
    if right == 3:
        return f"{said} That is what the label says: all three neurons are right."
    return (
        f"{said} The label says {in_words([k for k in range(3) if y[k] > 0.5])}: "
        f"{('none', 'one', 'two')[right]} of the three neurons {'is' if right == 1 else 'are'} right."
    )


def digits(y: Sequence[float], y_hat: Sequence[float], terms: Sequence[float]) -> int:
    """So many decimals, three at least, of every ŷ that each term of L comes out of it on a calculator.

    All three have as many, and so they have in the derivatives: no number stands there in two ways.
    """
    shown, _ = adding_up(terms)
    losses = [_log_loss_of_a_ball if on else _log_loss_of_none for on in y]
    found, tried = 3, 0
    while found != tried:
        tried = found
        texts = map(digits_that_give, losses, y_hat, shown, (tried,) * len(shown))
        found = max(len(text.partition(".")[2]) for text in texts)
    return found


def loss_formula(y: Sequence[float], y_hat: Sequence[float], terms: Sequence[float]) -> list[str]:
    """L as the sum of its three terms, in KaTeX, one line a term and one for the sum."""
    shown, total = adding_up(terms)
    decimals = digits(y, y_hat, terms)
    lines = []
    for k in range(3):
        p = f"{y_hat[k]:.{decimals}f}"
        value = p if y[k] else f"(1 - {p})"
        lines.append(rf"L_{k + 1} &= -\log {value} = {shown[k]}")
    lines.append(rf"L &= {' + '.join(shown)} = \mathbf{{{total}}}")
    return lines


def slopes(y: Sequence[float], y_hat: Sequence[float], decimals: int = 3) -> str:
    """∂L/∂z_k = ŷ_k − y_k of each neuron with its numbers, as a Markdown table."""
    rows = [r"| neuron | $\partial L/\partial z_k = \hat y_k - y_k$ | what a step does |", "|:--|:--|:--|"]
    for k, name in enumerate(NAMES):
        slope = y_hat[k] - y[k]
        rows.append(
            f"| {k + 1} {name} | ${y_hat[k]:.{decimals}f} - {int(y[k])} = {plain(slope, decimals)}$ | "
            f"{'raises' if slope < 0 else 'lowers'} $z_{k + 1}$ |"
        )
    return "\n".join(rows)


def slope_of_second(y: Sequence[float], y_hat: Sequence[float], decimals: int = 3) -> str:
    """∂L/∂w_2 with this photo's numbers, in KaTeX: nothing of neurons 1 and 3 is in it."""
    return (
        r"\begin{aligned}\underset{(1,\,12288)}{\frac{\partial L}{\partial w_2}} &= "
        r"(\hat y_2 - y_2)\, \underset{(1,\,12288)}{x^{\mathsf T}} \\ &= "
        rf"({y_hat[1]:.{decimals}f} - {int(y[1])})\, x^{{\mathsf T}} = "
        rf"{plain(y_hat[1] - y[1], decimals)}\, x^{{\mathsf T}}"
        r"\end{aligned}"
    )


def _log_loss_of_a_ball(y_hat: float) -> float:
    return -math.log(y_hat)


def _log_loss_of_none(y_hat: float) -> float:
    return -math.log(1 - y_hat)
