"""What a run's judgements are: J with its L2 term and accuracies, each of the photos that it says."""

import math
from types import SimpleNamespace

import pytest
import torch

from core.live_run.history_csv import as_csv
from core.live_run.judgement import sample_of
from core.live_run.mixture import which_photos
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.network import propagate
from core.pixels import flatten
from core.scores import named
from tests.core.runs import few_photos, stepped

SETTINGS = Settings(("binary", "softmax"), learning_rate=0.003, batch_size=16, l2=0.5, two=0.0, none=0.0)


def test_cost_and_accuracy_of_the_photos_that_it_says():
    train, test = few_photos()
    run = stepped(Run(SETTINGS, train, test), 5)
    run.look()
    for lane, one in zip(run.lanes, run.judgements, strict=True):
        assert lane.which is not None and len(lane.which) < len(train)
        for photos, which, cost, accuracy in (
            (train, lane.which, one.train_cost, one.train_accuracy),
            (test, torch.arange(len(test)), one.test_cost, one.test_accuracy),
        ):
            Z, Y = propagate(lane.network, flatten(photos.pixels[which])).Z[-1], photos.Y[:, which]
            J = float(lane.loss.cost(Z, Y)) + 0.25 * float(lane.network.layers[0].W.square().sum())
            alone = Y.sum(dim=0) == 1
            assert cost == pytest.approx(J, rel=1e-4)
            assert accuracy == pytest.approx(float(named(Z[:, alone], Y[:, alone]).float().mean()))


def test_at_w_0_nothing_is_named_and_the_accuracies_begin_with_the_first_that_is():
    run = Run(SETTINGS, *few_photos())
    assert all(math.isnan(one.train_accuracy) and math.isnan(one.test_accuracy) for one in run.judgements)
    assert all(math.isfinite(one.train_cost) for one in run.judgements)
    stepped(run, 4)
    lane = run.history.lanes[0]
    assert [curve.kept()[:, 0].tolist() for curve in (lane.test_cost, lane.test_accuracy)] == [
        [0, 2, 4],
        [2, 4],
    ]
    assert as_csv(run.history).splitlines()[1].endswith(",")


@pytest.mark.parametrize(("two", "none"), [(0.5, 0.1), (0.1, 0.6), (0.0, 0.0)])
def test_the_sample_has_the_shares_of_what_is_learned(monkeypatch, two, none):
    """Of a kind that is rare those in use come from far back: among the first there were too few."""
    monkeypatch.setattr("core.live_run.judgement.JUDGED", 100)
    number = torch.multinomial(
        torch.tensor([0.2, 0.6, 0.2]), 3000, replacement=True, generator=torch.Generator().manual_seed(3)
    )  # (3000,): of balls
    Y = (torch.arange(3)[:, None] < number).float()  # (3, 3000)
    which = which_photos(Y, two, none)
    lane = SimpleNamespace(X=torch.zeros(3000, 2, 2, 3, dtype=torch.uint8), Y=Y, which=which)
    X, Y_seen = sample_of(lane)
    assert X.shape == (12, 100) and Y_seen.shape == (3, 100)
    shares = [float((Y_seen.sum(dim=0) == balls).float().mean()) for balls in range(3)]
    assert shares == pytest.approx([none, 1 - two - none, two], abs=0.011)
    lane.which = None  # all 3000 are in use
    shares = [float((sample_of(lane)[1].sum(dim=0) == balls).float().mean()) for balls in range(3)]
    assert shares == pytest.approx([float((number == balls).float().mean()) for balls in range(3)], abs=0.011)


def test_where_own_photos_are_the_sample_is_spread_evenly(monkeypatch):
    class Joined:
        def __getitem__(self, key):
            return key[1]

    monkeypatch.setattr("core.live_run.judgement.JUDGED", 4)
    lane = SimpleNamespace(X=Joined(), Y=torch.arange(30.0).expand(3, 30), which=torch.arange(0, 30, 3))
    X, Y = sample_of(lane)
    assert X.tolist() == Y[0].tolist() == [0, 6, 15, 21]
