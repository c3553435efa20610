"""Simulated houses against a naive loop; missing wires stay zeros; the correlations against numpy."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from core.activations import ACTIVATIONS, RELU, SIGMOID, TANH
from core.experiments.black_box import (
    correlation,
    hidden,
    over_seeds,
    straight_line,
    to_beat,
    together,
)
from core.house_networks import (
    STEPS,
    Scale,
    descend,
    fully_connected,
    hand_wired,
    linear_model,
    masked_step,
    prices,
    rmse,
    slow_down,
    train_both,
    wires,
)
from core.houses import CONCEPTS, FAMILY_SIZE, INPUTS, NOISE, WIRES, concepts, expected_price, houses
from core.losses import LINEAR_REGRESSION
from core.network import backpropagate, propagate


@pytest.fixture(scope="module")
def seen():
    return houses(0, 2000)


@pytest.fixture(scope="module")
def unseen():
    return houses(1, 1000)


@pytest.fixture(scope="module")
def trained(seen):
    *_, pair = train_both(seen)
    return pair


# ---- the simulation ----------------------------------------------------------------------------------


def naive(size, bedrooms, zip_code, wealth):
    family = 1 + min(bedrooms, size / 30)
    walkability = 100 * math.exp(-(zip_code - 1) / 3)
    schools = 10 / (1 + math.exp(-((wealth - 70) / 15 + (zip_code - 5) / 3)))
    return [family, walkability, schools], family * (40 + 0.8 * walkability + 10 * schools)


def test_concepts_and_price_are_the_formulas():
    X = houses(3, 200, dtype=torch.float64).X
    C, price = concepts(X), expected_price(X)
    for i, house in enumerate(X.T.tolist()):
        said, costs = naive(*house)
        assert C[:, i].tolist() == pytest.approx(said, rel=1e-12)
        assert price[0, i].item() == pytest.approx(costs, rel=1e-12)


def test_family_size_multiplies_what_the_other_two_concepts_add_up_to():
    X = houses(3, 200, dtype=torch.float64).X
    F, A, S = concepts(X)
    found = torch.linalg.lstsq(torch.stack([F, F * A, F * S]).T, expected_price(X).T)
    assert found.solution[:, 0].tolist() == pytest.approx([40, 0.8, 10], rel=1e-9)


def test_houses_follow_from_the_seed_and_keep_their_ranges():
    one, again, other = houses(5, 3000), houses(5, 3000), houses(6, 3000)
    assert torch.equal(one.X, again.X) and torch.equal(one.price, again.price)
    assert not torch.equal(one.X, other.X)
    for row, known in zip(torch.cat([one.X, one.C]), (*INPUTS, *CONCEPTS), strict=True):
        assert known.low <= row.min() and row.max() <= known.high
    assert set(one.X[2].tolist()) == set(range(1, 10))
    assert torch.equal(one.X[1], one.X[1].round())
    for row, known in zip(one.X, INPUTS, strict=True):  # and nearly fill them
        at_the_ends = 0.01 * (known.high - known.low)
        assert row.min() <= known.low + at_the_ends and row.max() >= known.high - at_the_ends
    assert [(known.low, known.high) for known in CONCEPTS] == [(2, 7), (0, 100), (0, 10)]
    family, walkability, schools = one.C
    assert family.min() < 2.5 and family.max() == FAMILY_SIZE.high == 7, "six bedrooms, and rooms for them"
    assert walkability.max() == 100 and schools.max() > 9.8
    assert float((one.price - one.expected).std()) == pytest.approx(NOISE, rel=0.1) and NOISE == 25
    assert one.price.shape == one.expected.shape == (1, 3000)


@pytest.mark.parametrize(("draw", "end"), [(torch.zeros, "low"), (torch.ones, "high")])
def test_the_smallest_and_the_largest_draw_are_the_ends_of_a_range(monkeypatch, draw, end):
    monkeypatch.setattr(torch, "rand", lambda m, generator, dtype: draw(m, dtype=dtype))
    size, _, _, wealth = houses(0, 3).X
    for row, known in ((size, INPUTS[0]), (wealth, INPUTS[3])):
        assert row.tolist() == [getattr(known, end)] * 3


def test_what_is_paid_has_noise_and_what_is_expected_has_none():
    seen = houses(5, 50, dtype=torch.float64)
    costs = [naive(*house)[1] for house in seen.X.T.tolist()]
    assert seen.expected[0].tolist() == pytest.approx(costs, rel=1e-12)
    assert (seen.price - seen.expected).abs().min() > 0


def test_quantities_have_the_lectures_names_and_a_unit_where_there_is_one():
    known = {one.name: one.unit for one in (*INPUTS, *CONCEPTS)}
    named = ["size", "bedrooms", "zip code", "wealth", "family size", "walkability", "school quality"]
    assert list(known) == named
    assert [known[name] for name in named[:4]] == ["m²", "", "", "k€ a year"]
    assert [known[name] for name in named[4:]] == ["persons", "points", "points"]


def test_only_wired_inputs_reach_a_concept():
    X = houses(7, 50, dtype=torch.float64).X.requires_grad_()
    for c in range(3):
        (slopes,) = torch.autograd.grad(concepts(X)[c].sum(), X)
        assert [bool(row.abs().sum() > 0) for row in slopes] == list(WIRES[c])


def test_what_is_no_house_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        houses(0, 0)
    with pytest.raises(ValueError, match=r"\(4, m\)"):
        concepts(torch.zeros(3, 5))
    for k in (0, 9):
        with pytest.raises(ValueError, match="1 to 8"):
            fully_connected(k)
    assert [fully_connected(k).sizes for k in (1, 8)] == [(4, 1, 1), (4, 8, 1)]


# ---- the networks ------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:std")
def test_houses_that_are_alike_have_no_spread():
    for m in (1, 2):
        few = houses(0, m)
        assert m == 1 or few.X[1, 0] == few.X[1, 1]
        with pytest.raises(ValueError, match=f"{m} houses that are alike"):
            Scale.of(few)
    assert Scale.of(houses(0, 3)).spread.min() > 0
    with pytest.raises(ValueError, match="300 houses that are alike"):
        Scale.of(replace(houses(0, 300), price=torch.full((1, 300), 250.0)))


@pytest.mark.parametrize("activation", [SIGMOID, TANH, RELU], ids=str)
def test_missing_wires_stay_zeros_and_the_others_move(seen, activation):
    pairs = list(train_both(seen, 3, activation, steps=60, every=20))
    for pair in pairs:
        assert torch.equal(pair.hand.layers[0].W != 0, wires() > 0)
    assert (pairs[-1].hand.layers[0].W - pairs[0].hand.layers[0].W)[wires() > 0].abs().min() > 1e-3
    assert (pairs[-1].full.layers[0].W != 0).all()


def test_a_masked_step_is_the_step_of_the_network_that_has_only_these_wires(seen):
    """Oracle: autograd through W ∘ mask, and Adam's first step of ±α on what has a gradient."""
    scale = Scale.of(seen)
    descent = descend(hand_wired(), seen, scale, seed=1)
    X, Y = descent.batch()
    W = descent.network.layers[0].W.clone().requires_grad_()
    last = descent.network.layers[1]
    J = 0.5 * (last.W @ torch.sigmoid((W * wires()) @ X) + last.b - Y).square().mean()
    J.backward()
    before = descent.network
    assert masked_step(descent, wires()) == pytest.approx(J.item(), rel=1e-5)
    assert_close(descent.gradients.W[0], W.grad, rtol=1e-4, atol=1e-7)
    moved = descent.network.layers[0].W - before.layers[0].W
    assert_close(moved, -descent.learning_rate * W.grad.sign(), rtol=1e-3, atol=1e-6)


