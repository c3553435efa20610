"""Hidden layers: what the neurons between the photo and the answer have come to see."""

import streamlit as st
import torch

from core.network import propagate
from core.pixels import flatten
from ui import shared
from ui.controls import EVERY_LABEL, choose_photo

st.title("Hidden layers")
network = shared.model("network")
sizes = network.sizes  # (12288, k[1], …, 3)
st.markdown(
    "Stack layers of neurons: the photo, hidden layers, three answers. This network has "
    f"**{' → '.join(f'{k:,}' for k in sizes)}** neurons. "
    "What have those in between come to see?"
)
chosen = choose_photo("hidden_photo", wanted=EVERY_LABEL)
x = flatten(torch.tensor(chosen.pixels))  # (12288, 1)
trace = propagate(network, x)

# ---- first-layer weights ------------------------------------------------------------------------

st.header("The first layer’s weights are pictures")

# ---- one photo flows through --------------------------------------------------------------------


# ---- the layers after the first -----------------------------------------------------------------

st.header("A later neuron combines first-layer pictures")

# ---- what a neuron responds to ------------------------------------------------------------------

st.header("The photo that a neuron would like best")

# ---- ablation -----------------------------------------------------------------------------------

st.header("Switch a neuron off")

# ---- why the non-linearity, why random starts ---------------------------------------------------
