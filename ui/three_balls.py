"""What Goal 2's page says of numbers: the answer, the loss with this photo's values, what a sweep shows."""

from collections.abc import Sequence

from core.experiments import ImbalanceRun
from ui.theme import BALL_NAMES

NAMES = tuple(BALL_NAMES.values())


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
    lines = []
    for k in range(3):
        inner = rf"\hat y_{k + 1}" if y[k] else rf"(1 - \hat y_{k + 1})"
        value = f"{y_hat[k]:.3f}" if y[k] else f"(1 - {y_hat[k]:.3f})"
        lines.append(rf"L_{k + 1} &= -\log {inner} &&= -\log {value} &&= {terms[k]:.2f}")
    total = " + ".join(f"{term:.2f}" for term in terms)
    lines.append(rf"L &= L_1 + L_2 + L_3 &&= {total} &&= \mathbf{{{sum(terms):.2f}}}")
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
        r"\underset{(1,\,12288)}{\frac{\partial L}{\partial w_2}} = (\hat y_2 - y_2)\, x^{\mathsf T} = "
        rf"({y_hat[1]:.3f} - {int(y[1])})\, x^{{\mathsf T}} = {y_hat[1] - y[1]:.3f}\, x^{{\mathsf T}}"
    )


def order_name(order: Sequence[int]) -> str:
    """(1, 0, 2) → "basketball, soccer ball, baseball": what neurons 1, 2, 3 are given."""
    return " · ".join(f"{k + 1} {NAMES[ball]}" for k, ball in enumerate(order))


def what_the_sweep_shows(runs: Sequence[ImbalanceRun]) -> str:
    """What is to be seen in the runs so far, in one or two sentences, from their numbers alone."""
    by_count = {count: [r for r in runs if r.count == count] for count in sorted({r.count for r in runs})}
    if not by_count:
        return ""
    fewest = next(iter(by_count))
    few = by_count[fewest]
    text = (
        f"With **{fewest}** baseball photo{'s' * (fewest > 1)} among {few[0].photos:,}, the baseball neuron "
        f"finds **{_mean(few, 'recall'):.0%}** of the baseballs, and yet it would be right on "
        f"**{_mean(few, 'accuracy'):.1%}** of photos mixed like these: it can simply say no. "
    )
    if len(by_count) > 1:
        most = next(reversed(by_count))
        many = by_count[most]
        text += f"With **{most}** it finds **{_mean(many, 'recall'):.0%}**. "
        ranked = [c for c, rs in by_count.items() if _mean(rs, "auc") > 0.65 and _mean(rs, "recall") < 0.05]
        if ranked:
            text += (
                f"Already with {ranked[0]}, though, its logits rank baseballs above other photos "
                f"(AUC {_mean(by_count[ranked[0]], 'auc'):.2f}); but hardly any of them passes ½."
            )
    return text


def _mean(runs: Sequence[ImbalanceRun], score: str) -> float:
    return sum(getattr(run, score)[2] for run in runs) / len(runs)
