"""Which network the page of hidden layers looks into: the one that ships, or that of the person’s own run.

?run=KEY   the run's network as it was when the page first asked, or was asked to look again
"""

import streamlit as st

from core.live_run.settings import Settings
from core.network import Network
from core.training import PLANS
from ui import shared
from ui.links import note
from ui.live_training import runs
from ui.live_training.run_link import parameters

SLOT = "hidden:network"
# Of these a float32 holds what the page makes of them: the squares of weights added up, the z of photos.
LARGEST_W, LARGEST_Z = 1e15, 1e30


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
    _, step, network = kept
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**Your own run**, as it was at step {step:,}.")
        st.button("Take its newest weights", icon=":material/refresh:", on_click=_forget, key="hidden:newest")
        st.button(
            "Show the network that ships", icon=":material/undo:", on_click=_leave, key="hidden:shipped"
        )
    return network


def way_to_others(network: Network) -> None:
    """The way to networks with other layers, which are chosen and learn live on a page of their own."""
    key = st.query_params.get("run", "")
    kept = st.session_state.get(SLOT)
    own = kept is not None and kept[0] == key
    again = Settings(hidden=network.sizes[1:-1], init="he", optimiser=PLANS["network"].optimiser)
    st.page_link(
        "pages/training.py",
        label="Train it on, or choose other layers"
        if own
        else "Train one live: up to three hidden layers, other widths, another activation",
        icon=":material/model_training:",
        query_params={"run": key} if own else parameters(again),
    )


def _taken(key: str) -> tuple[str, int, Network] | str:
    """The run's key, step and first network; or in a sentence why it is not to be had."""
    live = runs.find(key) if runs.is_key(key) else None
    if live is not None:
        with live.held() as run:
            taken = None if run is None else (key, run.steps, run.lanes[0].network)
        if taken is not None and len(taken[2].layers) > 1:
            weights = max(float(layer.W.abs().max()) for layer in taken[2].layers)
            if weights > LARGEST_W or reach(taken[2]) > LARGEST_Z:
                return "The weights of the run that the link names are too large for this page."
            return taken
    return (
        "The run that the link names is not there any more, or has no hidden layers: open it on **Live "
        "training** first."
    )


def reach(network: Network) -> float:
    """How far from 0 a z may come, whatever the photo: the largest r[l] = r[l−1] max_j Σ_i |w_ji| + max |b|.

    r[0] = 1, for |x| ≤ 1; no activation gives more than it gets, or than 1.
    """
    r = most = 1.0
    for layer in network.layers:
        W, b = layer.W.double().abs(), layer.b.double().abs()
        r = max(1.0, r * float(W.sum(dim=1).max()) + float(b.max()))
        most = max(most, r)
    return most


def _forget() -> None:
    st.session_state.pop(SLOT, None)


def _leave() -> None:
    st.session_state.pop(SLOT, None)
    note("run", None, None)
