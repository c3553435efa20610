"""What Goal 2's page says of numbers: the answer, the loss with this photo's values, what a sweep shows."""

from collections.abc import Sequence

import streamlit as st
import torch

from core.balls import GALLERY_SEED, MIXED
from core.experiments import ImbalanceRun, TrainedOn
from core.heads import probabilities
from core.network import Network
from ui import shared
from ui.numbers import adding_up
from ui.theme import BALL_NAMES

NAMES = tuple(BALL_NAMES.values())
# What a row of the gallery shows: each ball alone, two, three, none.
ROW = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1), (0, 0, 0))
LOOKED_AT = 24


@st.cache_resource(max_entries=2, show_spinner=False)
def two_ball_photo(_goal2: Network) -> int:
    """The photo of a soccer ball and a baseball, out of the first rows, on which the head is clearest."""
    places = shared.gallery_order(MIXED, ROW, len(ROW))[3 :: len(ROW)][:LOOKED_AT]
    photos = shared.photos(GALLERY_SEED, places, MIXED)
    P = probabilities(_goal2, torch.tensor(photos.pixels))  # (3, LOOKED_AT)
    right = torch.where(torch.tensor(photos.Y) > 0.5, P, 1 - P)
    return places[int(right.min(dim=0).values.argmax())]


def in_words(kinds: Sequence[int]) -> str:
    """[0, 2] → "soccer ball and baseball"; [] → "no ball"."""
    names = [NAMES[k] for k in kinds]
    return " and ".join(", ".join(names).rsplit(", ", 1)) if names else "no ball"


def answer(y_hat: Sequence[float], y: Sequence[float] | None) -> str:
    """The head's answer and how many neurons agree with the label, in Markdown."""
    yes = [k for k in range(3) if y_hat[k] > 0.5]
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


def loss_formula(y: Sequence[float], y_hat: Sequence[float], terms: Sequence[float]) -> list[str]:
    """L as the sum of its three terms, in KaTeX, one line a term and one for the sum."""
    shown, total = adding_up(terms)
    lines = []
    for k in range(3):
        value = f"{y_hat[k]:.3f}" if y[k] else f"(1 - {y_hat[k]:.3f})"
        lines.append(rf"L_{k + 1} &= -\log {value} = {shown[k]}")
    lines.append(rf"L &= {' + '.join(shown)} = \mathbf{{{total}}}")
    return lines


def slopes(y: Sequence[float], y_hat: Sequence[float]) -> str:
    """∂L/∂z_k = ŷ_k − y_k of each neuron with its numbers, as a Markdown table."""
    rows = [r"| neuron | $\partial L/\partial z_k = \hat y_k - y_k$ | what a step does |", "|:--|:--|:--|"]
    for k, name in enumerate(NAMES):
        slope = y_hat[k] - y[k]
        rows.append(
            f"| {k + 1} {name} | ${y_hat[k]:.3f} - {int(y[k])} = {slope:.3f}$ | "
            f"{'raises' if slope < 0 else 'lowers'} $z_{k + 1}$ |"
        )
    return "\n".join(rows)


def slope_of_second(y: Sequence[float], y_hat: Sequence[float]) -> str:
    """∂L/∂w_2 with this photo's numbers, in KaTeX: nothing of neurons 1 and 3 is in it."""
    return (
        r"\begin{aligned}\underset{(1,\,12288)}{\frac{\partial L}{\partial w_2}} &= "
        r"(\hat y_2 - y_2)\, \underset{(1,\,12288)}{x^{\mathsf T}} \\ &= "
        rf"({y_hat[1]:.3f} - {int(y[1])})\, x^{{\mathsf T}} = {y_hat[1] - y[1]:.3f}\, x^{{\mathsf T}}"
        r"\end{aligned}"
    )


def exchanged(before: TrainedOn, after: TrainedOn) -> str:
    """How exactly the second run's weights are the first one's with the rows exchanged."""
    W = before.network.layers[0].W[list(after.order)]
    largest = float((after.network.layers[0].W - W).abs().max())
    size = "is 0" if largest == 0 else f"is {largest:.0e}"
    return (
        f"The second run’s weights are the first one’s, rows exchanged: of the {W.numel():,} differences the "
        f"largest {size}. A neuron’s AUC for a ball is how often it gives a photo with that ball a higher z "
        "than one without: ½ is chance, and the ball with the highest is what it *detects*."
    )


def order_name(order: Sequence[int]) -> str:
    """(1, 0, 2) → "basketball, soccer ball, baseball": what neurons 1, 2, 3 are given."""
    return " · ".join(f"{k + 1} {NAMES[ball]}" for k, ball in enumerate(order))


def what_the_sweep_shows(runs: Sequence[ImbalanceRun]) -> str:
    """What is to be seen in the runs so far, in a few sentences, from their numbers alone."""
    counts = sorted({run.count for run in runs})
    if not counts:
        return ""
    by_count = {count: [run for run in runs if run.count == count] for count in counts}
    few, many = by_count[counts[0]], by_count[counts[-1]]
    text = (
        f"With **{counts[0]}** baseball photo{'s' * (counts[0] > 1)} among {few[0].photos:,}, the baseball "
        f"neuron finds **{_mean(few, 'recall'):.0%}** of the baseballs, and yet it would be right on "
        f"**{_mean(few, 'accuracy'):.1%}** of photos mixed like these. "
    )
    if _mean(few, "recall") < 0.05:
        text += "It always says no, and no is nearly always right. "
    if len(counts) > 1:
        text += f"With **{counts[-1]}** it finds **{_mean(many, 'recall'):.0%}**. "
    # From this count on every run ranks well: a single lucky photo is not taken for more.
    poor = [c for c in counts if min(run.auc[2] for run in by_count[c]) < 0.65]
    ranked = [c for c in counts if c > max(poor, default=0) and _mean(by_count[c], "recall") < 0.05]
    if ranked:
        text += (
            f"With {ranked[0]} its logits are higher for baseballs than for the others (AUC "
            f"{_mean(by_count[ranked[0]], 'auc'):.2f}), but hardly any ŷ₃ passes ½. "
        )
    for k in (0, 1):
        lost = _mean(few, "recall", k) - _mean(many, "recall", k)
        if lost > 0.15:
            shares = [rs[0].with_ball[k] / rs[0].photos for rs in (few, many)]
            text += (
                f"The {NAMES[k]} neuron’s recall falls by {100 * lost:.0f} points: its ball’s "
                f"share of the photos goes from {shares[0]:.0%} to {shares[1]:.0%}, and a neuron that can "
                f"hardly tell (AUC {_mean(many, 'auc', k):.2f}) sides with the majority."
            )
    return text


def _mean(runs: Sequence[ImbalanceRun], score: str, k: int = 2) -> float:
    return sum(getattr(run, score)[k] for run in runs) / len(runs)
