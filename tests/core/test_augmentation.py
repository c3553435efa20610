"""Photos through another lens: reproducible, different each time, and still photos."""

import torch

from core.augmentation import through_another_lens
from core.balls import render
from core.pixels import scale


def seen(pixels, seed):
    return through_another_lens(pixels, torch.Generator().manual_seed(seed))


def test_the_generator_decides_alone():
    pixels = render(5, range(6), device="cpu").pixels
    assert torch.equal(seen(pixels, 1), seen(pixels, 1))
    assert not torch.equal(seen(pixels, 1), seen(pixels, 2))
    assert seen(pixels, 1).shape == (6, 64, 64, 3)
    assert float(seen(pixels, 1).abs().max()) <= 1


def test_a_flat_photo_stays_flat_inside_its_colour():
    grey = torch.full((40, 64, 64, 3), 140, dtype=torch.uint8)
    flat = seen(grey, 3)
    torch.testing.assert_close(flat, flat[:, :1, :1].expand_as(flat), atol=1e-5, rtol=0)


def test_on_the_whole_what_is_bright_stays_bright():
    pixels = render(5, range(64), device="cpu").pixels
    before, after = (x.mean(dim=(1, 2, 3)) for x in (scale(pixels), seen(pixels, 4)))
    assert torch.corrcoef(torch.stack([before, after]))[0, 1] > 0.8
