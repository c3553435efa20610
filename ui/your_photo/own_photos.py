"""The photos that a person brought: in this session's memory, and nowhere else.

own_set() is what every page may ask for; what stands below it are parts of the page Your photos, and
ui/your_photo/photo_uploads.py brings the photos in.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.balls import GALLERY_SEED, MIXED
from core.own_photos.left_out import LeftOut
from core.own_photos.own_photo import OwnPhoto, on_one_line
from core.own_photos.photo_set import PhotoSet, SetFull
from core.own_photos.photo_zip import to_zip
from core.photos import Photo
from ui import shared, told
from ui.controls import keep_own_photo
from ui.server.downloads import Download, downloads
from ui.your_photo import at_hand, crop, photo_board
from ui.your_photo.answers import clearest

BOARD, FRAME = "your_photos_board", "your_photos_frame"
FILES, BROUGHT = "your_photos_files", "your_photos_brought"  # where photos are chosen, and a set brought back
EXAMPLE = (1, 0, 1)  # a soccer ball and a baseball: Goal 2 may say both, Goal 3 must choose
CANDIDATES = 40
LONGEST_NAME = 60
NOTHING = PhotoSet()
FIRST_SHEET = photo_board.Sheet(0, 0, NOTHING, None)


@dataclass
class Desk:
    """What this session's memory holds of a person's photos."""

    photos: PhotoSet = NOTHING
    focus: str | None = None  # the photo to ask about
    sheet: photo_board.Sheet = FIRST_SHEET  # what the board was given
    stale: bool = False  # whether the photos differ from the sheet by more than the hand did
    heard: int = 0  # deeds of the hand
    uploaders: Counter[str] = field(default_factory=Counter)  # a new number makes an empty one
    read: set[str] = field(default_factory=set)  # the files of these uploaders that have been read
    # of each uploader, while they are being read
    coming: dict[str, list[UploadedFile]] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)  # the photos in them
    left_out: list[LeftOut] = field(default_factory=list)  # and whatever is none
    labelled: int = 0  # photos that were here before and got their labels from these files
    # the photos that came with them, where these files are a saved set brought back, else None
    zip_brought: frozenset[str] | None = None
    removed: PhotoSet = NOTHING  # by the hand, which may bring them back; no page asks for these
    let_go: Sequence[Callable[[], object]] = ()  # to be called where photos are gone


def the_desk() -> Desk:
    """This session's."""
    return st.session_state.setdefault("own_photos", Desk())


def own_set() -> PhotoSet:
    """The photos of this session, with their labels and crops."""
    return the_desk().photos


def keep_own_set(photos: PhotoSet) -> None:
    """Put other photos in their place."""
    desk = the_desk()
    desk.stale = desk.stale or photos is not desk.photos
    desk.photos = photos
    _focus(desk, desk.focus)


def _focus(desk: Desk, id_: str | None) -> None:
    """Ask about this photo, or about the first where it is gone."""
    photos = desk.photos
    desk.focus = id_ if photos.find(id_) else photos.ids[0] if photos else None


def board(*let_go: Callable[[], object]) -> OwnPhoto | None:
    """The photos as tiles; the one that has the focus, if there are any.

    let_go: to be called as soon as the hand has removed or forgotten photos. The page's next run may be
    broken off before it comes to that: a click on another page is enough.
    """
    desk = the_desk()
    desk.let_go = let_go
    lost = desk.heard > desk.sheet.heard and BOARD not in st.session_state  # the page was left meanwhile
    if desk.stale or lost:
        unsorted = {photo.id for photo in desk.photos.photos if photo.label is None}
        arrived = tuple(id_ for id_ in desk.arrived if id_ in unsorted)
        photos = _with_removed(desk)
        desk.sheet = photo_board.Sheet(
            desk.sheet.of + 1, desk.heard, photos, desk.focus, arrived, desk.removed.ids
        )
        desk.stale, desk.arrived = False, []
    if desk.sheet.photos:
        photo_board.mount(BOARD, desk.sheet, _heard)
    return desk.photos.find(desk.focus)


def _with_removed(desk: Desk) -> PhotoSet:
    """The photos and, as long as there is room for both, those that may be brought back, in their places."""
    desk.removed = desk.removed.remove(desk.photos.ids)  # one may have come anew
    try:
        photos = desk.photos.add(*desk.removed.photos)
    except SetFull:
        desk.removed = NOTHING
    if not desk.removed:
        return desk.photos
    places = {id_: place for place, id_ in enumerate(desk.sheet.photos.ids)}
    return PhotoSet(tuple(sorted(photos.photos, key=lambda photo: places.get(photo.id, len(places)))))


