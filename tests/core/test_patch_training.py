"""The training on patches in small: a pure function of its seed, balanced at the end."""

import math
import threading
from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from core.balls import TRAIN_SEED, render
from core.patch_training import (
    MOST_ALIKE,
    PatchPlan,
    _batches,
    _prepared_beside,
    balanced,
    best_threshold,
    initial,
    train_on_patches,
)
from core.patches import PATCHES, fitting, logits


@pytest.fixture
def one_thread():
    """Of torch: sums in one order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


SMALL = PatchPlan(photos=80, passes=2, shelf=48, batch=16, warm_up=4, mean_over=5)


def test_a_plan_counts_its_steps_and_its_rate_rises_and_falls():
    assert SMALL.shelves == 2 and SMALL.steps == 2 * (3 + 2)
    rates = [SMALL.rate(step) for step in range(SMALL.steps)]
    assert rates.index(max(rates)) in (2, 3) and rates[-1] < 0.2 * max(rates)
    for step, rate in enumerate(rates):
        falling = (1 + math.cos(math.pi * step / 10)) / 2
        assert rate == pytest.approx(1e-3 * min(1, (step + 1) / 4) * falling + 1e-5)
    assert [SMALL.photos_on(shelf) for shelf in range(2)] == [48, 32]
    assert replace(SMALL, photos=96).shelves == 2 and replace(SMALL, photos=97).shelves == 3


def test_it_is_torchs_adamw_on_a_convolutional_network_and_a_running_mean_is_kept(one_thread, monkeypatch):
    """W decays and b does not; the labels are softened."""
    monkeypatch.setattr("core.patch_training.rounded", lambda: torch.float32)
    plan = replace(SMALL, decay=50.0, mean_over=3)
    ours = list(train_on_patches(plan, seed=7))
    dice = torch.Generator().manual_seed(7)
    start = initial(dice)
    parameters = [p.clone().requires_grad_() for p in start.parameters]
    groups = [{"params": parameters[::2], "weight_decay": plan.decay}, {"params": parameters[1::2]}]
    descent = torch.optim.AdamW(groups, weight_decay=0.0)
    mean = [p.detach().clone() for p in parameters]
    for step, (photos, Y) in enumerate(_batches(plan, dice)):
        assert Y.unique().tolist() == pytest.approx([0.02, 0.98])
        A, m = photos, Y.shape[1]
        for l, (side, stride) in enumerate(PATCHES):  # noqa: E741
            W, b = parameters[2 * l : 2 * l + 2]
            W = W.view(len(W), side, side, -1).permute(0, 3, 1, 2)
            A = F.conv2d(A, W, b[:, 0], stride=stride).relu()
        A = A.mean(dim=(2, 3)).T
        A = (parameters[-4] @ A + parameters[-3]).relu()
        Z = parameters[-2] @ A + parameters[-1]
        J = F.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / m
        for group in descent.param_groups:
            group["lr"] = plan.rate(step)
        descent.zero_grad()
        J.backward()
        descent.step()
        share = max(1 / 3, 1 / (step + 2))
        mean = [kept + share * (p.detach() - kept) for kept, p in zip(mean, parameters, strict=True)]
        assert ours[step].cost == pytest.approx(J.item(), rel=1e-3)
        for found, expected, begun in zip(ours[step].network.parameters, mean, start.parameters, strict=True):
            assert float((found - expected).norm()) < 0.02 * float((expected - begun).norm())


def test_the_same_seed_gives_the_same_weights(one_thread):
    runs = [list(train_on_patches(SMALL, seed=7)) for _ in range(2)]
    assert [p.step for p in runs[0]] == list(range(1, 11)) and runs[0][-1].steps == 10
    one, other = (run[-1].network for run in runs)
    assert one.sizes == (48, 32, 48, 96, 128, 192, 192, 64, 3) and one.parameter_count == 905_651
    assert fitting(one)
    assert all(
        torch.equal(a.W, b.W) and torch.equal(a.b, b.b) for a, b in zip(one.layers, other.layers, strict=True)
    )
    third = next(train_on_patches(replace(SMALL, learning_rate=2e-3), seed=7)).network
    assert not torch.equal(third.layers[0].W, runs[0][0].network.layers[0].W)


def test_who_stops_early_does_not_wait_for_what_is_being_prepared():
    prepared, begun, go_on = [], threading.Event(), threading.Event()

    def shelves():
        yield 1
        begun.set()
        go_on.wait(5)
        prepared.append(2)
        yield 2

    stream = _prepared_beside(shelves(), 1)
    assert next(stream) == 1 and begun.wait(60)
    stream.close()
    assert not prepared
    go_on.set()


def test_the_threshold_lies_where_balls_are_told_best_from_what_is_like_them():
    """Two bells of logits, of photos without a ball around 0 and with one around 2: they cross at 1."""
    ball = torch.arange(4000) % 2 == 1
    largest = torch.randn(4000, generator=torch.Generator().manual_seed(1)) + 2 * ball
    Z = torch.stack([largest - 3, largest, largest - 1])
    Y = torch.zeros(3, 4000)
    Y[2, ball] = 1  # whichever ball it is
    assert best_threshold(Z, Y) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("with_a_ball", [0.0, 1.0])
def test_of_photos_of_one_kind_there_is_no_threshold(with_a_ball):
    """0/0 made some other photo's z the best."""
    with pytest.raises(ValueError, match="50 of one kind"):
        best_threshold(torch.randn(3, 50), torch.full((3, 50), with_a_ball))


def test_the_last_biases_are_less_by_the_threshold_of_photos_that_no_training_saw():
    some = initial(torch.Generator().manual_seed(1))
    network = balanced(some, SMALL, count=120)
    photos = render(TRAIN_SEED, range(80, 200), MOST_ALIKE, device="cpu")
    assert 0.4 < photos.Y.any(dim=0).double().mean() < 0.6
    threshold = best_threshold(logits(some, photos.pixels), photos.Y)
    shift = network.layers[-1].b - some.layers[-1].b
    assert threshold and torch.allclose(shift, torch.full_like(shift, -threshold))
