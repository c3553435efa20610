"""The labels change places: which order, and both runs of core.experiments.label_order as they train."""

import streamlit as st

from core.experiments.label_order import ORDERS, LabelOrderProgress, TrainedOn
from ui import jobs
from ui.components import load
from ui.controls import as_linked
from ui.links import note
from ui.numbers import percent, power
from ui.pictures import scale_of, signed_rgb
from ui.renderings import Waiting, rendering_bar
from ui.shared import data_url
from ui.theme import BALL_COLOURS, BALL_NAMES

KINDS, NAMES = tuple(BALL_NAMES), tuple(BALL_NAMES.values())
# In the link: ?order=baseball-soccer-basketball
LABEL_ORDERS = {"-".join(KINDS[ball] for ball in order): order for order in ORDERS}
USUAL = "basketball-baseball-soccer"
CHOSEN = "three_balls:order"  # in session_state

_swap = load("elements", "three_balls/label_swap")


def label_order() -> tuple[int, ...]:
    """Which of the six orders, by hand or from the link; after Back or Forward, from the link again."""
    names = list(LABEL_ORDERS)
    link = st.query_params.get("order", USUAL)
    if link not in names:
        st.info(
            "The link’s order needs all three balls, such as **order=soccer-baseball-basketball**. "
            "Here is the usual one instead.",
            icon=":material/link_off:",
        )
    key, asked, late = as_linked(CHOSEN, link if link in names else USUAL)
    name = st.pills(
        "Neurons 1, 2, 3 are given the labels",
        names,
        default=asked,
        required=True,
        format_func=lambda name: order_name(LABEL_ORDERS[name]),
        key=key,
        on_change=late,
    )
    name = name or USUAL  # a required choice, too, can be told to be none
    note("order", name, USUAL)
    return LABEL_ORDERS[name]


def order_name(order: tuple[int, ...]) -> str:
    """(1, 0, 2) → "1 basketball · 2 soccer ball · 3 baseball": what neurons 1, 2, 3 are given."""
    return " · ".join(f"{k + 1} {NAMES[ball]}" for k, ball in enumerate(order))


def swap_so_far(job: jobs.Job | None, chosen: tuple[int, ...]) -> None:
    """The runs as they are now. chosen: the order that is chosen, which the runs need not have had."""
    jobs.say(job)
    latest = job.latest if job is not None else None
    if isinstance(latest, Waiting) and job is not None and not job.done:
        rendering_bar(latest)
    elif job is not None and isinstance(latest, LabelOrderProgress):
        st.progress(latest.step / latest.steps, text=f"Both runs: step {latest.step} of {latest.steps}")
        theirs = latest.after.order == chosen
        title = "After: your order" if theirs else "After: the order chosen before"
        label_swap(latest, title, key="three_balls_label_swap")
        if latest.done:
            st.caption(exchanged(latest.before, latest.after))
        if not theirs:
            order = order_name(latest.after.order)
            st.info(
                f"These runs had the order **{order}**. Another one is chosen now: train both orders "
                "again to see it."
                if job.done
                else f"These runs have the order **{order}**. The one that is chosen now is for the next.",
                icon=":material/history:",
            )


def label_swap(progress: LabelOrderProgress, after: str, *, key: str) -> None:
    """Mount the two rows: label given, weights (one scale for all six), AUC of each ball, ball detected."""
    scale = max(scale_of(run.network.layers[0].W.numpy()) for run in (progress.before, progress.after))
    _swap(
        key=key,
        data={
            "names": list(NAMES),
            "colours": list(BALL_COLOURS.values()),
            "trained": progress.step > 0,
            "done": progress.done,
            "before": _run(progress.before, "Before: the lecture’s order", scale),
            "after": _run(progress.after, after, scale),
        },
    )


def _run(run: TrainedOn, title: str, scale: float) -> dict[str, object]:
    return {
        "title": title,
        "note": f"accuracy {percent(run.accuracy, 1)} on unseen photos · J of the last batch {run.cost:.2f}",
        "order": list(run.order),
        "detects": list(run.detects),
        "auc": [[round(value, 4) for value in row] for row in run.auc.tolist()],
        "pictures": [data_url(signed_rgb(w, scale)) for w in run.network.layers[0].W.numpy()],
    }


def exchanged(before: TrainedOn, after: TrainedOn) -> str:
    """How exactly the second run's weights are the first one's with the rows exchanged."""
    W = before.network.layers[0].W[list(after.order)]
    largest = float((after.network.layers[0].W - W).abs().max())
    rows = "" if before.order == after.order else " with rows exchanged"
    return (
        f"The second run’s weights are the first one’s{rows}: the largest of {W.numel():,} "
        f"differences is {power(largest)}. A neuron’s AUC for a ball is how often it gives a photo with that "
        "ball a higher z than one without: ½ is chance, and the ball with the highest is what it *detects*."
    )
