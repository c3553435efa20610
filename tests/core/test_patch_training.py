"""The training on patches in small: a pure function of its seed, on pixels, balanced at the end."""

import threading
from dataclasses import replace

import pytest
import torch

from core.balls import TRAIN_SEED, render
from core.initialisation import initialise
from core.patch_training import MOST_ALIKE, PatchPlan, _prepared_beside, balanced, train_on_patches
from core.patches import INPUTS, logits


@pytest.fixture
def one_thread():
    """Of torch: sums in one order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


SMALL = PatchPlan(photos=80, passes=2, shelf=48, batch=16, patches=4, warm_up=4, mean_over=5)


def test_a_plan_counts_its_steps_and_its_rate_rises_and_falls():
    assert SMALL.shelves == 2 and SMALL.steps == 2 * (3 + 2)
    rates = [SMALL.rate(step) for step in range(SMALL.steps)]
    assert rates.index(max(rates)) in (2, 3) and rates[-1] < 0.2 * max(rates)


def test_the_same_seed_gives_the_same_weights(one_thread):
    runs = [list(train_on_patches(SMALL, seed=7)) for _ in range(2)]
    assert [p.step for p in runs[0]] == list(range(1, 11)) and runs[0][-1].steps == 10
    one, other = (run[-1].network for run in runs)
    assert one.sizes == (INPUTS, 512, 128, 64, 3)
    assert all(
        torch.equal(a.W, b.W) and torch.equal(a.b, b.b) for a, b in zip(one.layers, other.layers, strict=True)
    )
    third = list(train_on_patches(replace(SMALL, learning_rate=2e-3), seed=7))[-1].network
    assert not torch.equal(third.layers[0].W, one.layers[0].W)


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


def test_no_other_threshold_tells_balls_better_from_what_is_like_them():
    dice = torch.Generator().manual_seed(1)
    some = initialise((INPUTS, 8, 6, 3), how="he", generator=dice)
    network = balanced(some, SMALL, count=600)
    shift = network.layers[-1].b - some.layers[-1].b
    assert torch.allclose(shift, shift[:1].expand_as(shift)) and float(shift.abs().max()) > 0
    photos = render(TRAIN_SEED, range(80, 680), MOST_ALIKE, device="cpu")
    ball = photos.Y.any(dim=0)
    assert 0.4 < ball.double().mean() < 0.6
    largest = logits(network, photos.pixels).amax(dim=0)

    def right(threshold):
        says = largest > threshold
        return float(says[ball].double().mean() + (~says[~ball]).double().mean()) / 2

    assert right(0.0) >= max(right(float(t)) for t in largest) - 0.02
