"""Your photo: upload or camera, crop, the exact 64 × 64 pixels, and what every model says of them."""

import streamlit as st

from core.weights import SHIPPED
from ui import crop, shared
from ui.controls import OWN, PARAMETER, keep_own_photo
from ui.own_photo import example, mine
from ui.your_photo import answers, ask

KINDS = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF"
FRAME = "your_photo_frame"
GOALS = {"one_ball": "Goal 1", "three_balls": "Goal 2", "unique_ball": "Goal 3"}

own = mine()

st.title("Your photo")
st.markdown(
    "Is there a soccer ball, a basketball, a baseball in **your** photo? The neurons see 64 × 64 pixels of "
    "it. It stays in this session's memory: it is not written to disk, and a refresh forgets it."
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
    upload = st.camera_input("Take a photo", key=f"your_photo_camera_{own.uploaders}")
else:
    # Of every kind: a wrong one is refused below in a sentence, by the browser it would be without one.
    upload = st.file_uploader(f"Choose a photo: {KINDS}", key=f"your_photo_file_{own.uploaders}")
own.receive(upload)
if own.error:
    still = " The photo before it is still here." if own.kept else ""
    st.error(own.error + still, icon=":material/broken_image:")

if own.kept:
    kept, alt = own.kept, "your photo"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(kept.line)
        st.button("Forget this photo", icon=":material/delete:", on_click=own.forget)
    at = own.place = crop.place(FRAME, kept.shown.of) or own.place or crop.Place()
else:
    kept, alt = example(), "a rendered soccer ball and baseball"
    st.info(f"An example until you choose a photo: {alt}.", icon=":material/image:")
    at = crop.place_and_link(FRAME, kept.shown.of)

pixels = kept.photo.crop(at.x, at.y, at.zoom)
crop.mount(FRAME, kept.shown, alt, at, pixels)

st.header("What the models say")
answers("your_photo_answers", [ask(name, shared.model(name), pixels) for name in SHIPPED])
st.caption(
    "Green pixels speak for a ball, violet ones against it, on each model's own symmetric scale; R, G and B "
    "are added up. The models have only ever seen rendered photos, so a real one may surprise them."
)

if own.kept:
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
