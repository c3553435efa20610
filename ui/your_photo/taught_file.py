"""The network on patches that a person has taught, saved and brought back (core/own_photos/taught_file.py).

One that was brought is in this session's memory alone. It stays until it is forgotten, whatever becomes of
the photos, for whoever brings it has its file.
"""

from dataclasses import dataclass
from typing import Protocol
from weakref import ref

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.network import Network
from core.own_photos.own_photo import OwnPhoto
from core.own_photos.safe_zip import is_zip
from core.own_photos.taught_file import taught_from_bytes, taught_to_bytes
from core.photo_folder.learned import known, marks_in, saved
from core.weights import LARGEST, WeightsError
from ui.server.downloads import Download
from ui.your_photo import at_hand
from ui.your_photo.own_photos import own_set, short, the_desk
from ui.your_photo.photo_uploads import NETWORK, key_of, let_go

PLACE = "your_photos_weights"  # where a network is brought back
BROUGHT = "your_photo:brought"
SAID = "your_photo:brought_said"  # what came of the file that was brought last: its name, why it is not taken
ZIP = "this is a zip, and the field above takes those."


@dataclass(frozen=True)
class Brought:
    """A network from a file of this name; marks: of the photos that it has learned from."""

    name: str
    network: Network
    marks: frozenset[int]


class Taught(Protocol):
    """A network, and the ids of the photos that it has learned from."""

    @property
    def network(self) -> Network: ...

    @property
    def learned(self) -> frozenset[str]: ...


def brought() -> Brought | None:
    """The one that this session has."""
    return st.session_state.get(BROUGHT)


def receive() -> None:
    """Read what `bring_back` has got; before everything that asks the network."""
    upload = st.session_state.get(key_of(NETWORK))
    if not isinstance(upload, UploadedFile):  # of one that the server has lost something else is there
        return
    name, data = short(upload.name), upload.getvalue()
    try:
        st.session_state[BROUGHT] = Brought(name, taught_from_bytes(data), marks_in(data))
        st.session_state[SAID] = name, None
    except WeightsError as refused:
        st.session_state[SAID] = name, ZIP if is_zip(data) else f"{refused}."
    let_go({upload.file_id}, NETWORK)
    at_hand.lead(PLACE)


def bring_back(asked: bool) -> None:
    """An uploader, at the page's end; what came of it is said here, where the hand is.

    asked: whether what was brought answers now, and neither what ships nor what was taught here.
    """
    with st.container(key=PLACE):
        st.file_uploader(
            "Bring back a network that you taught here, or one that `python -m core train patches --photos` "
            "made",
            max_upload_size=LARGEST >> 20,
            key=key_of(NETWORK),
        )
        if SAID not in st.session_state:
            return
        name, refused = st.session_state[SAID]
        if refused is None:
            now = "It is asked now: see further up." if asked else "It is here: further up you can choose it."
            st.success(now, icon=":material/neurology:")
        else:
            with st.container(border=True, gap="small"):
                st.error("These weights are not used.", icon=":material/broken_image:")
                st.text(f"{name}: {refused}")  # verbatim: what a file says is never markdown


def say(network: Brought, photo: OwnPhoto) -> None:
    """Beneath the switch: which file it is from, whether it has learned from this photo, and a way out."""
    learned = photo.id in known(network.marks, own_set()).ids
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(network.name + (": it has learned from this photo." if learned else ""))
        st.button("Forget this network", icon=":material/delete:", on_click=_forget)


def _forget() -> None:
    for key in (BROUGHT, SAID):
        st.session_state.pop(key, None)


def download(taught: Taught) -> Download:
    """Its file, as long as all photos that it learned from are there.

    What is on offer keeps neither it nor them; it is made in another thread, where there is no session.
    """
    desk, reference = the_desk(), ref(taught)

    def make() -> bytes | None:
        known, photos = reference(), desk.photos
        if known is None or not known.learned <= set(photos.ids):
            return None
        return taught_to_bytes(known.network, saved(photos, photos.remove(set(photos.ids) - known.learned)))

    return Download(
        "Save the network that you taught", "my-patches.safetensors", "application/octet-stream", make
    )
