"""The first page appears before torch is imported; soon after, a thread imports it: no click shall wait."""

import importlib
import threading

import streamlit as st

DELAY = 1.5  # seconds: by then the first page has left


@st.cache_resource(max_entries=1, show_spinner=False)
def import_torch_soon() -> threading.Timer:
    """Once a process: import what every other page needs, in the background."""
    timer = threading.Timer(DELAY, importlib.import_module, ("ui.shared",))
    timer.daemon = True
    timer.start()
    return timer
