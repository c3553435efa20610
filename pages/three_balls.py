"""Goal 2: soccer ball, basketball, baseball, any of them. Three neurons that do not talk to each other."""

from functools import partial

import streamlit as st
import torch

from core.experiments.imbalance import COUNTS
from core.heads import evidence
from core.losses import BINARY_CROSS_ENTROPY
from core.network import propagate
from core.pixels import flatten
from ui import jobs, renderings, shared, undecided
from ui.controls import choose_count, choose_one, choose_photo, choose_switch
from ui.figures.loss_terms import loss_terms
from ui.logits import keep_in_link, linked, move_logits
from ui.three_balls.label import label_toggles
from ui.three_balls.label_swap import label_order, swap_so_far
from ui.three_balls.photos import ROW, two_ball_photo
from ui.three_balls.recall import SWEEP, begin_sweep, sweep_so_far, swept
from ui.three_balls.said import answer, digits, loss_formula, slope_of_second, slopes
from ui.three_balls.trials import EACH, swap_labels, sweep, unseen
from ui.three_neurons import three_neurons

SEEDS = (1, 3, 5, 10)
SWAP = "three_balls_swap"

st.title("Goal 2: which balls?")
st.markdown(
    "A soccer ball, a basketball, a baseball: **any number of them** may be in the photo. So there are three "
    "neurons on the same ${x,}$ one for each ball, and they do not talk to each other."
)
head = shared.model("goal2")
W, b = head.layers[0].W, head.layers[0].b
chosen = choose_photo("three_balls_photo", wanted=ROW, first=two_ball_photo(head), its_own=("z", "label"))
x = flatten(torch.tensor(chosen.pixels))  # (12288, 1)
trace = propagate(head, x)
z, y_hat = trace.Z[-1].flatten().tolist(), trace.Y_hat.flatten().tolist()
label = None if chosen.Y is None else chosen.Y.tolist()

# ---- three neurons -------------------------------------------------------------------------------

st.header("Three neurons on the same x")
st.latex(
    r"\underset{(3,\,1)}{\hat y} = \sigma\big(\underset{(3,\,12288)}{W}\;\underset{(12288,\,1)}{x} + "
    r"\underset{(3,\,1)}{b}\big)"
)
three_neurons(
    chosen.pixels,
    W.numpy(),
    evidence(W, x).numpy(),
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
    "Row $k$ of $W$ is the picture $w_k$; $z_k$ is called a **logit**. More than one ball, or none, needs "
    f"nothing new: each neuron answers its own question. {undecided.WORDS}"
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
st.markdown(
    "The label is **multi-hot**: a 1 for each ball that is there. Switch it, or move the logits above, and "
    "see what each term makes of it."
)
y = label_toggles(chosen)
Z, Y = torch.tensor(moved).reshape(3, 1), torch.tensor(y).reshape(3, 1)  # at the logits above
Y_hat = BINARY_CROSS_ENTROPY.activation(Z).flatten().tolist()
terms = BINARY_CROSS_ENTROPY.terms(Z, Y).flatten().tolist()
figure, alt = loss_terms(terms)
st.plotly_chart(figure, alt=alt, config={"displayModeBar": False}, key="three_balls_loss")
st.latex(r"\begin{aligned}" + r"\\".join(loss_formula(y, Y_hat, terms)) + r"\end{aligned}")
decimals = digits(y, Y_hat, terms)
st.markdown(slopes(y, Y_hat, decimals))
st.latex(slope_of_second(y, Y_hat, decimals))
st.markdown(r"None of $\hat y_1$, $\hat y_3$, $w_1$ and $w_3$ is in it: neuron 2 learns as if alone.")
st.caption(
    "The lecture notes say that Goal 1’s loss does not apply here because $y$ is 0 or 1. It does, neuron by "
    "neuron: Goal 2’s loss is its sum over the three."
)

# ---- the labels decide ---------------------------------------------------------------------------

st.header("The labels decide what a neuron detects")
st.markdown(
    "Nothing in the architecture says that neuron 1 is for soccer balls. Give the three labels to the "
    "neurons in another order and train again: same photos in the same sequence, same start ${W = 0,}$ "
    "${b = 0}$."
)
order = label_order()
training, test = renderings.rendering(), unseen()
swapping = jobs.button(
    jobs.current(SWAP),
    "Train both orders",
    ":material/swap_horiz:",
    SWAP,
    args=(SWAP, partial(swap_labels, training, test, order)),
)
jobs.follow(SWAP, swapping, partial(swap_so_far, chosen=order))

# ---- imbalance -----------------------------------------------------------------------------------

st.header("Imbalance: few baseballs among many photos")
st.markdown(
    r"How many of the baseballs does the baseball neuron find? ${\text{recall} = "
    r"\frac{\text{found}}{\text{found} + \text{missed}},}$ on "
    f"{3 * EACH} photos that no training saw, {EACH} of each ball. The training photos: about a thousand "
    "with a soccer ball, a thousand with a basketball, and as many with a baseball as you choose; these may "
    "show other balls too. $b_k$ starts at the log-odds of ball $k$ among them: the best that a neuron can "
    "say without looking."
)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    count = choose_count("Baseball photos", COUNTS, 10, "baseballs")
    other = "Each run draws different baseball photos, in a different sequence."
    seeds = choose_one("Runs of each", SEEDS, 3, "seeds", help=other)
job = jobs.current(SWEEP)
sweeping = job is not None and not job.done
with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    choices = {f"Run with {count:,}": ("one", (count,)), f"Run all {len(COUNTS)} counts": ("all", COUNTS)}
    for text, (which, counts) in choices.items():
        work = partial(sweep, training, test, counts, tuple(range(seeds)))
        if not sweeping or swept() == which:  # while they run, the one that was pressed stops them
            jobs.button(
                job, text, ":material/play_arrow:", f"three_balls_sweep_{which}", begin_sweep, (which, work)
            )
    accuracy = choose_switch("Accuracy too", usual=True, key="accuracy")
    auc = choose_switch("AUC too", usual=False, key="auc")

jobs.follow(SWEEP, sweeping, partial(sweep_so_far, count=count, accuracy=accuracy, auc=auc))
