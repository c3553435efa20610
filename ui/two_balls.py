"""Photos with two balls: a row to choose from, and how often each head says that both are there.

A head says *both* when exactly the outputs of the two balls in the photo are above ½. Softmax never can:
its outputs sum to 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from core.balls import GALLERY_SEED, MIXED, render
from core.heads import probabilities
from core.network import Network
from ui import shared
from ui.components import Tile, gallery
from ui.controls import ChosenPhoto
from ui.theme import BALL_COLOURS, BALL_NAMES

PARAMETER = "two"
TWO_HOT = ((1, 1, 0), (1, 0, 1), (0, 1, 1))
# Gallery photos in which Goal 2's shipped head says both and Goal 3's splits. Picked; a test watches them.
EXAMPLES = (212, 171, 138, 182, 495, 506)
COUNTED = 320
CHUNK = 32


def says_both(Y_hat: Tensor, Y: Tensor) -> Tensor:
    """Whether the outputs above ½ are exactly the balls in the photo. Shapes: (3, m), (3, m) → (m,) bool."""
    return ((Y_hat > 0.5) == (Y > 0.5)).all(dim=0)


def choose_two(key: str, above: ChosenPhoto, label: str) -> ChosenPhoto:
    """A gallery of two-ball photos, ?two=INDEX; the photo chosen above is the first if it has two balls."""
    order = two_ball_indices()
    link = st.query_params.get(PARAMETER)
    named = int(link) if link and link.isascii() and link.isdigit() and len(link) < 10 else None
    if link is not None and named not in order:
        st.info(
            "The link names no photo with two balls: it needs **two=INDEX** of one in the gallery. "
            "Here is the first of the row instead.",
            icon=":material/link_off:",
        )
        named = None
    row = EXAMPLES
    if named is not None and named not in EXAMPLES:
        start = order.index(named) // len(EXAMPLES) * len(EXAMPLES)
        row = order[start : start + len(EXAMPLES)]
    if above.Y is not None and above.seed == GALLERY_SEED and above.index in order and above.index not in row:
        row = (above.index, *row[:-1])
        named = above.index if link is None else named
    chosen = row[0] if named is None else named
    following = _following(order, row)

    def picked() -> None:
        choice = st.session_state[key].picked
        if choice:
            st.query_params[PARAMETER] = str(following) if choice == "more" else choice

    shown = shared.photos(GALLERY_SEED, row, MIXED)
    tiles: list[Tile] = [
        {
            "id": str(index),
            "picture": shown.urls[place],
            "alt": shared.caption(shown.Y[:, place]),
            "lines": [
                (name, BALL_COLOURS[kind])
                for (kind, name), y in zip(BALL_NAMES.items(), shown.Y[:, place], strict=True)
                if y > 0
            ],
        }
        for place, index in enumerate(row)
    ]
    gallery(key, tiles, str(chosen), label, "Others", picked)
    photo = shared.photos(GALLERY_SEED, (chosen,), MIXED)
    return ChosenPhoto(
        photo.pixels[0], photo.Y[:, 0], shared.caption(photo.Y[:, 0]), GALLERY_SEED, chosen, False
    )


@st.cache_resource(max_entries=1, show_spinner=False)
def two_ball_indices() -> tuple[int, ...]:
    """Gallery indices of photos with two balls, in their natural order."""
    return tuple(sorted(shared.gallery_order(MIXED, TWO_HOT, len(TWO_HOT))))


def _following(order: Sequence[int], row: Sequence[int]) -> int:
    """The index that "Others" goes to: after the picked examples the photos as they come, row by row."""
    start = order.index(row[-1]) + 1 if row[-1] not in EXAMPLES else 0
    return next(index for index in (*order[start:], *order) if index not in EXAMPLES)


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
        P2, P3 = probabilities(goal2, photos.pixels), probabilities(goal3, photos.pixels)
        seen += len(photos)
        apart += int(says_both(P2, photos.Y).sum())
        coupled += int(says_both(P3, photos.Y).sum())
        together += float((P3 * photos.Y).sum())
        yield Count(seen, apart, coupled, together / seen)
