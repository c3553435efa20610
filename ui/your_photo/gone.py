"""Photos that a tab has shown and its session has not: the page was loaded anew, or the app started again.

They were in the memory of the session that ended, by design; a person hears that they are gone, and why.
"""

import secrets

import streamlit as st

from core.own_photos.photo_set import MAX_PHOTOS
from ui import told
from ui.components import load

KEY, SESSION, GONE = "your_photos_gone", "your_photos_session", "your_photos_were"

_look = load("your_photo/gone")


def look(photos: int) -> None:
    """At the page's end: let the tab compare what it remembers with the photos of this session."""
    session = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    _look(key=KEY, data={"session": session, "photos": photos}, on_gone_change=_hear)


def _hear() -> None:
    photos = told.whole(told.last(KEY, "gone"))
    if photos is not None and 0 < photos <= MAX_PHOTOS:
        st.session_state[GONE] = photos


def say(photos: int) -> None:
    """That they are gone, until there are photos again."""
    if photos:
        st.session_state.pop(GONE, None)
    were = st.session_state.get(GONE)
    if were is None:
        return
    if were == 1:
        photos_were, they_are, them = "One photo was", "It was in memory only, and is", "it"
    else:
        photos_were, they_are, them = f"{were} photos were", "They were in memory only, and are", "them"
    st.warning(
        f"{photos_were} here before the page was reloaded or the app was restarted. {they_are} gone: "
        f"choose {them} again, or bring a saved set back at the page’s end."
    )
