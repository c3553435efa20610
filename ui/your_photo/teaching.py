"""The network on patches, taught this session's photos on their page (core/own_photos/last_layers.py).

What it has learned is the session's alone and in memory alone, unless a person saves it (taught_file.py). It
goes as soon as a photo that it learned from is removed or forgotten, which is said until it is taught anew;
the same photos teach it the same again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from weakref import ref

import streamlit as st

from core.balls import ONE, TEST_SEED, TRAIN_SEED, Photos, Recipe
from core.network import Network
from core.own_photos.before_after import changes
from core.own_photos.last_layers import Lesson, Looking, Seen, closely, look, teach, whole
from core.own_photos.own_examples import OwnExamples
from core.own_photos.own_photo import Label, OwnPhoto
from core.patch_training import ANY_NUMBER
from core.patches import above
from core.photos import Photo
from core.weights import load_model
from ui import jobs, renderings, shared
from ui.live_training.before_after import (
    LIKE_THESE,
    NOTHING_TO_MEASURE_ON,
    figure,
    mount,
    what_it_shows,
)
from ui.live_training.own_training import own_examples
from ui.renderings import Waiting, rendered
from ui.words import plural, unbroken
from ui.your_photo import taught_file
from ui.your_photo.own_photos import own_set

JOB = "your_photo_teach"
RENDERED, TESTED = 1024, 512  # to look at them takes seconds, once per process
MODEL = "patches"
WHOSE = "your_photo:whose"  # which network is asked, of WHOSE_IT_IS
WHOSE_IT_IS = {"taught": "as you have taught it", "file": "from your file", "shipped": "as it ships"}
TITLE = {"taught": "taught", "file": "from your file", "shipped": ""}
ASKED = "your_photo:asked"  # weak references: which of each kind has been asked; a new one is, by itself
LEARNS_FROM = "your_photo:learns_from"  # the ids of the photos that the last job learns from
TAUGHT = "your_photo:taught"  # what the last lesson that came to its end has left
LOST = "your_photo:lost"  # a sentence, where that went with a photo and nothing has been taught since
NOTHING_THEN = "It had no photo to measure on. Of those that are sorted now some can be held back."

Taken = tuple[str, Label | None, float, float, float]  # a photo as it was: its label, its frame


@dataclass(frozen=True)
class Taught:
    """How far it is; the ids of the photos that it learns from; these and those held back, as they were."""

    lesson: Lesson
    learned: frozenset[str]
    given: frozenset[Taken]

    @property
    def network(self) -> Network:
        return self.lesson.network


class Looked(renderings.Rendering):
    """Rendered photos, and what the layers on patches have seen of them; closely of those to measure on."""

    seen: Seen | None = None

    def _render(self, seed: int, recipe: Recipe) -> Photos:
        photos = super()._render(seed, recipe)
        pixels = photos.pixels
        seen = closely([Photo(one) for one in pixels.numpy()]) if seed == TEST_SEED else whole(pixels)
        for told in look(load_model(MODEL), seen, photos.Y):
            if isinstance(told, Seen):
                self.seen = told
            else:
                self._progress(told.done, told.count)
        return photos


@st.cache_resource(max_entries=2, show_spinner=False)
def _looked(seed: int, count: int, recipe: Recipe) -> Looked:
    return Looked(seed, count, recipe)


def looked() -> tuple[Looked, Looked]:
    """The rendered photos to learn beside one's own, and those to measure on, begun by whoever asks first."""
    wanted = (TRAIN_SEED, RENDERED, ANY_NUMBER), (TEST_SEED, TESTED, ONE)
    learned, measured = (renderings.begun(_looked, *photos) for photos in wanted)
    return learned, measured


def network_here() -> bool:
    """Whether a network that was taught or brought is in this session."""
    return st.session_state.get(TAUGHT) is not None or taught_file.brought() is not None


def taught() -> Taught | None:
    """The last lesson that came to its end, if every photo that it learned from is still there."""
    job, ids = jobs.current(JOB), set(own_set().ids)
    over = job is not None and job.done
    if job is not None and over and isinstance(job.latest, Taught) and job.latest.lesson.done:
        st.session_state[TAUGHT] = job.latest
    if job is not None and not st.session_state[LEARNS_FROM] <= ids:
        jobs.forget(JOB)
        if not over:
            st.session_state[LOST] = "The lesson ended: a photo that the network was learning from is gone."
    known: Taught | None = st.session_state.get(TAUGHT)
    if known is not None and not known.learned <= ids:
        known = st.session_state[TAUGHT] = None
        st.session_state[LOST] = (
            "The network that you taught was forgotten along with a photo that it had learned from."
        )
    return known


def network(known: Taught | None) -> tuple[Network, str]:
    """The one to ask, and whose it is, as its answer's title says: the newest, until somebody chooses."""
    brought = taught_file.brought()
    there = {"shipped": shared.model(MODEL)}
    for whose, one in (("file", brought), ("taught", known)):
        if one is not None:
            there[whose] = one.network
            if st.session_state.get(key := f"{ASKED}:{whose}", _nothing)() is not one:
                st.session_state[key], st.session_state[WHOSE] = ref(one), whose
    if st.session_state.get(WHOSE) not in there:
        st.session_state[WHOSE] = [*there][-1]
    asked: str = st.session_state[WHOSE]
    return there[asked], TITLE[asked]


def _nothing() -> None:
    """What a reference says where there is none yet."""


