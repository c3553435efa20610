"""The live figure: assets/components/training, which the browser paints by itself, over watching_line.py."""

import secrets

import numpy as np
import streamlit as st

from ui import told
from ui.components import load
from ui.controls import ChosenPhoto
from ui.live_training import runs
from ui.live_training.live_photos import WatchedPhoto
from ui.live_training.live_pictures import room
from ui.live_training.live_run import LiveRun
from ui.live_training.looks import looked, looks
from ui.live_training.own_training import WATCHED
from ui.live_training.run_link import is_unheard, say_in_link
from ui.live_training.run_settings import change
from ui.server.base_path import base

VIEWER = "training:viewer"  # the name under which this session's figure asks for its photo

# Plotly puts its styles into the page's head. The entry fetches all else itself, and keeps room for it.
_figure = load("training/entry", isolate_styles=False, at_once=True)


def live_figure(live: LiveRun, stands: str) -> None:
    """The figure that the browser paints by itself; its buttons that change the page come back here.

    stands: `live.stands`, as this page shows it; a frame tells how it is, and where that differs the page is
    asked to run again.
    """

    def branched() -> None:
        step = told.last("training:figure", "branch")
        if step is None:
            return
        try:
            new = runs.branch(live, int(step))
        except (TypeError, ValueError, OverflowError):
            st.toast("There is no such step to branch from.", icon=":material/error:")
            return
        say_in_link(new)

    def go_on() -> None:
        with live.held() as run:
            if run is None:
                return
            step, rate = run.way_out()
            try:
                new = runs.branch(live, step)
            except ValueError as refused:  # its file is gone
                st.toast(str(refused), icon=":material/error:")
                return
        change(new, learning_rate=rate)
        new.do("play")
        say_in_link(new)

    _figure(
        key="training:figure",
        data={
            "socket": f"live/{live.key}",
            "viewer": _viewer(),
            "base": base(),
            "loss": list(live.settings.losses),
            "room": room(live.settings),
            "unheard": is_unheard(live),
            "settings": stands,
            "looks": looks(),
        },
        on_branch_change=branched,
        on_calmer_change=go_on,
        on_looks_change=looked,
        # The page runs again, its widgets stand where the run does, and Streamlit's client knows its name.
        on_elsewhere_change=lambda: None,
    )


def watch(live: LiveRun, chosen: ChosenPhoto) -> None:
    """From now on this session's figure shows what the run answers about this photo.

    Each session has its own: a hall may watch one run, and whoever comes to it takes nobody's photo away.
    """
    label = None if chosen.Y is None else tuple(float(y) for y in chosen.Y)
    pixels = np.ascontiguousarray(chosen.pixels).tobytes()
    photo, before = WatchedPhoto(pixels, label, chosen.caption, chosen.own), st.session_state.get(WATCHED)
    if photo == before:
        photo = before
    live.watch_photo(photo, _viewer())
    st.session_state[WATCHED] = photo


def _viewer() -> str:
    name: str = st.session_state.setdefault(VIEWER, secrets.token_urlsafe(16))
    return name
