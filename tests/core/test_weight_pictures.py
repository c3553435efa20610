"""What is measured of a picture of weights, against NumPy."""

import numpy as np
import pytest
import torch

from core.hidden_neurons.weight_pictures import RADIUS, centre, grain, mirror


def test_pictures_against_numpy():
    dice = torch.Generator().manual_seed(1)
    P = torch.nn.functional.interpolate(
        torch.randn(2, 3, 16, 64, generator=dice, dtype=torch.float64), (64, 64)
    )
    P = 0.5 + P.permute(0, 2, 3, 1).numpy()  # smooth downwards, noise to the right, not around 0
    W = torch.from_numpy(P.reshape(2, -1).copy())
    i = np.arange(64) - 31.5
    disc = (i[:, None] ** 2 + i**2 <= RADIUS**2)[:, :, None]
    for p, g, m, c in zip(P, grain(W), mirror(W), centre(W), strict=True):
        here = np.concatenate([p[:, :-1].ravel(), p[:-1].ravel()])
        there = np.concatenate([p[:, 1:].ravel(), p[1:].ravel()])
        assert float(g) == pytest.approx(np.corrcoef(here, there)[0, 1], abs=1e-3)
        assert float(m) == pytest.approx(np.corrcoef(p.ravel(), p[:, ::-1].ravel())[0, 1], abs=1e-9)
        assert float(c) == pytest.approx((p**2 * disc).sum() / (p**2).sum(), abs=1e-9)
