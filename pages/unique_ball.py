"""Goal 3: exactly one ball in the photo. Softmax couples the outputs, cross-entropy untangles them."""

from functools import partial

import streamlit as st
import torch

from core.heads import predict
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY
from core.network import propagate
from core.pixels import flatten
from ui import jobs, shared
from ui.controls import EVERY_LABEL, choose_on_scale, choose_one, choose_photo
from ui.figures.denominator import MARGIN, denominator
from ui.figures.two_heads import two_heads
from ui.logits import keep_in_link, linked, move_logits, standing
from ui.numbers import signed
from ui.pictures import enlarge
from ui.unique_ball.derivatives import CHANGES, OTHERS, autograd_check, slope_of_first
from ui.unique_ball.label import (
    PARAMETERS,
    keep_label_in_link,
    label_switches,
    own,
    standing_label,
    where_from,
)
from ui.unique_ball.said import (
    clean_derivative,
    count_bar,
    count_words,
    coupled_slope,
    softmax_with_numbers,
    steps,
    verdict,
    what_first_learns,
    what_head_says,
)
from ui.unique_ball.softmax_steps import softmax_steps
from ui.unique_ball.two_balls import (
    COUNTED,
    LOOKED_AT,
    choose_two,
    count_both,
    surest_photo,
    two_ball_examples,
    two_ball_indices,
)

HAND = "goal3_hand"  # one position of the three handles for every board of this page
COUNTING = "goal3_count"
PLOT = {"displayModeBar": False}

goal2, goal3 = shared.model("goal2"), shared.model("goal3")

st.title("Goal 3: exactly one")
st.markdown(
    "Now we know that there is **exactly one** ball in the photo. Softmax turns the three logits into one "
    "distribution, and that ties the three outputs to each other: the **softmax multi-class network**."
)
chosen = choose_photo(
    "goal3_photo", wanted=EVERY_LABEL, first=surest_photo(goal3), its_own=("z", *PARAMETERS)
)
x = flatten(torch.tensor(chosen.pixels))  # (12288, 1)
trace = propagate(goal3, x)
z_photo, y_hat = trace.Z[-1].flatten().tolist(), trace.Y_hat.flatten().tolist()
shown = steps(z_photo, y_hat)
label = standing_label(chosen, shown.best)

# ---- the head ------------------------------------------------------------------------------------

st.header("From three logits to one distribution")
left, right = st.columns([1, 3], gap="medium")
# Whole in the page: of a run that is broken off by a hand, Streamlit may not keep a file that it has sent.
left.container(key="goal3_shown").image(
    shared.data_url(enlarge(chosen.pixels, 3)), caption=chosen.caption, width=192, alt=chosen.caption
)
with right:
    st.latex(
        r"\underset{(3,1)}{z} = \underset{(3,\,12288)}{W}\;\underset{(12288,\,1)}{x} + \underset{(3,1)}{b}"
    )
    st.latex(softmax_with_numbers(shown))
softmax_steps(z_photo, y_hat, shown, key="goal3_steps")
st.markdown(what_head_says(shown, chosen.Y))

# ---- side by side --------------------------------------------------------------------------------

st.header("The same logits through three sigmoids and through softmax")
st.markdown(
    "Move one logit. One of the three sigmoids follows; all three softmax outputs do: they are **coupled**."
)
z = move_logits(z_photo, key="goal3_board", hand=HAND, start=linked())
st.markdown(
    r"The coupling is the part of softmax’s Jacobian off the diagonal: ${\partial \hat y_j / \partial z_k = "
    r"\hat y_j(\delta_{jk} - \hat y_k)}$ is negative there, for ${\delta_{jk}}$ is 0 off it and 1 on it. "
    "Raising one logit takes from the other two exactly what its own output gains."
)

# ---- two balls -----------------------------------------------------------------------------------

st.header("Two balls in one photo")
st.markdown(
    "Goal 2’s three neurons do not talk to each other, so two of them can say yes. "
    "Goal 3’s outputs share a sum of 1: two of them cannot both be above ½."
)
two = choose_two("goal3_two", chosen, two_ball_examples(goal2, goal3), "Choose a photo with two balls")
two_photo = torch.tensor(two.pixels)
P2, P3 = (predict(head, two_photo).flatten().tolist() for head in (goal2, goal3))
left, right = st.columns([1, 3], gap="medium", vertical_alignment="center")
left.container(key="goal3_shown_two").image(
    shared.data_url(enlarge(two.pixels, 3)), caption=two.caption, width=192, alt=two.caption
)
figure, alt = two_heads(P2, P3)
right.plotly_chart(figure, alt=alt, config=PLOT, key="goal3_heads")
st.markdown(verdict(P2, P3, two.Y))
st.caption(f"The first row shows this best, out of {LOOKED_AT} photos. *Others* shows photos as they come.")

