"""Descent against torch.optim, resumed runs against uninterrupted ones, changes while it runs."""

import contextlib
import copy
import itertools
import math

import pytest
import torch
from torch.testing import assert_close

from core.activations import IDENTITY
from core.descent import Descent, DivergedError
from core.initialisation import initialise
from core.joined_columns import JoinedColumns
from core.losses import BINARY_CROSS_ENTROPY, LINEAR_REGRESSION, LOSSES, SOFTMAX_CROSS_ENTROPY
from core.network import backpropagate, propagate
from core.optimisers import OPTIMISERS, Moments, falling
from core.pixels import flatten
from core.weights import WeightsError, read_tensors, write_tensors
from tests.core.descents import DOUBLE, dice, problem, run, weights


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("l2", [0.0, 0.05])
def test_full_batch_steps_agree_with_torch_optim(optimiser, l2):
    X, Y = problem()
    mine = run(X, Y, optimiser=optimiser, batch_size=40, l2=l2)
    parameters = [p.clone().requires_grad_(True) for p in weights(mine)]
    peer = {
        "plain": lambda: torch.optim.SGD(parameters, lr=0.1),
        "momentum": lambda: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
        "adam": lambda: torch.optim.Adam(parameters, lr=0.1, eps=1e-8),
    }[optimiser]()
    for _ in range(12):
        peer.zero_grad()
        A = torch.sigmoid(parameters[0] @ X + parameters[1])
        J = BINARY_CROSS_ENTROPY.cost(parameters[2] @ A + parameters[3], Y)
        J = J + l2 / 2 * (parameters[0].square().sum() + parameters[2].square().sum())
        J.backward()
        peer.step()
        assert_close(mine.step(), J.item())
    for p, q in zip(weights(mine), parameters, strict=True):
        assert_close(p, q.detach())


def test_an_epoch_sees_every_example_once_and_the_order_follows_from_the_seed():
    X, Y = problem(m=40)
    descent = run(X, Y, batch_size=7)
    seen = []
    for _ in range(6):  # 5 · 7 + 5
        x, _y = descent.batch()
        seen += [tuple(column.tolist()) for column in x.T]
        descent.step()
    assert descent.epoch == 1 and descent.position == 0
    assert sorted(seen) == sorted(tuple(column.tolist()) for column in X.T)
    a, b, other = run(X, Y), run(X, Y), run(X, Y, seed=6)
    for _ in range(10):
        a.step(), b.step(), other.step()
    assert all(torch.equal(p, q) for p, q in zip(weights(a), weights(b), strict=True))
    assert not torch.equal(weights(a)[0], weights(other)[0])


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_continued_run_equals_the_uninterrupted_one_bit_for_bit(optimiser, tmp_path):
    X, Y = problem(dtype=torch.float32)
    whole = run(X, Y, optimiser=optimiser)
    stopped = run(X, Y, optimiser=optimiser)

    def change(descent):
        descent.loss, descent.learning_rate, descent.batch_size, descent.l2 = (
            SOFTMAX_CROSS_ENTROPY,
            0.03,
            11,
            0.01,
        )

    for _ in range(9):
        whole.step(), stopped.step()
    change(whole), change(stopped)
    for _ in range(2):
        whole.step(), stopped.step()
    stopped.save(tmp_path / "run.safetensors")
    continued = Descent.load(tmp_path / "run.safetensors", X, Y)
    assert (continued.steps, continued.epoch, continued.loss) == (11, whole.epoch, SOFTMAX_CROSS_ENTROPY)
    for _ in range(15):
        assert whole.step() == continued.step()
    assert all(torch.equal(p, q) for p, q in zip(weights(whole), weights(continued), strict=True))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_run_saved_before_its_first_step_begins_with_no_moments(optimiser, tmp_path):
    """What is 0 everywhere stands in no file."""
    X, Y = problem(dtype=torch.float32)
    whole = run(X, Y, optimiser=optimiser)
    whole.save(tmp_path / "run.safetensors")
    continued = Descent.load(tmp_path / "run.safetensors", X, Y)
    assert not any(moment.any() for moment in (*continued.moments.first, *continued.moments.second))
    for _ in range(3):
        assert whole.step() == continued.step()
    assert all(torch.equal(p, q) for p, q in zip(weights(whole), weights(continued), strict=True))


