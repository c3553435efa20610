"""Scripts in plain PyTorch, run in a process of their own, against Descent on the same photos."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.testing import assert_close

from core.balls import TRAIN_SEED, dataset
from core.blocks import decay
from core.descent import Descent
from core.live_run.mixture import which_photos
from core.live_run.plain_script import plain_script
from core.live_run.plain_script_parts import LOSS_CODE
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.losses import LOSSES
from core.network import propagate
from core.optimisers import OPTIMISERS
from core.pixels import N
from core.weights import load_network
from tests.core.forked import forked

PROJECT = Path(__file__).resolve().parents[2]
COUNT = 64
START = Settings(
    losses=("binary", "softmax", "squared"),
    learning_rate=3e-4,
    batch_size=20,
    optimiser="plain",
    init="xavier",
    seed=3,
)


def story(start, *changes):
    """(start, changes): each change is (step, what is new then)."""
    plan = [(0, start)]
    for step, new in changes:
        plan.append((step, replace(plan[-1][1], **new)))
    return plan


# Every optimiser meets every loss, and every setting changes somewhere in the middle of an epoch.
STORIES = {
    "not begun": (story(replace(START, losses=("binary",), init="zeros")), 0),
    "still": (story(replace(START, losses=("binary",), batch_size=0, l2=0.01, init="equal")), 6),
    "no photo has just one ball": (story(replace(START, losses=("binary",), two=1.0, none=0.0)), 3),
    "plain to adam": (
        story(
            START,
            (5, {"losses": ("tangled", "softmax", "squared"), "learning_rate": 1e-3}),
            (8, {"optimiser": "adam", "learning_rate": 1e-4}),
            (10, {"losses": ("binary", "softmax", "squared"), "l2": 0.05}),
        ),
        13,
    ),
    "a network": (
        story(
            replace(
                START, losses=("binary", "softmax"), hidden=(8, 5), activation="tanh", init="he", l2=0.01
            ),
            (4, {"optimiser": "momentum", "learning_rate": 1e-4, "l2": 0.01}),
        ),
        8,
    ),
    "from a shipped head": (
        story(
            replace(START, losses=("softmax", "binary"), init="goal3"),
            (3, {"losses": ("binary", "binary"), "own": 0.5}),  # of nobody's photos: no change at all
        ),
        5,
    ),
    "from the shipped network": (
        story(Settings.checked({"init": "network"}, replace(START, losses=("binary",)))[0]),
        3,
    ),
    "momentum to plain": (
        story(
            replace(START, losses=("tangled", "squared", "softmax"), init="zeros", optimiser="momentum"),
            (3, {"losses": ("binary", "squared", "softmax"), "batch_size": 7}),
            (6, {"two": 0.4, "none": 0.0}),
            (9, {"optimiser": "plain", "learning_rate": 1e-4}),
        ),
        12,
    ),
    "adam to momentum": (
        story(
            replace(
                START, losses=("squared", "tangled", "binary"), init="random", learning_rate=1e-4, seed=9
            ),
            (0, {"optimiser": "adam", "two": 0.0, "none": 0.5}),
            (4, {"losses": ("squared", "softmax", "binary"), "batch_size": 0}),
            (6, {"optimiser": "momentum", "batch_size": 5}),
            (7, {"two": 0.2}),
            (9, {"two": 0.2000001}),  # the same photos: their epoch goes on
            (12, {"losses": ("tangled", "tangled", "tangled")}),  # after the last step: nobody has seen it
        ),
        12,
    ),
}


def text_of(plan, steps):
    return plain_script(plan[0][1], COUNT, plan, steps)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Every story's script was run in a folder of its own; what it printed lies beside its weights."""
    base = tmp_path_factory.mktemp("scripts")
    for name, (plan, steps) in STORIES.items():
        (base / name).mkdir()
        (base / name / "assets").symlink_to(PROJECT / "assets")
        (base / name / "plain_run.py").write_text(text_of(plan, steps), encoding="utf-8")
    driver = (
        "import contextlib, os, runpy, sys\n"
        "for folder in sys.argv[1:]:\n"
        "    os.chdir(folder)\n"
        "    with open('printed.txt', 'w') as out, contextlib.redirect_stdout(out):\n"
        "        runpy.run_path('plain_run.py', run_name='__main__')\n"
    )
    with forked(driver, "driver", *(str(base / name) for name in STORIES)) as process:
        assert process.communicate() == ("", "")
    assert process.returncode == 0
    return base


@pytest.mark.parametrize("name", LOSS_CODE)
@pytest.mark.parametrize("scale", [0.0, 1.0, 1e4])
def test_a_loss_of_a_script_is_that_of_core_also_for_large_logits_that_are_nearly_equal(name, scale):
    """In float32, as the script has them: at 10⁴ a logit ends after its third decimal."""
    written: dict = {"torch": torch, "F": torch.nn.functional}
    exec(LOSS_CODE[name], written)
    Z = torch.tensor([[0.0, 0.5, -0.25], [1.0, 1.25, 1.5], [-2.0, 0.0, 2.0], [3.0, 3.0, 3.0]]) + scale
    Y = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    loss = LOSSES[name]
    true = loss.terms(Z.T.double(), Y.T.double()).sum(dim=0).mean()
    assert_close(written[name](Z, Y), true.float(), rtol=1e-6, atol=1e-6)


@pytest.fixture(scope="module")
def photos():
    return dataset(TRAIN_SEED, COUNT, device="cpu")


