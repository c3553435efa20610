"""The scores against naive loops, the label order as an exact permutation, the imbalance as stated."""

import itertools
import math

import pytest
import torch
from torch.testing import assert_close

from core.activations import TANH
from core.descent import Descent
from core.experiments.black_box import correlation, hidden, over_seeds
from core.experiments.imbalance import COUNTS, at_the_shares, imbalance, imbalanced
from core.experiments.label_order import ORDERS, label_order
from core.heads import goal2
from core.house_networks import Scale, rmse, train_both
from core.houses import houses
from core.losses import BINARY_CROSS_ENTROPY
from core.network import propagate
from core.pixels import flatten
from core.scores import accuracy, accuracy_at, auc, commonest, named, names, recall, specificity


def dice(seed):
    return torch.Generator().manual_seed(seed)


def scored(m=60, k=3, seed=0):
    """Logits rounded to halves, so that ties and exact zeros occur."""
    Z = torch.randn(k, m, generator=dice(seed)).mul(2).round().div(2)
    return Z, torch.randint(0, 2, (k, m), generator=dice(seed + 1)).float()


def spots(m, seed):
    """Photos of noise where ball k is a brighter patch at a place of its own: a head can learn them."""
    Y = torch.randint(0, 2, (3, m), generator=dice(seed)).float()
    photos = torch.randint(60, 140, (m, 64, 64, 3), generator=dice(seed + 1))
    for k in range(3):
        photos[:, 20 * k : 20 * k + 12, 8:40, k] += (90 * Y[k].long())[:, None, None]
    return photos.clamp(0, 255).to(torch.uint8), Y


# ---- scores ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_recall_specificity_and_accuracy_count_as_a_loop_does(seed):
    Z, Y = scored(seed=seed)
    for k in range(3):
        tp = fn = tn = fp = 0
        for z, y in zip(Z[k].tolist(), Y[k].tolist(), strict=True):
            found = 1 / (1 + math.exp(-z)) > 0.5
            tp, fn = tp + (found and y == 1), fn + (not found and y == 1)
            tn, fp = tn + (not found and y == 0), fp + (found and y == 0)
        assert recall(Z, Y)[k].item() == pytest.approx(tp / (tp + fn))
        assert specificity(Z, Y)[k].item() == pytest.approx(tn / (tn + fp))
        assert accuracy(Z, Y)[k].item() == pytest.approx((tp + tn) / Z.shape[1])


def test_accuracy_is_recall_and_specificity_weighted_by_the_share():
    Z, Y = scored()
    assert_close(accuracy_at(Y.mean(dim=1), recall(Z, Y), specificity(Z, Y)), accuracy(Z, Y))


@pytest.mark.parametrize("seed", range(5))
def test_auc_is_the_share_of_pairs_in_the_right_order(seed):
    Z, Y = scored(seed=seed)
    for k, c in itertools.product(range(3), range(3)):
        pairs = [
            1.0 if a > b else 0.5 if a == b else 0.0
            for a in Z[k][Y[c] == 1].tolist()
            for b in Z[k][Y[c] == 0].tolist()
        ]
        assert auc(Z, Y)[k, c].item() == pytest.approx(sum(pairs) / len(pairs))


def test_auc_of_a_perfect_a_reversed_and_a_constant_neuron():
    Y = torch.tensor([[0.0, 0, 1, 1]])
    Z = torch.tensor([[-2.0, -1, 1, 2], [2, 1, -1, -2], [5, 5, 5, 5]])
    assert auc(Z, Y).squeeze(1).tolist() == [1.0, 0.0, 0.5]


def test_a_class_that_no_photo_shows_has_no_recall():
    Z, Y = scored()
    Y[1] = 0
    assert recall(Z, Y).isnan().tolist() == [False, True, False]
    assert auc(Z, Y).isnan().any(dim=0).tolist() == [False, True, False]


