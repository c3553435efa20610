"""How photos come to one's own: files, the camera, a zip. What cannot be read is named, and nothing is lost.

A fresh uploader stands in the place of one whose files have been read, so that the next ones may come at
once, as soon as no other is on its way to the old one. The files themselves go then, which Streamlit would
keep until the tab is closed: what a person has removed or forgotten, too, and the same zip as often as it is
brought.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import PurePath
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.own_photos.left_out import LeftOut, sentences
from core.own_photos.own_photo import OwnPhoto, read_own
from core.own_photos.photo_zip import from_zip
from core.own_photos.safe_zip import NO_ZIP, is_zip
from core.photos import PhotoError
from ui.components import load
from ui.server.uploads_under_way import others_under_way
from ui.words import counted
from ui.your_photo import at_hand
from ui.your_photo.own_photos import BOARD, BROUGHT, FILES, Desk, keep_own_set, short, the_desk

CAMERA, ZIP, NETWORK = "your_photos_camera", "your_photos_zip", "your_photos_network"
FORMATS = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF"
OTHER_FIELD = {
    ".zip": NO_ZIP,
    ".safetensors": "This is no photo; the field at the page’s end takes networks.",
}
BLACK = 4  # of 255: no pixel of a picture that a camera has yet to send is lighter
TOO_EARLY = "It is black all over, as before a camera has begun. Take it once more."
NO_CAMERA = (
    "A browser lends its camera only to addresses that begin with https, and to localhost. Choose *Files*: "
    "a phone offers its camera there, too."
)
MOST_LINES = 8  # sentences about what was left out that are in sight; the others are beneath

_late_choice = load("your_photo/late_choice")


def take() -> None:
    """The camera: one photo after the other."""
    if not has_camera(st.context.url or ""):
        st.info(NO_CAMERA, icon=":material/no_photography:")
        return
    slot, bar = st.empty(), st.empty()
    shot = slot.camera_input("Take a photo; the next one can follow at once", key=key_of(CAMERA))
    if shot is not None and _receive([shot], CAMERA, bar):
        slot.camera_input("Take the next photo", key=key_of(CAMERA))


def has_camera(address: str) -> bool:
    """Whether a browser lends its camera to a page at this address, a “secure context”, if there is one."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    with suppress(ValueError):
        return parts.scheme != "http" or ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def choose() -> None:
    """Files, as many at once as one likes, a zip among them."""
    slot, bar = st.empty(), st.empty()
    label = f"Choose photos: {FORMATS}, or a zip of them"
    # Of every kind: a wrong one is refused in a sentence, by the browser it would be without one.
    files = slot.file_uploader(label, accept_multiple_files=True, key=key_of(FILES))
    files += _came_late(files, label)
    if files and _receive(files, FILES, bar):
        slot.file_uploader(label, accept_multiple_files=True, key=key_of(FILES))


def _came_late(files: Sequence[UploadedFile], label: str) -> list[UploadedFile]:
    """Files that came to the uploader before this one, which the browser had not yet heard to be gone."""
    context, place = get_script_run_ctx(), st.empty()
    before = the_desk().uploaders[FILES] - 1
    had = {file.file_id for file in files}
    if before < 0 or context is None or not others_under_way(context.session_id, had, here=True):
        return []
    came = place.file_uploader(label, accept_multiple_files=True, key=f"{FILES}_{before}")
    place.empty()
    return [file for file in came if isinstance(file, UploadedFile)]  # the server has let go of the others


def hand_on_late_choices() -> None:
    """At the page's end: what is chosen in a dialog that an uploader has opened which is replaced by then."""
    _late_choice(key="your_photos_late_choice", data={"lines": [FILES, ZIP, NETWORK]})


def key_of(source: str) -> str:
    """Of the uploader that stands there now."""
    return f"{source}_{the_desk().uploaders[source]}"


def bring_back() -> None:
    """An uploader for a zip, at the page's end: what is in it is there when the page runs next.

    What came of it is said here, where the hand is: the photos and the page's top are out of sight.
    """
    desk = the_desk()
    with st.container(key=BROUGHT):
        st.file_uploader(
            "Bring a saved set back, or a zip of your own folders: soccer, basketball, baseball, none",
            key=key_of(ZIP),
        )
        if desk.zip_brought is None:
            return
        if here := [photo for photo in desk.photos.photos if photo.id in desk.zip_brought]:
            count = len(desk.zip_brought)
            photos = "One photo has" if count == 1 else f"{count} photos have"
            unsorted = _unsorted(sum(photo.label is None for photo in here), count)
            st.success(f"{photos} arrived: see further up.{unsorted}", icon=":material/folder_zip:")
        _say(desk)


def _unsorted(unsorted: int, of: int) -> str:
    """Of photos that a zip has brought: their folders may have had names of a person's own. As it is now."""
    if unsorted == 0:
        return ""
    if unsorted == of:
        return " It is not sorted yet." if of == 1 else " None of them is sorted yet."
    return f" {'One of them is' if unsorted == 1 else f'{unsorted} of them are'} not sorted yet."


