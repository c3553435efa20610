"""One's own photos in a live run: handing them over, their share, what it begins from.

This session's photos (ui.your_photo.own_photos) go to the run by themselves whenever they have changed. Only
the first time, and only at step 0, they also become half of what it learns from; later a person says when.
Those that another session brought stay until a person says so: many may watch one run. What is forgotten is
taken back at once from every run in memory that this session gave it to.
"""

from weakref import WeakKeyDictionary, ref

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.confusion import CLASSES, classes
from core.initialisation import INITIALISATIONS
from core.live_run.starts import FROM_FILE, SHIPPED_STARTS
from core.own_photos.own_examples import OwnExamples
from core.own_photos.photo_set import PhotoSet
from core.photo_folder.learned import saved
from ui.live_training import runs
from ui.live_training.confusion import CLASS_NAMES
from ui.live_training.live_photos import WatchedPhoto
from ui.live_training.live_run import LiveRun
from ui.live_training.run_link import say_in_link
from ui.live_training.run_settings import STARTING, change, setting, start_choice, with_value
from ui.numbers import percent
from ui.words import counted, listed, plural
from ui.your_photo.own_photos import own_set

GIVEN = "training:own_given"  # weak references: to the run that was visited last, and to the set as it was
WATCHED = "training:watched"  # the photo in the figure: runs have it as long as this session does
FROM_HERE = "training:own_from_here"  # examples that runs have from this session → ids of the photos in them
OWN_SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
FIRST_SHARE = 0.5
OWN_STARTS = {"zeros": "zero"} | {start: STARTING[start] for start in SHIPPED_STARTS}


def own_settings(live: LiveRun) -> None:
    """The group “Your photos” of a run that has some."""
    assert live.own is not None
    with st.container(border=True):
        st.subheader("Your photos", anchor=False)
        with live.held() as run:
            known = 0 if run is None else run.before_after.left_out
        st.markdown(what_there_is(live.own, known))
        left, right = st.columns([2, 3], gap="medium")
        with left:
            setting(
                st.select_slider, live, "own", "Share of your photos in training", live.settings.own,
                with_value(OWN_SHARES, live.settings.own), format_func=percent,
                help="The rest are rendered photos. Few photos are repeated until they are that share.",
            )  # fmt: skip
        mine = len(own_set().with_label())
        one = live.own.count + live.own.held_count == 1
        these = "This photo was" if one else "These photos were"
        of_another = f"{these} brought in another tab, or on an earlier visit."
        if not mine:
            them, they_are = ("this photo", "it is") if one else ("these photos", "they are")
            st.caption(f"{of_another} Taken out, {they_are} gone for everybody who watches this run.")
            st.button(
                f"Take {them} out of the run", icon=":material/delete:", on_click=live.bring,
                args=(None,), key="training:own_forget",
            )  # fmt: skip
        elif live.own not in _from_here():
            yours = _sorted_photos(mine)
            st.info(
                f"{of_another} Your {yours} can take {'its' if one else 'their'} place, for everybody who "
                "watches this run.",
                icon=":material/swap_horiz:",
            )
            st.button(
                f"Use my {yours} instead", icon=":material/swap_horiz:", on_click=_bring, args=(live,),
                key="training:own_replace",
            )  # fmt: skip
        with right:
            init = live.settings.init
            others = {init: STARTING[init]} if init in (*INITIALISATIONS[1:], FROM_FILE) else {}
            label = "Start from zero, or from weights that ship"
            start_choice(live, "training:own_start", label, OWN_STARTS | others)
        stay, on = ("It stays", "it") if one else ("They stay", "them")
        st.caption(
            f"{stay} in memory, and so does the run from its first step on {on}, because weights remember "
            f"what they learned from. After a restart of the server the run is as it was before {on}: take "
            "its weights away below."
        )


