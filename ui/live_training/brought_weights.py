"""Weights that a person took away before and brings back: a live run begins from them."""

from dataclasses import replace

import streamlit as st

from core.live_run.settings import Settings
from core.live_run.starts import FROM_FILE, layers_of, start_from_bytes
from core.own_photos.before_after import names_of
from core.photo_folder.learned import known, marks_in
from core.weights import LARGEST, WeightsError
from ui.live_training.live_run import LiveRun
from ui.your_photo.own_photos import own_set

READ = "training:weights_read"  # the upload that was read last


def bring_weights(live: LiveRun) -> None:
    """An uploader; whatever file it is, it begins the run anew or is refused in a sentence."""
    upload = st.file_uploader(
        "Begin from weights in a file (safetensors, as taken away below)",
        max_upload_size=LARGEST >> 20,
        key="training:weights",
    )
    if live.settings.init == FROM_FILE:
        st.caption(
            "A run that begins from your file is in memory only, as it may have learned from your photos."
        )
    if upload is None or st.session_state.get(READ) == upload.file_id:
        return  # a branch, too, goes on: the file has begun the run that it is from
    try:
        begin_from(live, upload.getvalue())
    except ValueError as refused:  # the file, or that there is no run yet: then it is tried again
        _refuse(str(refused))
    else:
        st.session_state[READ] = upload.file_id
        st.rerun()  # the widgets above show its layers now


def begin_from(live: LiveRun, data: bytes) -> None:
    """Errors: WeightsError for the file, in a sentence; ValueError as long as there is no run."""
    network = start_from_bytes(data)
    hidden, activation = layers_of(network)
    loss = "softmax" if network.layers[-1].activation.name == "softmax" else "binary"
    losses = (loss,) if len(live.settings.losses) == 1 else live.settings.losses
    try:
        settings: Settings = replace(
            live.settings,
            init=FROM_FILE,
            hidden=hidden,
            activation=activation or live.settings.activation,
            losses=losses,
        )
    except ValueError as misfit:
        raise WeightsError(str(misfit)) from misfit
    # Those who learned from photos by the command, or in another run, know some that are held back here.
    old = known(marks_in(data), own_set())
    live.begin_from(settings, network, frozenset(names_of(old.tensors()[0])) if old else frozenset())


def _refuse(sentence: str) -> None:
    st.error("These weights are not used; the run is as it was.", icon=":material/broken_image:")
    whole = f"{sentence[:1].upper()}{sentence[1:400].rstrip('.')}."
    st.text(whole)  # verbatim: what a file says is never markdown
