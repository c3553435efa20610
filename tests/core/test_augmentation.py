"""Photos through another lens: reproducible, different each time, and still photos."""

import pytest
import torch

from core import augmentation
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


def test_what_are_no_stored_photos_is_refused():
    """Floats −1 … 1 were taken for pixels: all of them became black."""
    pixels = render(5, range(2), device="cpu").pixels
    for wrong in (scale(pixels), pixels[0], pixels[:, :32], pixels[..., :1]):
        with pytest.raises(ValueError, match="photos "):
            seen(wrong, 1)


def test_a_flat_photo_stays_flat_inside_its_colour():
    grey = torch.full((40, 64, 64, 3), 140, dtype=torch.uint8)
    flat = seen(grey, 3)
    torch.testing.assert_close(flat, flat[:, :1, :1].expand_as(flat), atol=1e-5, rtol=0)


def test_on_the_whole_what_is_bright_stays_bright():
    pixels = render(5, range(40), device="cpu").pixels
    before, after = (x.mean(dim=(1, 2, 3)) for x in (scale(pixels), seen(pixels, 4)))
    assert torch.corrcoef(torch.stack([before, after]))[0, 1] > 0.8


STILL = {
    "ZOOM": (1.0, 1.0),
    "SHIFT": 0.0,
    "TURN": 0.0,
    "SHARPENED": 0.0,
    "SATURATION": (0.0, 0.0),
    "CONTRAST": (0.0, 0.0),
    "LIGHT": (0.0, 0.0),
    "WHITE": 0.0,
    "SWAPPED": 0.0,
}


@pytest.fixture
def alone(monkeypatch):
    """Of all changes only the mirror and those that are named are left, in their own strength."""

    def leave(*names):
        for name, value in STILL.items():
            if name not in names:
                monkeypatch.setattr(augmentation, name, value)

    return leave


def symmetric(m):
    """Photos of middle brightness that are their own mirror images."""
    left = torch.randint(90, 166, (m, 64, 32, 3), generator=torch.Generator().manual_seed(8))
    return torch.cat([left, left.flip(2)], dim=2).to(torch.uint8)


def test_about_every_second_photo_is_mirrored(alone):
    alone()
    pixels = render(5, range(64), device="cpu").pixels
    x, mirrored = scale(pixels), scale(pixels.flip(2))
    same, other = (
        torch.isclose(seen(pixels, 1), kind, atol=1e-4).flatten(1).all(dim=1) for kind in (x, mirrored)
    )
    assert (same | other).all() and 16 < int(other.sum()) < 48


