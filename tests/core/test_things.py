"""Everyday things among the renderings: what goes round, what is of parts, and that no page shows them."""

import math

import pytest
import torch

from core.balls import MIXED, TRAIN_SEED, Recipe, render
from core.balls.others import OTHERS
from core.balls.rendering import shoot
from core.balls.things import _every_second, _times, coin, object_of_parts, planet, rosette
from core.patch_training import ANY_NUMBER

EVERYDAY = (coin, rosette, planet, object_of_parts)


def only(painter) -> Recipe:
    return Recipe(none=1, one=0, two=0, three=0, empty=0, others=tuple(float(o is painter) for o in OTHERS))


def test_an_angle_is_multiplied():
    angle = torch.linspace(-3, 3, 41)[None].repeat(64, 1)
    count = torch.arange(64)[:, None]
    cosine, sine = _times((angle.cos(), angle.sin()), count)
    for k in (0, 1, 2, 7, 31, 44, 63):
        for i in (0, 9, 20, 40):
            assert float(cosine[k, i]) == pytest.approx(math.cos(k * float(angle[k, i])), abs=1e-4)
            assert float(sine[k, i]) == pytest.approx(math.sin(k * float(angle[k, i])), abs=1e-4)


def test_every_second_stripe_is_as_wide_as_the_gap():
    t = torch.linspace(0, 9, 9001)[None, :-1]
    stripes = _every_second(t, torch.tensor([[4.0]]), torch.tensor([[0.01]]))
    assert float(stripes.mean()) == pytest.approx(0.5, abs=0.01)
    assert set(stripes.round().unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("painter", EVERYDAY)
def test_each_is_a_pure_function_of_its_number_and_no_two_are_the_same(painter):
    recipe = only(painter)
    pixels = render(TRAIN_SEED, range(24), recipe, device="cpu").pixels
    assert torch.equal(render(TRAIN_SEED, [7], recipe, device="cpu").pixels[0], pixels[7])
    assert len({bytes(photo.numpy().tobytes()) for photo in pixels}) == 24
    assert float(pixels.float().std(dim=(1, 2, 3)).min()) > 2


def beyond(painter) -> float:
    """The share of photos in which what is painted reaches beyond the disc of the first thing in them."""
    shot = shoot(TRAIN_SEED, torch.arange(64), only(painter), layered=True)
    steps = torch.arange(64.0)
    down, right = steps[:, None] - shot.row[:, None, None], steps - shot.column[:, None, None]
    outside = (down * down + right * right).sqrt() > shot.radius[:, None, None] * 1.06 + 1
    return float(((shot.cover[:, 0] > 0.5) & outside).flatten(1).any(dim=1).float().mean())


def test_what_is_of_parts_reaches_beyond_a_balls_disc():
    """Where nothing that is round does, but for a second and a third thing in a photo."""
    round_ones = [beyond(painter) for painter in (coin, rosette, planet)]
    assert max(round_ones) < 0.45 and max(round_ones) - min(round_ones) < 0.05
    assert beyond(object_of_parts) > max(round_ones) + 0.2


def test_the_network_on_patches_learns_from_them_and_no_page_shows_them():
    weights = dict(zip(OTHERS, ANY_NUMBER.others, strict=True))
    assert all(weights[painter] > 0 for painter in OTHERS)
    assert not MIXED.others and all(OTHERS[painter] == 0 for painter in EVERYDAY)
    shown = Recipe(others=tuple(w * (o not in EVERYDAY) for o, w in OTHERS.items()))
    indices = range(256)
    assert torch.equal(
        render(TRAIN_SEED, indices, device="cpu").pixels,
        render(TRAIN_SEED, indices, shown, device="cpu").pixels,
    )