def receive_zip() -> None:
    """Read what `bring_back` has got; before everything that shows the photos."""
    brought, bar = st.session_state.get(key_of(ZIP)), st.empty()
    if isinstance(brought, UploadedFile):  # of one that the server has lost something else is there
        _receive([brought], ZIP, bar)


def go_on(shown: str) -> None:
    """Read the rest of what was being read when the page was left, or the other source was chosen.

    shown: FILES or CAMERA, whose uploader stands here and goes on with what it still has.
    """
    desk, bar = the_desk(), st.empty()
    for source, uploads in [*desk.coming.items()]:
        if source not in (shown, ZIP) or not st.session_state.get(key_of(source)):
            _receive(uploads, source, bar)


def _receive(uploads: Sequence[UploadedFile], source: str, bar: DeltaGenerator) -> bool:
    """Read each upload once and keep what can be read. A run that is broken off goes on with the rest.

    bar: the place for how far it is, which stands there in every run: else all behind it would be made anew.
    → whether a fresh uploader is due; not so while another file is on its way to this one. It comes then, and
    the page runs again.
    """
    desk = the_desk()
    if not desk.read:
        desk.left_out, desk.arrived, desk.labelled, desk.zip_brought = [], [], 0, None
    desk.coming[source] = list(uploads)
    many = len(uploads) > 1
    for done, upload in enumerate(uploads):
        if upload.file_id in desk.read:
            continue
        if many:
            bar.progress(done / len(uploads), f"Reading photo {done + 1} of {len(uploads)} …")
        data = upload.getvalue()
        before = {photo.id: photo.label for photo in desk.photos.photos}
        if is_zip(data):
            photos, left_out = from_zip(
                data,
                desk.photos,
                lambda done, of: bar.progress(done / of, f"Reading photo {done} of {of} in the zip …"),
            )
            _go_on_if_wanted()
            desk.left_out += [file._replace(zip=short(upload.name)) for file in left_out]
            keep_own_set(photos)
        else:
            try:
                photo = _photo(upload.name, data, source)
                _go_on_if_wanted()
                keep_own_set(desk.photos.add(photo))
            except PhotoError as error:
                _go_on_if_wanted()
                why = OTHER_FIELD.get(PurePath(upload.name.lower()).suffix, error)
                desk.left_out.append(LeftOut(short(upload.name), str(why)))
        for photo in desk.photos.photos:
            if photo.id not in before:
                desk.arrived.append(photo.id)
            elif photo.label is not None and before[photo.id] is None:
                desk.labelled += 1
        desk.read.add(upload.file_id)
    del desk.coming[source]
    bar.empty()
    if source == ZIP and (desk.arrived or desk.zip_brought is None):
        desk.zip_brought = frozenset(desk.arrived)
    if desk.arrived:
        desk.focus = desk.arrived[0]
    if source != CAMERA:  # whose next photo may follow at once
        at_hand.lead(BROUGHT if source == ZIP else BOARD if desk.arrived else FILES)
    context, ids = get_script_run_ctx(), {upload.file_id for upload in uploads}
    if context is not None and others_under_way(context.session_id, ids):
        return False
    let_go(ids, source)
    desk.read -= ids
    return True


def _photo(name: str, data: bytes, source: str) -> OwnPhoto:
    """What came from there as a photo. Errors: PhotoError."""
    photo = read_own(name, data)
    if source == CAMERA and photo.photo.pixels.max() <= BLACK:
        raise PhotoError(TOO_EARLY)
    return photo


def _go_on_if_wanted() -> None:
    """Whatever asks for this session ends a run that was broken off, as here while it read a file.

    The next run may have the same one by now, and a second time it would be told of as left out.
    """
    the_desk()


def let_go(files: Collection[str], source: str) -> None:
    """The server forgets these files, for which Streamlit has no public way; a fresh uploader is due."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for id_ in files:
            context.uploaded_file_mgr.remove_file(context.session_id, id_)
    st.session_state.pop(key_of(source), None)
    the_desk().uploaders[source] += 1


def say_what_came() -> None:
    """What came of the files or photos that were chosen or taken at the page's top."""
    desk = the_desk()
    if desk.zip_brought is None:
        _say(desk)


def _say(desk: Desk) -> None:
    """How many photos a zip has labelled, and the files that were left out."""
    if desk.labelled:
        if desk.labelled == 1:
            said = "One photo that was not sorted yet now has its label from the zip."
        else:
            said = f"{desk.labelled} photos that were not sorted yet now have their labels from the zip."
        st.success(said, icon=":material/label:")
    _say_what_was_left_out(desk)


def _say_what_was_left_out(desk: Desk) -> None:
    """By name, as plain text: a name is anybody's."""
    if not desk.left_out:
        return
    count = len(desk.left_out)
    what = "One file was left out." if count == 1 else f"{count:,} files were left out."
    rest = " Everything else is here." if desk.photos else ""
    with st.container(border=True, gap="small"):
        st.error(what + rest, icon=":material/broken_image:")
        said = sentences(desk.left_out)
        for sentence in said[:MOST_LINES]:
            st.text(sentence)
        if more := said[MOST_LINES:]:
            with st.expander(f"… and {counted(len(more), 'sentence')} more"):
                st.text("\n\n".join(more))  # however many, one part of the page