def test_named_is_the_largest_alone():
    Z, Y = scored(seed=3)
    Z[:, :4] = 0.5  # ties
    Y = torch.nn.functional.one_hot(torch.arange(Z.shape[1]) % 3, 3).T.float()
    expected = [
        all(column[ball] > z for k, z in enumerate(column) if k != ball)
        for column, ball in zip(Z.T.tolist(), Y.argmax(dim=0).tolist(), strict=True)
    ]
    assert named(Z, Y).tolist() == expected
    assert not named(Z, Y)[:4].any() and named(Z, Y).any()
    assert not named(torch.zeros(3, 2), torch.zeros(3, 2)).any(), "no ball is there to be named"


def test_what_has_one_largest_output_names_something():
    Z = torch.tensor([[1.0, 2, 0, 3], [1, 2, 0, 4], [0, 2, 1, 3]])
    assert names(Z).tolist() == [False, False, True, True]
    assert names(Z[:, :0]).tolist() == []


def test_the_commonest_answer_is_right_as_often_as_its_ball_is_alone():
    Y = torch.tensor([[1.0, 0, 0, 1, 1, 0], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 0]])
    k, share = commonest(Y)
    assert (k, share) == (1, pytest.approx(2 / 3))
    always = torch.zeros_like(Y)
    always[k] = 1
    assert named(always, Y)[Y.sum(dim=0) == 1].double().mean() == share
    assert math.isnan(commonest(torch.ones(3, 2))[1])


def test_shapes_that_do_not_fit_are_refused():
    Z, Y = scored()
    for score in (recall, specificity, accuracy, named):
        with pytest.raises(ValueError, match=r"\(k, m\)"):
            score(Z, Y[:2])
    for wrong in ((Z, Y[:, 1:]), (Z[0], Y), (Z, Y[0])):
        with pytest.raises(ValueError, match=r"\(c, m\)"):
            auc(*wrong)


# ---- the labels decide -------------------------------------------------------------------------------


def swap(order, **options):
    photos, Y = spots(120, 0)
    tests, Y_test = spots(60, 50)
    options = {"steps": 20, "batch_size": 32, "learning_rate": 2e-3, "every": 8, **options}
    return list(label_order(photos, Y, tests, Y_test, order, **options))


@pytest.mark.parametrize("order", ORDERS)
def test_permuted_labels_give_permuted_weights(order):
    last = swap(order)[-1]
    before, after = last.before.network.layers[0], last.after.network.layers[0]
    assert before.W.abs().max() > 0
    assert_close(after.W, before.W[list(order)], rtol=1e-5, atol=1e-8)
    assert_close(after.b, before.b[list(order)], rtol=1e-5, atol=1e-8)
    assert last.after.cost == pytest.approx(last.before.cost, rel=1e-5)
    assert last.after.accuracy == pytest.approx(last.before.accuracy)


@pytest.mark.parametrize("order", ORDERS)
def test_what_a_neuron_detects_is_measured_and_follows_its_label(order):
    last = swap(order)[-1]
    assert last.before.detects == (0, 1, 2)
    assert last.after.detects == order
    assert_close(last.after.auc, last.before.auc[list(order)], atol=1e-4, rtol=0)


def test_label_order_yields_the_start_each_look_and_the_end_and_repeats_itself():
    values = swap((1, 0, 2))
    assert [v.step for v in values] == [0, 8, 16, 20] and [v.done for v in values] == [False] * 3 + [True]
    start = values[0].before
    assert not start.network.layers[0].W.any() and start.cost == pytest.approx(3 * math.log(2), rel=1e-5)
    again = swap((1, 0, 2))[-1]
    assert torch.equal(again.after.network.layers[0].W, values[-1].after.network.layers[0].W)
    other = swap((1, 0, 2), seed=1)[-1]
    assert not torch.equal(other.after.network.layers[0].W, values[-1].after.network.layers[0].W)


def test_the_accuracy_is_judged_by_the_label_each_neuron_was_given():
    tests, Y_test = spots(60, 50)
    last = swap((2, 0, 1))[-1]
    Z = propagate(last.after.network, flatten(tests)).Z[-1]
    right = sum(
        (Z[k, i].item() > 0) == (Y_test[ball, i].item() == 1)
        for k, ball in enumerate((2, 0, 1))
        for i in range(60)
    )
    assert last.after.accuracy == pytest.approx(right / 180)