def by_descent(plan, steps, photos):
    """The lanes after the same steps, made by this project."""
    first = plan[0][1]
    lanes = [
        Descent(first.network(), photos.pixels, photos.Y, loss=LOSSES[name], seed=first.seed)
        for name in first.losses
    ]
    changes, used = dict(plan), torch.arange(COUNT)
    for step in range(steps):
        if step in changes:
            now = changes[step]
            which = which_photos(photos.Y, now.two, now.none)
            for lane, name in zip(lanes, now.losses, strict=True):
                lane.which = which
                lane.loss = LOSSES[name]
                lane.learning_rate, lane.l2, lane.optimiser = now.learning_rate, now.l2, now.optimiser
                lane.batch_size = now.batch_size or len(which)
            used = which
        for lane in lanes:
            lane.step()
    return lanes, used


@pytest.mark.parametrize("name", STORIES)
def test_the_script_comes_to_the_weights_of_the_run(name, results, photos):
    plan, steps = STORIES[name]
    lanes, used = by_descent(plan, steps, photos)
    printed = (results / name / "printed.txt").read_text().splitlines()
    assert len(printed) == len(lanes)
    for letter, lane, line in zip("ABC", lanes, printed, strict=False):
        network = load_network(results / name / f"weights-{letter}.safetensors")
        assert len(network.layers) == len(lane.network.layers)
        for theirs, ours in zip(network.layers, lane.network.layers, strict=True):
            assert theirs.activation is ours.activation
            assert ours.W.abs().max() > 1e-4 or steps == 0
            assert_close(theirs.W, ours.W, atol=1e-5, rtol=0)
            assert_close(theirs.b, ours.b, atol=1e-5, rtol=0)
        Y = photos.Y[:, used]
        Z = propagate(lane.network, photos.pixels[used].reshape(-1, N).T / 127.5 - 1).Z[-1]
        J = lane.loss.cost(Z, Y) + decay(lane.network, lane.l2)
        one = Y.sum(0) == 1
        first, second = Z.topk(2, dim=0).values  # where two are the largest no ball is named
        right = int(((Z.argmax(0) == Y.argmax(0)) & (first > second))[one].sum())
        assert line.startswith(f"weights-{letter}.safetensors: J = ")
        assert float(line.split("J = ")[1].split(",")[0]) == pytest.approx(float(J), abs=1e-4)
        share = f"accuracy {right} of {int(one.sum())} photos with one ball"
        none = "no accuracy yet: all outputs are equal, nothing is named"  # as the page's –
        if not one.any():
            none = "no accuracy: none of these photos has just one ball"
        assert line.endswith(share if (first > second)[one].any() else none)


@pytest.mark.parametrize("name", STORIES)
def test_the_script_of_a_run_is_written_from_what_the_run_remembers(name, photos):
    plan, steps = STORIES[name]
    run, changes = Run(plan[0][1], photos, photos), dict(plan)
    for step in range(steps):
        if step in changes:
            run.change(changes[step])
        run.step()
    lanes, _ = by_descent(plan, steps, photos)
    for ours, theirs in zip(run.lanes, lanes, strict=True):
        assert_close(ours.parameters, theirs.parameters, atol=1e-6, rtol=0)
    text = plain_script(run.changes[0][1], COUNT, run.changes, run.steps)
    assert text == plain_script(plan[0][1], COUNT, plan, steps)


def test_a_script_says_what_it_lacks():
    settings = Settings(init="file")
    text = plain_script(settings, COUNT, [], 3, own=True)
    said = ast.get_docstring(ast.parse(text))
    assert "start.safetensors" in said and "Not the same run" in said and 'load_file("start' in text
    assert "Not the same run" not in plain_script(Settings(own=0.5), COUNT, [], 3)


def test_every_optimiser_meets_every_loss():
    met = set()
    for plan, steps in STORIES.values():
        for (since, now), until in zip(plan, [step for step, _ in plan[1:]] + [steps], strict=True):
            if since < until:
                met |= {(now.optimiser, loss) for loss in now.losses}
    assert met == {(optimiser, loss) for optimiser in OPTIMISERS for loss in LOSSES}


def test_a_script_is_short_and_holds_only_what_its_run_needs():
    plan, steps = STORIES["still"]
    text = text_of(plan, steps)
    assert len(text.splitlines()) < 100 and max(map(len, text.splitlines())) <= 110
    assert "adam" not in text.lower() and "def softmax" not in text
    assert "\n# A\n" in text
    for plan, steps in STORIES.values():
        assert max(map(len, text_of(plan, steps).splitlines())) <= 110
        assert "\n" * 4 not in text_of(plan, steps), "two empty lines between its functions"


def test_odd_numbers_are_spelled_as_python_reads_them():
    class Loud(float):
        def __repr__(self):
            return "print('loud')"

    odd = replace(START, learning_rate=Loud(1e-30), l2=1, seed=2**31 - 1, batch_size=1_000_000)
    text = plain_script(odd, COUNT, [], 0)
    assert "rate=1e-30, batch=1000000, l2=1.0" in text and "loud" not in text
    ast.parse(text)


def test_changes_that_no_run_can_make_are_refused():
    for changes in (
        [(4, replace(START, seed=4))],
        [(4, replace(START, init="zeros"))],
        [(4, replace(START, losses=("binary",)))],
        [(4, START), (3, START)],
        [(-1, START)],
    ):
        with pytest.raises(ValueError, match="run"):
            plain_script(START, COUNT, changes, 10)
    with pytest.raises(ValueError, match="photos"):
        plain_script(START, 0, [], 10)
