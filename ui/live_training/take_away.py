"""What a person takes away from a live run: weights, the history, a plain PyTorch script, a link.

Each is made when it is asked for, of the run as it is then.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.live_run import LANES
from core.live_run.history_csv import as_csv
from core.live_run.plain_script import plain_script
from core.live_run.starts import FROM_FILE
from core.photo_folder.learned import as_tensors
from core.weights import network_tensors, tensors_to_bytes
from ui.fragments import fragment
from ui.live_training.live_run import LiveRun
from ui.live_training.own_training import learning_marks
from ui.live_training.run_link import query
from ui.server.downloads import Download, downloads
from ui.verbatim import verbatim


def weights(live: LiveRun, lane: int, marks: NDArray[np.int32] | None = None) -> bytes | None:
    """A lane's network as a safetensors file; None where another tab has taken the lane away meanwhile.

    marks: of a person's photos, if it has learned from some.
    """
    with live.held() as run:
        if run is None or lane >= len(run.lanes):
            return None
        descent, step, learned = run.lanes[lane], run.steps, run.before_after.learned
    header = {
        "activations": [layer.activation.name for layer in descent.network.layers],
        "loss": descent.loss.name,
        "steps": step,
        "settings": live.settings.spelled(),
    }
    beside = as_tensors(marks) if learned and marks is not None and len(marks) else {}
    return tensors_to_bytes(network_tensors(descent.network) | beside, header)


def history(live: LiveRun) -> str | None:
    """The curves and the events as a table."""
    with live.held() as run:
        return None if run is None else as_csv(run.history)


def script(live: LiveRun) -> str | None:
    """A plain PyTorch script that takes the same steps."""
    with live.held() as run:
        if run is None:
            return None
        start, *changed = run.changes
        learned = run.before_after.learned
        return plain_script(start[1], len(run.train), changed, run.steps, merged=run.merged, own=learned)


def take_away(live: LiveRun, waiting: bool) -> None:
    """A file each, and the link as text.

    waiting: whether the page was begun without a run; once there is one, all of the page runs again.
    """

    @fragment(run_every=1.0 if waiting else None)
    def files() -> None:
        _files(live)
        if waiting and live.run is not None:
            st.rerun()  # with nothing to ask for every second any more

    files()
    mine = live.settings.own > 0 or live.settings.init == FROM_FILE
    st.caption(
        "The files have the run as it is now, also while you look back. Here is a link to this page with "
        "these settings and this seed, for others to run themselves"
        + (" (your own photos and files are in no link):" if mine else ":")
    )
    address, asked = (st.context.url or "").split("?")[0], query(live.settings, live.pace.name)
    verbatim("take_away:link", address + (f"?{asked}" if asked else ""), copied="Copy")


def _files(live: LiveRun) -> None:
    """Grey as long as the photos are rendered and there is no run: a file would be empty."""
    several, marks = len(live.settings.losses) > 1, learning_marks(live)
    files = [
        Download(
            f"Weights of {LANES[lane]}" if several else "Weights",
            f"weights-{LANES[lane]}.safetensors",
            "application/octet-stream",
            partial(weights, live, lane, marks),
        )
        for lane, _ in enumerate(live.settings.losses)
    ]
    files.append(Download("History (CSV)", "history.csv", "text/csv", partial(history, live)))
    files.append(Download("Python script", "plain_run.py", "text/x-python", partial(script, live)))
    if live.run is None:
        files = [replace(file, make=None) for file in files]
    downloads("take_away", files)