def way_to_own_photos(live: LiveRun) -> None:
    """As long as the run has no photos of one's own: the way to them."""
    if live.settings.own > 0:
        st.info(
            f"Your own photos would be {percent(live.settings.own)} of those it learns from, but it has "
            "none: until it gets some, it learns from rendered photos alone.",
            icon=":material/no_photography:",
        )
    if mine := len(own_set().with_label()):
        st.button(
            f"Let it learn from your {_sorted_photos(mine)}", icon=":material/add_a_photo:",
            on_click=_bring, args=(live,), key="training:own_bring",
        )  # fmt: skip
    elif photos := own_set():
        yours, them = ("photo is", "it") if len(photos) == 1 else (f"{len(photos)} photos are", "them")
        st.info(
            f"Your {yours} not sorted yet: once you have said which balls are in {them}, the training can "
            f"learn from {them}.",
            icon=":material/label_off:",
        )
    way = "Sort your photos" if len(own_set()) > mine else "To your photos"
    st.page_link(
        "pages/your_photo.py",
        label=way if own_set() else "Train on photos of your own",
        icon=":material/add_a_photo:",
    )


def _sorted_photos(count: int) -> str:
    """As they go on after “your”: "sorted photo", "12 sorted photos"."""
    return "sorted photo" if count == 1 else counted(count, "sorted photo")


def learning_marks(live: LiveRun) -> NDArray[np.int32]:
    """Of the photos that the run learns from, where they are this session's: core.photo_folder.learned."""
    photos = own_set() if live.own is not None and live.own in _from_here() else PhotoSet()
    return saved(photos, photos.split()[0])


def own_examples(photos: PhotoSet) -> OwnExamples | None:
    """The photos to learn from and those held back; None if none is sorted yet."""
    learn, back = photos.split()
    return OwnExamples(*learn.tensors(), *back.tensors()) if len(learn) else None


def what_there_is(own: OwnExamples, known: int = 0) -> str:
    """How many photos, of what, in a sentence.

    known: of those held back, how many were learned from before.
    """
    rows = classes(own.Y > 0.5).tolist()
    parts = [f"{CLASS_NAMES[name]} {rows.count(row)}" for row, name in enumerate(CLASSES) if row in rows]
    many = f"**{own.count}** {plural(own.count, 'photo')} to learn from ({listed(parts)})"
    many += ", each also mirrored" if own.count > 1 else ", also mirrored"
    if own.held_count == 0:
        return f"{many}. None can be held back to measure on: that takes two of a kind."
    if known == 0:
        return f"{many}; **{own.held_count}** held back, which no step sees, to measure on."
    return f"{many}; **{own.held_count}** held back, **{own.held_count - known}** of them to measure on."


def hand_over(live: LiveRun) -> None:
    """Give the run this session's photos, where they have changed; before all that shows its settings."""
    photos, (visited, given) = own_set(), st.session_state.get(GIVEN, (_nothing, _nothing))
    if visited() is live and given() is photos:
        return
    st.session_state[GIVEN] = ref(live), ref(photos)
    own = own_examples(photos)
    with live.held():  # two sessions may come at once
        others = live.own is not None and live.own not in _from_here()
        if others and (own is None or not own.same_as(live.own)):
            return
        first = live.own is None and own is not None and visited() is not live
        _give(live, own, photos)
    if first:
        _share_at_first(live)


def _nothing() -> None:
    """What a reference says once its object is gone."""


def _bring(live: LiveRun) -> None:
    """By hand: also where the run has none, or has another session's."""
    photos, first = own_set(), live.own is None
    _give(live, own_examples(photos), photos)
    if first:
        _share_at_first(live)


def _share_at_first(live: LiveRun) -> None:
    if live.settings.own == 0 and (live.run is None or live.run.steps == 0):
        change(live, own=FIRST_SHARE)
        say_in_link(live)


def take_back() -> None:
    """Where photos are forgotten: the runs that have them from this session get those that are left."""
    photos = own_set()
    left = set(photos.ids)
    watched: WatchedPhoto | None = st.session_state.get(WATCHED)
    if watched and watched.own and all(photo.pixels.tobytes() != watched.data for photo in photos.photos):
        del st.session_state[WATCHED]
    gone = [own for own, ids in _from_here().items() if not ids <= left]
    if gone:
        own, given = own_examples(photos), set[LiveRun]()
        # Asked again, for one may have been branched meanwhile.
        while learning := set(runs.learning_from(gone)) - given:
            for live in learning:
                _give(live, own, photos)
            given |= learning


def _give(live: LiveRun, own: OwnExamples | None, photos: PhotoSet) -> None:
    live.bring(own)
    if live.own is not None:
        _from_here()[live.own] = frozenset(photos.with_label().ids)


def _from_here() -> "WeakKeyDictionary[OwnExamples, frozenset[str]]":
    return st.session_state.setdefault(FROM_HERE, WeakKeyDictionary())
