"""The parts of the live-training page: settings as widgets and as a link, the live figure, what to take away.

The run itself is `ui.runs`; what the browser paints ten times a second comes over `ui.watching`. Here is what
Streamlit draws once: every change of a widget reaches the run before the page is drawn again.
"""

from typing import Any

import numpy as np
import streamlit as st

from core.balls import MIXED, TEST_SEED, Photos
from core.plain_script import plain_script
from core.settings import STARTS, Settings
from core.starts import FROM_FILE, SHIPPED_STARTS
from core.weights import network_tensors, tensors_to_bytes
from ui import runs, shared
from ui.brought_weights import bring_weights
from ui.components import load
from ui.controls import ChosenPhoto
from ui.live_photos import WatchedPhoto
from ui.live_run import LiveRun
from ui.serving import base

TESTED_ON = 1024
LOSSES = {
    "binary": "Goal 2: binary cross-entropy",
    "softmax": "Goal 3: softmax cross-entropy",
    "tangled": "tangled",
    "squared": "squared error",
}
LANES = "ABC"
RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0, 1000.0)
BATCHES = (1, 4, 16, 64, 256, 1024, 0)
DECAYS = (0.0, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
SHARES = (0.0, 0.05, 0.1, 0.15, 0.23, 0.3, 0.4, 0.5)
OPTIMISERS = {"plain": "plain", "momentum": "momentum", "adam": "Adam"}
STARTING = {
    "zeros": "zeros", "equal": "all equal", "random": "random", "xavier": "Xavier", "he": "He",
    "goal2": "Goal 2’s", "goal3": "Goal 3’s", "network": "network’s", "file": "your file",
}  # fmt: skip
LINK = {  # setting → its name in the link
    "losses": "loss", "learning_rate": "rate", "batch_size": "batch", "l2": "l2", "optimiser": "optimiser",
    "init": "init", "seed": "seed", "two": "two", "none": "none",
    "hidden": "hidden", "activation": "activation", "own": "own",
}  # fmt: skip


class RenderedPhotos:
    """The 4,096 training photos that all pages share, and the test photos that no training saw."""

    def __init__(self) -> None:
        self._parts = (shared.rendering(), shared.rendering(MIXED, TESTED_ON, TEST_SEED))

    @property
    def done(self) -> int:
        return sum(part.done for part in self._parts)

    @property
    def count(self) -> int:
        return sum(part.count for part in self._parts)

    def __call__(self) -> tuple[Photos, Photos] | None:
        train, test = self._parts
        if train.error is None and test.error is None and (train.photos is None or test.photos is None):
            return None
        return train.wait(0), test.wait(0)


# ---- which run ---------------------------------------------------------------------------------------


def opened_run() -> LiveRun:
    """The run that the link names, or a new one with the link's settings; broken values are said and left."""
    asked = {name: st.query_params[short] for name, short in LINK.items() if short in st.query_params}
    settings, refused = Settings.checked(asked)
    key = st.query_params.get("run", "")
    if key and not runs.is_key(key):
        refused.append("The link names no run, so a new one stands here.")
        key = ""
    gone = bool(key) and not runs.is_kept(key)
    live = runs.open_run(key or runs.new_key(), settings, RenderedPhotos())
    if gone:
        live.told = "The run of this link is not kept here (any more), so a new one stands here."
    if st.session_state.get("training:run") != live.key:
        st.session_state["training:run"] = live.key
        if refused and (not key or live.run is None):
            st.warning("The link asks for something that does not hold; the usual stands in its place:")
            st.text("\n".join(refused))  # verbatim: a link's words are never markdown
    _say_in_link(live)
    return live


def _say_in_link(live: LiveRun) -> None:
    st.query_params["run"] = live.key
    spelled = live.settings.spelled()
    for name, short in LINK.items():
        if name in spelled:
            st.query_params[short] = spelled[name]
        elif short in st.query_params:
            del st.query_params[short]


def change(live: LiveRun, **values: Any) -> None:
    """Hand new settings to the run; what does not hold is said, and the run keeps what it had."""
    settings, refused = Settings.checked(values, live.settings)
    live.change(settings)
    for sentence in refused:
        st.toast(sentence, icon=":material/error:")


# ---- widgets -----------------------------------------------------------------------------------------


def _widget(
    kind: Any, live: LiveRun, name: str, label: str, value: Any, options: Any = None, **more: Any
) -> None:
    """A widget that stands at the run's value and hands what is chosen to the run."""
    key = f"training:{name}"
    if st.session_state.get(key) != value:
        st.session_state[key] = value  # the run leads: after a refresh, a branch, or “a tenth of the rate”
    if options is not None:
        more["options"] = options

    def chosen() -> None:
        if st.session_state[key] is not None:
            change(live, **{name: st.session_state[key]})

    kind(label, key=key, on_change=chosen, **more)


@st.fragment
def loss_switch(live: LiveRun) -> None:
    """The loss of every lane. A fragment: a switch redraws nothing else, so its effect is seen sooner."""
    _say_in_link(live)
    settings = live.settings
    for lane, name in enumerate(settings.losses):
        key = f"training:loss{lane}"
        if st.session_state.get(key) != name:
            st.session_state[key] = name

        def chosen(lane: int = lane, key: str = key) -> None:
            picked = st.session_state[key]
            if picked is not None:
                losses = live.settings.losses
                change(live, losses=(*losses[:lane], picked, *losses[lane + 1 :]))

        st.segmented_control(
            "Loss" if len(settings.losses) == 1 else f"Loss of run {LANES[lane]}",
            list(LOSSES),
            format_func=LOSSES.__getitem__,
            key=key,
            required=True,
            on_change=chosen,
        )


def side_by_side(live: LiveRun) -> None:
    """How many runs go side by side; another number begins all of them anew from the same start."""
    count = len(live.settings.losses)
    key = "training:lanes"
    if st.session_state.get(key) != count:
        st.session_state[key] = count

    def chosen() -> None:
        wanted = st.session_state[key]
        if wanted:
            others = [name for name in LOSSES if name not in live.settings.losses]
            change(live, losses=(*live.settings.losses, *others)[:wanted])

    st.segmented_control(
        "Runs side by side",
        (1, 2, 3),
        key=key,
        required=True,
        on_change=chosen,
        help="Same start, same photos in the same order, other losses. Another number begins anew at step 0.",
    )


def with_value(options: tuple[Any, ...], value: Any) -> list[Any]:
    return list(options) if value in options else sorted({*options, value})


def descent_settings(live: LiveRun) -> None:
    """α, batch size, L2 and the optimiser: each holds from the next step on."""
    settings = live.settings
    first, second, third, fourth = st.columns([3, 3, 2, 4], gap="medium")
    with first:
        rates = with_value(RATES, settings.learning_rate)
        _widget(st.select_slider, live, "learning_rate", "Learning rate α", settings.learning_rate, rates,
                format_func=lambda rate: f"{rate:g}")  # fmt: skip
    with second:
        batches = [b for b in with_value(BATCHES, settings.batch_size) if b] + [0]
        _widget(st.select_slider, live, "batch_size", "Batch size (photos a step)", settings.batch_size,
                batches, format_func=lambda size: f"{size:,}" if size else "all")  # fmt: skip
    with third:
        _widget(st.select_slider, live, "l2", "L2: λ", settings.l2, with_value(DECAYS, settings.l2),
                format_func=lambda decay: f"{decay:g}")  # fmt: skip
    with fourth:
        _widget(st.segmented_control, live, "optimiser", "Optimiser", settings.optimiser, list(OPTIMISERS),
                format_func=OPTIMISERS.__getitem__, required=True)  # fmt: skip


def photo_settings(live: LiveRun) -> None:
    """The shares of photos with two balls and with none: from the next step on."""
    settings = live.settings
    left, right = st.columns(2, gap="medium")
    for column, name, other, label in (
        (left, "two", settings.none, "Share of training photos with two balls"),
        (right, "none", settings.two, "Share of training photos with no ball"),
    ):
        value = getattr(settings, name)
        allowed = with_value(tuple(share for share in SHARES if share + other <= 1), value)
        with column:
            _widget(
                st.select_slider, live, name, label, value, allowed, format_func=lambda share: f"{share:.0%}"
            )


def start_settings(live: LiveRun) -> None:
    """How W starts, the seed, weights that are brought back: another one begins the run anew."""
    settings = live.settings
    starts = [*STARTS, *SHIPPED_STARTS, *([FROM_FILE] if settings.init == FROM_FILE else [])]
    start_choice(live, "training:init", "W at step 0", {start: STARTING[start] for start in starts})
    left, right = st.columns([1, 3], gap="medium")
    with right:
        bring_weights(live)
    with left:
        _widget(
            st.number_input, live, "seed", "Seed", settings.seed, min_value=0, max_value=2**31 - 1, step=1
        )


def start_choice(live: LiveRun, key: str, label: str, starts: dict[str, str]) -> None:
    """A choice of starts, name → label.

    Trained weights bring their layers, and a lone run gets their loss; back at zero it is a head again.
    """
    init = live.settings.init
    if st.session_state.get(key) != init:
        st.session_state[key] = init

    def chosen() -> None:
        picked = st.session_state[key]
        if picked in SHIPPED_STARTS and len(live.settings.losses) == 1:
            change(live, init=picked, losses=("softmax",) if picked == "goal3" else ("binary",))
        elif picked == "zeros" and live.settings.init in (*SHIPPED_STARTS, FROM_FILE):
            change(live, init=picked, hidden=())
        elif picked not in (None, FROM_FILE):
            change(live, init=picked)

    st.segmented_control(
        label, list(starts), format_func=starts.__getitem__, key=key, required=True, on_change=chosen
    )


# ---- the live figure ---------------------------------------------------------------------------------

_figure = load("training", isolate_styles=False)  # Plotly puts its styles into the page's head


def live_figure(live: LiveRun, chosen: ChosenPhoto) -> None:
    """The figure that the browser paints by itself; its buttons that change the page come back here."""
    label = None if chosen.Y is None else tuple(float(y) for y in chosen.Y)
    live.watch_photo(WatchedPhoto(np.ascontiguousarray(chosen.pixels).tobytes(), label, chosen.caption))

    def branched() -> None:
        step = st.session_state["training:figure"].get("branch")
        try:
            new = runs.branch(live, int(step))
        except (TypeError, ValueError):
            st.toast("There is no such step to branch from.", icon=":material/error:")
            return
        st.query_params["run"] = new.key

    def calmer() -> None:
        change(live, learning_rate=live.settings.learning_rate / 10)
        live.do("play")

    _figure(
        key="training:figure",
        data={
            "socket": f"live/{live.key}",
            "base": base(),
            "loss": list(live.settings.losses),
        },
        on_branch_change=branched,
        on_calmer_change=calmer,
    )


def look_into(live: LiveRun) -> None:
    """The way to the page that takes this run's network apart."""
    st.page_link(
        "pages/hidden_layers.py",
        label="See what its hidden neurons have come to see",
        icon=":material/neurology:",
        query_params={"run": live.key},
    )


# ---- take it away ------------------------------------------------------------------------------------


def _weights(live: LiveRun, lane: int) -> bytes:
    with live.held() as run:
        if run is None:
            return b""
        descent, step = run.lanes[lane], run.steps
    header = {
        "activations": [layer.activation.name for layer in descent.network.layers],
        "loss": descent.loss.name,
        "steps": step,
        "settings": live.settings.spelled(),
    }
    return tensors_to_bytes(network_tensors(descent.network), header)


def _csv(live: LiveRun) -> str:
    with live.held() as run:
        return "" if run is None else run.history.csv()


def _script(live: LiveRun) -> str:
    with live.held() as run:
        if run is None:
            return ""
        start, *changed = run.changes
        learned = run.before_after.learned
        return plain_script(start[1], len(run.train), changed, run.steps, merged=run.merged, own=learned)


def take_away(live: LiveRun) -> None:
    """Weights, history, a plain PyTorch script, and a link. Each is made when it is asked for."""
    row = st.container(horizontal=True, gap="small")
    several = len(live.settings.losses) > 1
    for lane, _ in enumerate(live.settings.losses):
        row.download_button(
            f"Weights of {LANES[lane]}" if several else "Weights",
            lambda lane=lane: _weights(live, lane),
            file_name=f"weights-{LANES[lane]}.safetensors",
            icon=":material/download:",
            on_click="ignore",
        )
    row.download_button(
        "History (CSV)", lambda: _csv(live), file_name="history.csv", mime="text/csv",
        icon=":material/table:", on_click="ignore",
    )  # fmt: skip
    row.download_button(
        "Python script", lambda: _script(live), file_name="run.py", mime="text/x-python",
        icon=":material/code:", on_click="ignore",
    )  # fmt: skip
    mine = live.settings.own > 0 or live.settings.init == FROM_FILE
    st.caption(
        "A link to this page with these settings and this seed, for others to run themselves"
        + (" (your own photos and files are in no link):" if mine else ":")
    )
    _link(live)


@st.fragment(run_every=2.0)
def _link(live: LiveRun) -> None:
    spelled = live.settings.spelled()
    query = "&".join(f"{LINK[name]}={text}" for name, text in spelled.items())
    address = st.context.url or ""
    st.code(address.split("?")[0] + (f"?{query}" if query else ""), language=None)
