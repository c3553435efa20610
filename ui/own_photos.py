"""The photos that a person brought: in this session's memory, and nowhere else.

own_set() is what every page may ask for; the functions below it are the parts of the page Your photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.balls import GALLERY_SEED, MIXED
from core.own_photo import OwnPhoto, read_own
from core.photo_set import PhotoSet
from core.photo_zip import from_zip, to_zip
from core.photos import Photo, PhotoError
from core.safe_zip import is_zip
from ui import crop, photo_board, shared
from ui.your_photo import clearest

BOARD, FRAME, FILES, CAMERA, ZIP = (
    f"your_photos_{part}" for part in ("board", "frame", "files", "camera", "zip")
)
KINDS = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF"
EXAMPLE = (1, 0, 1)  # a soccer ball and a baseball: Goal 2 may say both, Goal 3 must choose
CANDIDATES = 40
LONGEST_NAME, MOST_LINES = 60, 8
NOTHING = PhotoSet()
FIRST_SHEET = photo_board.Sheet(0, 0, NOTHING, None)


@dataclass
class _Desk:
    """What this session's memory holds of a person's photos."""

    photos: PhotoSet = NOTHING
    focus: str | None = None  # the photo to ask about
    sheet: photo_board.Sheet = FIRST_SHEET  # what the board was given
    stale: bool = False  # whether the photos differ from the sheet by more than the hand did
    heard: int = 0  # deeds of the hand
    uploaders: int = 0  # a new number makes empty uploaders
    read: set[str] = field(default_factory=set)  # the files of these uploaders that have been read
    arrived: list[str] = field(default_factory=list)  # the photos in them
    left_out: list[str] = field(default_factory=list)  # and a sentence for whatever is none


def _desk() -> _Desk:
    return st.session_state.setdefault("own_photos", _Desk())


def own_set() -> PhotoSet:
    """The photos of this session, with their labels and crops."""
    return _desk().photos


def keep_own_set(photos: PhotoSet) -> None:
    """Put other photos in their place."""
    desk = _desk()
    desk.stale = desk.stale or photos is not desk.photos
    desk.photos = photos
    if photos.find(desk.focus) is None:
        desk.focus = photos.ids[0] if photos else None


# ------------------------------------------------------------------------------------------- photos come


def take() -> None:
    """The camera: one photo after the other."""
    desk, slot = _desk(), st.empty()
    shot = slot.camera_input(
        "Take a photo; the next one can follow at once", key=f"{CAMERA}_{desk.uploaders}"
    )
    if shot is not None and _receive([shot]):
        slot.camera_input("Take the next photo", key=f"{CAMERA}_{desk.uploaders}")


def choose() -> None:
    """Files, as many at once as one likes; and what was dropped into the page's other uploader."""
    desk, slot = _desk(), st.empty()
    label = f"Choose photos: {KINDS}, or a zip of them"
    # Of every kind: a wrong one is refused in a sentence, by the browser it would be without one.
    files = slot.file_uploader(label, accept_multiple_files=True, key=f"{FILES}_{desk.uploaders}")
    if files and _receive(files):
        slot.file_uploader(label, accept_multiple_files=True, key=f"{FILES}_{desk.uploaders}")


def bring_back() -> None:
    """An uploader for a zip, somewhere on the page: what is in it is there when the page runs next."""
    st.file_uploader(
        "Bring a saved set back, or a zip of your own folders: soccer, basketball, baseball, none",
        key=f"{ZIP}_{_desk().uploaders}",
    )


def receive_zip() -> None:
    """Read what `bring_back` has got; before everything that shows the photos."""
    brought: UploadedFile | None = st.session_state.get(f"{ZIP}_{_desk().uploaders}")
    if brought is not None:
        _receive([brought])