@pytest.mark.parametrize("optimiser", ["momentum", "adam"])
def test_moments_of_which_a_part_is_zero_are_kept(optimiser, tmp_path):
    """An input that is 0 in every example moves no weight, nor does a ReLU that is never excited."""
    X, Y = problem()
    X[2] = 0
    whole = run(X, Y, optimiser=optimiser)
    for _ in range(3):
        whole.step()
    whole.save(tmp_path / "run.safetensors")
    continued = Descent.load(tmp_path / "run.safetensors", X, Y)
    assert not whole.moments.first[0][:, 2].any() and whole.moments.first[0].any()
    for kept, now in zip(whole.moments.first, continued.moments.first, strict=True):
        assert torch.equal(kept, now)
    assert [whole.step() for _ in range(3)] == [continued.step() for _ in range(3)]


def test_a_place_behind_the_examples_in_use_is_none(tmp_path):
    X, Y = problem(m=40)
    path, descent = tmp_path / "run.safetensors", run(X, Y, batch_size=8)
    for which in (None, torch.arange(20)):
        descent.which = which
        descent.step()
        descent.save(path)
        assert Descent.load(path, X, Y).position == 8
    tensors, header = read_tensors(path)
    for position in (21, 39):
        write_tensors(path, tensors, header | {"place": [1, 0, position, 0]})
        with pytest.raises(WeightsError, match="no place of a run"):
            Descent.load(path, X, Y)


