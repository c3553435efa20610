"""Learning curves: the shipped ones are whole, a tiny run gives the same numbers again."""

import json
from dataclasses import replace

import pytest
import torch

from core.balls import TEST_SEED, TRAIN_SEED, Photos
from core.descent import Descent
from core.experiments import learners, learning_curves
from core.experiments.learners import LEARNERS, Learner, Point, learn, photos_drawn, share_named, steps_for
from core.experiments.learning_curves import SEEDS, SIZES, VALIDATION_SEED, read, write
from core.losses import SOFTMAX_CROSS_ENTROPY
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
    many, few = photos_drawn(50, 30, seed=4), photos_drawn(50, 10, seed=4)
    assert many[:10].tolist() == few.tolist() and len(set(many.tolist())) == 30
    assert photos_drawn(50, 10, seed=5).tolist() != few.tolist()
    assert len(photos_drawn(50, 1, seed=4)) == 1 and sorted(photos_drawn(50, 50, seed=4)) == list(range(50))
    for m in (0, 51):
        with pytest.raises(ValueError, match="1 … 50"):
            photos_drawn(50, m, seed=1)


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


def test_the_share_named_counts_the_largest_output(sets):
    network = LEARNERS[2].start(seed=3)
    Z = propagate(network, flatten(sets[0].pixels)).Z[-1]
    right = sum(int(z.argmax() == y.argmax()) for z, y in zip(Z.T, sets[0].Y.T, strict=True))
    assert share_named(network, sets[0]) == right / 24


def test_a_start_has_the_sizes_that_are_said():
    assert all(one.start(seed=1).sizes == one.sizes for one in LEARNERS)
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


