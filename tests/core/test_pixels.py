"""Photo → column: places, scale and shape, against a naive loop."""

import pytest
import torch
from torch.testing import assert_close

from core.pixels import N, flatten, place, scale, unflatten


def photos(m, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (m, 64, 64, 3), generator=dice).to(torch.uint8)


def test_each_channel_of_each_pixel_stands_where_place_says():
    batch = photos(2)
    X = flatten(batch)
    assert X.shape == (N, 2)
    for row, col, channel in [(0, 0, 0), (0, 0, 2), (0, 63, 1), (1, 0, 0), (40, 17, 2), (63, 63, 2)]:
        for i in range(2):
            value = batch[i, row, col, channel].item() / 127.5 - 1
            assert X[place(row, col, channel), i].item() == pytest.approx(value, abs=1e-6)
    assert place(63, 63, 2) == N - 1
    assert len({place(r, c, h) for r in range(64) for c in range(64) for h in range(3)}) == N


def test_scale_ends_and_middle():
    ends = torch.tensor([0, 255], dtype=torch.uint8).repeat(N // 2).reshape(64, 64, 3)
    assert flatten(ends).unique().tolist() == [-1.0, 1.0]
    floats = ends.float()
    assert scale(floats).unique().tolist() == [-1.0, 1.0]
    assert torch.equal(floats, ends.float())  # what was given stays as it is


def test_one_photo_is_a_column_and_comes_back():
    photo = photos(1)[0]
    x = flatten(photo, dtype=torch.float64)
    assert x.shape == (N, 1)
    assert_close(unflatten((x + 1) * 127.5), photo.double())
    assert unflatten(torch.zeros(5, N)).shape == (5, 64, 64, 3)


def test_wrong_input_gets_a_sentence():
    with pytest.raises(ValueError, match="uint8"):
        flatten(torch.zeros(64, 64, 3))
    with pytest.raises(ValueError, match="shape"):
        flatten(torch.zeros(1, 32, 32, 3, dtype=torch.uint8))
    with pytest.raises(ValueError, match="row must be"):
        place(64, 0, 0)
    with pytest.raises(ValueError, match="12288"):
        unflatten(torch.zeros(3, 5))