def _heard() -> None:
    desk, hand = the_desk(), photo_board.Hand.read(told.last(BOARD, "hand"))
    if hand is None or hand.of != desk.sheet.of or desk.stale:
        # Of a sheet that is gone, or goes with this run, such as one with photos that were just forgotten:
        # the board tells it again, of the new one.
        return
    desk.photos = photo_board.after(desk.sheet.photos, desk.photos, hand)
    desk.removed = photo_board.removed(desk.sheet.photos, hand)
    desk.heard = hand.seq
    _focus(desk, hand.focus)
    _tell_other_pages(desk)


def _tell_other_pages(desk: Desk) -> None:
    """What they have of the photos is what the hand has left."""
    photo = desk.photos.find(desk.focus)
    keep_own_photo(*((photo.pixels, photo.label) if photo else (None,)))
    for let_go in desk.let_go:
        let_go()


def cropped() -> None:
    """The frame under the hand has stopped: the photo's crop is there now."""
    moved = crop.hand(FRAME)
    if moved:
        id_, at = moved
        keep_own_set(own_set().cropped(id_, at.x, at.y, at.zoom))


def line(photo: OwnPhoto) -> str:
    """What it is, as plain text: never to be read as Markdown or HTML."""
    width, height = photo.photo.original
    return f"{short(photo.name)}: {photo.photo.kind}, {width} × {height} pixels"


def forget(*ids: str) -> None:
    """These photos, or all; and whatever was removed before, for nothing comes back once one forgets."""
    desk = the_desk()
    desk.removed, desk.stale = NOTHING, True
    desk.left_out, desk.arrived, desk.labelled, desk.zip_brought = [], [], 0, None
    if not ids:  # those too that were yet to be read
        desk.read |= {upload.file_id for uploads in desk.coming.values() for upload in uploads}
    keep_own_set(desk.photos.remove(ids) if ids else NOTHING)
    desk.sheet = replace(desk.sheet, photos=desk.photos, removed=())  # the next one may be a while
    _tell_other_pages(desk)
    if not desk.photos:  # and so the button that was pressed is gone
        at_hand.lead(FILES if ids else BROUGHT)


def forget_what_was_removed() -> None:
    """Where the hand has removed all of them: they wait to be brought back, unless one forgets them."""
    count = len(the_desk().removed.ids)
    if not count:
        return
    who, them = ("One removed photo waits", "it") if count == 1 else (f"{count} removed photos wait", "them")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{who} in this session’s memory to be brought back.")
        ids = the_desk().removed.ids  # and not what may be read just now
        st.button(f"Forget {them}", icon=":material/delete_sweep:", on_click=forget, args=ids)


def save_or_forget(*more: Download) -> None:
    """A button for the set as a zip, one for each further file, and one that forgets all photos.

    Nothing is written but what these buttons save. more: of what goes with the photos.
    """
    desk, photos = the_desk(), own_set()
    count = len(photos.with_label())
    left = len(photos) - count
    which = {0: "sorted photos", 1: "the sorted photo"}.get(count, f"{count} sorted photos")
    with st.container(horizontal=True):
        # Of the desk, not of these photos: what is on offer must not keep what is forgotten.
        make = (lambda: to_zip(desk.photos)) if count else None
        downloads(
            "own_zip",
            [Download(f"Save {which} as a zip", "my-ball-photos.zip", "application/zip", make), *more],
        )
        with st.popover("Forget all photos", icon=":material/delete_sweep:"):
            st.markdown(
                "They are gone from here then, and so are their labels, which only a zip saved before "
                "brings back." + " The network that you taught is forgotten with them." * bool(more)
            )
            st.button("Yes, forget all", on_click=forget)
    if left:
        what = (
            "One photo is not sorted yet, and is"
            if left == 1
            else f"{left} photos are not sorted yet, and are"
        )
        st.caption(f"{what} not in the zip.")


@st.cache_resource(max_entries=1, show_spinner=False)
def example() -> OwnPhoto:
    """Of forty rendered photos with both balls, the one that Goals 1 and 2 and the network see best."""
    row = shared.photos(GALLERY_SEED, shared.gallery_order(MIXED, (EXAMPLE,))[:CANDIDATES])
    models = [shared.model(name) for name in ("goal1", "goal2", "patches")]
    return OwnPhoto("rendered", Photo(row.pixels[clearest(models, row.pixels, row.Y)], "rendered", (64, 64)))


def short(name: str) -> str:
    """A file's name, however long, on one line; what turns the direction of reading is shown as �."""
    name = on_one_line(name)
    return name if len(name) <= LONGEST_NAME else f"{name[:40].rstrip()} … {name[-16:].lstrip()}"
