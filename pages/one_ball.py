"""Goal 1: is there a soccer ball in the photo? One neuron, ŷ = σ(wx + b), at work and in training."""

import streamlit as st

from ui import jobs, shared, undecided
from ui.controls import NO_LABEL_YET, choose_one, choose_photo
from ui.fragments import fragment
from ui.one_ball import run
from ui.one_ball.movable import movable
from ui.one_ball.neuron import link_notice, neuron, scene_of
from ui.one_ball.run import LENGTHS, RATES, WHERE
from ui.one_ball.shown import ROOM_TO_MOVE, ROW, first_photo, picture, places_of

HEART = "one_ball_neuron"

st.title("Goal 1: one ball?")
st.markdown(
    "Is there a **soccer ball** in the photo? It has at most one ball. One neuron looks at every pixel at "
    r"once and answers $\hat{y} = \sigma(wx + b).$"
)
shipped = shared.model("goal1")
chosen = choose_photo(
    "one_ball_photo", recipe=ROOM_TO_MOVE, wanted=ROW, first=first_photo(shipped), its_own=("dx", "dy", "y")
)
photo = movable(chosen, ROOM_TO_MOVE)

# ---- one neuron at work --------------------------------------------------------------------------

own_w = run.trained()
use_own = st.session_state.get("one_ball:use", False)
network, model = own_w if own_w is not None and use_own else (shipped, "shipped")


@fragment
def at_work() -> None:
    drow, dcol, y = scene_of(HEART, chosen, photo)
    if notice := link_notice():
        st.info(notice, icon=":material/link_off:")
    if chosen.Y is None:
        st.caption(NO_LABEL_YET)
    places = places_of(chosen, photo, model, network)
    neuron(HEART, chosen, photo, *picture(chosen, photo, network, model, places, drow, dcol, y))


at_work()
st.caption(
    f"{network.parameter_count:,} parameters: 12,288 weights and 1 bias. A **neuron** is a linear part, "
    "${z = wx + b,}$ followed by an activation, here $σ$. A **model** is an architecture and its parameters. "
    "In the picture of $w$, grey is 0, bright red asks for red there, black for darkness. In that of "
    r"${w \circ x^{\mathsf T},}$ R, G and B of each pixel are added up: green speaks for the ball, violet "
    f"against it. {undecided.WORDS}"
)

# ---- and in training -----------------------------------------------------------------------------

st.header("The three steps of training")
st.markdown(
    "Initialise $w$ and $b$, find the best ones, predict with them. Best by **maximum likelihood**: the "
    r"neuron gives a label the probability ${P(y|x) = \hat y^{\,y} (1-\hat y)^{1-y},}$ and the loss of a "
    r"photo is ${L = -\log P(y|x).}$ The **cost** ${J = \frac{1}{m}\sum_i L^{(i)}}$ is the mean over the $m$ "
    "photos of a batch. Each step goes downhill on $J$, and too far if α is too large."
)
with st.container(horizontal=True, gap="small"):
    names = {name: words for name, (words, _) in WHERE.items()}
    where = choose_one("Balls in the training photos", list(WHERE), "middle", "balls", format_func=names.get)
    rate = choose_one("Learning rate α", RATES, 0.001, "rate")
    steps = choose_one("Steps", LENGTHS, 200, "steps")

job = run.current()
with st.container(horizontal=True, vertical_alignment="center"):
    label, begun_by = "Train again" if run.begun(job) else "Train", (where, rate, steps)
    running = jobs.button(job, label, ":material/play_arrow:", run.RUN, on_click=run.start, args=begun_by)
    running |= own_w is None and run.trained() is not None  # over since the page began
    use = "Use this w above"
    st.toggle(use, key="one_ball:use", persist_state="session", disabled=own_w is None)


def in_training(job: jobs.Job | None) -> None:
    drow, dcol, _ = scene_of(HEART, chosen, photo)
    run.steps_so_far(job, photo, drow, dcol, chosen.caption, steps)
    if said := run.of_other_settings(where, rate, steps):
        st.caption(said)


jobs.follow(run.RUN, running, in_training, every=0.12)
st.caption(
    r"The lecture notes write $\partial L/\partial b$ in the update of $w;$ it is ${\partial L/\partial w.}$"
)
