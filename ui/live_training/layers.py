"""The layers of a live run as widgets: how many hidden ones, how wide, and which activation follows them."""

import streamlit as st

from core.live_run.settings import HIDDEN_ACTIVATIONS, MOST_LAYERS, WIDEST
from ui.live_training.live_run import LiveRun
from ui.live_training.run_settings import change, setting, with_value
from ui.moved import by_hand, stand_at

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, WIDEST)
USUAL = (64, 32, 16)  # of a layer that is added
COUNTS = {0: "none", 1: "one", 2: "two", 3: "three"}
ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "σ", "identity": "none (identity)"}


def layer_settings(live: LiveRun) -> None:
    """Hidden layers of the run. Other layers begin it anew, at step 0."""
    hidden = live.settings.hidden
    key = stand_at("training:layers", len(hidden))

    def counted() -> None:
        count = st.session_state[key]
        now = live.settings.hidden  # a width in it may be newer than this page
        if count is not None:
            change(live, hidden=(*now, *USUAL[len(now) :])[:count], **_start(live, count))

    with st.container(horizontal=True, gap="medium"):
        st.segmented_control(
            "Hidden layers",
            range(MOST_LAYERS + 1),
            default=len(hidden),
            format_func=COUNTS.__getitem__,
            key=key,
            required=True,
            on_change=by_hand("training:layers", counted),
            help="Other layers start over at step 0.",
            wrap=True,
        )
        if hidden:
            setting(
                st.segmented_control, live, "activation", "Activation between them", live.settings.activation,
                HIDDEN_ACTIVATIONS, format_func=ACTIVATIONS.__getitem__, required=True, wrap=True,
            )  # fmt: skip
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
    key = stand_at(f"training:width{place}", width)

    def chosen() -> None:
        hidden = live.settings.hidden
        if place < len(hidden):
            change(live, hidden=(*hidden[:place], st.session_state[key], *hidden[place + 1 :]))

    label = f"Neurons of layer {place + 1}"
    widths, heard = with_value(WIDTHS, width), by_hand(f"training:width{place}", chosen)
    st.select_slider(label, widths, width, key=key, on_change=heard)


def look_into(live: LiveRun) -> None:
    """The way to the page that takes this run's network apart."""
    st.page_link(
        "pages/hidden_layers.py",
        label="See what its hidden neurons have come to see",
        icon=":material/neurology:",
        query_params={"run": live.key},
    )
