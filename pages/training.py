"""Live training: switch the loss while it learns, and watch the weights become pictures."""

import streamlit as st

from ui.controls import EVERY_LABEL, choose_photo
from ui.fragments import fragment
from ui.live_training import confusion
from ui.live_training.before_after import before_and_after
from ui.live_training.layers import layer_settings, look_into
from ui.live_training.live_figure import live_figure, watch
from ui.live_training.mistakes import Mistakes
from ui.live_training.own_training import hand_over, own_settings, way_to_own_photos
from ui.live_training.run_link import opened_run, say_what_became
from ui.live_training.run_settings import descent_settings, photo_settings, side_by_side, start_settings
from ui.live_training.take_away import take_away
from ui.live_training.worth_a_run import worth_a_run

st.title("Live training")
st.markdown(
    "Three neurons, or a network, learn from photos while you watch. Change almost anything as they learn."
)
# What is not always there has a place of its own: appearing between two others it would make all below it
# anew, and the settings that a person has just opened would close under the hand.
with st.container():
    live, stands = opened_run()
    say_what_became(live)
waiting = live.run is None  # asked once, for all parts alike: the photos may come at any moment
hand_over(live)

with st.container(key="training_knobs"):  # what stays in sight while the figure fills the screen
    descent_settings(live)
with st.container():
    if live.own is not None:
        own_settings(live)
live_figure(live, stands)
with st.container():
    if live.settings.hidden:
        look_into(live)

st.caption(r"The photo in the figure, whose $z$, $\hat y$ and $w \circ x^{\mathsf T}$ are shown there:")
watch(live, choose_photo("training_photo", wanted=EVERY_LABEL, label="The photo whose answers are watched"))
with st.expander("Side by side, hidden layers, photos and start"):
    side_by_side(live)
    layer_settings(live)
    photo_settings(live)
    start_settings(live)
if live.own is None:
    way_to_own_photos(live)
else:
    st.header("Before and after on your photos")
    before_and_after(live)

# ---- what it gets wrong ------------------------------------------------------------------------------

st.header("What it gets wrong")


@fragment(run_every=1.0 if waiting else None)  # once it is there, the figure brings what is new
def wrong() -> None:
    with live.held() as run:
        found = Mistakes.of(() if run is None else run.judgements)
    if run is None:
        st.caption("The test photos are being rendered.")
        return
    st.markdown(
        "On the test photos, as the run stands now. It says that a ball is there where its ŷ is above ½. The "
        "accuracy in the curves asks less: in how many of the photos with one ball that ball has the "
        "largest z."
    )
    confusion.show(found, run.test.pixels.numpy(), run.test.Y.numpy(), key="training_confusion")
    st.subheader("Two balls, one ball, none")
    st.markdown(
        "Softmax shares out a whole 1 in every photo: two balls must split it, and it has no word for none: "
        "at best no output passes ½. Sigmoids can say two, or none, if the training photos show it. Choose "
        "the shares of such photos above, and see what each loss makes of them."
    )
    confusion.by_number(found, key="training_numbers")


wrong()

# ---- what else to try --------------------------------------------------------------------------------

st.header("Worth a run")
st.markdown("Each link opens in a tab of its own; the run here stays as it is. Press play there.")
st.markdown(worth_a_run())

# ---- take it away ------------------------------------------------------------------------------------

st.header("Take it away")
take_away(live, waiting)
