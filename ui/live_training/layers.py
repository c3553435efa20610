"""The layers of a live run as widgets: how many hidden ones, how wide, and which bend is between them."""

import streamlit as st

from core.live_run.settings import HIDDEN_ACTIVATIONS, MOST_LAYERS, WIDEST
from ui.live_training.live_run import LiveRun
from ui.live_training.run_settings import change, with_value

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, WIDEST)
USUAL = (64, 32, 16)  # of a layer that is added
COUNTS = {0: "none", 1: "one", 2: "two", 3: "three"}
ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "σ", "identity": "none (identity)"}


def layer_settings(live: LiveRun) -> None:
    """Hidden layers of the run. Other layers begin it anew, at step 0."""
    hidden = live.settings.hidden
    key = "training:layers"
    if st.session_state.get(key) != len(hidden):
        st.session_state[key] = len(hidden)

    def counted() -> None:
        count = st.session_state[key]
        if count is not None:
            change(live, hidden=(*hidden, *USUAL[len(hidden) :])[:count], **_start(live, count))

    with st.container(horizontal=True, gap="medium"):
        st.segmented_control(
            "Hidden layers",
            range(MOST_LAYERS + 1),
            format_func=COUNTS.__getitem__,
            key=key,
            required=True,
            on_change=counted,
            help="Other layers start over at step 0.",
            wrap=True,
        )
        if hidden:
            _bend(live)
    for place, (column, width) in enumerate(zip(st.columns(MOST_LAYERS, gap="medium"), hidden, strict=False)):
        with column:
            _width(live, place, width)


def _start(live: LiveRun, count: int) -> dict[str, str]:
    """Zeros suit a head; a network's neurons would stay alike. Any other start that a person chose stays."""
    init = live.settings.init
    if count and not live.settings.hidden and init == "zeros":
        return {"init": "he"}
    if not count and init == "he":
        return {"init": "zeros"}
    return {}


def _width(live: LiveRun, place: int, width: int) -> None:
    key = f"training:width{place}"
    if st.session_state.get(key) != width:
        st.session_state[key] = width

    def chosen() -> None:
        hidden = live.settings.hidden
        if place < len(hidden):
            change(live, hidden=(*hidden[:place], st.session_state[key], *hidden[place + 1 :]))

    st.select_slider(f"Neurons of layer {place + 1}", with_value(WIDTHS, width), key=key, on_change=chosen)


def _bend(live: LiveRun) -> None:
    key = "training:activation"
    if st.session_state.get(key) != live.settings.activation:
        st.session_state[key] = live.settings.activation

    def chosen() -> None:
        if st.session_state[key] is not None:
            change(live, activation=st.session_state[key])

    st.segmented_control(
        "Activation between them",
        HIDDEN_ACTIVATIONS,
        format_func=ACTIVATIONS.__getitem__,
        key=key,
        required=True,
        on_change=chosen,
        wrap=True,
    )


def look_into(live: LiveRun) -> None:
    """The way to the page that takes this run's network apart."""
    st.page_link(
        "pages/hidden_layers.py",
        label="See what its hidden neurons have come to see",
        icon=":material/neurology:",
        query_params={"run": live.key},
    )
