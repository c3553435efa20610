"""Your photo: upload or camera, crop, the exact 64 × 64 pixels, and what every model says of them."""

import math
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.balls import GALLERY_SEED, MIXED
from core.photos import Photo, PhotoError, read_photo
from core.weights import SHIPPED
from ui import shared
from ui.controls import OWN, PARAMETER, keep_own_photo
from ui.crop import Place, Print, crop, place, printed
from ui.your_photo import answers, ask, clearest

ENDINGS = [
    "jpg",
    "jpeg",
    "jfif",
    "mpo",
    "png",
    "webp",
    "gif",
    "bmp",
    "tif",
    "tiff",
    "heic",
    "heif",
    "hif",
    "avif",
]
FRAME = "your_photo_frame"
EXAMPLE = (1, 0, 1)  # a soccer ball and a baseball: Goal 2 may say both, Goal 3 must choose
GOALS = {"one_ball": "Goal 1", "three_balls": "Goal 2", "unique_ball": "Goal 3"}


@dataclass(frozen=True)
class Kept:
    """A photo and its print for the browser. name: the file's own, which may be anybody's text."""

    photo: Photo
    shown: Print
    name: str


@dataclass
class Mine:
    """What this session's memory holds of a person's photo."""

    kept: Kept | None = None
    tried: str = ""  # the upload that was read last
    error: str = ""  # and what was wrong with it
    place: Place | None = None
    uploaders: int = 0  # a new number makes an empty uploader


@st.cache_resource(max_entries=1, show_spinner=False)
def example() -> Kept:
    """Of forty rendered photos with both balls, the one in which Goal 2's head sees them best."""
    row = shared.photos(GALLERY_SEED, shared.gallery_order(MIXED, (EXAMPLE,), 1)[:40])
    photo = Photo(row.pixels[clearest(shared.model("goal2"), row.pixels, row.Y)], "rendered photo", (64, 64))
    return Kept(photo, printed(photo), "")


def receive(upload: UploadedFile | None, mine: Mine) -> None:
    """Read an upload once. What cannot be read leaves the photo before it where it is."""
    if upload is None:
        mine.error = ""
    elif upload.file_id != mine.tried:
        mine.tried, mine.error = upload.file_id, ""
        try:
            with st.spinner("Reading the photo …"):
                photo = read_photo(upload.getvalue())
        except PhotoError as error:
            mine.error = str(error)
        else:
            mine.kept, mine.place = Kept(photo, printed(photo), upload.name), None


def forget(mine: Mine) -> None:
    mine.kept, mine.place, mine.error = None, None, ""
    mine.uploaders += 1
    keep_own_photo(None)


def place_in_link() -> Place:
    """The frame as the link has it; what is no number counts as not given."""

    def number(name: str, usual: float, low: float, high: float) -> float:
        try:
            value = float(st.query_params.get(name, usual))
        except ValueError:
            return usual
        return min(max(value, low), high) if math.isfinite(value) else usual

    return Place(number("x", 0.5, 0, 1), number("y", 0.5, 0, 1), number("zoom", 1.0, 1, 8))


def to_link(at: Place) -> None:
    for name, value, usual in (("x", at.x, 0.5), ("y", at.y, 0.5), ("zoom", at.zoom, 1.0)):
        if value == usual:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = f"{value:g}"


mine: Mine = st.session_state.setdefault("your_photo", Mine())

st.title("Your photo")
st.markdown(
    "Is there a soccer ball, a basketball, a baseball in **your** photo? The neurons see 64 × 64 pixels of it. "
    "It stays in this session's memory: it is not written to disk, and a refresh of the page forgets it."
)

source = st.segmented_control(
    "Where the photo comes from",
    ["file", "camera"],
    default="file",
    required=True,
    format_func={"file": "A file", "camera": "The camera"}.get,
    label_visibility="collapsed",
    key="from",
    bind="query-params",
)
if source == "camera":
    upload = st.camera_input("Take a photo", key=f"your_photo_camera_{mine.uploaders}")
else:
    upload = st.file_uploader("Choose a photo", ENDINGS, key=f"your_photo_file_{mine.uploaders}")
receive(upload, mine)
if mine.error:
    st.error(mine.error, icon=":material/broken_image:")

own = mine.kept is not None
kept = mine.kept or example()
if own:
    with st.container(horizontal=True, vertical_alignment="center"):
        width, height = kept.photo.original
        name = kept.name if len(kept.name) <= 60 else f"{kept.name[:40]} … {kept.name[-16:]}"
        st.text(f"{name}: {kept.photo.kind}, {width} × {height} pixels")
        st.button("Forget this photo", icon=":material/delete:", on_click=forget, args=(mine,))
else:
    st.info(
        "An example until you choose a photo: a rendered soccer ball and baseball.", icon=":material/image:"
    )

at = place(FRAME, kept.shown.of)
if own:
    at = mine.place = at or mine.place or Place()
elif at is None:
    at = place_in_link()
else:
    to_link(at)
pixels = kept.photo.crop(at.x, at.y, at.zoom)
crop(FRAME, kept.shown, "your photo" if own else "a rendered soccer ball and baseball", at, pixels)

st.header("What the models say")
answers("your_photo_answers", [ask(name, shared.model(name), pixels) for name in SHIPPED])
st.caption(
    "Green pixels speak for a ball, violet ones against it, on each model's own symmetric scale; R, G and B are "
    "added up. The models have only ever seen rendered photos, so a real one may surprise them."
)

if own:
    keep_own_photo(pixels)
    st.header("Carry it on")
    st.markdown("These 64 × 64 pixels are among the photos of the other pages now.")
    with st.container(horizontal=True):
        for name, goal in GOALS.items():
            st.page_link(
                f"pages/{name}.py",
                label=f"{goal} with your photo",
                icon=":material/arrow_forward:",
                query_params={PARAMETER: OWN},
            )
