"""Learning curves: the shipped ones are whole, a tiny run gives the same numbers again."""

import json
from dataclasses import replace

import pytest
import torch

from core.balls import Photos
from core.experiments import learners, learning_curves
from core.experiments.learners import LEARNERS, accuracy, drawn, learn, steps_for
from core.experiments.learning_curves import SEEDS, SIZES, read, write
from core.network import propagate
from core.pixels import flatten


def photos(count, seed):
    """Noise with one label each: the class is seen in its colour."""
    dice = torch.Generator().manual_seed(seed)
    kind = torch.arange(count) % 3
    Y = torch.nn.functional.one_hot(kind, 3)  # (m, 3)
    pixels = torch.randint(0, 120, (count, 64, 64, 3), generator=dice) + 100 * Y.reshape(-1, 1, 1, 3)
    return Photos(pixels.to(torch.uint8), Y.T.float())


@pytest.fixture(scope="module")
def sets():
    return photos(24, 0), photos(9, 1), photos(12, 2)


@pytest.fixture
def brief(monkeypatch):
    monkeypatch.setattr(learners, "MIN_STEPS", 4)
    monkeypatch.setattr(learners, "CHECKS", 2)


# ---- what ships ----------------------------------------------------------------------------------


def test_the_shipped_curves_are_whole_and_in_range():
    curves = read()
    assert list(SIZES) == sorted(set(SIZES)) and (SIZES[0], SIZES[-1]) == (30, 30_000)
    found = [(p.learner, p.m, p.seed) for p in curves.points]
    assert sorted(found) == sorted((one.name, m, seed) for one in LEARNERS for m in SIZES for seed in SEEDS)
    assert len(SEEDS) >= 3
    for point in curves.points:
        assert 0.3 < point.accuracy < 1 and 0.3 < point.validation < 1
        assert (point.accuracy * curves.test).is_integer()
        assert round(point.validation * curves.validation, 6).is_integer()
        assert 1 <= point.best_step <= point.steps == steps_for(point.m)


def test_the_file_comes_back_and_a_broken_one_gets_a_sentence(tmp_path):
    curves, path = read(), tmp_path / "curves.json"
    write(path, curves)
    assert read(path) == curves
    assert json.loads(path.read_text())["command"] == "python -m core.experiments.learning_curves"
    write(path, replace(curves, points=curves.points[:20]))
    with pytest.raises(ValueError, match=r"curves\.json .* lacks"):
        read(path)
    path.write_text('{"points": [{"m": 3}]}')
    with pytest.raises(ValueError, match="not a file of learning curves"):
        read(path)
    with pytest.raises(ValueError, match="makes it"):
        read(tmp_path / "none.json")


# ---- the experiment ------------------------------------------------------------------------------


def test_more_photos_keep_those_that_fewer_had():
    many, few = drawn(50, 30, seed=4), drawn(50, 10, seed=4)
    assert many[:10].tolist() == few.tolist() and len(set(many.tolist())) == 30
    assert drawn(50, 10, seed=5).tolist() != few.tolist()
    for m in (0, 51):
        with pytest.raises(ValueError, match="1 … 50"):
            drawn(50, m, seed=1)


def test_a_run_gives_the_same_numbers_again_and_names_every_point(sets, brief):
    sizes, seeds = (6, 24), (1,)
    first, again = (list(learning_curves.learning_curves(*sets, sizes=sizes, seeds=seeds)) for _ in range(2))
    assert first == again
    points = first[-1].points
    assert first[-1].done and len(points) == first[-1].total == 6
    assert [(p.seed, p.m, p.learner) for p in points] == [
        (seed, m, one.name) for seed in seeds for m in sizes for one in LEARNERS
    ]
    done = [len(progress.points) + progress.part for progress in first]
    assert done == sorted(done)


def test_it_learns_what_the_colour_tells(sets):
    *_, point = learn(LEARNERS[0], 24, 1, *sets)
    assert point.accuracy == point.validation == 1.0


def test_accuracy_counts_the_largest_output(sets):
    network = LEARNERS[2].start(seed=3)
    Z = propagate(network, flatten(sets[0].pixels)).Z[-1]
    right = sum(int(z.argmax() == y.argmax()) for z, y in zip(Z.T, sets[0].Y.T, strict=True))
    assert accuracy(network, sets[0]) == right / 24


def test_a_start_has_the_sizes_that_are_said():
    for one in LEARNERS:
        network = one.start(seed=1)
        assert network.sizes == one.sizes and network.parameter_count == one.parameter_count
    assert float(LEARNERS[0].start(1).layers[0].W.abs().max()) == 0
    assert not torch.equal(LEARNERS[1].start(1).layers[0].W, LEARNERS[1].start(2).layers[0].W)


def test_few_photos_are_trained_as_long_as_they_need():
    assert steps_for(30) == steps_for(1000) == learners.MIN_STEPS
    assert steps_for(30_000) == learners.EPOCHS * 469


def test_the_command_writes_the_file(brief, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(learning_curves, "VALIDATION", 6)
    monkeypatch.setattr(learning_curves, "TEST", 8)
    path, threads = tmp_path / "curves.json", torch.get_num_threads()
    try:
        assert learning_curves.main(["--seeds", "7", "--sizes", "3", "5", "--out", str(path)]) == 0
    finally:
        torch.set_num_threads(threads)
    content = json.loads(path.read_text())
    assert (content["validation"], content["test"]) == (6, 8)
    assert [(p["m"], p["seed"]) for p in content["points"]] == [(3, 7)] * 3 + [(5, 7)] * 3
    assert "6 runs" in capsys.readouterr().out
