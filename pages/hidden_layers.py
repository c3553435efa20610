"""Hidden layers: what the neurons between the photo and the answer have come to see."""

from functools import partial

import streamlit as st
import torch

from core.network import propagate
from core.pixels import flatten
from ui import jobs, renderings
from ui.controls import EVERY_LABEL, choose_one, choose_photo
from ui.hidden_layers.ablation import ablation
from ui.hidden_layers.excite import WHAT_THE_SYMBOLS_ARE, maximisation
from ui.hidden_layers.forward_flow import forward_flow
from ui.hidden_layers.hidden_study import fingerprint, study
from ui.hidden_layers.random_starts import ACTIVATION_NAMES, job_key, start_descents, starts_so_far
from ui.hidden_layers.shown_network import shown_network, way_to_others
from ui.hidden_layers.walls import first_layer, later_layers, studying, surest_of_row, what_is_seen
from ui.hidden_layers.why_layers import product_formula, why_layers

st.title("Hidden layers")
network = shown_network()
name, found = fingerprint(network), study(network)
sizes = network.sizes  # (12288, k[1], …, 3)
st.markdown(
    "Stack layers of neurons: the photo, hidden layers, three answers. This network is "
    f"**{' → '.join(f'{k:,}' for k in sizes)}**: {sizes[0]:,} inputs, then the neurons of each layer. "
    "What have those in between come to see? How a hidden layer does its part cannot simply be read off it; "
    "here is what can be seen."
)
way_to_others(network)
chosen = choose_photo("hidden_photo", wanted=EVERY_LABEL, first=surest_of_row(network))
x = flatten(torch.tensor(chosen.pixels))  # (12288, 1)
trace = propagate(network, x)

# ---- first-layer weights ------------------------------------------------------------------------

st.header("The first layer’s weights are pictures")
st.markdown(
    f"{f'Each of the {sizes[1]} neurons' if sizes[1] > 1 else 'The one neuron'} of the first layer has one "
    "weight for each of the 12,288 numbers of x: a picture of what it asks for. Bright red asks for red "
    "there, black for darkness; grey does not care."
)
studying(found)
first_layer(network, found, name)
what_is_seen(network, found, name)

# ---- one photo flows through --------------------------------------------------------------------

st.header("One photo flows through")
forward_flow(network, trace, chosen, "hidden_flow")

# ---- the layers after the first -----------------------------------------------------------------

st.header("A later neuron combines first-layer pictures")
st.markdown(
    r"A neuron of the second layer never sees the photo. It weighs the first layer’s answers, "
    r"${z^{[2]} = W^{[2]} a^{[1]} + b^{[2]},}$ so what it asks for is a weighted sum of first-layer pictures."
)
later_layers(network, found, trace, name)

# ---- what a neuron responds to ------------------------------------------------------------------

st.header("The photo that a neuron would like best")
st.markdown(
    "Hold the weights and change the photo: **gradient ascent on x**. The gradient comes by backward "
    "propagation, one step further than training takes it, down to the pixels."
)
st.latex(
    r"\begin{gathered} x := \operatorname{clip}\big(x + \eta\,(\hat g - \lambda D x),\,-1,\,1\big) \\[0.4em] "
    r"\hat g = \frac{g}{\operatorname{rms}(g)}, \quad "
    r"g = \frac{\partial z_j^{[l]}}{\partial x} = W^{[1]\mathsf T}\,\delta^{[1]} \end{gathered}"
)
st.caption(WHAT_THE_SYMBOLS_ARE)
maximisation(network, found, name)

# ---- ablation -----------------------------------------------------------------------------------

st.header("Switch a neuron off")
st.markdown(
    "What is a hidden neuron good for? Take it away and see what the three answers lose: those for the "
    "chosen photo, and how many are right on photos that no training saw."
)
ablation(network, found, trace, None if chosen.Y is None else chosen.Y.tolist(), name)

# ---- why the non-linearity, why random starts ---------------------------------------------------

st.header("Why it needs the non-linearity")
st.markdown("Take the same matrices, but let every hidden neuron pass its sum on as it is: ${a = z}$.")
for line in product_formula(network):
    st.latex(line)
why_layers(network, trace, renderings.rendering(), found.trace, "hidden_why")

st.header("Why it needs random starts")
st.markdown(
    "Neurons of a layer that start with equal weights, incoming and outgoing, compute the "
    "same number, get the same gradient, and stay equal: four neurons are one. Three small networks, "
    "12,288 → 4 → 3, differ in their start only. Watch what each neuron **learns**."
)
st.caption(
    "How large a random start is matters, too: a neuron’s sum should be neither huge nor tiny, however many "
    r"inputs $n$ it has. **Xavier**, in its common form, draws from $\mathcal N(0, 1/n),$ **He** from "
    r"$\mathcal N(0, 2/n),$ for ReLU hands on only half of what comes. *Live training* has them all."
)
activation = choose_one(
    "Hidden activation", tuple(ACTIVATION_NAMES), "relu", "starts_bend", format_func=ACTIVATION_NAMES.get
)
descending = jobs.button(
    jobs.current(job_key(activation)),
    "Train from the three starts",
    ":material/play_arrow:",
    "hidden_starts",
    on_click=start_descents,
    args=(activation,),
)
jobs.follow(job_key(activation), descending, partial(starts_so_far, activation=activation))
