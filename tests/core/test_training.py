"""The shipped training in small: it learns, it repeats itself, and accuracy counts as a naive loop does."""

from dataclasses import replace

import pytest
import torch

from core.balls import KINDS, Photos, labels
from core.descent import Descent
from core.heads import predict
from core.training import HALF, PLANS, fresh, labels_for, mirrored, model_accuracy, train


def bright_or_dark(m, seed=0):
    """Photos whose label can be read off their brightness: bright ones hold class 0, dark ones class 2."""
    dice = torch.Generator().manual_seed(seed)
    bright = torch.rand(m, generator=dice) < 0.5
    pixels = torch.randint(0, 120, (m, 64, 64, 3), generator=dice) + 130 * bright.view(m, 1, 1, 1)
    Y = torch.stack([bright, torch.zeros(m, dtype=torch.bool), ~bright]).float()
    return Photos(pixels.to(torch.uint8), Y)


def last(name, photos, **changes):
    plan = replace(PLANS[name], **{"epochs": 4, "batch_size": 16, **changes})
    steps = list(train(plan, photos, seed=3))
    assert [p.step for p in steps] == list(range(1, steps[-1].steps + 1))
    return steps[-1].network


@pytest.mark.parametrize("name", PLANS)
def test_each_plan_learns_what_can_be_learnt_and_repeats_itself(name):
    photos, unseen = bright_or_dark(96), bright_or_dark(64, seed=1)
    # Three sigmoids turn a start at random into an answer slowly: so few steps must be large ones.
    few = {"epochs": 24, "learning_rate": 3e-2} if name == "three_layers" else {}
    network = last(name, photos, **few)
    measured = model_accuracy(name, network, unseen)
    assert min(measured.recall[::2]) > 0.95 and measured.answers > 0.8
    again = last(name, photos, **few)
    assert all(torch.equal(a.W, b.W) for a, b in zip(network.layers, again.layers, strict=True))


def test_each_plan_has_the_layers_and_the_parameters_that_are_said_of_it():
    counts = {name: fresh(name, seed=0).parameter_count for name in PLANS}
    assert counts == {
        "goal1": 12_289,
        "goal2": 36_867,
        "goal3": 36_867,
        "network": 788_675,
        "three_layers": 36_878,
    }


def test_the_weights_kept_are_the_mean_of_the_last_part():
    photos = bright_or_dark(32)
    plan = replace(PLANS["goal2"], epochs=5, batch_size=32, average_from=0.6)
    late = [p.network for p in train(replace(plan, average_from=1.0), photos, seed=3)][3:]  # steps 4 and 5
    mean = [p.network for p in train(plan, photos, seed=3)][-1]
    torch.testing.assert_close(mean.layers[0].W, (late[0].layers[0].W + late[1].layers[0].W) / 2)


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_a_descent_whose_rate_falls_along_a_line_to_a_tenth(name):
    photos = bright_or_dark(40)
    plan = replace(PLANS[name], epochs=2, batch_size=16)
    alone = Descent(
        fresh(name, seed=3),
        photos.pixels,
        labels_for(name, photos.Y),
        loss=plan.loss,
        batch_size=16,
        l2=plan.l2,
        optimiser=plan.optimiser,
        seed=3,
    )
    for done, progress in enumerate(train(plan, photos, seed=3)):
        alone.learning_rate = plan.learning_rate * (1 - 0.9 * done / 6)
        assert (progress.step, progress.steps, progress.cost) == (done + 1, 6, alone.step())
        if done < 3:  # the mean begins after 60 %, with the network of step 4
            assert torch.equal(progress.network.layers[0].W, alone.network.layers[0].W)
    assert done == 5, "40 photos are two batches of 16 and one of 8"


def test_of_goal_3_the_largest_output_is_the_answer_and_the_commonest_ball_the_chance():
    photos = bright_or_dark(40)
    network = fresh("network", seed=1)
    said = predict(network, photos.pixels).argmax(dim=0)
    right = said == photos.Y.argmax(dim=0)
    measured = model_accuracy("goal3", network, photos)
    assert measured.photos == pytest.approx(float(right.double().mean()))
    assert measured.chance == pytest.approx(float(photos.Y.sum(dim=1).max()) / 40)


def test_accuracy_counts_as_a_naive_loop_does():
    photos = bright_or_dark(40)
    photos = Photos(
        photos.pixels, torch.randint(0, 2, (3, 40), generator=torch.Generator().manual_seed(5)).float()
    )
    network = fresh("network", seed=1)
    said = (predict(network, photos.pixels) > 0.5).int()
    answers = whole = 0
    hits, there = [0] * 3, [0] * 3
    for i in range(40):
        right = [int(said[k, i]) == int(photos.Y[k, i]) for k in range(3)]
        answers, whole = answers + sum(right), whole + all(right)
        for k in range(3):
            there[k] += int(photos.Y[k, i])
            hits[k] += int(photos.Y[k, i]) * right[k]
    measured = model_accuracy("network", network, photos)
    assert measured.answers == pytest.approx(answers / 120) and measured.photos == pytest.approx(whole / 40)
    assert measured.recall == pytest.approx([h / t for h, t in zip(hits, there, strict=True)])
    assert 0 < measured.chance < 1 and measured.count == 40


def test_goal_1_is_asked_for_the_soccer_ball_and_half_means_half():
    Y = labels(1, torch.arange(20_000), HALF)
    assert torch.equal(labels_for("goal1", Y), Y[:1]) and KINDS[0] == "soccer"
    assert torch.allclose(Y.mean(dim=1), torch.tensor(0.487), atol=0.015)


def test_mirrored_photos_are_left_right_reversed_and_keep_their_labels():
    photos = bright_or_dark(3)
    both = mirrored(photos)
    assert len(both) == 6 and torch.equal(both.Y, photos.Y.repeat(1, 2))
    for row, col in [(0, 0), (5, 60), (63, 31)]:
        assert torch.equal(both.pixels[3:, row, col], photos.pixels[:, row, 63 - col])