def test_training_is_the_same_again_and_full_is_core_descent(seen):
    first, second = (list(train_both(seen, 4, TANH, 3, steps=50, every=25)) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert a.step == b.step
        for net in ("hand", "full"):
            for la, lb in zip(getattr(a, net).layers, getattr(b, net).layers, strict=True):
                assert torch.equal(la.W, lb.W) and torch.equal(la.b, lb.b)
    assert [pair.step for pair in first] == [0, 25, 50] and first[-1].done
    alone = descend(fully_connected(4, TANH, 3), seen, Scale.of(seen), seed=3)
    for step in range(50):
        if step == 30:
            alone.learning_rate /= 5
        alone.step()
    assert torch.equal(alone.network.layers[0].W, first[-1].full.layers[0].W)


def test_normalising_and_back(seen):
    scale = Scale.of(seen)
    X = scale.inputs(seen.X)
    assert_close(X.mean(dim=1), torch.zeros(4), rtol=0, atol=1e-5)
    assert_close(X.std(dim=1), torch.ones(4))
    assert_close(scale.price(scale.target(seen.price)), seen.price)


def test_the_linear_model_is_the_least_squares_plane(seen, unseen):
    scale = Scale.of(seen)
    plane = linear_model(seen, scale)
    A = np.column_stack([seen.X.T.double().numpy(), np.ones(2000)])
    w, *_ = np.linalg.lstsq(A, seen.price[0].double().numpy(), rcond=None)
    expected = np.column_stack([unseen.X.T.double().numpy(), np.ones(1000)]) @ w
    np.testing.assert_allclose(prices(plane, scale, unseen.X)[0].numpy(), expected, rtol=0, atol=0.05)
    g = backpropagate(
        plane, propagate(plane, scale.inputs(seen.X)), scale.target(seen.price), LINEAR_REGRESSION
    )
    assert max(float(d.abs().max()) for d in (*g.W, *g.b)) < 1e-5


def test_both_networks_beat_the_plane_and_none_the_noise(seen, unseen, trained):
    scale = Scale.of(seen)
    noise = float((unseen.price - unseen.expected).square().mean().sqrt())
    plane, hand, full = (
        rmse(net, scale, unseen) for net in (linear_model(seen, scale), trained.hand, trained.full)
    )
    assert noise < full < hand < plane


# ---- agreement ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_correlation_is_numpys(seed):
    dice = torch.Generator().manual_seed(seed)
    A, C = torch.randn(5, 80, generator=dice) * 100 + 3, torch.randn(3, 80, generator=dice)
    expected = np.corrcoef(A.double().numpy(), C.double().numpy())[:5, 5:]
    np.testing.assert_allclose(correlation(A, C).numpy(), expected, rtol=0, atol=1e-12)
    sign = torch.tensor([[1.0], [-2.0], [0.5], [3.0], [-1.0]])
    assert_close(correlation(sign * A + 7, C), sign.double().sign() * correlation(A, C), rtol=0, atol=1e-6)


def test_a_constant_unit_agrees_with_nothing(unseen):
    flat = torch.tensor([[0.0], [0.3], [1e6]]).expand(3, 1000)
    assert correlation(flat, unseen.C).abs().max() == 0
    assert correlation(unseen.C, unseen.C).diagonal().tolist() == pytest.approx([1, 1, 1])
    for a, c in (((3,), (3,)), ((1, 4), (1, 5)), ((1, 1), (1, 1))):
        with pytest.raises(ValueError, match="m ≥ 2"):
            correlation(torch.zeros(a), torch.zeros(c))


def test_together_finds_what_is_spread_over_units(unseen):
    C = unseen.C
    mixed = torch.stack([C[0] + 30 * C[2], C[0] - 30 * C[2], torch.ones(1000), C[0]])  # the last one as well
    assert together(mixed, C)[[0, 2]].tolist() == pytest.approx([1, 1], abs=1e-6)
    for c in range(3):
        rows = np.column_stack([mixed.double().numpy().T, np.ones(1000)])
        w, *_ = np.linalg.lstsq(rows, C[c].double().numpy(), rcond=None)
        assert float(together(mixed, C)[c]) == pytest.approx(
            np.corrcoef(rows @ w, C[c].numpy())[0, 1], abs=1e-6
        )
    assert (together(mixed, C) >= correlation(mixed, C).abs().amax(dim=0) - 1e-9).all()
    for a, c in (((1000,), (3, 1000)), ((2, 1000), (1000,)), ((2, 999), (3, 1000))):
        with pytest.raises(ValueError, match=r"A must be \(k, m\)"):
            together(torch.zeros(a), torch.zeros(c))


def test_wired_units_agree_with_their_concepts_and_no_input_does(seen, unseen, trained):
    limits = to_beat(unseen.X, unseen.C)
    r = correlation(hidden(trained.hand, Scale.of(seen), unseen.X), unseen.C)
    assert (r.diagonal() > limits).all()
    assert not (correlation(unseen.X, unseen.C).abs() > limits).any() and limits.max() > 0.96
    assert to_beat(torch.eye(4)[:1], torch.eye(4)[1:3]).tolist() == [0.9, 0.9], "inputs that resemble nothing"


def test_over_seeds_is_one_training_after_the_other(seen, unseen):
    progress = list(over_seeds(seen, unseen, 3, SIGMOID, (4, 9), steps=40, every=20))
    assert [len(p.found) for p in progress] == [0, 0, 1, 1, 1, 2]
    assert progress[-1].done and not progress[-2].done
    assert all(a.fraction <= b.fraction for a, b in pairwise(progress))
    for one in progress[-1].found:
        *_, pair = train_both(seen, 3, SIGMOID, one.seed, steps=40)
        A = hidden(pair.full, Scale.of(seen), unseen.X)
        assert one.best == tuple(correlation(A, unseen.C).abs().amax(dim=0).tolist())
        assert one.rmse == rmse(pair.full, Scale.of(seen), unseen)


def test_every_offered_activation_trains(seen):
    for name in ("sigmoid", "tanh", "relu"):
        *_, pair = train_both(seen, 2, ACTIVATIONS[name], steps=3)
        assert pair.full.sizes == (4, 2, 1) and pair.hand.sizes == (4, 3, 1)


def test_the_seed_draws_the_start():
    a, again, b = (fully_connected(3, seed=seed).layers[0].W for seed in (1, 1, 2))
    assert torch.equal(a, again) and not torch.equal(a, b)


def test_houses_are_spread_as_it_is_said():
    size, bedrooms, zip_code, _ = houses(5, 20_000).X
    assert 110 < size.median() < 124, "small ones a little more often: 130 is the middle of the range"
    of_one_size = bedrooms[(size > 110) & (size < 120)]
    assert len(of_one_size.unique()) > 3 and of_one_size.mean() == pytest.approx(115 / 32, abs=0.1)
    assert abs(float(torch.corrcoef(torch.stack([zip_code, size]))[0, 1])) < 0.03


def test_the_error_is_the_root_of_the_mean_square():
    seen = houses(0, 300)
    scale = Scale.of(seen)
    apart = (prices(hand_wired(), scale, seen.X) - seen.price)[0].double().numpy()
    assert rmse(hand_wired(), scale, seen) == pytest.approx((apart**2).mean() ** 0.5, rel=1e-4)


def test_the_hand_wired_one_has_the_same_activation_and_rates_and_the_end_is_seen():
    seen = houses(0, 300)
    pairs = list(train_both(seen, 3, TANH, 2, steps=50, every=40))
    assert [pair.step for pair in pairs] == [0, 40, 50] and [pair.done for pair in pairs] == [
        False,
        False,
        True,
    ]
    alone = descend(hand_wired(TANH), seen, Scale.of(seen), seed=2)
    for step in range(50):
        if step == 30:
            alone.learning_rate /= 5
        masked_step(alone, wires())
    for pair in pairs:
        assert pair.hand.layers[0].activation is pair.full.layers[0].activation is TANH
    assert torch.equal(alone.network.layers[0].W, pairs[-1].hand.layers[0].W)


def test_the_recipe_is_the_one_that_is_said(seen):
    descent = descend(hand_wired(), seen, Scale.of(seen), seed=0)
    assert (descent.optimiser, descent.batch_size, descent.loss) == ("adam", 128, LINEAR_REGRESSION)
    W = hand_wired().layers[0].W
    assert torch.sign(W).tolist() == [[1, 1, 0, 0], [0, 0, -1, 0], [0, 0, 1, 1]], "as a person would guess"
    assert next(train_both(seen)).steps == STEPS == 1500


@pytest.mark.parametrize(("steps", "at"), [(50, 30), (11, 6), (4, 2)])
def test_the_rate_falls_once_after_sixty_percent_of_the_steps_rounded_down(seen, steps, at):
    descent, rates = descend(hand_wired(), seen, Scale.of(seen), seed=0), []
    for _ in range(steps):
        slow_down(descent, steps)
        rates.append(descent.learning_rate)
        descent.step()
    assert rates == [0.03] * at + [0.03 / 5] * (steps - at)


def test_the_best_mix_has_a_constant_of_its_own():
    """Of x + 50 and y + 80 no mix without one comes to x − y + 1000."""
    dice = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, 300, generator=dice)
    A, C = torch.stack([x + 50, y + 80]), (x - y + 1000)[None]
    assert float(together(A, C)) == pytest.approx(1, abs=1e-6)


