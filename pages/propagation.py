"""Propagation, and back: three layers of 3, 2 and 1 neurons as equations, diagram and code at once."""

import streamlit as st

from core.training import AT_MOST_ONE
from ui import shared
from ui.controls import NO_LABEL_YET, choose_one, choose_photo
from ui.fragments import fragment
from ui.propagation.picture import (
    COUNTS,
    ROW,
    batch_of,
    first_photo,
    link_notice,
    picture,
    propagation,
    scene_of,
)

HEART = "propagation_heart"

st.title("Propagation, and back")
st.markdown(
    "Is there a **soccer ball** in the photo? Three layers of 3, 2 and 1 neurons answer. Numbers flow to the "
    "right; derivatives come back through the same wires and reuse what the way forward has kept."
)
network = shared.model("three_layers")
chosen = choose_photo(
    "propagation_photo", recipe=AT_MOST_ONE, wanted=ROW, first=first_photo(network), its_own=("example", "y")
)
m = choose_one("Examples m at once", COUNTS, 1, "m")
batch = batch_of(chosen, m)
LIGHTS_UP = "the same thing lights up in the diagram, the equations and the code."
with st.container(key="for_keys"):
    st.markdown(
        "Step with the buttons or **←\N{NO-BREAK SPACE}→**. Point at any symbol, number, arrow or line of "
        f"code, or walk over them with **↑\N{NO-BREAK SPACE}↓**: {LIGHTS_UP}"
    )
with st.container(key="for_fingers"):
    st.markdown(
        f"Step with the buttons. Tap any symbol, number, arrow or line of code: {LIGHTS_UP} Where the "
        "diagram is wider than the screen, push it sideways."
    )


@fragment
def heart() -> None:
    scene = scene_of(HEART, batch)
    if notice := link_notice(batch):
        st.info(notice, icon=":material/link_off:")
    if chosen.Y is None:
        st.caption(NO_LABEL_YET)
    propagation(HEART, batch, *picture(network, batch, scene))


heart()

# ---- count and notes -------------------------------------------------------------------------------

first, second, third = (layer.parameter_count for layer in network.layers)
st.markdown(
    f"**{network.parameter_count:,} parameters**, layer by layer: "
    rf"$(3n + 3) + (2\cdot 3 + 2) + (1\cdot 2 + 1) = 3n + 14,$ with ${{n = 12{{,}}288{{:}}}}$ "
    f"{first:,} + {second} + {third}. Their number does not depend on ${{m.}}$"
)
st.caption(
    "The lecture notes write $w^{[1]}$ in the third layer’s equation; it is $W^{[3]}$. They stop before the "
    "way back, which comes next in the lecture. *core/network.py* runs these lines in a loop over $l$."
)
