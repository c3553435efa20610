"""What is counted on labelled photos, against a naive loop, and that batches add up."""

import math
import threading

import pytest
import torch

from core.balls import KINDS, render
from core.intervals import wilson
from core.judging import judge, judge_pixels
from core.photo_folder.accuracy import measure
from core.photos import Photo
from core.weights import MODELS, load_model


def answers(m=300, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.rand(3, m, generator=dice), torch.randint(0, 2, (3, m), generator=dice).float()


def naive(Y_hat, Y):
    which, ball, none = [[] for _ in KINDS], [], []
    right = [[] for _ in KINDS]
    for y_hat, y in zip(Y_hat.T.tolist(), Y.T.tolist(), strict=True):
        if sum(y) == 1:
            which[y.index(1)].append(y_hat.index(max(y_hat)) == y.index(1))
        (ball if sum(y) else none).append((max(y_hat) > 0.5) == (sum(y) > 0))
        for k in range(3):
            right[k].append((y_hat[k] > 0.5) == (y[k] == 1))
    return which, ball, none, right


def test_every_share_is_what_a_naive_loop_counts():
    Y_hat, Y = answers()
    which, ball, none, right = naive(Y_hat, Y)
    measured = measure(lambda part: {"model": part}, [(Y_hat, Y)])["model"]
    for k in range(3):
        assert measured.which_by_ball[k] == wilson(sum(which[k]), len(which[k]))
        assert measured.answers[k] == wilson(sum(right[k]), 300)
        there = [r for r, y in zip(right[k], Y[k], strict=True) if y]
        assert measured.present[k] == wilson(sum(there), len(there))
        assert measured.absent[k] == wilson(sum(right[k]) - sum(there), 300 - len(there))
    assert measured.which == wilson(sum(map(sum, which)), sum(map(len, which)))
    assert measured.with_a_ball == wilson(sum(ball), len(ball))
    assert measured.with_none == wilson(sum(none), len(none))
    assert measured.any_ball.value == pytest.approx((sum(ball) / len(ball) + sum(none) / len(none)) / 2)


def test_batches_add_up_to_the_whole():
    Y_hat, Y = answers()
    parts = list(zip(Y_hat.split(7, dim=1), Y.split(7, dim=1), strict=True))
    whole, in_parts = (measure(lambda part: {"m": part}, batches) for batches in ([(Y_hat, Y)], parts))
    assert whole == in_parts
    assert measure(lambda part: {"m": part}, []) == {}


def test_batches_are_judged_while_others_come_and_an_error_reaches_whoever_measures():
    Y_hat, Y = answers()
    here, where = threading.current_thread(), []

    def answer(part):
        where.append(threading.current_thread())
        if len(where) >= 3:
            raise RuntimeError("the third")
        return {"m": part}

    with pytest.raises(RuntimeError, match="the third"):
        measure(answer, zip(Y_hat.split(7, dim=1), Y.split(7, dim=1), strict=True))
    assert here not in where


def test_one_output_is_asked_for_soccer_balls_only():
    Y_hat, Y = answers()
    measured = measure(lambda part: {"goal1": part[:1]}, [(Y_hat, Y)])["goal1"]
    assert measured.which is measured.any_ball is measured.with_none is None
    assert measured.answers == (wilson(sum(naive(Y_hat, Y)[3][0]), 300),)


def test_no_photo_of_a_kind_leaves_its_share_open():
    Y_hat, _ = answers(5)
    measured = measure(lambda part: {"m": part}, [(Y_hat, torch.zeros(3, 5))])["m"]
    assert math.isnan(measured.which.value) and measured.with_a_ball.of == 0
    assert math.isnan(measured.any_ball.value) and measured.with_none.of == 5


def test_judge_says_what_each_model_says_of_the_crop_in_the_middle():
    pixels = render(5, range(3), device="cpu").pixels
    wide = [Photo(torch.cat([p[:, :9], p, p[:, :9]], dim=1).numpy()) for p in pixels]
    models = {name: load_model(name) for name in MODELS}
    said = judge(models, wide)
    for name, model in models.items():
        # Closer up, the pixels at the crop's edge are mixed with those outside it.
        torch.testing.assert_close(said[name], judge_pixels(model, pixels), atol=2e-3, rtol=0)
    assert {name: tuple(Y_hat.shape) for name, Y_hat in judge(models, []).items()} == {
        name: (model.sizes[-1], 0) for name, model in models.items()
    }
