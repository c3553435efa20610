"""Your photos: take or choose many, sort them, see each as the neurons do, and what every model says."""

import streamlit as st

from core.closer_look import SIDES
from core.judging import ANSWERS
from ui import shared, undecided
from ui.controls import OWN, PARAMETER, choose_one, keep_own_photo
from ui.live_training import own_training
from ui.your_photo import at_hand, crop, gone, own_photos, photo_uploads, taught_file, teaching
from ui.your_photo.answers import answers, ask, to_look_at
from ui.your_photo.own_photos import FRAME

TRAININGS = {  # what a link to Live training says → the settings of the run that it begins
    "Fine-tune the 64-32 network": {"init": "network", "own": "0.5"},
    "Train a head from zero": {"own": "0.5"},
}
GOALS = {"one_ball": "Goal 1", "three_balls": "Goal 2", "unique_ball": "Goal 3"}

st.title("Your photos")
st.markdown(
    "Is there a soccer ball, a basketball, a baseball in **your** photos? The neurons see 64 × 64 pixels of "
    "each, and the network on patches looks closer, too. Your photos stay in this session’s memory: nothing "
    "is written to disk unless you save it, and a refresh forgets them."
)

photo_uploads.receive_zip()
taught_file.receive()
SOURCES = {"file": "Files", "camera": "The camera"}
source = choose_one(
    "Where the photos come from",
    tuple(SOURCES),
    "file",
    "from",
    format_func=SOURCES.__getitem__,
    label_visibility="collapsed",
)
photo_uploads.go_on(photo_uploads.CAMERA if source == "camera" else photo_uploads.FILES)
if source == "camera":
    photo_uploads.take()
else:
    photo_uploads.choose()
# What comes and goes has a place of its own, here and below: else all behind it would be made anew.
with st.container():
    photo_uploads.say_what_came()
with st.container():
    gone.say(len(own_photos.own_set()), teaching.network_here())

with st.container():
    if own_photos.own_set():
        st.header("Which balls are in them?")
    photo = own_photos.board(own_training.take_back, teaching.taught)
    own_training.take_back()

with st.container():
    if photo:
        st.header("What the neurons see")
        alt = "your photo"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(own_photos.line(photo))
            st.button(
                "Forget this photo", icon=":material/delete:", on_click=own_photos.forget, args=(photo.id,)
            )
        keep_own_photo(photo.pixels, photo.label)
    else:
        own_photos.forget_what_was_removed()
        keep_own_photo(None)
        photo, alt = own_photos.example(), "a rendered soccer ball and baseball"
        st.info(f"An example until you choose photos: {alt}.", icon=":material/image:")
        at = crop.place_and_link(FRAME, photo.id)
        photo = photo.framed(at.x, at.y, at.zoom)

taught = teaching.taught()
models = {name: shared.model(model) for name, model in ANSWERS.items()}
models["network"], whose = teaching.network(taught)
seen = photo.crops(SIDES)
said = [ask(name, model, seen, whose=whose if name == "network" else "") for name, model in models.items()]
crop.mount(FRAME, photo, alt, to_look_at(said), own_photos.cropped if own_photos.own_set() else None)

st.header("What the models say")
with st.container():  # whoever waits below the answers would be elsewhere
    teaching.whose(photo, taught)
answers("your_photo_answers", seen[0], alt, said)
st.caption(
    "Green pixels speak for a ball, violet ones against it, on each model’s own symmetric scale; of Goals 1 "
    f"to 3, R, G and B are added up. {undecided.WORDS} As they ship, all have seen rendered photos only. Of "
    "real ones a linear model, one weight for each number of x, is a weak judge; the network on patches is "
    "better, and errs too."
)

with st.container():
    if own_photos.own_set():
        st.header("Teach the best of them")
        with st.container():
            teaching.lesson(taught)
        teaching.what_learns()

        st.header("Use them on other pages")
        st.markdown(
            "These 64 × 64 pixels are among the photos of other pages now. The sorted ones can teach: "
            "**Live training** learns from them, half of all its photos. Of two or more of a kind it holds "
            "some back to measure on."
        )
        with st.container(horizontal=True):
            for training, start in TRAININGS.items():
                st.page_link(
                    "pages/training.py", label=training, icon=":material/model_training:", query_params=start
                )
            for name, goal in GOALS.items():
                st.page_link(
                    f"pages/{name}.py",
                    label=f"{goal} with your photo",
                    icon=":material/arrow_forward:",
                    query_params={PARAMETER: OWN},
                )

st.header("Keep them, bring them back")
with st.container():
    if own_photos.own_set():
        own_photos.save_or_forget(*([taught_file.download(taught)] if taught else []))
photo_uploads.bring_back()
taught_file.bring_back(whose == teaching.TITLE["file"])
gone.look(len(own_photos.own_set()), teaching.network_here())
photo_uploads.hand_on_late_choices()
at_hand.follow()