def test_uint8_photos_and_their_columns_give_the_same_run():
    photos = torch.randint(0, 256, (20, 64, 64, 3), generator=dice(1)).to(torch.uint8)
    Y = torch.randint(0, 2, (3, 20), generator=dice(2)).float()
    start = initialise((12_288, 3))
    a = Descent(start, photos, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=1e-4, batch_size=6)
    b = Descent(start, flatten(photos), Y, loss=BINARY_CROSS_ENTROPY, learning_rate=1e-4, batch_size=6)
    for _ in range(7):
        assert a.step() == pytest.approx(b.step(), rel=1e-5)
    assert_close(a.network.layers[0].W, b.network.layers[0].W)
    assert a.cost() == pytest.approx(b.cost(), rel=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_goes_down(name):
    X, Y = problem()
    Y = torch.nn.functional.one_hot(Y.argmax(0), 3).T.to(DOUBLE)
    descent = run(X, Y, loss=LOSSES[name], batch_size=40, learning_rate=0.5)
    before = descent.cost()
    for _ in range(60):
        descent.step()
    assert descent.cost() < 0.8 * before


def test_switching_the_loss_goes_on_from_the_same_weights():
    X, Y = problem()
    descent = run(X, Y)
    descent.step()
    before = [p.clone() for p in weights(descent)]
    for a, b in itertools.pairwise(LOSSES.values()):
        descent.loss = a
        descent.loss = b
        assert descent.network.layers[-1].activation is b.activation
    assert all(torch.equal(p, q) for p, q in zip(before, weights(descent), strict=True))


def test_cost_is_the_mean_loss_and_does_not_step():
    X, Y = problem(m=2500)
    descent = run(X, Y, l2=0.1)
    decay = 0.05 * sum(layer.W.square().sum() for layer in descent.network.layers)
    oracle = BINARY_CROSS_ENTROPY.cost(propagate(descent.network, X).Z[-1], Y) + decay
    assert descent.cost() == pytest.approx(oracle.item())
    assert descent.steps == 0


def test_the_network_read_earlier_does_not_change_and_the_one_given_neither():
    X, Y = problem()
    start = initialise((12, 3), generator=dice(3), dtype=DOUBLE)
    kept = start.layers[0].W.clone()
    descent = Descent(start, X, Y, loss=BINARY_CROSS_ENTROPY)
    read = descent.network
    descent.step()
    assert torch.equal(start.layers[0].W, kept) and torch.equal(read.layers[0].W, kept)
    assert not torch.equal(descent.network.layers[0].W, kept)


def test_examples_that_do_not_fit_are_refused_at_once():
    X, Y = problem()
    for wrong in (X[1:], X[0], X.T, torch.zeros(40, 5, 5, 3, dtype=torch.uint8), torch.zeros(X.shape[0], 0)):
        with pytest.raises(ValueError, match=r"X (must be|has no examples)"):
            Descent(initialise((12, 3), generator=dice(9)), wrong, Y, loss=BINARY_CROSS_ENTROPY)
    for dtype in (torch.float32, torch.float16, torch.int64, torch.bool):
        with pytest.raises(ValueError, match=rf"X is {dtype} on cpu, the network torch.float64"):
            run(X, Y).go_on_with(X.to(dtype), Y)
    with pytest.raises(ValueError, match="the batch size"):
        run(X, Y, batch_size=1.5)


@pytest.mark.parametrize("seed", [None, "five", 1.5, math.nan, [1], True])
def test_a_seed_that_no_order_can_be_drawn_from_is_refused_at_once(seed):
    """Full batches need no order: they were taken, and the first mini-batch met a TypeError."""
    with pytest.raises(ValueError, match="the seed must be a whole number"):
        run(*problem(), seed=seed)


def test_what_is_no_loss_and_no_optimiser_is_refused_in_a_sentence():
    descent = run(*problem())
    for wrong in ("binary", None):
        with pytest.raises(TypeError, match=r"a loss is one of core\.losses\.LOSSES, got "):
            descent.loss = wrong
    for wrong in ("sgd", None, ["plain"]):
        with pytest.raises(ValueError, match="the optimiser is one of plain, momentum, adam, got "):
            descent.optimiser = wrong
    assert descent.loss is BINARY_CROSS_ENTROPY and descent.optimiser == "plain"


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE])
@pytest.mark.parametrize("stored", [False, True])
def test_rates_and_decays_are_numbers_that_tensors_can_be_multiplied_with(dtype, stored):
    photos = torch.randint(0, 256, (4, 8, 8, 3), dtype=torch.uint8)
    X = photos if stored else photos.flatten(1).T.to(dtype)
    start = initialise((192, 3), generator=dice(3), dtype=dtype)
    descent = Descent(start, X, torch.eye(3, 4), loss=BINARY_CROSS_ENTROPY)
    for name in ("learning_rate", "l2"):
        with pytest.raises(ValueError, match="up to 3e38, got 4e"):
            setattr(descent, name, 4e38)
        setattr(descent, name, 3e38)
        with contextlib.suppress(DivergedError):
            descent.step()
            descent.step()


def test_the_gradients_of_the_last_step_can_be_read():
    X, Y = problem()
    descent = run(X, Y, batch_size=40, l2=0.1)
    assert descent.gradients is None
    before = descent.network
    descent.step()
    expected = backpropagate(before, propagate(before, X), Y, BINARY_CROSS_ENTROPY, 0.1)
    assert_close(descent.gradients.W, expected.W)
    assert_close(descent.gradients.b, expected.b)


def test_which_examples_are_used_can_change_and_begins_an_epoch():
    X, Y = problem(m=40)
    descent = run(X, Y, batch_size=6)
    descent.step()
    which = torch.tensor([3, 17, 5, 39, 0, 22, 8])
    descent.which = which
    assert (descent.m, descent.epoch, descent.position) == (7, 1, 0)
    seen = []
    for _ in range(2):  # 6 + 1
        seen += [tuple(column.tolist()) for column in descent.batch()[0].T]
        descent.step()
    assert sorted(seen) == sorted(tuple(column.tolist()) for column in X[:, which].T)
    assert descent.epoch == 2
    descent.which = which.clone()  # the same again is no change
    descent.step()
    descent.which = which.clone()
    assert (descent.epoch, descent.position) == (2, 6)
    descent.which = None
    assert (descent.m, descent.epoch, descent.position) == (40, 3, 0)