@pytest.mark.parametrize("order", [(0, 0, 2), (0, 1), (0, 1, 2.7), (0, 1, True)])
def test_an_order_that_is_no_permutation_is_refused(order):
    with pytest.raises(ValueError, match="once"):
        swap(order)


@pytest.mark.parametrize("every", [0, -1])
def test_looks_that_never_come_are_refused_at_once(every):
    """Every step mod 0 was a ZeroDivisionError, and every −1 each step."""
    for looks in (
        lambda: swap((0, 1, 2), every=every),
        lambda: sweep(every=every),
        lambda: list(over_seeds(houses(0, 50), houses(1, 50), seeds=(1,), steps=2, every=every)),
    ):
        with pytest.raises(ValueError, match=f"got every = {every}"):
            looks()


# ---- imbalance ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 10])
def test_all_photos_of_the_other_balls_stay_and_count_of_the_rare_one(count):
    _, Y = spots(80, 3)
    kept = imbalanced(Y, count, seed=4)
    assert int(Y[2, kept].sum()) == count
    assert len(kept) == count + int(((Y[2] == 0) & (Y[:2].sum(dim=0) > 0)).sum())
    assert len(set(kept.tolist())) == len(kept)
    assert torch.equal(kept, imbalanced(Y, count, seed=4))


def test_a_larger_count_keeps_the_photos_of_a_smaller_one_and_a_seed_draws_others():
    _, Y = spots(80, 3)
    assert set(imbalanced(Y, 3, seed=4).tolist()) < set(imbalanced(Y, 10, seed=4).tolist())
    assert set(imbalanced(Y, 3, seed=4).tolist()) != set(imbalanced(Y, 3, seed=5).tolist())


@pytest.mark.parametrize("count", [0, 81])
def test_a_count_that_the_photos_cannot_give_is_refused(count):
    _, Y = spots(80, 3)
    with pytest.raises(ValueError, match="1 …"):
        imbalanced(Y, count)
    photos, Y = spots(160, 7)
    with pytest.raises(ValueError, match="1 …"):  # with the first value, also where it comes last
        next(imbalance(photos, Y, photos, Y, (1, 10 * count), (0,), steps=1))


def test_the_start_says_each_share_whatever_the_photo():
    photos, Y = spots(80, 3)
    Y_hat = propagate(at_the_shares(Y), flatten(photos)).Y_hat
    assert_close(Y_hat, Y.mean(dim=1, keepdim=True).expand(3, 80))
    Y[1], Y[2] = 0, 1
    assert_close(at_the_shares(Y).layers[0].b[1:, 0].sigmoid(), torch.tensor([0.5 / 80, 79.5 / 80]))
    fine = at_the_shares(Y.double()).layers[0]
    assert fine.W.dtype == fine.b.dtype == torch.float64


def sweep(counts=(1, 30), seeds=(0, 1), **options):
    photos, Y = spots(160, 7)
    tests, Y_test = spots(90, 70)
    options = {"steps": 24, "batch_size": 32, "learning_rate": 2e-3, "every": 12, **options}
    return list(imbalance(photos, Y, tests, Y_test, counts, seeds, **options))


def test_the_sweep_sees_all_counts_before_it_repeats_one_and_its_progress_only_rises():
    values = sweep()
    last = values[-1]
    assert [(r.seed, r.count) for r in last.runs] == [(0, 1), (0, 30), (1, 1), (1, 30)]
    assert last.done and last.fraction == 1 and not values[-2].done
    fractions = [v.fraction for v in values]
    assert fractions == sorted(fractions) and fractions[0] == 0
    for earlier, later in itertools.pairwise(values):
        assert later.runs[: len(earlier.runs)] == earlier.runs


def test_a_rare_ball_is_found_less_often_while_accuracy_looks_high():
    rare, common = sweep(counts=(1, 60), seeds=(0,), steps=60)[-1].runs
    assert rare.recall[2] < 0.2 < 0.8 < common.recall[2]
    assert rare.accuracy[2] > 0.95
    assert min(rare.recall[:2]) > 0.8
    assert rare.with_ball[2] == 1 and rare.photos < common.photos