counting = jobs.button(
    jobs.current(COUNTING),
    f"Count over {COUNTED} photos with two balls",
    ":material/function:",
    COUNTING,
    args=(COUNTING, partial(count_both, goal2, goal3, two_ball_indices()[:COUNTED])),
)


def tally(job: jobs.Job | None) -> None:
    jobs.say(job)
    if job is not None and job.latest is not None:
        st.progress(job.latest.seen / COUNTED, text=count_bar(job.latest, COUNTED, job.done))
        st.markdown(count_words(job.latest))


jobs.follow(COUNTING, counting, tally)

# ---- labels --------------------------------------------------------------------------------------

st.header("What could the best output be?")
st.markdown(
    r"Each point of the triangle is one distribution. Set a label $y$ and see which is the best for it under "
    r"${L = -\sum_k y_k \log \hat y_k}$; then switch a second ball on."
)
y, ones = label, round(sum(label))
label_switches(y, "best")
st.caption(where_from(chosen, y, shown.best))
move_logits(z_photo, panels=("softmax", "best"), y=y, key="goal3_best", hand=HAND)

# ---- derivatives ---------------------------------------------------------------------------------

st.header("A tangled derivative and a clean one")
st.markdown("Goal 2’s loss could be kept on softmax’s outputs. The derivative shows why it is not.")
with st.container(key="formulas_derivatives"):
    left, right = st.columns(2, gap="large")
left.markdown("**Goal 2’s loss on softmax’s outputs**")
left.latex(r"L = -\sum_k \big[\, y_k \log \hat y_k + (1-y_k)\log(1-\hat y_k) \big]")
left.latex(
    r"\frac{\partial L}{\partial z_j} = \sum_k \frac{\hat y_k - y_k}{\hat y_k(1-\hat y_k)}"
    r"\;\hat y_k(\delta_{kj} - \hat y_j)"
)
right.markdown("**Cross-entropy**")
right.latex(r"L_{CE} = -\sum_k y_k \log \hat y_k")
right.latex(clean_derivative(ones))
st.markdown(
    r"With $q_{kj} = \hat y_j / (1 - \hat y_k)$ off the diagonal and 0 on it, term $k$ of the first sum is "
    r"${(\hat y_k - y_k)(\delta_{kj} - q_{kj})}$: these are the rows of the table *Tangled*."
)
label_switches(y, "derivatives")
st.caption(where_from(chosen, y, shown.best))
move_logits(
    z_photo,
    panels=("softmax", "derivatives"),
    y=y,
    key="goal3_derivatives",
    hand=HAND,
    autograd=autograd_check(standing(z_photo, HAND), y),
)

# ---- the denominator -----------------------------------------------------------------------------

st.header("Through the denominator, every neuron’s gradient sees the others")
st.markdown(
    r"In both goals $\partial L/\partial w_1 = (\partial L/\partial z_1)\,x^{\mathsf T}$, "
    r"and $z_k = w_k x + b_k$. Goal 2 needs $w_1$ alone; Goal 3 has $w_2$ and $w_3$ in the denominator."
)
with st.container(key="formulas_denominator"):
    left, right = st.columns(2, gap="small")
left.latex(r"\text{Goal 2:}\quad \frac{\partial L}{\partial z_1} = \sigma(z_1) - y_1")
right.latex(r"\text{Goal 3:}\quad " + coupled_slope(ones))
other = choose_one("Move a row of W that is not w₁, in both models", tuple(OTHERS), "w₂", "moving")
with st.container(horizontal=True, gap=None):
    st.space(MARGIN)
    along = f"Along this photo’s x, so that {other}x changes by"
    change = choose_on_scale(along, CHANGES, 0.0, "w2_change", signed)
Y = torch.tensor(y).reshape(3, 1)
heads = ((goal2, BINARY_CROSS_ENTROPY), (goal3, SOFTMAX_CROSS_ENTROPY))
curves = [slope_of_first(head, x, Y, loss, CHANGES, other) for head, loss in heads]
here = [float(slope_of_first(head, x, Y, loss, [change], other)[0]) for head, loss in heads]
figure, alt = denominator(CHANGES, curves[0], curves[1], change, (here[0], here[1]), other)
st.plotly_chart(figure, alt=alt, config=PLOT, key="goal3_denominator")
st.markdown(what_first_learns(here, curves[1].tolist(), other, y))
st.caption(
    "The lecture notes say that with two balls in a photo the *outputs* would sum to 2. They always sum to "
    "1; it is the label [1, 1, 0] that sums to 2, and the best ŷ for it is [½, ½, 0]."
)

keep_in_link(z, z_photo)
keep_label_in_link(y, own(chosen, shown.best))