def test_a_unit_that_says_little_may_agree_and_one_that_flickers_in_its_last_digits_does_not(unseen):
    assert_close(correlation(1e-9 * unseen.C, unseen.C), correlation(unseen.C, unseen.C))
    flickering = 1000 + 1e-4 * unseen.C[:1].double() / unseen.C[0].max()
    assert correlation(flickering, unseen.C).abs().max() == 0


def test_the_trainings_say_how_far_they_are():
    seen, unseen = houses(0, 200), houses(1, 100)
    progress = over_seeds(seen, unseen, 3, SIGMOID, (4, 9), steps=8, every=4)
    assert [p.fraction for p in progress] == [0, 1 / 4, 1 / 2, 1 / 2, 3 / 4, 1]


def test_the_straight_line_is_numpys():
    dice = torch.Generator().manual_seed(5)
    A, C = torch.randn(3, 41, generator=dice), torch.randn(3, 41, generator=dice)
    A = A.double()
    A[2] = 0.1  # says the same of every house, and its mean differs in the last digit: the line is level
    slope, start = straight_line(A, C)
    for j in range(2):
        assert_close([float(slope[j]), float(start[j])], list(np.polyfit(A[j].numpy(), C[j].numpy(), 1)))
    assert float(slope[2]) == 0 and float(start[2]) == pytest.approx(float(C[2].mean()))


def test_a_straight_line_needs_a_concept_for_each_unit():
    """One concept and two units would be broadcast, and so would a concept of one house."""
    for shapes in (((2, 5), (1, 5)), ((2, 5), (2, 1)), ((2, 0), (2, 0)), ((5,), (5,))):
        with pytest.raises(ValueError, match="must both be"):
            straight_line(*(torch.zeros(shape) for shape in shapes))