def whose(photo: OwnPhoto, known: Taught | None) -> None:
    """The switch between the network as it ships and those that learned from photos, where there are any."""
    brought = taught_file.brought()
    there = [one for one, is_there in (("taught", known), ("file", brought), ("shipped", True)) if is_there]
    if len(there) == 1:
        return
    asked = st.segmented_control(
        "The network on patches",
        there,
        required=True,
        format_func=WHOSE_IT_IS.__getitem__,
        key=WHOSE,
        persist_state="session",
    )
    if asked == "taught" and known is not None:
        has = "has learned from" if photo.id in known.learned else "did not learn from"
        st.caption(f"It {has} this photo.")
    if asked == "file" and brought is not None:
        taught_file.say(brought, photo)


def lesson(known: Taught | None) -> None:
    """The button, how far it is, and what it has changed. known: what the answers above are from."""
    sorted_ones = own_set().with_label()
    st.markdown(
        "In seconds the network on patches learns **your** balls; the server’s first lesson takes longer. It "
        "goes on learning from your sorted photos, and as often from rendered ones. Of two or more of a kind "
        "some are held back to measure on."
    )
    if lost := st.session_state.get(LOST):
        st.info(lost, icon=":material/delete:")
    if not sorted_ones:
        st.caption("Sort your photos first: it learns from their labels.")
        return
    count, all_of_them = len(sorted_ones), len(sorted_ones) == len(own_set())
    what = plural(count, "photo" if all_of_them else "sorted photo")
    which = f"your {what}" if count == 1 else f"your {count} {what}"
    running = jobs.button(
        jobs.current(JOB),
        f"Teach it {which}" if known is None else f"Teach again: {which}",
        ":material/school:",
        JOB,
        _begin,
    )
    if known is not None and known.given != frozenset(map(_taken, sorted_ones.photos)):
        st.caption("Your photos have changed since it was taught.")
    jobs.follow(JOB, running or taught() is not known, _so_far)  # it may be over since the page began


def what_learns() -> None:
    """Which layers go on learning, of what, and why a first lesson takes longer, for who asks."""
    learning = above(shared.model(MODEL)).parameter_count
    with st.expander("What learns in it", icon=":material/layers:"):
        st.markdown(
            "Its six layers on patches keep the patterns that they know; the two above, "
            f"{learning:,} parameters, go on learning. Each of your photos is learned from mirrored, too. "
            "The rendered ones beside them come with the answers that it gives as it ships, so of those "
            "alone it would learn nothing. "
            "Before a server’s first lesson the rendered photos are looked at, once for all sessions."
        )


def _so_far(job: jobs.Job | None) -> None:
    jobs.say(job)
    latest = job.latest if job is not None else None
    over = job is not None and job.done
    if isinstance(latest, Waiting) and not over:
        st.progress(latest.done / latest.count, text="Looking at rendered photos, once for all sessions")
    elif isinstance(latest, Looking) and not over:
        st.progress(
            latest.done / latest.count,
            text=f"Looking at yours: {latest.done} of {latest.count}, mirrored ones too",
        )
    elif isinstance(latest, Taught) and not latest.lesson.done:
        _where_it_is(latest.lesson, over)
    # While there is a lesson, of that; else of what the last one that came to its end has left.
    begun = isinstance(latest, Taught) and (latest.lesson.done or not over)
    shown: Taught | None = latest if begun else st.session_state.get(TAUGHT)
    if shown is not None:
        _what_has_changed(shown.lesson)


def _where_it_is(lesson: Lesson, over: bool) -> None:
    at = f"{lesson.step} of {lesson.steps}"
    cost = "" if lesson.cost is None else unbroken(f", J = {lesson.cost:.2f}") + "\u00a0nats"
    text = f"Stopped at step {at}: it answers as before" if over else f"Step {at}{cost}"
    st.progress(lesson.step / lesson.steps, text=text)


def _what_has_changed(lesson: Lesson) -> None:
    if not lesson.held_back:
        more = len(own_set().split()[1])  # photos may have come since
        st.caption(NOTHING_THEN if more else NOTHING_TO_MEASURE_ON)
        return
    rows = changes(lesson.before, lesson.now)
    mount("your_photo_before_after", figure([rows], [lesson.before], [lesson.now], [""]))
    if lesson.done:
        st.markdown(what_it_shows(rows, begun=True))
        st.caption(f"A photo is right when all of its balls are named and no other. {LIKE_THESE}")


def _begin() -> None:
    photos = own_set()  # as they are now: the hand may have gone on after the button was drawn
    own = own_examples(photos)
    if own is None:
        return
    st.session_state.pop(LOST, None)
    learn, back = photos.split()
    learned = frozenset(learn.ids)
    st.session_state[LEARNS_FROM] = learned
    given = frozenset(map(_taken, photos.with_label().photos))
    told = partial(Taught, learned=learned, given=given)
    jobs.start(JOB, partial(_teach, shared.model(MODEL), own, back.photos, told, *looked()))


def _teach(
    shipped: Network,
    own: OwnExamples,
    back: Sequence[OwnPhoto],
    taught: Callable[[Lesson], Taught],
    beside: Looked,
    test: Looked,
) -> Iterator[Waiting | Looking | Taught]:
    yield from rendered(beside, test)
    for photos_of in (beside, test):
        photos_of.wait(0)
    assert beside.seen is not None and test.seen is not None
    for told in teach(shipped, own, back, beside.seen, test.seen):
        yield told if isinstance(told, Looking) else taught(told)


def _taken(photo: OwnPhoto) -> Taken:
    return photo.id, photo.label, photo.x, photo.y, photo.zoom
