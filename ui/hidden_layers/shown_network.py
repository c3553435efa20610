"""Which network the page of hidden layers looks into: the one that ships, or that of the person’s own run.

?run=KEY   the run's network as it was when the page first asked, or was asked to look again
&lane=B: softmax    by which of its losses it learned, where several run side by side
"""

import streamlit as st

from core.divergence import LARGEST_Z, reach
from core.live_run import LANES
from core.live_run.settings import Settings
from core.network import Network
from core.training import PLANS
from ui import shared
from ui.controls import choose_one
from ui.links import note
from ui.live_training import runs
from ui.live_training.run_link import parameters

SLOT = "hidden:network"
LARGEST_W = 1e15  # of these a float32 holds the squares, added up

Networks = tuple[tuple[str, Network], ...]  # of each loss that the run has, by its name


def shown_network() -> Network:
    """The network, and a line that says whose it is."""
    key = st.query_params.get("run", "")
    if not key:
        return shared.model("network")
    kept = st.session_state.get(SLOT)
    if kept is None or kept[0] != key:
        taken = _taken(key)
        if isinstance(taken, str):
            st.info(f"{taken} Here is the network that ships instead.", icon=":material/link_off:")
            return shared.model("network")
        kept = st.session_state[SLOT] = taken
    _, step, networks = kept
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**Your own run**, as it was at step {step:,}.")
        st.button("Take its newest weights", icon=":material/refresh:", on_click=_forget, key="hidden:newest")
        st.button(
            "Show the network that ships", icon=":material/undo:", on_click=_leave, key="hidden:shipped"
        )
    if len(networks) == 1:
        return networks[0][1]
    names = {lane: f"{lane}: {loss}" for lane, (loss, _) in zip(LANES, networks, strict=False)}
    lane = choose_one("Of the runs side by side", tuple(names), LANES[0], "lane", format_func=names.get)
    return networks[LANES.index(lane)][1]


def way_to_others(network: Network) -> None:
    """The way to networks with other layers, which are chosen and learn live on a page of their own."""
    key = st.query_params.get("run", "")
    kept = st.session_state.get(SLOT)
    own = kept is not None and kept[0] == key
    again = Settings(hidden=network.sizes[1:-1], init="he", optimiser=PLANS["network"].optimiser)
    with st.container(key="hidden_way"):
        st.page_link(
            "pages/training.py",
            label="Train it on, or choose other layers" if own else "Train one with other hidden layers",
            icon=":material/model_training:",
            query_params={"run": key} if own else parameters(again),
        )


def _taken(key: str) -> tuple[str, int, Networks] | str:
    """The run's key, step and networks, each with its loss; or in a sentence why it is not to be had."""
    live = runs.find(key) if runs.is_key(key) else None
    if live is not None:
        with live.held() as run:
            lanes = () if run is None else tuple((one.loss.name, one.network) for one in run.lanes)
            step = 0 if run is None else run.steps
        networks = [network for _, network in lanes]
        if networks and len(networks[0].layers) > 1:
            if any(largest(network) > LARGEST_W or reach(network) > LARGEST_Z for network in networks):
                return "The weights of the run that the link names are too large for this page."
            return key, step, lanes
    return (
        "The run that the link names is not there any more, or has no hidden layers: open it on **Live "
        "training** first."
    )


def largest(network: Network) -> float:
    """The largest weight, by size."""
    return max(float(layer.W.abs().max()) for layer in network.layers)


def _forget() -> None:
    st.session_state.pop(SLOT, None)


def _leave() -> None:
    st.session_state.pop(SLOT, None)
    note("run", None, None)
