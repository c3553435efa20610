"""What is measured of a picture of weights, against NumPy."""

import numpy as np
import pytest
import torch

from core.hidden_neurons.weight_pictures import RADIUS, centre, direction, grain, mirror


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


@pytest.mark.parametrize("degrees", [0, 37, 90])
def test_stripes_have_one_direction_and_noise_has_none(degrees):
    y, x = torch.meshgrid(torch.arange(24.0), torch.arange(24.0), indexing="ij")
    angle = np.deg2rad(degrees)
    stripes = torch.sin(0.7 * (x * np.cos(angle) + y * np.sin(angle)))
    rings = torch.cos(0.7 * torch.hypot(x - 11.5, y - 11.5))
    noise = torch.randn(24, 24, generator=torch.Generator().manual_seed(3))
    P = torch.stack([stripes, rings, noise])[..., None] * torch.tensor([1.0, -0.5, 2.0])  # three colours
    found = direction(P.reshape(3, -1), 24)
    assert float(found[0]) > 0.999 and float(found[1:].max()) < 0.1
    p = P[2].double().numpy()
    g_x, g_y = p[1:-1, 2:] - p[1:-1, :-2], p[2:, 1:-1] - p[:-2, 1:-1]
    expected = abs(((g_x + 1j * g_y) ** 2).sum()) / (g_x**2 + g_y**2).sum()
    assert float(found[2]) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("measure", [mirror, grain, centre, direction])
def test_what_are_no_rows_of_pictures_is_refused(measure):
    """Of one picture that is no row some measured its 64 lines, and gave 64 numbers."""
    for wrong in (torch.zeros(12288), torch.zeros(2, 100), torch.zeros(1, 1, 12288)):
        with pytest.raises(ValueError, match="a row of 12288 numbers"):
            measure(wrong)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_coarse_weights_are_measured_as_finer_ones(dtype):
    """In float16 the sums of squares of a picture overflow: mirror was 0 and centre NaN."""
    x = torch.linspace(-1, 1, 64)
    P = 20 * (x[:, None] ** 2 + x + 0.3 * torch.randn(64, 64, generator=torch.Generator().manual_seed(2)))
    W = P[None, :, :, None].expand(1, 64, 64, 3).reshape(1, -1).to(dtype)
    for measure in (mirror, grain, centre, direction):
        torch.testing.assert_close(measure(W), measure(W.float()), rtol=0, atol=0)
