"""Choosing a photo: a row of rendered ones, "Another", and the person's own. The choice is in the URL.

?photo=SEED-INDEX   a rendered photo, whatever the page's recipe makes of it
?photo=own          the person's own photo, which only their session has
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from zlib import crc32

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.balls import GALLERY_SEED, MIXED, Recipe
from core.own_photos.own_photo import Label
from ui import shared
from ui.gallery import Tile, gallery, picked
from ui.links import came_back, led_back, note, note_anew
from ui.moved import by_hand, key_of, stand_at
from ui.not_taken import say_not_chosen, say_not_switched, say_not_taken, say_not_within
from ui.server.kept import picture_address
from ui.theme import BALL_COLOURS, BALL_NAMES

Option = TypeVar("Option")
OWN = "own"
OWN_CAPTION = "your photo"
NO_LABEL_YET = "Nobody has said what is in your photo: y\u00a0=\u00a01, a soccer ball, is assumed here."
PARAMETER = "photo"
EVERY_LABEL: tuple[tuple[int, ...], ...] = (
    (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 1),
)  # fmt: skip


@dataclass(frozen=True)
class ChosenPhoto:
    """The photo that a page works on. pixels uint8 (64, 64, 3); Y (3,) its label, None if nobody has said."""

    pixels: NDArray[np.uint8]
    Y: NDArray[np.float32] | None
    caption: str
    seed: int | None
    index: int | None
    own: bool

    @property
    def name(self) -> str:
        """What a hand's state belongs to: "64-3", or "own-" and a word of the content."""
        return f"{OWN}-{crc32(self.pixels.tobytes()):08x}" if self.own else f"{self.seed}-{self.index}"


@dataclass(frozen=True)
class RenderedPhoto(ChosenPhoto):
    """One that was rendered, so that its label is known."""

    Y: NDArray[np.float32]


def keep_own_photo(pixels: NDArray[np.uint8] | None, label: Label | None = None) -> None:
    """Keep the person's photo and its label, if it is sorted, for every page of this session.

    Shapes: pixels uint8 (64, 64, 3); None forgets the photo.
    """
    st.session_state["own_label"] = label
    if pixels is None:
        st.session_state.pop("own_photo", None)
        return
    photo = np.array(pixels, dtype=np.uint8).reshape(64, 64, 3)
    photo.setflags(write=False)
    st.session_state["own_photo"] = photo


def own_photo() -> NDArray[np.uint8] | None:
    """The person's photo of this session, or None."""
    return st.session_state.get("own_photo")


def own_label() -> NDArray[np.float32] | None:
    """What the person says is in it, y (3,); None as long as it is not sorted."""
    label = st.session_state.get("own_label")
    return None if label is None else np.array(label, np.float32)


