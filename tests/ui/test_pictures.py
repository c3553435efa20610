"""w and w∘xᵀ as pictures: zero is neutral, the scale is symmetric, and a PNG keeps every pixel."""

import io
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.pixels import flatten
from ui.hidden_layers.forward_flow import picture_rows
from ui.hidden_layers.weight_wall import weight_pixels
from ui.pictures import diverging, enlarge, greys, largest, png, signed_rgb
from ui.theme import BALL_COLOURS, DIVERGING, NEGATIVE, NEUTRAL, POSITIVE

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"


def rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def photo(seed: int) -> torch.Tensor:
    drawn = torch.randint(0, 256, (64, 64, 3), generator=torch.Generator().manual_seed(seed))
    return drawn.to(torch.uint8)


def test_signed_rgb_is_the_way_back_from_x():
    pixels = photo(1)
    x = flatten(pixels)[:, 0]
    np.testing.assert_array_equal(signed_rgb(x, 1.0), pixels.numpy())


def test_zero_is_neutral():
    assert (signed_rgb(np.zeros(12288)) == 128).all()
    assert (diverging(np.zeros((64, 64))) == rgb(NEUTRAL)).all()


def test_scale_is_symmetric():
    values = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]])
    picture = diverging(values, 1.0)[0].tolist()
    assert picture == [rgb(NEGATIVE), rgb(NEGATIVE), rgb(NEUTRAL), rgb(POSITIVE), rgb(POSITIVE)]
    w = np.linspace(-3, 3, 12288)
    np.testing.assert_allclose(signed_rgb(w).astype(int) + signed_rgb(-w), 255, atol=1)


def test_largest():
    assert largest(np.array([0.5, -3.0])) == 3.0
    assert largest(np.zeros(4)) == 1.0


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_scale_must_be_positive(scale):
    with pytest.raises(ValueError, match="positive"):
        diverging(np.ones((2, 2)), scale)


def test_png_keeps_every_pixel():
    pixels = photo(2).numpy()
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(pixels)))), pixels)
    large = enlarge(pixels, 3)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(large)))), large)
    for row in range(3):
        for column in range(3):
            np.testing.assert_array_equal(large[row::3, column::3], pixels)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_have_the_balls_colours(theme):
    with CONFIG.open("rb") as file:
        colours = tomllib.load(file)["theme"][theme]
    assert colours["chartCategoricalColors"][:3] == list(BALL_COLOURS.values())
    assert (colours["chartDivergingColors"][0], colours["chartDivergingColors"][-1]) == (NEGATIVE, POSITIVE)
    assert len(colours["chartDivergingColors"]) == len(colours["chartSequentialColors"]) == 10
    assert len(DIVERGING) == 11


def test_all_ways_to_a_picture_of_weights_paint_the_same_greys():
    W = torch.randn(3, 12288, generator=torch.Generator().manual_seed(2))
    one, ends = picture_rows(W)
    for row, end, w in zip(one, ends[:, 0], W, strict=True):
        scale = float(end)
        again = [weight_pixels(w[None], scale)[0], greys(w.numpy(), scale), signed_rgb(w, scale).reshape(-1)]
        for picture in again:
            assert np.abs(picture.astype(int) - row).max() <= 1, "float32 may round a half the other way"
