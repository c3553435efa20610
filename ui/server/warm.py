"""The first page appears before torch is imported; soon after, a thread gets ready what a click needs.

That is torch, pandas (which Streamlit imports for most components) and the tables from which photos are
rendered; then, behind whatever a page does meanwhile, the photos and the kernels of live training.
"""

import importlib
import threading

import streamlit as st

DELAY = 1.5  # seconds: by then the first page has left


@st.cache_resource(max_entries=1, show_spinner=False)
def get_ready_soon() -> threading.Timer:
    """Once a process: import and make what other pages need, in the background."""
    # A daemon waits, so that the process may end meanwhile; the work itself is waited for: a process that
    # ends in the middle of torch's import or sums aborts.
    timer = threading.Timer(DELAY, _start)
    timer.daemon = True
    timer.start()
    return timer


def _start() -> None:
    # Said outright: a thread that a daemon makes would be a daemon.
    threading.Thread(target=_get_ready, name="warm", daemon=False).start()


def _get_ready() -> None:
    importlib.import_module("ui.shared")
    importlib.import_module("pandas")
    balls = importlib.import_module("core.balls")
    balls.render(balls.GALLERY_SEED, [0], device="cpu")  # as ui.shared renders them
    importlib.import_module("ui.live_training.live_photos").RenderedPhotos()
    importlib.import_module("core.columns").warm_up()
