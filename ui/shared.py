"""What all sessions of the process share: trained models, and the rows of rendered photos on the pages.

Everything here is read-only for its users. Each cache is bounded.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from core.balls import GALLERY_SEED, MIXED, Recipe, labels, render
from core.network import Network
from core.processor.cores import CORES
from core.processor.memory import keep_freed_memory
from core.weights import WeightsError, load_model
from ui.pictures import png
from ui.theme import BALL_NAMES

# Half of the cores for one person's sums, the rest for everyone. Threads without a free core keep each
# other waiting at every operation: measured, a step of descent then costs five times its time.
torch.set_num_threads(max(1, CORES // 2))
keep_freed_memory()

NO_BALL = (0, 0, 0)
BLANK = 5.0  # standard deviation of a photo's bytes under which it shows nothing
GALLERY_LENGTH = 4096  # so many places of the gallery are sorted by label; "Another" starts again after them


@st.cache_resource(max_entries=8, show_spinner=False)
def _model(name: str) -> Network:
    return load_model(name)


def model(name: str) -> Network:
    """A trained model that ships, by its file's name. Without it the page says so and ends."""
    try:
        return _model(name)
    except WeightsError as missing:
        st.error(f"This page needs a trained model: {missing}.", icon=":material/hide_source:")
        st.stop()


@dataclass(frozen=True)
class Row:
    """m rendered photos: pixels uint8 (m, 64, 64, 3), Y float32 (3, m), pngs: each as a file."""

    pixels: NDArray[np.uint8]
    Y: NDArray[np.float32]
    pngs: tuple[bytes, ...]


@st.cache_resource(max_entries=256, show_spinner=False)
def photos(seed: int, indices: tuple[int, ...], recipe: Recipe = MIXED) -> Row:
    """The photos (seed, index) of a recipe, rendered once. A full cache of rows takes 30 MB."""
    # On the CPU always: a row is small, and a photo has the bits of its layers, which are made there too.
    rendered = render(seed, list(indices), recipe, device="cpu")
    pixels = rendered.pixels.numpy()
    Y = rendered.Y.numpy()
    pixels.setflags(write=False)
    Y.setflags(write=False)
    return Row(pixels, Y, tuple(map(png, pixels)))


def data_url(photo: NDArray[np.uint8]) -> str:
    """uint8 (rows, columns, 3) → a PNG inside a URL, pixel for pixel."""
    return "data:image/png;base64," + base64.b64encode(png(photo)).decode("ascii")


@st.cache_resource(max_entries=32, show_spinner=False)
def gallery_order(recipe: Recipe, row: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """Indices of the gallery in the order in which they are shown.

    row: the labels of a row; place j of every row shows the next photo with label row[j].
    Errors: ValueError when a label of the row never occurs in the recipe.
    """
    Y = labels(GALLERY_SEED, range(GALLERY_LENGTH), recipe).T.int().tolist()  # (m, 3)
    found = {label: [i for i, y in enumerate(Y) if tuple(y) == label] for label in set(row)}
    if NO_BALL in found:
        found[NO_BALL] = _without_blanks(found[NO_BALL], recipe)
    missing = [label for label, indices in found.items() if not indices]
    if missing:
        raise ValueError(f"no photo of this recipe has the label {missing[0]}")
    rows = min(len(found[label]) // row.count(label) for label in set(row))
    queues = {label: iter(indices) for label, indices in found.items()}
    return tuple(next(queues[label]) for _ in range(rows) for label in row)


def _without_blanks(indices: list[int], recipe: Recipe) -> list[int]:
    """Without those of the first 16 that show nothing: an empty square looks like a photo that is missing."""
    head = tuple(indices[:16])
    spread = photos(GALLERY_SEED, head, recipe).pixels.std(axis=(1, 2, 3))
    return [i for i, s in zip(head, spread, strict=True) if s > BLANK] + indices[16:]


def caption(Y: Sequence[float] | NDArray[np.float32]) -> str:
    """A multi-hot label in words: [1, 0, 1] → "soccer ball + baseball"; [0, 0, 0] → "no ball"."""
    names = [name for name, y in zip(BALL_NAMES.values(), Y, strict=True) if y > 0]
    return " + ".join(names) or "no ball"
