"""Goal 2: soccer ball, basketball, baseball, any of them. Three neurons that do not talk to each other."""

from functools import partial

import streamlit as st
import torch

from core.experiments import COUNTS, ORDERS, ImbalanceProgress, LabelOrderProgress
from core.losses import BINARY_CROSS_ENTROPY
from core.network import propagate
from core.pixels import flatten
from ui import live, shared
from ui.controls import ChosenPhoto, choose_photo
from ui.figures.loss_terms import loss_terms
from ui.label_swap import label_swap
from ui.logits import keep_in_link, linked, move_logits
from ui.recall import recall_figure
from ui.theme import BALL_NAMES
from ui.three_balls import (
    NAMES,
    ROW,
    answer,
    exchanged,
    loss_formula,
    order_name,
    slope_of_second,
    slopes,
    two_ball_photo,
    what_the_sweep_shows,
)
from ui.three_neurons import three_neurons
from ui.trials import EACH, Waiting, swap_labels, sweep, unseen

KINDS = tuple(BALL_NAMES)
LABEL_ORDERS = {"-".join(KINDS[ball] for ball in order): order for order in ORDERS}
SEEDS = (1, 3, 5, 10)
SWAP, SWEEP, RUNS = "three_balls_swap", "three_balls_sweep", "three_balls:runs"
SUB = "₁₂₃"


def label_toggles(chosen: ChosenPhoto) -> list[float]:
    """y as three switches, first set to the photo's label, or the link's on the photo that it opened."""
    y = [0.0] * 3 if chosen.Y is None else [float(v) for v in chosen.Y]
    link = st.query_params.get("label", "")
    opened = st.session_state.setdefault("three_balls:opened", (chosen.name, link))
    start = y
    if opened[0] == chosen.name and len(opened[1]) == 3 and set(opened[1]) <= {"0", "1"}:
        start = [float(v) for v in opened[1]]
    row = st.container(horizontal=True, gap="medium")
    chosen_y = [
        float(
            row.toggle(f"y{SUB[k]} {NAMES[k]}", value=bool(start[k]), key=f"three_balls:{chosen.name}:y{k}")
        )
        for k in range(3)
    ]
    if chosen_y == y:
        st.query_params.pop("label", None)
    else:
        st.query_params["label"] = "".join(str(int(v)) for v in chosen_y)
    return chosen_y


def label_order() -> str:
    """Which of the six orders; in the link as ?order=baseball-soccer-basketball."""
    names, usual = list(LABEL_ORDERS), "basketball-baseball-soccer"
    link = st.query_params.get("order", usual)
    name = st.pills(
        "Neurons 1, 2, 3 are given the labels",
        names,
        default=link if link in names else usual,
        required=True,
        format_func=lambda key: order_name(LABEL_ORDERS[key]),
        key="three_balls:order",
    )
    if name == usual:
        st.query_params.pop("order", None)
    else:
        st.query_params["order"] = name
    return name


def rendering_bar(waiting: Waiting) -> None:
    text = f"Rendering the photos, once for everybody: {waiting.done:,} of {waiting.count:,}"
    st.progress(waiting.done / waiting.count, text=text)


def swap_so_far(running: bool) -> None:
    job = live.current(SWAP)
    live.say(job)
    latest = job.latest if job is not None else None
    if isinstance(latest, Waiting):
        rendering_bar(latest)
    elif isinstance(latest, LabelOrderProgress):
        st.progress(latest.step / latest.steps, text=f"Both runs: step {latest.step} of {latest.steps}")
        label_swap(latest, key="three_balls_label_swap")
        if latest.done:
            st.caption(exchanged(latest.before, latest.after))
    live.rerun_when_over(job, running)


def sweep_so_far(count: int, accuracy: bool, auc: bool, running: bool) -> None:
    job = live.current(SWEEP)
    live.say(job)
    known = st.session_state.setdefault(RUNS, {})
    current = None
    if job is not None:
        latest = job.latest
        if isinstance(latest, Waiting):
            rendering_bar(latest)
        elif isinstance(latest, ImbalanceProgress):
            known.update({(run.count, run.seed): run for run in latest.runs})
            current = None if job.done else latest.count
            doing = f"{latest.count} baseball photo{'s' * (latest.count > 1)}, seed {latest.seed}"
            text = f"Run {min(len(latest.runs) + 1, latest.total)} of {latest.total}: {doing}"
            st.progress(
                min(latest.fraction, 1.0),
                text=f"{latest.total} run{'s' * (latest.total > 1)} done" if latest.done else text,
            )
    runs = list(known.values())
    recall_figure(runs, chosen=count, current=current, accuracy=accuracy, auc=auc, key="three_balls_recall")
    st.markdown(what_the_sweep_shows(runs) or "No run yet: the lines appear as the runs end.")
    live.rerun_when_over(job, running)


head = shared.model("goal2")
W, b = head.layers[0].W, head.layers[0].b

st.title("Goal 2: which balls?")
st.markdown(
    "A soccer ball, a basketball, a baseball: **any number of them** may be in the photo. So there are three "
    "neurons on the same $x$, one for each ball, and they do not talk to each other."
)
chosen = choose_photo("three_balls_photo", wanted=ROW, first=two_ball_photo(head))
x = flatten(torch.tensor(chosen.pixels))  # (12288, 1)
trace = propagate(head, x)
z, y_hat = trace.Z[-1].flatten().tolist(), trace.Y_hat.flatten().tolist()
label = None if chosen.Y is None else chosen.Y.tolist()

