"""Goal 2's two experiments as jobs: first the photos, rendered once per process, then the training.

Everybody's experiments are judged on the same photos, `EACH` of each ball, that no training saw.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st
import torch

from core.balls import MIXED, TEST_SEED, Photos, Recipe, labels
from core.experiments import ImbalanceProgress, LabelOrderProgress, imbalance, label_order
from ui import renderings

EACH = 200
SCANNED = 4096  # labels looked through for photos with exactly one ball; only those chosen are rendered


@dataclass(frozen=True)
class Waiting:
    """Photos that the experiment needs are still being rendered."""

    done: int
    count: int


def rendering_bar(waiting: Waiting) -> None:
    """How far the photos are."""
    text = f"Rendering photos, once for all: {waiting.done:,} of {waiting.count:,}"
    st.progress(waiting.done / waiting.count, text=text)


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
    seen, judge = training.wait(0), test.wait(0)
    yield from label_order(seen.pixels, seen.Y, judge.pixels, judge.Y, order)


def sweep(
    training: renderings.Rendering, test: renderings.Rendering, counts: Sequence[int], seeds: Sequence[int]
) -> Iterator[Waiting | ImbalanceProgress]:
    """The imbalance experiment, once its photos are there."""
    yield from rendered(training, test)
    seen, judge = training.wait(0), test.wait(0)
    yield from imbalance(seen.pixels, seen.Y, judge.pixels, judge.Y, counts, seeds)


def rendered(*renderings: renderings.Rendering) -> Iterator[Waiting]:
    """Until all these photos are there."""
    while any(r.photos is None and r.error is None for r in renderings):
        yield Waiting(sum(r.done for r in renderings), sum(r.count for r in renderings))
        time.sleep(0.1)