def test_using_some_examples_is_training_on_them_alone():
    X, Y = problem(m=40)
    which = torch.tensor([30, 2, 2, 19, 7, 11])
    some, alone = run(X, Y, batch_size=4), run(X[:, which], Y[:, which], batch_size=4)
    some.which = which
    assert some.cost() == pytest.approx(alone.cost())
    for batch_size in (4, 100):
        some.batch_size = alone.batch_size = batch_size
        for _ in range(4):
            assert some.step() == alone.step()
    assert all(torch.equal(p, q) for p, q in zip(weights(some), weights(alone), strict=True))


@pytest.mark.parametrize(
    "which", [torch.tensor([]), torch.tensor([0.5]), torch.tensor([-1]), torch.tensor([40])]
)
def test_which_must_name_examples(which):
    descent = run(*problem(m=40))
    with pytest.raises(ValueError, match="which"):
        descent.which = which
    assert descent.which is None and descent.m == 40


def test_a_run_on_some_photos_continues_bit_for_bit(tmp_path):
    photos = torch.randint(0, 256, (30, 64, 64, 3), generator=dice(1)).to(torch.uint8)
    Y = torch.randint(0, 2, (3, 30), generator=dice(2)).float()
    whole = Descent(
        initialise((12_288, 3)), photos, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=1e-4, batch_size=4
    )
    whole.step()
    whole.which = torch.arange(30)[::2]
    whole.step()
    whole.save(tmp_path / "run.safetensors")
    copied = copy.copy(whole)
    part = Descent.load(tmp_path / "run.safetensors", photos, Y)
    assert torch.equal(part.which, whole.which) and part.m == 15
    costs = [whole.step() for _ in range(9)]
    assert costs == [part.step() for _ in range(9)] == [copied.step() for _ in range(9)]
    for other in (part, copied):
        assert all(torch.equal(p, q) for p, q in zip(weights(whole), weights(other), strict=True))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("learning_rate", "fast"),
        ("batch_size", None),
        pytest.param("l2", 10**400, id="no float holds it"),
        ("batch_size", 0),
        ("l2", -1.0),
        ("optimiser", "lucky"),
    ],
)
def test_a_bad_setting_is_refused_and_the_old_one_stays(name, value):
    descent = run(*problem())
    old = getattr(descent, name)
    with pytest.raises(ValueError, match=str(value)):
        setattr(descent, name, value)
    assert getattr(descent, name) == old


@pytest.mark.parametrize("loss", [*LOSSES.values(), LINEAR_REGRESSION])
def test_a_continued_run_has_the_same_loss_on_the_same_outputs(loss, tmp_path):
    X, Y = problem()
    whole = run(X, Y, loss=loss, learning_rate=0.01)
    whole.save(tmp_path / "run.safetensors")
    part = Descent.load(tmp_path / "run.safetensors", X, Y)
    assert part.network.layers[-1].activation is loss.activation
    assert [whole.step() for _ in range(3)] == [part.step() for _ in range(3)]


def test_broken_and_foreign_files_get_a_sentence(tmp_path):
    X, Y = problem()
    path = tmp_path / "run.safetensors"
    with pytest.raises(WeightsError, match="no weights file"):
        Descent.load(path, X, Y)
    path.write_bytes(b"not safetensors at all")
    with pytest.raises(WeightsError, match="not a weights file"):
        Descent.load(path, X, Y)
    run(X, Y).save(path)
    with pytest.raises(WeightsError, match="other examples"):
        Descent.load(path, X + 1, Y)
    with pytest.raises(WeightsError, match="does not continue"):
        Descent.load(path, X, Y[:2])
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(WeightsError):
        Descent.load(path, X, Y)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_what_could_not_be_read_again_is_not_written(dtype, tmp_path):
    X, Y = problem()
    start = initialise((12, 3), dtype=dtype)
    descent = Descent(start, X.to(dtype), Y, loss=BINARY_CROSS_ENTROPY)
    with pytest.raises(ValueError, match="saved in float32 or float64"):
        descent.save(tmp_path / "run")
    assert not list(tmp_path.iterdir())