# ---- three neurons -------------------------------------------------------------------------------

st.header("Three neurons side by side")
st.latex(
    r"\underset{(3,\,1)}{\hat y} = \sigma\big(\underset{(3,\,12288)}{W}\;\underset{(12288,\,1)}{x} + "
    r"\underset{(3,\,1)}{b}\big)"
)
three_neurons(
    chosen.pixels,
    W.numpy(),
    (W * x.T).numpy(),
    z,
    b.flatten().tolist(),
    y_hat,
    label,
    chosen.caption,
    key="three_balls_neurons",
)
st.markdown("#### " + answer(y_hat, label))
st.caption(
    f"{head.parameter_count:,} parameters: 3 · 12,288 weights + 3 biases, the same for every photo. "
    "Row $k$ of $W$ is the picture $w_k$. More than one ball, or none, needs nothing new: each neuron "
    "answers its own question."
)

# ---- logits --------------------------------------------------------------------------------------

st.header("Move one logit, and one output changes")
moved = move_logits(z, panels=("sigmoid",), key="three_balls_logits", start=linked())
keep_in_link(moved, z)

# ---- the loss ------------------------------------------------------------------------------------

st.header("The loss: three terms that add up")
st.latex(
    r"\begin{aligned} L &= L_1 + L_2 + L_3 \\ "
    r"L_k &= -\big[\, y_k \log \hat y_k + (1-y_k)\log(1-\hat y_k) \,\big] \end{aligned}"
)
st.markdown("The label of this photo; switch it to see what each term makes of it.")
y = label_toggles(chosen)
terms = BINARY_CROSS_ENTROPY.terms(trace.Z[-1], torch.tensor(y).reshape(3, 1)).flatten().tolist()
figure, alt = loss_terms(terms)
st.plotly_chart(figure, alt=alt, config={"displayModeBar": False}, key="three_balls_loss")
st.latex(r"\begin{aligned}" + r"\\".join(loss_formula(y, y_hat, terms)) + r"\end{aligned}")
st.markdown(slopes(y, y_hat))
st.latex(slope_of_second(y, y_hat))
st.markdown(
    r"Neither $\hat y_1$ nor $\hat y_3$, neither $w_1$ nor $w_3$ is in it: neuron 2 learns as if alone."
)
st.caption(
    "The lecture notes say that Goal 1’s loss does not apply here because $y$ is 0 or 1. It does, neuron by "
    "neuron: Goal 2’s loss is its sum over the three."
)

# ---- the labels decide ---------------------------------------------------------------------------

st.header("The labels decide what a neuron detects")
st.markdown(
    "Nothing in the architecture says that neuron 1 is for soccer balls. Give the three labels to the "
    "neurons in another order and train again: same photos in the same sequence, same start $W = 0$, $b = 0$."
)
name = label_order()
training, test = shared.rendering(), unseen()
job = live.current(SWAP)
running = job is not None and not job.done
if running:
    st.button("Stop", icon=":material/stop:", on_click=job.stop, key="three_balls_swap_stop")
else:
    st.button(
        "Train both orders",
        icon=":material/swap_horiz:",
        type="primary",
        key="three_balls_swap_start",
        on_click=live.start,
        args=(SWAP, partial(swap_labels, training, test, LABEL_ORDERS[name])),
    )
st.fragment(swap_so_far, run_every=0.25 if running else None)(running)

# ---- imbalance -----------------------------------------------------------------------------------

st.header("Imbalance: few baseballs among many photos")
st.markdown(
    r"How many of the baseballs does the baseball neuron find? $\text{recall} = \frac{TP}{TP + FN}$, on "
    f"{3 * EACH} photos that no training saw, {EACH} of each ball. The training photos: about a thousand "
    "with a soccer ball, a thousand with a basketball, and as many with a baseball as you choose."
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    # An empty value in a link leaves a control without a choice, even a required one.
    count = (
        st.segmented_control(
            "Baseball photos", COUNTS, default=10, required=True, key="baseballs", bind="query-params"
        )
        or 10
    )
    seeds = (
        st.segmented_control(
            "Runs of each",
            SEEDS,
            default=3,
            required=True,
            key="seeds",
            bind="query-params",
            help="Each run draws other baseball photos and another sequence.",
        )
        or 3
    )
job = live.current(SWEEP)
running = job is not None and not job.done
with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    if running:
        st.button("Stop", icon=":material/stop:", on_click=job.stop, key="three_balls_sweep_stop")
    else:
        for text, counts, kind in (
            (f"Run with {count}", (count,), "primary"),
            ("Run all seven counts", COUNTS, "secondary"),
        ):
            st.button(
                text,
                icon=":material/play_arrow:",
                type=kind,
                key=f"three_balls_sweep_{kind}",
                on_click=live.start,
                args=(SWEEP, partial(sweep, training, test, counts, tuple(range(seeds)))),
            )
    accuracy = st.toggle("Accuracy too", value=True, key="accuracy", bind="query-params")
    auc = st.toggle("AUC too", key="auc", bind="query-params")
st.fragment(sweep_so_far, run_every=0.25 if running else None)(count, accuracy, auc, running)