def test_the_numbers_of_a_run_are_those_of_the_scores_and_repeat():
    a, b = sweep()[-1].runs, sweep()[-1].runs
    assert a == b
    for run in a:
        for k in range(3):
            share = run.with_ball[k] / run.photos
            expected = share * run.recall[k] + (1 - share) * run.specificity[k]
            assert run.accuracy[k] == pytest.approx(expected, abs=1e-6)


def test_the_counts_of_the_page():
    assert COUNTS == (1, 3, 10, 30, 100, 300, 1000)


def test_what_is_found_for_a_seed_is_of_that_training():
    seen, unseen = houses(0, 400), houses(1, 200)
    *_, last = over_seeds(seen, unseen, 4, TANH, (4, 9), steps=20, every=20)
    for one in last.found:
        *_, pair = train_both(seen, 4, TANH, one.seed, steps=20)
        A = hidden(pair.full, Scale.of(seen), unseen.X)
        assert one.best == tuple(correlation(A, unseen.C).abs().amax(dim=0).tolist())
        assert one.rmse == rmse(pair.full, Scale.of(seen), unseen)
    assert last.found[0].best != last.found[1].best


def test_a_run_of_the_sweep_is_that_descent():
    dice = torch.Generator().manual_seed(0)
    photos = torch.randint(0, 256, (60, 64, 64, 3), generator=dice).to(torch.uint8)
    Y = torch.randint(0, 2, (3, 60), generator=dice).float()
    *_, last = imbalance(photos, Y, photos, Y, (4,), (7,), steps=6, batch_size=16, learning_rate=1e-3)
    kept = imbalanced(Y, 4, seed=7)
    alone = Descent(
        at_the_shares(Y[:, kept]),
        photos[kept],
        Y[:, kept],
        loss=BINARY_CROSS_ENTROPY,
        learning_rate=1e-3,
        batch_size=16,
        seed=7,
    )
    for _ in range(6):
        alone.step()
    Z = propagate(alone.network, flatten(photos)).Z[-1]
    (run,) = last.runs
    assert run.with_ball[2] == 4
    assert run.auc == pytest.approx([float(auc(Z, Y)[k, k]) for k in range(3)], abs=2e-3)
    assert run.recall == pytest.approx(recall(Z, Y).tolist())


def test_both_runs_are_those_descents_with_their_settings_and_say_what_each_step_cost():
    photos, Y = spots(40, 0)
    options = {"batch_size": 16, "learning_rate": 1e-3, "seed": 3}
    looks = list(label_order(photos, Y, photos, Y, (2, 0, 1), steps=5, every=2, **options))
    for labels, runs in ((Y, [v.before for v in looks]), (Y[[2, 0, 1]], [v.after for v in looks])):
        alone = Descent(goal2(), photos, labels, loss=BINARY_CROSS_ENTROPY, **options)
        costs = [alone.cost(), *(alone.step() for _ in range(5))]
        assert [run.cost for run in runs] == [costs[step] for step in (0, 2, 4, 5)]
        assert torch.equal(runs[-1].network.layers[0].W, alone.network.layers[0].W)


def test_kept_photos_stand_in_their_old_order():
    _, Y = spots(80, 3)
    assert (imbalanced(Y, 10, seed=4).diff() > 0).all()


def test_all_photos_with_the_rare_ball_may_be_kept_and_no_more():
    _, Y = spots(80, 3)
    there = int(Y[2].sum())
    assert int(Y[2, imbalanced(Y, there)].sum()) == there
    with pytest.raises(ValueError, match="1 …"):
        imbalanced(Y, there + 1)


def test_the_sweep_counts_the_part_of_a_run():
    fractions = [value.fraction for value in sweep()]
    assert fractions == pytest.approx(
        [0, 1 / 8, 1 / 4, 1 / 4, 3 / 8, 1 / 2, 1 / 2, 5 / 8, 3 / 4, 3 / 4, 7 / 8, 1]
    )