def choose_photo(
    key: str,
    *,
    recipe: Recipe = MIXED,
    wanted: tuple[tuple[int, ...], ...],
    label: str = "Choose a photo",
    first: int | None = None,
    its_own: Sequence[str] = (),
) -> ChosenPhoto:
    """A gallery of rendered photos with "Another" and the person's own; returns the chosen one.

    recipe: what the photos are made of. wanted: the labels that a row shows, place by place (EVERY_LABEL is a
    good row of seven). Without a choice in the URL it is `first`, a gallery index, or the first of the row.
    its_own: parameters of the link that go when another is chosen.
    """
    order, count = shared.gallery_order(recipe, wanted), len(wanted)
    own = own_photo()
    link = st.query_params.get(PARAMETER)
    named = _parse(link)
    notice = _notice(link, named, own is not None)
    shows_own = named == OWN and own is not None
    rendered = named if isinstance(named, tuple) else None
    if rendered is None and not shows_own and first in order:
        rendered = (GALLERY_SEED, first)

    row = st.session_state.get(f"{key}:row", 0) % (len(order) // count)
    if rendered is not None and rendered[0] == GALLERY_SEED and rendered[1] in order:
        row = order.index(rendered[1]) // count
    st.session_state[f"{key}:row"] = row
    indices = order[row * count : (row + 1) * count]
    seed, index = rendered or (GALLERY_SEED, indices[0])

    tiles = [_own_tile(own)] if own is not None else []
    if not (seed == GALLERY_SEED and index in indices):
        tiles.append(photo_tile(f"{seed}-{index}", shared.photos(seed, (index,), recipe), 0))
    shown = shared.photos(GALLERY_SEED, indices, recipe)
    tiles += [photo_tile(f"{GALLERY_SEED}-{index}", shown, i) for i, index in enumerate(indices)]
    following = order[((row + 1) * count) % len(order)]

    def choose() -> None:
        choice = picked(key)
        if choice == "more":
            choice = f"{GALLERY_SEED}-{following}"
        if choice is not None and _parse(choice) is not None:
            note_anew(PARAMETER, choice, its_own)

    if notice:
        st.info(notice, icon=":material/link_off:")
    chosen = OWN if shows_own else f"{seed}-{index}"
    gallery(key, tiles, chosen, label, "Another", choose)

    if shows_own and own is not None:
        return ChosenPhoto(own, own_label(), OWN_CAPTION, None, None, True)
    photo = shared.photos(seed, (index,), recipe)
    return ChosenPhoto(photo.pixels[0], photo.Y[:, 0], shared.caption(photo.Y[:, 0]), seed, index, False)


def choose_one(label: str, options: Sequence[Option], usual: Option, key: str, **more: Any) -> Option:
    """A segmented control whose choice is in the link as ?key=…, as it is shown, and which always has one."""
    return _choose(label, options, usual, key, spelled=more.get("format_func", str), **more)


def choose_count(label: str, options: Sequence[int], usual: int, key: str, **more: Any) -> int:
    """As choose_one, for numbers that people write "1,000"; the link has them without comma: ?key=1000."""
    return _choose(label, options, usual, key, spelled=str, format_func="{:,}".format, **more)


def _choose(
    label: str,
    options: Sequence[Option],
    usual: Option,
    key: str,
    *,
    spelled: Callable[[Option], Any],
    **more: Any,
) -> Option:
    """Not bound to the link: a bound choice is no step of Back, and leaving its page makes one too many."""
    asked = {str(spelled(option)): option for option in options}.get(st.query_params.get(key, ""), usual)
    name, asked, late = as_linked(key, asked)
    chosen = st.segmented_control(
        label, options, default=asked, required=True, key=name, on_change=late, wrap=True, **more
    )
    chosen = usual if chosen is None else chosen  # a required choice, too, can be told to be none
    say_not_chosen(key, options, chosen, spelled)
    note(key, str(spelled(chosen)), str(spelled(usual)))
    return chosen


def choose_switch(label: str, usual: bool, key: str) -> bool:
    """A switch that is in the link as ?key=true or ?key=false."""
    asked = {"true": True, "false": False}.get(st.query_params.get(key, "").lower(), usual)
    name, asked, late = as_linked(key, asked)
    on = st.toggle(label, value=asked, key=name, on_change=late)
    say_not_switched(key, on)
    note(key, str(on).lower(), str(usual).lower())
    return on


def choose_on_scale(
    label: str, scale: Sequence[float], usual: float, key: str, shown: Callable[[float], str]
) -> float:
    """A slider over the numbers of a scale, as `shown` writes them: Streamlit's own has no minus sign.

    A link may say any number within the scale; the slider stands at the nearest of its own.
    """
    asked = _nearest(scale, st.query_params.get(key), usual)
    name, asked, late = as_linked(key, asked)
    chosen = st.select_slider(label, scale, value=asked, format_func=shown, key=name, on_change=late)
    say_not_within(key, scale[0], scale[-1], chosen)
    note(key, chosen, usual)
    return chosen


def write(label: str, usual: str, key: str, longest: int, **more: Any) -> str:
    """A text field that is in the link as ?key=…, of so many characters at most."""
    asked = st.query_params.get(key, usual)
    asked = asked if len(asked) <= longest else usual
    name, asked, late = as_linked(key, asked)
    text = st.text_input(label, value=asked, max_chars=longest, key=name, on_change=late, **more) or ""
    say_not_taken(key, f"of at most {longest} characters", f"“{text}”", lambda asked: len(asked) <= longest)
    note(key, text, usual)
    return text


def as_linked(key: str, asked: Option) -> tuple[str, Option, Callable[[], None]]:
    """A control's key, where it stands, and its on_change.

    It stands as the link asks where Back has led to another. Unless a hand was quicker than the browser, and
    has chosen in the control as it was before: that is newer than Back.
    """
    chosen, back = f"{key}:chosen", led_back(key_of(key))
    if chosen in st.session_state and not came_back():
        asked = st.session_state[chosen]
        stand_at(key, asked)
    elif back:
        stand_at(key, asked)
    st.session_state.pop(chosen, None)
    name = key_of(key)

    def late() -> None:
        if name != key_of(key):
            st.session_state[chosen] = st.session_state[name]

    return name, asked, by_hand(key, late)


def _nearest(scale: Sequence[float], link: str | None, usual: float) -> float:
    with suppress(ValueError):
        asked = float(link or "")
        if scale[0] <= asked <= scale[-1]:
            return min(scale, key=lambda step: abs(step - asked))
    return usual


def photo_tile(name: str, row: shared.Row, place: int) -> Tile:
    """The photo at `place` of the row as a picture of a gallery; `name` is what a choice says."""
    Y = row.Y[:, place]
    balls = [kind for kind, y in zip(BALL_NAMES, Y, strict=True) if y > 0]
    return {
        "id": name,
        "picture": picture_address(row.pngs[place]),
        "alt": shared.caption(Y),
        "lines": [(BALL_NAMES[kind], BALL_COLOURS[kind]) for kind in balls] or [("no ball", None)],
    }


def _parse(link: str | None) -> tuple[int, int] | str | None:
    """ "64-3" → (64, 3); "own" → "own"; anything else → None."""
    if link == OWN:
        return OWN
    numbers = re.fullmatch(r"(\d{1,9})-(\d{1,9})", link or "", re.ASCII)
    return (int(numbers[1]), int(numbers[2])) if numbers else None


def _notice(link: str | None, named: tuple[int, int] | str | None, has_own: bool) -> str | None:
    """What is wrong with the link, in words. The value itself is not repeated: it may be anybody's text."""
    if link is None:
        return None
    if named is None:
        return (
            "The link names no photo: it needs **photo=SEED-INDEX**, such as 64-3, each of at most "
            "nine digits. Here is one from the gallery instead."
        )
    if named == OWN and not has_own:
        return (
            "Your own photo is not here: it was forgotten, or was in the memory of a session that has ended. "
            "Choose it again on **Your photos**; here is one from the gallery instead."
        )
    return None


def _own_tile(own: NDArray[np.uint8]) -> Tile:
    return {"id": OWN, "picture": shared.data_url(own), "alt": OWN_CAPTION, "lines": [(OWN_CAPTION, None)]}