def test_the_weights_kept_are_the_earliest_of_the_best_on_the_validation_photos(sets, monkeypatch):
    _, validation, test = sets
    scores, asked = iter([0.5, 0.7, 0.7, 0.25]), []

    def scripted(network, photos):
        asked.append((network, photos))
        return next(scores)

    monkeypatch.setattr(learners, "MIN_STEPS", 7)
    monkeypatch.setattr(learners, "EPOCHS", 1)
    monkeypatch.setattr(learners, "CHECKS", 3)
    monkeypatch.setattr(learners, "share_named", scripted)
    *done, point = learn(LEARNERS[0], 24, 1, *sets)
    assert done == [3 / 7, 6 / 7, 1]
    assert all(photos is validation for _, photos in asked[:3])
    assert asked[3][0] is asked[1][0] and asked[3][1] is test
    assert point == Point("logistic", 24, 1, 0.25, 0.7, 6, 7)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_training_is_that_descent(monkeypatch, seed):
    one, train = Learner("small", (4,), 3e-3, 100.0), photos(80, 0)
    networks = []
    monkeypatch.setattr(learners, "MIN_STEPS", 6)
    monkeypatch.setattr(learners, "EPOCHS", 1)
    monkeypatch.setattr(learners, "CHECKS", 3)
    monkeypatch.setattr(learners, "share_named", lambda network, _: networks.append(network) or 0.5)
    list(learn(one, 70, seed, train, train, train))
    alone = Descent(
        one.start(seed),
        train.pixels,
        train.Y,
        loss=SOFTMAX_CROSS_ENTROPY,
        batch_size=64,
        l2=100.0,
        optimiser="momentum",
        seed=seed,
    )
    alone.which = photos_drawn(80, 70, seed)
    for step in range(6):
        alone.learning_rate = 3e-3 * (1 - 0.9 * step / 6)  # it falls to a tenth
        alone.step()
        if step % 2 == 1:
            assert torch.equal(networks[step // 2].layers[0].W, alone.network.layers[0].W)


def test_the_share_named_counts_the_photos_of_every_block(sets):
    some, network = photos(515, 4), LEARNERS[2].start(seed=3)
    Z = propagate(network, flatten(some.pixels)).Z[-1]
    right = sum(int(z.argmax() == y.argmax()) for z, y in zip(Z.T, some.Y.T, strict=True))
    assert share_named(network, some) == right / 515


@pytest.fixture
def noted(monkeypatch):
    """What the command renders (seed, count) and learns (seed, three sets), while nothing is trained."""
    rendered, learned = [], []

    def render(seed, count):
        rendered.append((seed, count))
        return photos(count, seed)

    def point(learner, m, seed, *three):
        learned.append((seed, three))
        yield Point(learner.name, m, seed, 0.5, 0.5, 1, 1)

    monkeypatch.setattr(learning_curves, "VALIDATION", 6)
    monkeypatch.setattr(learning_curves, "TEST", 8)
    monkeypatch.setattr(learning_curves, "_rendered", render)
    monkeypatch.setattr(learning_curves, "learn", point)
    threads = torch.get_num_threads()
    yield rendered, learned
    torch.set_num_threads(threads)


def test_the_command_learns_validates_and_tests_on_photos_of_three_seeds(noted, tmp_path):
    rendered, learned = noted
    out = str(tmp_path / "curves.json")
    learning_curves.main(["--seeds", "7", "8", "7", "--sizes", "3", "5", "5", "--out", out])
    assert rendered == [(TRAIN_SEED, 5), (VALIDATION_SEED, 6), (TEST_SEED, 8)]
    assert len({TRAIN_SEED, VALIDATION_SEED, TEST_SEED}) == 3
    assert [seed for seed, _ in learned] == [7] * 6 + [8] * 6
    assert all([len(part) for part in three] == [5, 6, 8] for _, three in learned)


def test_the_command_counts_the_minutes_of_one_thread(noted, monkeypatch, tmp_path):
    clock = iter([10.0, 100.0])
    monkeypatch.setattr(learning_curves.time, "process_time", lambda: next(clock))
    torch.set_num_threads(2)
    path = tmp_path / "curves.json"
    learning_curves.main(["--seeds", "7", "--sizes", "3", "--out", str(path)])
    assert torch.get_num_threads() == 1
    assert json.loads(path.read_text())["minutes"] == 1.5


def test_what_the_command_cannot_do_it_says_before_it_renders(noted, tmp_path, capsys):
    (tmp_path / "file").touch()
    for wrong, sentence in (
        (["--sizes", "0"], "sizes are whole numbers from 1 to 99999999, not '0'"),
        (["--seeds", "-1"], "seeds are whole numbers from 0"),
        (["--seeds", "٣"], "in the digits 0 to 9, not '٣'"),
        (["--out", str(tmp_path)], "cannot be written: "),
        (["--out", str(tmp_path / "file" / "curves.json")], "curves.json cannot be written: "),
    ):
        with pytest.raises(SystemExit) as stopped:
            learning_curves.main(["--out", str(tmp_path / "curves.json"), *wrong])
        said = capsys.readouterr().err
        assert stopped.value.code == 2 and sentence in said and "Traceback" not in said
    assert noted == ([], []) and [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_curves_that_ship_are_not_replaced_by_fewer(noted, monkeypatch, tmp_path, capsys):
    """The page would find a file that lacks points; whoever wants a few of them names another file."""
    shipped = tmp_path / "curves.json"
    monkeypatch.setattr(learning_curves, "SHIPPED", shipped)
    with pytest.raises(SystemExit) as stopped:
        learning_curves.main(["--sizes", "3", "5"])
    assert stopped.value.code == 2 and "give a file as --out" in capsys.readouterr().err
    assert noted == ([], []) and not shipped.exists()


def test_whoever_stops_the_command_or_takes_its_disk_away_gets_a_sentence(
    noted, tmp_path, monkeypatch, capsys
):
    for refused, sentence in (
        (KeyboardInterrupt, "stopped"),
        (OSError(28, "No space left"), "No space left"),
    ):

        def fails(*_, refused=refused):
            raise refused

        monkeypatch.setattr(learning_curves, "write", fails)
        assert learning_curves.main(["--sizes", "3", "--out", str(tmp_path / "curves.json")]) == 1
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.startswith("python -m core.experiments.learning_curves: ") and last.endswith(sentence)


def test_the_rendered_photos_show_one_ball_each():
    assert (learning_curves._rendered(5, 40).Y.sum(dim=0) == 1).all()


def test_a_file_with_impossible_accuracies_lacks_those_points(tmp_path):
    curves, path = read(), tmp_path / "curves.json"
    write(path, replace(curves, points=tuple(replace(point, accuracy=1.5) for point in curves.points)))
    with pytest.raises(ValueError, match=f"lacks {len(SIZES) * len(LEARNERS)} of the points"):
        read(path)
