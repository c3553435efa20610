"""How photos are judged: the one way from photos that people bring to every model's ŷ.

    photo → the largest square in its middle → 64 × 64 × 3 → x,   X = [x^(1) … x^(m)],   ŷ = model(X)

All m photos are one batch. Whoever asks the models about photos asks here, so that what is measured is what
is said.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from core.heads import probabilities
from core.network import Network
from core.photos import Photo


def judge(models: Mapping[str, Network], photos: Sequence[Photo]) -> dict[str, Tensor]:
    """ŷ of every model for every photo, on the CPU. Shapes: m photos → (k, m), k the model's outputs."""
    if not photos:
        return {name: torch.empty(model.sizes[-1], 0) for name, model in models.items()}
    X = torch.stack([torch.from_numpy(photo.crop()) for photo in photos])  # (m, 64, 64, 3)
    return {name: probabilities(model, X).cpu() for name, model in models.items()}
