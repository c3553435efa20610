"""Which network the page of hidden layers looks into: the one that ships, or that of the person’s own run.

?run=KEY   the run's network as it was when the page first asked, or was asked to look again
"""

import streamlit as st

from core.network import Network
from ui import shared
from ui.links import note
from ui.live_training import runs

SLOT = "hidden:network"


def shown_network() -> Network:
    """The network, and a line that says whose it is."""
    key = st.query_params.get("run", "")
    if not key:
        return shared.model("network")
    kept = st.session_state.get(SLOT)
    if kept is None or kept[0] != key:
        kept = _taken(key)
    if kept is None:
        st.info(
            "The run that the link names is not there any more, or has no hidden layers: open it on **Live "
            "training** first. Here is the network that ships instead.",
            icon=":material/link_off:",
        )
        return shared.model("network")
    st.session_state[SLOT] = kept
    _, step, network = kept
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**Your own run**, as it was at step {step:,}.")
        st.button("Take its newest weights", icon=":material/refresh:", on_click=_forget, key="hidden:newest")
        st.button(
            "Show the network that ships", icon=":material/undo:", on_click=_leave, key="hidden:shipped"
        )
    return network


def _taken(key: str) -> tuple[str, int, Network] | None:
    """The run's key, step and first network, if it is there and has hidden layers."""
    live = runs.find(key) if runs.is_key(key) else None
    if live is None:
        return None
    with live.held() as run:
        if run is None or len(run.lanes[0].network.layers) < 2:
            return None
        return key, run.steps, run.lanes[0].network


def _forget() -> None:
    st.session_state.pop(SLOT, None)


def _leave() -> None:
    st.session_state.pop(SLOT, None)
    note("run", None, None)
