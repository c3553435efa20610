"""Photos, or a network, that a tab has shown and its session has not: the page was loaded anew, or the app
started again.

They were in the memory of the session that ended, by design; a person hears that they are gone, and why.
"""

import secrets

import streamlit as st

from core.own_photos.photo_set import MAX_PHOTOS
from ui import told
from ui.components import load

KEY, SESSION, GONE = "your_photos_gone", "your_photos_session", "your_photos_were"

_look = load("your_photo/gone")


def look(photos: int, network: bool) -> None:
    """At the page's end: let the tab compare what it remembers with what this session has.

    network: whether one that was taught or brought is here.
    """
    session = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    _look(key=KEY, data={"session": session, "photos": photos, "network": network}, on_gone_change=_hear)


def _hear() -> None:
    gone = told.mapping(told.last(KEY, "gone")) or {}
    photos, network = told.whole(gone.get("photos")), gone.get("network")
    if photos is not None and 0 <= photos <= MAX_PHOTOS and type(network) is bool:
        st.session_state[GONE] = photos, network


def say(photos: int, network: bool) -> None:
    """That they are gone, until there are photos again, and a network."""
    were, network_was = st.session_state.get(GONE, (0, False))
    were, network_was = 0 if photos else were, network_was and not network
    st.session_state[GONE] = were, network_was
    if were == 1:
        said = _gone(
            "One photo was", "It was in memory only, and is", "choose it again, or bring a saved set"
        )
    elif were:
        said = _gone(
            f"{were} photos were",
            "They were in memory only, and are",
            "choose them again, or bring a saved set",
        )
    elif network_was:
        said = _gone(
            "A network that was taught or brought was", "It was in memory only, and is", "bring its file"
        )
    else:
        return
    so_is = (
        " So is the network that was taught or brought: bring its file back there, too, or teach it again."
    )
    st.warning(said + (so_is if were and network_was else ""))


def _gone(they_were: str, they_are: str, do: str) -> str:
    return (
        f"{they_were} here before the page was reloaded or the app was restarted. {they_are} gone: {do} back "
        "at the page’s end."
    )
