"""How photos are judged: the one way from photos that people bring to every model's ŷ.

    photo → the largest square in its middle → 64 × 64 × 3
    the heads       x (12288, 1), a column a photo:      X = [x^(1) … x^(m)],   ŷ = model(X)
    the patches     layer upon layer, averaged over the photo before the last layers (core.patches), and over
                    every window of the same square with more pixels (core.closer_look)

Whoever asks the models about photos asks here, so that what is measured is what is said.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from core import closer_look, heads, patches
from core.balls import KINDS
from core.network import Network
from core.photos import Crops, Photo
from core.pixels import SIZE, N
from core.weights import WeightsError, load_network

# What `python -m core predict` and the page call an answer, and whose it is: of the networks, the best one's.
ANSWERS = {"goal1": "goal1", "goal2": "goal2", "goal3": "goal3", "network": "patches"}


def judge_pixels(model: Network, pixels: Tensor) -> Tensor:
    """ŷ of one model, in the way it sees photos of which there are no more pixels than these.

    Shapes: pixels (m, 64, 64, 3) uint8, m ≥ 1 → (k, m).
    """
    return _asked(model, closer_look.enlarged(pixels) if patches.sees_patches(model) else (pixels,))


def load_own(path: Path, *, device: torch.device | str | None = None) -> Network:
    """Weights that somebody trained, to be asked beside the shipped ones.

    Errors: WeightsError, also where they belong to a network that is asked about something else than photos.
    """
    network = load_network(path, device=device)
    n, k = network.sizes[0], network.sizes[-1]
    on_patches = patches.sees_patches(network)
    if (n != N and not on_patches) or k not in (1, len(KINDS)):
        raise WeightsError(
            f"{path.name} holds a network from {n:,} inputs to {k:,}; one that is asked about photos "
            f"has {N:,} inputs, or sees patches, and has 1 or {len(KINDS)} outputs"
        )
    if on_patches and not patches.fitting(network):
        raise WeightsError(
            f"{path.name} holds another network on patches: the layers that see them are not those that ship"
        )
    return network


def sides(models: Mapping[str, Network]) -> tuple[int, ...]:
    """How many pixels a side these models want to see: 64, and more for a closer look."""
    return closer_look.SIDES if any(map(patches.sees_patches, models.values())) else (SIZE,)


def judge(models: Mapping[str, Network], photos: Sequence[Photo]) -> dict[str, Tensor]:
    """ŷ of every model for every photo, on the CPU. Shapes: m photos → (k, m), k the model's outputs."""
    wanted = sides(models)
    return judge_crops(models, [photo.crops(wanted) for photo in photos])


def judge_crops(models: Mapping[str, Network], photos: Sequence[Crops]) -> dict[str, Tensor]:
    """The same of photos that are cropped already, for the `sides` of these models."""
    if not photos:
        return {name: torch.empty(model.sizes[-1], 0) for name, model in models.items()}
    views = closer_look.views(photos)
    return {name: _asked(model, views).cpu() for name, model in models.items()}


def _asked(model: Network, views: closer_look.Views) -> Tensor:
    if patches.sees_patches(model):
        return closer_look.predict_closely(model, views)
    return heads.predict(model, views[0])
