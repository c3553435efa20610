"""A live run's settings as widgets: α, batch size, L2, optimiser, shares of photos, how W starts.

Every change reaches the run before the page is drawn again; what does not hold is said, and nothing changes.
The run leads, also after a refresh, a branch, or “a tenth of the rate”: a widget stands at the run's value,
whoever has changed it. Losses are switched in the live figure itself, layers are ui.live_training.layers,
one's own photos ui.live_training.own_training.
"""

from typing import Any

import streamlit as st

from core.initialisation import INITIALISATIONS
from core.live_run.settings import Settings
from core.live_run.starts import FROM_FILE, SHIPPED_STARTS
from core.losses import LOSSES
from core.written import as_written
from ui.live_training.brought_weights import bring_weights
from ui.live_training.live_run import LiveRun
from ui.moved import by_hand, stand_at
from ui.numbers import percent

RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0, 1000.0)
BATCHES = (1, 4, 16, 64, 256, 1024, 0)
DECAYS = (0.0, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
SHARES = (0.0, 0.05, 0.1, 0.15, 0.23, 0.3, 0.4, 0.5)
WHAT_L2_DOES = (
    r"$J = \frac{1}{m} \sum_i L^{(i)} + \frac{\lambda}{2} \lVert W \rVert^2$: each step also draws every "
    "weight towards 0. Against **over-fitting**, where the accuracy on training photos runs ahead of that on "
    "test photos."
)
WHAT_STARTS_ARE = (
    r"For $n$ inputs: all equal $1/n$, random $0.01 \cdot \mathcal N(0, 1)$, Xavier $\mathcal N(0, 1/n)$, He "
    r"$\mathcal N(0, 2/n)$. "
    "With *zeros* or *all equal* the neurons of a hidden layer stay equal."
)
OPTIMISERS = {"plain": "plain", "momentum": "momentum", "adam": "Adam"}
STARTING = {
    "zeros": "zeros", "equal": "all equal", "random": "random", "xavier": "Xavier", "he": "He",
    "goal2": "Goal 2’s", "goal3": "Goal 3’s", "network": "network’s", "file": "your file",
}  # fmt: skip


def change(live: LiveRun, **values: Any) -> None:
    """Hand new settings to the run; what does not hold is said, and the run keeps what it had."""
    with live.held():  # another loss, say, that is chosen in the figure or in another tab meanwhile, stays
        settings, refused = Settings.checked(values, live.settings)
        live.change(settings)
    for sentence in refused:
        st.toast(sentence, icon=":material/error:")


def setting(
    kind: Any, live: LiveRun, name: str, label: str, value: Any, options: Any = None, **more: Any
) -> None:
    """A widget that stands at the run's value and hands what is chosen to the run."""
    key = stand_at(f"training:{name}", value)
    more["default" if kind is st.segmented_control else "value"] = value
    if options is not None:
        more["options"] = options

    def chosen() -> None:
        if st.session_state[key] is not None:
            change(live, **{name: st.session_state[key]})

    kind(label, key=key, on_change=by_hand(f"training:{name}", chosen), **more)


def side_by_side(live: LiveRun) -> None:
    """How many runs go side by side; another number begins all of them anew from the same start."""
    count = len(live.settings.losses)
    key = stand_at("training:lanes", count)

    def chosen() -> None:
        wanted = st.session_state[key]
        if wanted:
            others = [name for name in LOSSES if name not in live.settings.losses]
            change(live, losses=(*live.settings.losses, *others)[:wanted])

    st.segmented_control(
        "Runs side by side",
        (1, 2, 3),
        default=count,
        key=key,
        required=True,
        on_change=by_hand("training:lanes", chosen),
        help="Same start, same photos in the same order, other losses. Another number starts over at step 0.",
    )


def with_value(options: tuple[Any, ...], value: Any) -> list[Any]:
    """The options and, in its place among them, the run's value: a link may have set it to any other."""
    return list(options) if value in options else sorted({*options, value})


def descent_settings(live: LiveRun) -> None:
    """α, batch size, L2 and the optimiser: each holds from the next step on."""
    settings = live.settings
    first, second, third, fourth = st.columns([5, 5.5, 3.5, 8], gap="medium")
    with first:
        rates = with_value(RATES, settings.learning_rate)
        setting(st.select_slider, live, "learning_rate", "Learning rate α", settings.learning_rate, rates,
                format_func=as_written)  # fmt: skip
    with second:
        batches = [b for b in with_value(BATCHES, settings.batch_size) if b] + [0]
        setting(st.select_slider, live, "batch_size", "Batch size (photos)", settings.batch_size,
                batches, format_func=lambda size: f"{size:,}" if size else "all",
                help="1: stochastic descent. All: batch descent. Between: mini-batches.")  # fmt: skip
    with third:
        setting(st.select_slider, live, "l2", "L2: λ", settings.l2, with_value(DECAYS, settings.l2),
                format_func=as_written, help=WHAT_L2_DOES)  # fmt: skip
    with fourth:
        setting(st.segmented_control, live, "optimiser", "Optimiser", settings.optimiser, list(OPTIMISERS),
                format_func=OPTIMISERS.__getitem__, required=True, wrap=True)  # fmt: skip


def photo_settings(live: LiveRun) -> None:
    """The shares of photos with two balls and with none: from the next step on."""
    settings = live.settings
    which = "training" if live.own is None else "rendered training"  # a person's own are what they are
    left, right = st.columns(2, gap="medium")
    for column, name, other, label in (
        (left, "two", settings.none, f"Share of {which} photos with two balls"),
        (right, "none", settings.two, f"Share of {which} photos with no ball"),
    ):
        value = getattr(settings, name)
        allowed = with_value(tuple(share for share in SHARES if share + other <= 1), value)
        with column:
            setting(st.select_slider, live, name, label, value, allowed, format_func=percent)


def start_settings(live: LiveRun) -> None:
    """How W starts, the seed, weights that are brought back: another one begins the run anew."""
    settings = live.settings
    starts = [*INITIALISATIONS, *SHIPPED_STARTS, *([FROM_FILE] if settings.init == FROM_FILE else [])]
    start_choice(live, "training:init", "W at step 0", {start: STARTING[start] for start in starts})
    left, right = st.columns([1, 3], gap="medium")
    with right:
        bring_weights(live)
    with left:
        setting(
            st.number_input, live, "seed", "Seed", settings.seed, min_value=0, max_value=2**31 - 1, step=1
        )


def start_choice(live: LiveRun, key: str, label: str, starts: dict[str, str]) -> None:
    """A choice of starts, name → label.

    Trained weights bring their layers, and a lone run gets their loss; back at zero it is a head again.
    """
    name = stand_at(key, live.settings.init)

    def chosen() -> None:
        picked = st.session_state[name]
        if picked in SHIPPED_STARTS and len(live.settings.losses) == 1:
            change(live, init=picked, losses=("softmax",) if picked == "goal3" else ("binary",))
        elif picked == "zeros" and live.settings.init in (*SHIPPED_STARTS, FROM_FILE):
            change(live, init=picked, hidden=())
        elif picked not in (None, FROM_FILE):
            change(live, init=picked)

    st.segmented_control(
        label,
        list(starts),
        default=live.settings.init,
        format_func=starts.__getitem__,
        key=name,
        required=True,
        on_change=by_hand(key, chosen),
        wrap=True,
        help=WHAT_STARTS_ARE,
    )
