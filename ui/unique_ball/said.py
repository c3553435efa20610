"""What Goal 3's page says of numbers: formulas with this photo's values, sentences for any photo."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui.numbers import adding_up, percent, plain, signed
from ui.theme import BALL_NAMES
from ui.undecided import close
from ui.unique_ball.two_balls import Count
from ui.words import listed, unbroken

NAMES = tuple(BALL_NAMES.values())
MOST_LETTERS = 29  # of z and ŷ that stand beside each other in a formula on a phone


@dataclass(frozen=True)
class Steps:
    """z_k, e^{z_k} and ŷ_k of a photo as they are shown: e and ŷ add up to what stands below them, and z has
    so many decimals that both come out of it on a calculator.
    """

    z: list[str]
    e: list[str]
    e_sum: str
    y_hat: list[str]
    y_sum: str
    best: int  # the most likely class
    close: list[int]  # those about as likely, it among them; none where the answer is no toss of a coin


def steps(z: Sequence[float], y_hat: Sequence[float]) -> Steps:
    """The three logits, two to six decimals of each, and what softmax makes of them."""
    (e, e_sum), (share, y_sum) = adding_up([math.exp(v) for v in z]), adding_up(y_hat, least=3, most=6)
    for digits in range(2, 7):
        shown = [plain(v, digits) for v in z]
        again = [math.exp(float(text)) for text in shown]
        if _give(again, [math.exp(v) for v in z], e) and _give([v / sum(again) for v in again], y_hat, share):
            break
    return Steps(shown, e, e_sum, share, y_sum, max(range(3), key=lambda k: z[k]), close(y_hat))


def _give(values: Sequence[float], exact: Sequence[float], texts: Sequence[str]) -> bool:
    """Whether these values are what is shown, or, where that was moved to add up, what it was moved from."""
    return _as(values, texts) in (list(texts), _as(exact, texts))


def _as(values: Sequence[float], texts: Sequence[str]) -> list[str]:
    """The values with as many decimals as the texts have."""
    return [f"{v:.{len(text.partition('.')[2])}f}" for v, text in zip(values, texts, strict=True)]


def softmax_with_numbers(shown: Steps) -> str:
    """Softmax of the most likely class, and the same with this photo's numbers, in KaTeX; no line is too long
    for a phone.
    """
    k = shown.best
    denominator = " + ".join(f"e^{{{text}}}" for text in shown.z)
    so = r" \\[0.5em] &= " if sum(map(len, (*shown.z, shown.y_hat[k]))) > MOST_LETTERS else " = "
    return (
        rf"\begin{{aligned}} \hat y_{k + 1} &= \frac{{e^{{z_{k + 1}}}}}{{\sum_j e^{{z_j}}}} \\[1em] "
        rf"&= \frac{{e^{{{shown.z[k]}}}}}{{{denominator}}}{so}{shown.y_hat[k]} \end{{aligned}}"
    )


def what_head_says(shown: Steps, Y: Sequence[float] | NDArray[np.float32] | None) -> str:
    """The head's answer and, where a label is known, whether it is right."""
    k = shown.best
    output = [unbroken(f"ŷ{name} = {value}") for name, value in zip("₁₂₃", shown.y_hat, strict=True)]
    answer = f"The model’s answer: **{NAMES[k]}**, with {output[k]}."
    if shown.close:
        likely = [f"**{NAMES[j]}** ({output[j]})" for j in shown.close]
        answer = f"The model is undecided: {listed(likely, 'or')}. The largest ŷ makes it {NAMES[k]}."
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


def clean_derivative(ones: int) -> str:
    """∂L_CE/∂z in KaTeX: the lecture's ŷ − y where one label is 1, written large; else with its factor."""
    if ones == 1:  # as high as the other, so that nothing jumps when a label is switched
        return r"\frac{\partial L_{CE}}{\partial z} = {\LARGE \hat y - y} \rule[-0.82em]{0em}{1.92em}"
    return (
        r"\frac{\partial L_{CE}}{\partial z} = \Big(\sum_k y_k\Big)\,\hat y - y = " + rf"{ones}\,\hat y - y"
    )


def coupled_slope(ones: int) -> str:
    """∂L_CE/∂z_1 in KaTeX with softmax written out, as short as the label allows."""
    factor = "" if ones == 1 else r"\big(\sum_k y_k\big)\,"
    return (
        r"\frac{\partial L}{\partial z_1} = \frac{" + factor + r"e^{z_1}}{e^{z_1} + e^{z_2} + e^{z_3}} - y_1"
    )


def what_first_learns(here: Sequence[float], coupled: Sequence[float], other: str, y: Sequence[float]) -> str:
    """∂L/∂z_1 of both goals at this place, here (2,), and Goal 3's along the line that w_2 or w_3 moves."""
    apart, now = (signed(slope, 3) for slope in here)
    least, most = (signed(end(coupled), 3) for end in (min, max))
    text = f"With this photo and the label above, Goal 2’s ∂L/∂z₁ is {apart}, whatever {other} is. "
    if not any(y):
        return f"{text}Goal 3’s is 0 all along the line: without a label its neuron 1 learns nothing."
    if least == most:
        return f"{text}Goal 3’s is {now} all along the line, as far as three decimals show it."
    return (
        f"{text}Goal 3’s is {now} now, and between {least} and {most} along the line: "
        "what neuron 1 learns here depends on neurons 2 and 3."
    )


def verdict(
    sigmoids: Sequence[float], distribution: Sequence[float], Y: Sequence[float] | NDArray[np.float32]
) -> str:
    """What both heads say of a two-ball photo, true for whichever photo it is."""
    present = [k for k in range(3) if Y[k]]
    yes = [k for k in range(3) if sigmoids[k] > 0.5]
    said = listed([NAMES[k] for k in yes]) or "no ball"
    first = f"**Goal 2’s model** puts {said} above ½" + (
        ": both, and nothing else."
        if yes == present
        else f"; in the photo: {listed([NAMES[k] for k in present])}."
    )
    a, b = (distribution[k] for k in present)
    absent = 1 - a - b
    shown, _ = adding_up(distribution, most=3)  # as beside the figure's bars
    rest = next(text for k, text in enumerate(shown) if k not in present)
    split = (
        "splits"
        if min(a, b) >= 0.3
        else "sides with one of them"
        if max(a, b) > 0.5
        else "sides with the ball that is not there"
        if absent > 0.5
        else "spreads"
    )
    return (
        f"{first} **Goal 3’s model** {split}: {shown[present[0]]} for the {NAMES[present[0]]}, "
        f"{shown[present[1]]} for the {NAMES[present[1]]}, {rest} for the ball that is not there. "
        "It cannot say both."
    )


def count_bar(count: Count, total: int, over: bool) -> str:
    """What stands at the bar. over: whether nobody counts any more, to the end or not."""
    stopped = "Stopped: " if over and count.seen < total else ""
    return f"{stopped}{count.seen} of {total} photos"


def count_words(count: Count) -> str:
    """How often each head says both, with the share."""
    return (
        f"Exactly the two balls above ½: **Goal 2** in {count.apart} of {count.seen} photos "
        f"({percent(count.apart / count.seen)}), **Goal 3** in {count.coupled}, which no training can "
        f"change. Its outputs sum to 1, of which the two balls get {count.shared_out:.2f} on average."
    )
