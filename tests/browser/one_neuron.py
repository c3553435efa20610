"""Goal 1's shipped neuron and a photo of its page's gallery, as the page gives them to the picture."""

from functools import cache

import numpy as np

from core.balls import GALLERY_SEED, render
from core.network import Network
from core.weights import load_model
from ui.controls import ChosenPhoto
from ui.one_ball.movable import Movable, movable
from ui.one_ball.neuron import _PARTS
from ui.one_ball.shown import ROOM_TO_MOVE, picture, place_map
from ui.packing import pack
from ui.theme import DIVERGING

NEURON = ("unpack", "elements", "numbers", "pictures", "activations", *_PARTS)


@cache
def _gallery_photo(index: int) -> tuple[ChosenPhoto, Movable, Network, np.ndarray]:
    """The photo, the neuron, and what that says of each place of the ball."""
    photo = render(GALLERY_SEED, [index], ROOM_TO_MOVE)
    chosen = ChosenPhoto(photo.pixels[0].numpy(), photo.Y[:, 0].numpy(), "a ball", GALLERY_SEED, index, False)
    movable_, network = movable(chosen, ROOM_TO_MOVE), load_model("goal1")
    return chosen, movable_, network, place_map(network, movable_)


def at_one_photo(index: int, drow: int = 0, dcol: int = 0, y: int = 1) -> bytes:
    """Packed: the photo 64-index, whose ball was moved down and to the right, and the label."""
    chosen, photo, network, places = _gallery_photo(index)
    header, arrays = picture(chosen, photo, network, "shipped", places, drow, dcol, y)
    return pack({**header, "link": None, "diverging": DIVERGING}, arrays)