def test_photos_are_turned_zoomed_and_moved_within_their_ranges(alone):
    """Oracle: R and G are the place across and down, so each photo tells the map that it went through."""
    alone("ZOOM", "SHIFT", "TURN")
    across = ((torch.arange(64) + 0.5) / 32 - 1).expand(64, 64)
    place = torch.stack([across, across.T, 0 * across], dim=2)  # (64, 64, 3)
    m = 200
    pixels = (64 * place + 127).to(torch.uint8).expand(m, 64, 64, 3)  # whole numbers
    bytes_seen = (seen(pixels, 2) + 1) * 127.5
    said = (bytes_seen[:, 16:48, 16:48, :2].reshape(m, -1, 2) - 127) / 64  # far from the edges
    inputs = torch.cat([place[16:48, 16:48, :2].reshape(-1, 2), torch.ones(1024, 1)], dim=1)
    fitted = torch.linalg.lstsq(inputs.expand(m, 1024, 3), said).solution  # (m, 3, 2)
    maps, shift = fitted[:, :2].mT, fitted[:, 2]  # (m, 2, 2), (m, 2)
    squared = maps.mT @ maps  # zoom² times the identity: turned and mirrored, not bent
    zoom = squared[:, 0, 0].sqrt()
    torch.testing.assert_close(
        squared, zoom[:, None, None].square() * torch.eye(2).expand(m, 2, 2), atol=1e-3, rtol=0
    )
    assert 0.695 < zoom.min() < 0.73 and 1.01 < zoom.max() < 1.055
    assert 0.08 < shift.max() < 0.105 and -0.105 < shift.min() < -0.08
    angle = torch.atan2(-maps[:, 0, 1], maps[:, 1, 1])
    assert float(angle.std()) == pytest.approx(0.2, rel=0.15) and abs(float(angle.mean())) < 0.05
    assert 60 < int((torch.linalg.det(maps) < 0).sum()) < 140
    # The numbers are drawn in this order, which the weights that ship rest on: mirrored, then turned.
    dice = torch.Generator().manual_seed(2)
    zoom = 0.7 * 1.5 ** torch.rand(m, 1, generator=dice)[:, 0]
    mirror = 1.0 - 2.0 * (torch.rand(m, 1, generator=dice)[:, 0] < 0.5)
    turn = 0.2 * torch.randn(m, generator=dice)
    place_seen = 0.2 * torch.rand(m, 2, generator=dice) - 0.1
    rows = [zoom * mirror * turn.cos(), -zoom * turn.sin(), zoom * mirror * turn.sin(), zoom * turn.cos()]
    torch.testing.assert_close(maps, torch.stack(rows, dim=1).view(m, 2, 2), atol=1e-3, rtol=0)
    torch.testing.assert_close(shift, place_seen, atol=1e-3, rtol=0)


def test_some_photos_are_sharpened(alone):
    alone("SHARPENED")
    pixels = symmetric(100)
    x = scale(pixels)
    padded = torch.nn.functional.pad(x.permute(0, 3, 1, 2), (1, 1, 1, 1), mode="replicate")
    edges = x - torch.nn.functional.avg_pool2d(padded, 3, stride=1).permute(0, 2, 3, 1)
    change = seen(pixels, 4) - x
    strength = (change * edges).sum(dim=(1, 2, 3)) / edges.square().sum(dim=(1, 2, 3))
    torch.testing.assert_close(change, strength[:, None, None, None] * edges, atol=1e-4, rtol=0)
    assert strength.min() > -1e-4 and 0.8 < strength.max() < 0.961
    assert 45 <= int((strength > 1e-4).sum()) <= 75


def test_colours_are_farther_from_grey_or_nearer_to_it(alone):
    alone("SATURATION")
    pixels = symmetric(100)
    x, after = scale(pixels), seen(pixels, 5)
    torch.testing.assert_close(after.mean(dim=3), x.mean(dim=3), atol=1e-5, rtol=0)
    before, apart = (one - one.mean(dim=3, keepdim=True) for one in (x, after))
    factor = (apart * before).sum(dim=(1, 2, 3)) / before.square().sum(dim=(1, 2, 3))
    torch.testing.assert_close(apart, factor[:, None, None, None] * before, atol=1e-4, rtol=0)
    low, high = float(factor.log().min()), float(factor.log().max())
    assert -0.65 < low < -0.5 and 0.3 < high < 0.41


@pytest.mark.parametrize(
    ("name", "slope", "added", "between"),
    [
        ("CONTRAST", (-0.24, 0.4), (0, 0), (0, 0)),
        ("LIGHT", (0, 0), (-0.2, 0.28), (0, 0)),
        ("WHITE", (0, 0), (-0.064, 0.064), (0.05, 0.128)),
    ],
)
def test_contrast_light_and_white_balance_change_each_photo_by_a_line(alone, name, slope, added, between):
    """R, G and B of each photo come to factor · x + constant; between: how far apart the constants are."""
    alone(name)
    pixels = symmetric(100)
    x, after = (one.permute(0, 3, 1, 2).flatten(2) for one in (scale(pixels), seen(pixels, 6)))  # (m, 3, …)
    mean, mean_after = x.mean(dim=2, keepdim=True), after.mean(dim=2, keepdim=True)
    factor = ((x - mean) * (after - mean_after)).sum(dim=2) / (x - mean).square().sum(dim=2)  # (m, 3)
    constant = (mean_after - factor[:, :, None] * mean)[:, :, 0]
    torch.testing.assert_close(after, factor[:, :, None] * x + constant[:, :, None], atol=1e-4, rtol=0)
    for found, (low, high) in ((factor.log(), slope), (constant, added)):
        ends = 0.1 * (high - low) + 1e-3
        assert low - 1e-3 < found.min() < low + ends and high - ends < found.max() < high + 1e-3
    widest = float((constant.amax(dim=1) - constant.amin(dim=1)).max())
    assert between[0] - 1e-4 <= widest <= between[1] + 1e-3


