"""Clubs' soccer balls: only where a recipe asks for them, and only in place of soccer balls."""

from dataclasses import replace

import torch

from core.balls import MIXED, ONE, TRAIN_SEED, render
from core.balls.recipe import labels

COUNT = 192


def photos(recipe) -> torch.Tensor:
    return render(TRAIN_SEED, range(COUNT), recipe, device="cpu").pixels


def test_without_a_share_no_photo_has_one_and_with_any_the_labels_stay():
    assert MIXED.club == ONE.club == 0
    Y = labels(TRAIN_SEED, range(COUNT))
    assert torch.equal(Y, labels(TRAIN_SEED, range(COUNT), replace(MIXED, club=1)))
    assert torch.equal(photos(MIXED), photos(replace(MIXED, club=0.0)))


def test_they_stand_in_place_of_soccer_balls_and_all_else_is_as_it_was():
    apart = (photos(MIXED) != photos(replace(MIXED, club=1))).flatten(1).any(dim=1)
    soccer = labels(TRAIN_SEED, range(COUNT))[0] > 0
    assert not apart[~soccer].any()
    assert apart[soccer].float().mean() > 0.95  # some lie all but outside the frame


def test_their_share_is_as_ordered():
    some, all_of_them = photos(replace(ONE, club=0.35)), photos(replace(ONE, club=1))
    soccer = labels(TRAIN_SEED, range(COUNT), ONE)[0] > 0
    same = (some == all_of_them).flatten(1).all(dim=1)
    assert 0.2 < float(same[soccer].float().mean()) < 0.5


def test_two_of_them_hardly_ever_look_alike():
    """Far more colours than the usual ones, a quarter of which are white with black pentagons."""
    clubs, usual = (photos(replace(ONE, weights=(1, 0, 0), club=share)) for share in (1, 0))
    spread = [p[:, 24:40, 24:40].float().mean(dim=(1, 2)).std(dim=0).mean() for p in (clubs, usual)]
    assert float(spread[0]) > 1.1 * float(spread[1])
