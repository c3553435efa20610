"""Photos with two balls: a row to choose from, and how often each head says that both are there.

A head says *both* when exactly the outputs of the two balls in the photo are above ½. Softmax never can:
its outputs sum to 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from core.balls import GALLERY_SEED, MIXED, render
from core.heads import predict
from core.network import Network
from ui import shared
from ui.controls import EVERY_LABEL, ChosenPhoto, RenderedPhoto, photo_tile
from ui.gallery import gallery, picked
from ui.links import note

PARAMETER = "two"
TWO_HOT = ((1, 1, 0), (1, 0, 1), (0, 1, 1))
ROW = 6
LOOKED_AT = 24  # photos out of which the first row is taken: a tenth of a second of rendering, once
COUNTED = 320
CHUNK = 32


def says_both(Y_hat: Tensor, Y: Tensor) -> Tensor:
    """Whether the outputs above ½ are exactly the balls in the photo. Shapes: (3, m), (3, m) → (m,) bool."""
    return ((Y_hat > 0.5) == (Y > 0.5)).all(dim=0)


@st.cache_resource(max_entries=1, show_spinner=False)
def two_ball_examples(_goal2: Network, _goal3: Network) -> tuple[int, ...]:
    """Gallery photos for the lecture's point, best first: Goal 2's head says both, Goal 3's splits evenly."""
    among = two_ball_indices()[:LOOKED_AT]
    photos = render(GALLERY_SEED, among, MIXED, device="cpu")
    P2, P3 = predict(_goal2, photos.pixels), predict(_goal3, photos.pixels)
    right = says_both(P2, photos.Y).float()
    least = (P3 + 2 * (1 - photos.Y)).amin(dim=0)  # (m,): the smaller share of the two balls that are there
    return tuple(among[i] for i in (right + least).argsort(descending=True)[:ROW].tolist())


@st.cache_resource(max_entries=1, show_spinner=False)
def surest_photo(_goal3: Network) -> int:
    """The photo with one ball whose kind Goal 3's head is surest of, out of the gallery's first rows."""
    order = shared.gallery_order(MIXED, EVERY_LABEL)
    alone = [i for place in range(3) for i in order[place :: len(EVERY_LABEL)][: LOOKED_AT // 3]]
    photos = render(GALLERY_SEED, alone, MIXED, device="cpu")
    right = (predict(_goal3, photos.pixels) * photos.Y).sum(dim=0)  # (m,): ŷ of the ball that is there
    return alone[int(right.argmax())]


def choose_two(key: str, above: ChosenPhoto, examples: tuple[int, ...], label: str) -> RenderedPhoto:
    """A gallery of two-ball photos, ?two=INDEX; the photo chosen above is the first if it has two balls."""
    rest = [index for index in two_ball_indices() if index not in examples]
    rows = [examples, *(tuple(rest[i : i + ROW]) for i in range(0, len(rest), ROW))]
    place = {index: r for r, row in enumerate(rows) for index in row}
    link = st.query_params.get(PARAMETER)
    named = int(link) if link and link.isascii() and link.isdigit() and len(link) < 10 else None
    if link is not None and named not in place:
        st.info(
            "The link names no photo with two balls: it needs **two=INDEX** of one in the gallery. "
            "Here is the first of the row instead.",
            icon=":material/link_off:",
        )
        named = None
    carried = above.index if above.seed == GALLERY_SEED and above.index in place else None
    if named is None:
        named = examples[0] if carried is None or link is not None else carried
    r = 0 if named == carried else place[named]
    row = rows[r] if carried is None or carried in rows[r] else (carried, *rows[r])
    following = rows[(r + 1) % len(rows)][0]

    def choose() -> None:
        choice = picked(key)
        if choice == "more":
            note(PARAMETER, following, None)
        elif choice in [str(index) for index in place]:
            note(PARAMETER, choice, None)

    shown = shared.photos(GALLERY_SEED, row, MIXED)
    tiles = [photo_tile(str(index), shown, column) for column, index in enumerate(row)]
    gallery(key, tiles, str(named), label, "Others", choose)
    photo = shared.photos(GALLERY_SEED, (named,), MIXED)
    return RenderedPhoto(
        photo.pixels[0], photo.Y[:, 0], shared.caption(photo.Y[:, 0]), GALLERY_SEED, named, False
    )


@st.cache_resource(max_entries=1, show_spinner=False)
def two_ball_indices() -> tuple[int, ...]:
    """Gallery indices of photos with two balls, in their natural order."""
    return tuple(sorted(shared.gallery_order(MIXED, TWO_HOT)))


@dataclass(frozen=True)
class Count:
    """Of `seen` two-ball photos: in how many each head says both; what softmax gives the two together."""

    seen: int
    apart: int
    coupled: int
    shared_out: float


def count_both(goal2: Network, goal3: Network, indices: Sequence[int]) -> Iterator[Count]:
    """Both heads on the two-ball photos of the gallery with these indices, counted as it goes."""
    seen = apart = coupled = 0
    together = 0.0
    for start in range(0, len(indices), CHUNK):
        photos = render(GALLERY_SEED, list(indices[start : start + CHUNK]), MIXED, device="cpu")
        P2, P3 = predict(goal2, photos.pixels), predict(goal3, photos.pixels)
        seen += len(photos)
        apart += int(says_both(P2, photos.Y).sum())
        coupled += int(says_both(P3, photos.Y).sum())
        together += float((P3 * photos.Y).sum())
        yield Count(seen, apart, coupled, together / seen)
