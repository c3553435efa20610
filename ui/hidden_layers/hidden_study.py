"""What a network's hidden neurons do on photos, found in a thread of its own for all who look into it.

Each part is there when it is found: `seen` (which photos excite a neuron, over the training photos),
then `trace` and `mean_weights` on the test photos, with `patches`, what excites the network on patches, which
is the same for all; then `importance` of every hidden layer. Pages look, and never wait.
"""

import hashlib
import logging
import math
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st
import torch

from core.balls import MIXED, TEST_SEED, Photos
from core.columns import PhotoColumns
from core.hidden_neurons.ablation import means, zeros
from core.hidden_neurons.effective_weights import combinations, pictured, slopes_at
from core.hidden_neurons.importance import Importance, importance
from core.hidden_neurons.strongest_patches import Strongest, strongest_patches
from core.hidden_neurons.what_excites import ExcitesProgress, what_excites
from core.network import Network, Trace, propagate
from core.weights import WeightsError, load_model
from ui import renderings

TEST_PHOTOS = 1024
TOP = 6  # photos of each neuron, at either end
PATCHES = 4  # of each neuron of the network on patches
MINE = "hidden:study"  # in session_state: the fingerprint of the network that is looked into, its study
REPLACEMENTS = ("zero", "mean")  # what a neuron that is switched off says; see core.hidden_neurons.ablation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far the study is, 0 … 1, and what it does."""

    share: float
    text: str


class Study:
    """One network's study. Its tensors are read-only."""

    def __init__(self, network: Network, photos: renderings.Rendering, test: renderings.Rendering) -> None:
        self.network = network
        self.photos: Photos | None = None  # those that `seen` numbers
        self.test: Photos | None = None
        self.seen: ExcitesProgress | None = None
        self.trace: Trace | None = None
        self.mean_combinations: tuple[torch.Tensor, ...] | None = None  # C[2], C[3], …, means over the photos
        self.mean_weights: tuple[torch.Tensor, ...] | None = None  # V[l], the mean of ∂z[l]/∂x
        self.patches: tuple[Strongest, ...] | None = None
        self.importance: dict[str, tuple[Importance, ...]] = {}  # by name of the replacement, then layer
        self.error: Exception | None = None
        self.failed_at = math.inf  # by time.monotonic()
        self._renderings = (photos, test)
        self._text = "Rendering photos, once for all"
        self._share = 0.0
        # Not a daemon, for the same reason as renderings.Rendering's thread.
        self._thread = threading.Thread(target=self._run, name="study-hidden-neurons", daemon=False)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether all of it is there, or will never be."""
        return self.error is not None or set(self.importance) == set(REPLACEMENTS)

    def progress(self) -> Progress:
        """For a bar. Photos first: they take the longest."""
        made, wanted = (sum(getattr(r, name) for r in self._renderings) for name in ("done", "count"))
        if self.photos is None or self.test is None:
            return Progress(0.9 * made / wanted, f"{self._text}: {made:,} of {wanted:,}")
        return Progress(0.9 + 0.1 * self._share, self._text)

    def wait(self, timeout: float | None = None) -> None:
        """Block until it is done; never in a page."""
        self._thread.join(timeout)

    def replacement(self, name: str) -> tuple[torch.Tensor, ...]:
        """What switched-off neurons say instead: "zero" or "mean" (over the test photos)."""
        if name == "mean" and self.trace is not None:
            return means(self.trace)
        return zeros(self.network)

    def _run(self) -> None:
        try:
            with torch.no_grad():
                for _ in self._steps():
                    if not threading.main_thread().is_alive():
                        raise InterruptedError("the app has ended")
        except InterruptedError as ended:
            self.error = ended
        except Exception as fault:  # whatever it is, the waiting page must say so instead of waiting for ever
            log.exception("a network's hidden neurons could not be studied")
            self.failed_at = time.monotonic()
            self.error = fault

    def _steps(self) -> Iterator[None]:
        for rendering in self._renderings:
            while rendering.photos is None:
                try:
                    rendering.wait(0.2)
                except TimeoutError:
                    yield
        self.photos, self.test = (r.wait(0) for r in self._renderings)
        self._text = "Looking at which photos excite which neuron"
        for seen in what_excites(self.network, PhotoColumns(self.photos.pixels), TOP):
            self._share = 0.5 * seen.done / seen.count
            yield
        self.seen = seen
        self.trace = propagate(self.network, PhotoColumns(self.test.pixels))
        self.mean_combinations = combinations(self.network, slopes_at(self.network, self.trace))
        self.mean_weights = pictured(self.network, self.mean_combinations)
        yield
        self._text = "Looking at which patches excite the network on patches"
        with suppress(WeightsError):  # a page says so that shows it
            self.patches = _strongest(self.test)
        self._text = "Switching every neuron off, one at a time"
        hidden = self.network.sizes[1:-1]
        done, every = 0, max(1, len(REPLACEMENTS) * sum(hidden))
        found: dict[str, tuple[Importance, ...]] = {}
        for name in REPLACEMENTS:
            layers = []
            for l in range(1, len(hidden) + 1):  # noqa: E741
                for known in importance(self.network, self.trace, self.test.Y, l, self.replacement(name)):
                    done += 1
                    self._share = 0.5 + 0.5 * done / every
                    whole = known  # the last one is of all neurons of the layer
                    yield
                layers.append(whole)
            found[name] = tuple(layers)
        self.importance = found


@lru_cache(maxsize=1)
def _strongest(photos: Photos) -> tuple[Strongest, ...]:
    return strongest_patches(load_model("patches"), photos.pixels, PATCHES)


def fingerprint(network: Network) -> str:
    """Equal for equal weights: a few milliseconds for a million of them."""
    digest = hashlib.blake2b(digest_size=12)
    for layer in network.layers:
        digest.update(layer.activation.name.encode())
        for part in (layer.W, layer.b):
            digest.update(part.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()


@st.cache_resource(max_entries=4, show_spinner=False)
def _study(name: str, _network: Network) -> Study:
    # Both by position, so that every page that asks for these photos finds the same ones.
    photos = renderings.rendering()
    return Study(_network, photos, renderings.rendering(MIXED, TEST_PHOTOS, TEST_SEED))


def study(network: Network) -> Study:
    """The study of this network, `begun` by whoever asks first. Returns at once.

    A session holds on to its own: where a class looks into runs of its own there are more of them than the
    cache keeps, and each would be begun anew before its page has shown it.
    """
    name, mine = fingerprint(network), st.session_state.get(MINE)
    if mine is None or mine[0] != name or mine[1].error is not None:
        mine = st.session_state[MINE] = name, renderings.begun(_study, name, network)
    found: Study = mine[1]
    return found