def _receive(uploads: Sequence[UploadedFile]) -> bool:
    """Read each upload once and keep what can be read. A run that is broken off goes on with the rest."""
    desk = _desk()
    if not desk.read:
        desk.left_out, desk.arrived = [], []
    bar, many = st.empty(), len(uploads) > 1
    for done, upload in enumerate(uploads):
        if upload.file_id in desk.read:
            continue
        if many:
            bar.progress(done / len(uploads), f"Reading photo {done + 1} of {len(uploads)} …")
        data = upload.getvalue()
        before = set(desk.photos.ids)
        if is_zip(data):
            photos, sentences = from_zip(
                data,
                desk.photos,
                lambda done, of: bar.progress(done / of, f"Reading photo {done} of {of} in the zip …"),
            )
            desk.left_out += [f"{_short(upload.name)}: {sentence}" for sentence in sentences]
            keep_own_set(photos)
        else:
            try:
                keep_own_set(desk.photos.add(read_own(upload.name, data)))
            except PhotoError as error:
                desk.left_out.append(f"{_short(upload.name)}: {error}")
        desk.arrived += [id_ for id_ in desk.photos.ids if id_ not in before]
        desk.read.add(upload.file_id)
    bar.empty()
    if desk.arrived:
        desk.focus = desk.arrived[0]
    desk.uploaders += 1
    desk.read = set()
    return True


def say_what_was_left_out() -> None:
    """The files that could not be read, by name: as plain text, for a name is anybody's."""
    desk = _desk()
    if not desk.left_out:
        return
    count = len(desk.left_out)
    what = "One photo was left out." if count == 1 else f"{count} photos were left out."
    rest = " Everything else is here." if desk.photos else ""
    with st.container(border=True, gap="small"):
        st.error(what + rest, icon=":material/broken_image:")
        for sentence in desk.left_out[:MOST_LINES]:
            st.text(sentence)
        if count > MOST_LINES:
            st.text(f"… and {count - MOST_LINES} more")


# ------------------------------------------------------------------------------------- photos are sorted


def board() -> OwnPhoto | None:
    """The photos as tiles; the one that has the focus, if there are any."""
    desk = _desk()
    lost = desk.heard > desk.sheet.heard and BOARD not in st.session_state  # the page was left meanwhile
    if desk.stale or lost:
        desk.sheet = photo_board.Sheet(
            desk.sheet.of + 1, desk.heard, desk.photos, desk.focus, tuple(desk.arrived)
        )
        desk.stale, desk.arrived = False, []
    if desk.sheet.photos:
        photo_board.mount(BOARD, desk.sheet, _heard)
    return desk.photos.find(desk.focus)


def _heard() -> None:
    desk, hand = _desk(), photo_board.Hand.read(st.session_state[BOARD].get("hand"))
    if hand is None or hand.of != desk.sheet.of:
        return  # of a sheet that is gone: the board tells it again, of the new one
    desk.photos = photo_board.after(desk.sheet.photos, desk.photos, hand)
    desk.heard = hand.seq
    desk.focus = hand.focus if desk.photos.find(hand.focus) else None


def cropped() -> None:
    """The frame under the hand has stopped: the photo's crop is there now."""
    moved = crop.hand(FRAME)
    if moved:
        id_, at = moved
        keep_own_set(own_set().cropped(id_, at.x, at.y, at.zoom))


def line(photo: OwnPhoto) -> str:
    """What it is, as plain text: never to be read as Markdown or HTML."""
    width, height = photo.photo.original
    return f"{_short(photo.name)}: {photo.photo.kind}, {width} × {height} pixels"


def forget(*ids: str) -> None:
    """These photos, or all."""
    desk = _desk()
    desk.left_out, desk.arrived = [], []
    keep_own_set(desk.photos.remove(ids) if ids else NOTHING)


# ---------------------------------------------------------------------------------------- photos are kept


def save() -> None:
    """A button for the set as a zip. Only who presses it writes anything."""
    photos = own_set()
    count, open_ = len(photos.with_label()), len(photos) - len(photos.with_label())
    st.download_button(
        f"Save {count} sorted photos as a zip" if count != 1 else "Save the sorted photo as a zip",
        lambda: to_zip(photos),
        "my-ball-photos.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        disabled=not count,
    )
    if open_:
        st.caption(
            "One photo is not sorted yet, and is not in the zip."
            if open_ == 1
            else f"{open_} photos are not sorted yet, and are not in the zip."
        )


@st.cache_resource(max_entries=1, show_spinner=False)
def example() -> OwnPhoto:
    """Of forty rendered photos with both balls, the one that Goals 1 and 2 and the network see best."""
    row = shared.photos(GALLERY_SEED, shared.gallery_order(MIXED, (EXAMPLE,), 1)[:CANDIDATES])
    models = [shared.model(name) for name in ("goal1", "goal2", "network")]
    return OwnPhoto("rendered", Photo(row.pixels[clearest(models, row.pixels, row.Y)], "rendered", (64, 64)))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:40]} … {name[-16:]}"