def test_prices_that_differ_after_the_point_are_other_examples(tmp_path):
    X, prices = torch.randn(4, 6, generator=dice(1)), torch.rand(1, 6, generator=dice(2))
    descent = Descent(initialise((4, 1), (IDENTITY,)), X, prices, loss=LINEAR_REGRESSION)
    descent.save(tmp_path / "run")
    assert Descent.load(tmp_path / "run", X, prices).examples_name == descent.examples_name
    with pytest.raises(WeightsError, match="other examples"):
        Descent.load(tmp_path / "run", X, prices / 2)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_cuda_follows_the_cpu():
    X, Y = problem(m=64, n=200)
    on_cpu = run(X, Y, optimiser="adam")
    start = initialise((200, 4, 3), generator=dice(9), dtype=DOUBLE, device="cuda")
    on_gpu = Descent(
        start, X, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=0.1, batch_size=7, seed=5, optimiser="adam"
    )
    for _ in range(30):
        assert_close(on_cpu.step(), on_gpu.step())
    for p, q in zip(weights(on_cpu), weights(on_gpu), strict=True):
        assert_close(p, q.cpu())


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_changes_nothing_in_place_and_counts_the_steps_that_it_gathers(name):
    g = list(torch.randn(2, 3, 4, generator=dice(1)))
    _, moments = OPTIMISERS[name](g, Moments.zero(g))
    given = (*g, *moments.first, *moments.second)
    kept = [t.clone() for t in given]
    _, later = OPTIMISERS[name](g, moments)
    assert all(torch.equal(a, b) for a, b in zip(given, kept, strict=True))
    assert (moments.steps, later.steps) == ((0, 0) if name == "plain" else (1, 2))


def test_a_falling_rate_goes_along_a_line_to_a_tenth():
    assert [falling(2.0, done, 4) for done in range(5)] == pytest.approx([2.0, 1.55, 1.1, 0.65, 0.2])


def test_other_examples_are_all_in_use_and_begin_an_epoch():
    X, Y = problem(m=40)
    descent = run(X, Y, batch_size=6)
    descent.which = torch.arange(9)
    descent.step()
    named = descent.examples_name
    descent.go_on_with(X, Y)  # the same again is no change
    assert (descent.m, descent.epoch, descent.position) == (9, 0, 6)
    others, labels = problem(m=10, seed=7)
    descent.go_on_with(others, labels)
    assert (descent.m, descent.epoch, descent.position) == (10, 1, 0)
    assert descent.which is None and descent.examples_name != named
    seen = []
    for _ in range(2):  # 6 + 4
        seen += [tuple(column.tolist()) for column in descent.batch()[0].T]
        descent.step()
    assert sorted(seen) == sorted(tuple(column.tolist()) for column in others.T)
    assert descent.epoch == 2
    descent.go_on_with(X, Y)  # between two epochs none is lost
    assert (descent.epoch, descent.position) == (2, 0)


def test_what_is_done_to_the_network_given_does_not_reach_the_descent():
    X, Y = problem()
    start = initialise((12, 3), generator=dice(3), dtype=DOUBLE)
    descent = Descent(start, X, Y, loss=BINARY_CROSS_ENTROPY)
    start.layers[0].W.zero_()
    assert descent.network.layers[0].W.abs().min() > 0


def test_every_epoch_has_an_order_of_its_own():
    X, Y = problem(m=40)
    descent = run(X, Y, batch_size=40)
    descent.batch_size = 20
    orders = []
    for _ in range(4):
        batches = []
        for _ in range(2):
            batches += [tuple(column.tolist()) for column in descent.batch()[0].T]
            descent.step()
        orders.append(tuple(batches))
    assert len(set(orders)) == 4


@pytest.mark.parametrize("seed", [0, 5, 2**62 + 7])
def test_the_order_is_drawn_from_the_seed_and_the_epoch_for_ever(seed):
    """A file holds no order: drawn in another way, a run that goes on would see other batches."""
    X, Y = problem(m=9)
    descent = run(X, Y, batch_size=4, seed=seed)
    for epoch in range(3):
        drawn = torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**63)
        for places in torch.randperm(9, generator=drawn).split(4):
            assert torch.equal(descent.batch()[0], X[:, places])
            descent.step()