def test_now_and_then_red_green_and_blue_change_places(alone):
    alone("SWAPPED")
    pixels = symmetric(200)
    x, after = scale(pixels), seen(pixels, 7)
    assert torch.allclose(after.sort(dim=3).values, x.sort(dim=3).values, atol=1e-4)
    swapped = (after - x).abs().amax(dim=(1, 2, 3)) > 0.01
    assert 5 <= int(swapped.sum()) <= 35


def test_of_equal_photos_each_is_changed_in_its_own_way():
    pixels = render(5, range(1), device="cpu").pixels.expand(6, 64, 64, 3)
    after = seen(pixels, 9)
    assert all(not torch.equal(after[i], after[j]) for i in range(6) for j in range(i))


def test_each_change_takes_its_numbers_in_turn_and_follows_the_one_before(alone):
    """Oracle: photo by photo, from the same numbers in the order in which they are drawn."""
    alone("SHARPENED", "SATURATION", "CONTRAST", "LIGHT", "WHITE", "SWAPPED")
    m = 40
    pixels = torch.randint(0, 256, (m, 64, 64, 3), generator=torch.Generator().manual_seed(6))
    pixels = pixels.to(torch.uint8)
    dice = torch.Generator().manual_seed(9)

    def between(low, high, *shape):
        return low + (high - low) * torch.rand(m, *shape, generator=dice)

    between(0, 1, 1)  # the zoom
    mirrored = between(0, 1, 1)[:, 0] < 0.5
    torch.randn(m, generator=dice), between(0, 1, 2)  # the turn and the place
    sharpen = between(0, 0.96, 1, 1, 1) * (between(0, 1, 1, 1, 1) < 0.6)
    saturation, contrast = between(-0.64, 0.4, 1, 1, 1).exp(), between(-0.24, 0.4, 1, 1, 1).exp()
    light, white = between(-0.2, 0.28, 1, 1, 1), between(-0.064, 0.064, 3, 1, 1)
    order = torch.rand(m, 3, generator=dice).argsort(dim=1)
    swapped = between(0, 1, 1)[:, 0] < 0.1
    assert 0 < int(swapped.sum()) < m / 2
    found = seen(pixels, 9)
    for i in range(m):
        x = (pixels[i].flip(1) if mirrored[i] else pixels[i]).double() / 127.5 - 1  # (64, 64, 3)
        around = torch.nn.functional.pad(x.permute(2, 0, 1)[None], (1, 1, 1, 1), mode="replicate")[0]
        soft = sum(around[:, a : a + 64, b : b + 64] for a in range(3) for b in range(3)) / 9  # (3, 64, 64)
        x = x.permute(2, 0, 1)
        x = x + sharpen[i] * (x - soft)
        grey = x.mean(dim=0)
        x = (x - grey) * saturation[i] + grey
        x = x * contrast[i] + light[i] + white[i]
        x = x[order[i]] if swapped[i] else x
        expected = x.clamp(-1, 1).permute(1, 2, 0).float()
        torch.testing.assert_close(found[i], expected, atol=1e-4, rtol=0)
