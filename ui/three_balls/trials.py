"""Goal 2's two experiments as jobs: first the photos, rendered once per process, then the training.

Everybody's experiments are judged on the same photos, `EACH` of each ball, that no training saw.
"""

from collections.abc import Iterator, Sequence

import streamlit as st
import torch

from core.balls import MIXED, TEST_SEED, Photos, Recipe, labels
from core.experiments.imbalance import ImbalanceProgress, imbalance
from core.experiments.label_order import LabelOrderProgress, label_order
from ui import renderings
from ui.renderings import Waiting, rendered

EACH = 200
SCANNED = 4096  # labels looked through for photos with exactly one ball; only those chosen are rendered


class Unseen(renderings.Rendering):
    """EACH photos with exactly one soccer ball, basketball and baseball, in this order."""

    def _render(self, seed: int, recipe: Recipe) -> Photos:
        Y = labels(seed, range(SCANNED), recipe)  # (3, SCANNED)
        alone = Y.sum(dim=0) == 1
        indices = torch.cat([((Y[k] > 0) & alone).nonzero()[:EACH, 0] for k in range(3)])
        return self._photos_of(seed, indices, recipe)


@st.cache_resource(max_entries=1, show_spinner=False)
def _unseen() -> Unseen:
    return Unseen(TEST_SEED, 3 * EACH, MIXED)


def unseen() -> Unseen:
    """The test photos of both experiments, begun by whoever asks first."""
    found: Unseen = renderings.begun(_unseen)
    return found


def swap_labels(
    training: renderings.Rendering, test: renderings.Rendering, order: Sequence[int]
) -> Iterator[Waiting | LabelOrderProgress]:
    """The label-order experiment, once its photos are there."""
    yield from rendered(training, test)
    photos, test_photos = training.wait(0), test.wait(0)
    yield from label_order(photos.pixels, photos.Y, test_photos.pixels, test_photos.Y, order)


def sweep(
    training: renderings.Rendering, test: renderings.Rendering, counts: Sequence[int], seeds: Sequence[int]
) -> Iterator[Waiting | ImbalanceProgress]:
    """The imbalance experiment, once its photos are there."""
    yield from rendered(training, test)
    photos, test_photos = training.wait(0), test.wait(0)
    yield from imbalance(photos.pixels, photos.Y, test_photos.pixels, test_photos.Y, counts, seeds)