@pytest.mark.parametrize("size", [40, 1000])
def test_all_examples_at_once_are_neither_shuffled_nor_copied(size):
    X, Y = problem(m=40)
    batch, labels = run(X, Y, batch_size=size).batch()
    assert batch is X and torch.equal(labels, Y)


def test_one_example_into_an_epoch_others_begin_the_next():
    descent = run(*problem(m=40), batch_size=1)
    descent.step()
    descent.which = torch.arange(7)
    assert (descent.epoch, descent.position) == (1, 0)
    descent.step()
    descent.go_on_with(*problem(m=10, seed=7))
    assert (descent.epoch, descent.position) == (2, 0)


def test_a_larger_batch_in_the_middle_of_an_epoch_is_what_is_left_of_it():
    X, Y = problem(m=40)
    descent = run(X, Y, batch_size=7)
    first = descent.batch()[0]
    descent.step()
    descent.batch_size = 1000
    rest = descent.batch()[0]
    assert rest.shape[1] == 33
    assert_close(torch.cat([first, rest], dim=1).sum(dim=1), X.sum(dim=1))
    descent.step()
    assert (descent.epoch, descent.position) == (1, 0)


def test_changing_the_optimiser_forgets_what_was_gathered_and_naming_it_again_does_not():
    descent = run(*problem(), optimiser="momentum")
    descent.step()
    descent.optimiser = "momentum"
    assert descent.moments.first[0].any()
    descent.optimiser = "adam"
    assert not any(v.any() for v in descent.moments.first) and descent.moments.steps == 0


def test_whoever_goes_to_a_place_sees_the_batches_that_come_there():
    X, Y = problem(m=40)
    gone, fresh = run(X, Y), run(X, Y)
    gone.step()
    for descent in (gone, fresh):
        descent.go_to(20, 3, 14, descent.moments)
    assert torch.equal(gone.batch()[0], fresh.batch()[0])


def test_joined_photos_of_another_kind_of_number_are_refused():
    photos = torch.zeros(4, 2, 2, 3, dtype=torch.uint8)
    start = initialise((12, 3), how="zeros", dtype=DOUBLE)
    with pytest.raises(ValueError, match=r"float32.*float64"):
        Descent(start, JoinedColumns((photos, photos)), torch.zeros(3, 8), loss=BINARY_CROSS_ENTROPY)


def test_a_descent_of_another_network_leaves_this_one_as_it_is():
    descent, other = run(*problem()), run(*problem())
    other.step()
    before, after = descent.state, copy.copy(other)
    J = after.step()
    step = descent.update(J, after.gradients, 7, other.state)
    assert all(torch.equal(p, q) for p, q in zip(step.network.parameters, after.parameters, strict=True))
    assert step.cost == J and step.gradients is after.gradients and step.examples == 7
    assert descent.state is before and descent.steps == 0


def test_the_next_epoch_of_a_seed_is_not_the_first_of_the_next_seed():
    X, Y = problem(m=40)
    one, next_seed = run(X, Y, batch_size=20), run(X, Y, batch_size=20, seed=6)
    one.step(), one.step()
    assert one.epoch == 1 and not torch.equal(one.batch()[0], next_seed.batch()[0])


@pytest.mark.parametrize("rows", [1, 2, 6])
@pytest.mark.parametrize("stored", [True, False])
def test_a_batch_with_labels_of_other_neurons_has_no_gradients(rows, stored):
    photos = torch.randint(0, 256, (8, 4, 4, 3), dtype=torch.uint8, generator=dice(1))
    Y = torch.randint(0, 2, (3, 8), generator=dice(2)).float()
    descent = Descent(
        initialise((48, 3), how="zeros"),
        photos if stored else torch.randn(48, 8, generator=dice(3)),
        Y,
        loss=BINARY_CROSS_ENTROPY,
    )
    X, _ = descent.batch()
    with pytest.raises(ValueError, match="rows of Z"):
        descent.cost_and_gradients(X, Y.repeat(2, 1)[:rows])
