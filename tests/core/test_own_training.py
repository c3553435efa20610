"""A run that learns from a person's own photos: the share, before and after, and that no file holds any."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core.balls import ONE, dataset
from core.before_after import changes, counted
from core.confusion import CLASSES
from core.descent import DivergedError
from core.losses import LOSSES
from core.mixture import examples
from core.own_examples import OwnExamples
from core.run import Run
from core.run_state import RunState
from core.settings import Settings
from core.starts import shipped_start
from core.weights import read_tensors
from tests.core.runs import few_photos, stepped

SETTINGS = Settings(learning_rate=0.003, batch_size=16, seed=5, own=0.5)


@pytest.fixture(scope="module")
def photos():
    return few_photos()


def inverted(count, held, seed=77):
    """`count` and `held` photos a ball such as nobody has trained on: rendered ones, every byte b 255 − b."""
    drawn = dataset(seed, 4 * 3 * (count + held) // 2, ONE, device="cpu")
    ball = drawn.Y.argmax(dim=0)
    places = [(ball == k).nonzero()[:, 0] for k in range(3)]
    mine, back = (torch.cat([p[part] for p in places]) for part in (slice(count), slice(count, count + held)))
    return OwnExamples(255 - drawn.pixels[mine], drawn.Y[:, mine], 255 - drawn.pixels[back], drawn.Y[:, back])


@pytest.fixture(scope="module")
def own():
    return inverted(4, 3)


def W(run, lane=0):
    return run.lanes[lane].network.layers[0].W


@settings(deadline=None)
@given(m=st.integers(1, 200), p=st.integers(1, 40), share=st.floats(0.001, 1.0))
def test_the_share_is_met_and_every_photo_has_its_turn(m, p, share):
    pixels = torch.zeros(p, 64, 64, 3, dtype=torch.uint8)
    own = OwnExamples(pixels, torch.zeros(3, p), pixels[:0], torch.zeros(3, 0))
    rendered = torch.arange(0, 2 * m, 2)
    which = own.mixed(rendered, share, 2 * m)
    mine = which[which >= 2 * m] - 2 * m
    assert len(which) == m
    assert len(mine) == min(m, max(1, round(share * m)))
    turns = torch.bincount(mine, minlength=2 * p)
    assert int(turns.max() - turns.min()) <= 1
    others = which[which < 2 * m]
    assert torch.isin(others, rendered).all() and len(others.unique()) == len(others)


def test_a_step_learns_from_the_share(photos, own):
    train, _ = photos
    run = stepped(Run(replace(SETTINGS, batch_size=0), *photos, own=own), 1)
    which = own.mixed(examples(train.Y, 0.15, 0.23), 0.5, len(train))
    assert torch.equal(run.lanes[0].which, which)
    everything = torch.cat([train.pixels, own.pixels, own.pixels.flip(2)])
    X = everything[which].reshape(len(which), -1).T / 127.5 - 1
    Y = torch.cat([train.Y, own.Y, own.Y], dim=1)[:, which]
    assert_close(W(run), -0.003 * (0.5 - Y) @ X.T / len(which), atol=1e-6, rtol=1e-4)


def test_without_photos_or_without_a_share_it_is_the_run_that_it_was(photos, own):
    plain = stepped(Run(replace(SETTINGS, own=0.0), *photos), 12)
    assert torch.equal(W(stepped(Run(SETTINGS, *photos), 12)), W(plain))
    brought = Run(replace(SETTINGS, own=0.0), *photos, own=own)
    assert torch.equal(W(stepped(brought, 12)), W(plain))
    assert not brought.private


def test_before_is_before_the_first_step_on_own_photos(photos, own):
    run = stepped(Run(replace(SETTINGS, own=0.0, losses=("binary", "softmax")), *photos, own=own), 8)
    assert [one.step for one in run.before_after.now] == [8, 8]
    run.change(replace(run.settings, own=1.0))
    stepped(run, 20)
    assert [(one.step, one.rendered[1]) for one in run.before_after.before] == [(8, one_ball(photos[1]))] * 2
    assert [one.step for one in run.before_after.now] == [28, 28]
    rows = changes(run.before_after.before[0], run.before_after.now[0])
    assert [row.what for row in rows] == [*CLASSES[:3], "one", "rendered"]
    assert [row.now.of for row in rows] == [3, 3, 3, 9, one_ball(photos[1])]
    assert all(0 <= row.now.low <= row.now.value <= row.now.high <= 1 for row in rows)
    run.begin(run.settings)
    assert run.before_after.before == run.before_after.now


def one_ball(photos):
    return int((photos.Y.sum(dim=0) == 1).sum())


@pytest.mark.parametrize(("loss", "two_right"), [("binary", 1), ("softmax", 0)])
def test_what_counts_as_right(loss, two_right):
    Z = torch.tensor([[-3.0, 2.0, -5.0, 2.0], [-1.0, 3.0, -5.0, 2.0], [-2.0, 1.0, -6.0, -9.0]])
    Y = torch.tensor([[0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]])
    # One basketball whose z is the largest, though ŷ < ½ on sigmoids; a soccer ball taken for a basketball.
    assert counted(Z, Y, LOSSES[loss]) == ((0, 1), (1, 1), (0, 0), (two_right, 1), (1, 1))


def test_photos_may_come_change_and_go_on_the_way(photos, own):
    run = stepped(Run(SETTINGS, *photos), 6)
    assert not run.private and run.before_after.now == ()
    run.bring(own)
    assert run.history.events == ()  # nothing has been learned from other photos
    stepped(run, 6)
    assert run.private and run.before_after.before[0].step == 6
    run.bring(inverted(2, 3, seed=78))
    run.bring(None)
    assert [(e.before, e.after) for e in run.history.events] == [("12", "0")]
    assert all(lane.X is photos[0].pixels for lane in run.lanes)
    kept = [lane for step in run.keyframes.steps for lane in run.keyframes._kept[step]]
    assert all(lane.X is photos[0].pixels for lane in kept)
    stepped(run, 4)
    assert run.private  # its weights have seen them
    run.begin(run.settings)
    assert not run.private


def test_nothing_is_measured_on_a_photo_that_was_learned_from(photos, own):
    run = stepped(Run(SETTINGS, *photos, own=own), 3)
    mixed = OwnExamples(
        own.held_pixels,
        own.held_Y,
        torch.cat([own.pixels, inverted(1, 1, seed=79).pixels]),
        torch.cat([own.Y, torch.eye(3)], dim=1),
    )
    run.bring(mixed)
    assert sum(of for _, of in run.before_after.now[0].own) == 3
    run.begin(run.settings)
    assert sum(of for _, of in run.before_after.now[0].own) == 15


def test_a_branch_goes_on_with_the_photos(photos, own):
    run = stepped(Run(SETTINGS, *photos, own=own), 10)
    branch = run.branch(10, None)
    assert branch.private and branch.before_after.before == run.before_after.before
    assert_close(W(stepped(branch, 4)), W(stepped(run, 4)), atol=1e-5, rtol=1e-4)
    stepped(run, 2).change(replace(SETTINGS, own=0.0))
    stepped(run, 4)
    other = run.branch(10, None)  # from when there were own photos among the examples
    assert other.settings.own == 0.5 and other.m == branch.m
    assert stepped(other, 2).steps == 12


def test_a_share_that_diverged_leaves_a_run_that_goes_on(photos, own):
    run = stepped(Run(replace(SETTINGS, own=0.0), *photos, own=own), 3)
    run.change(replace(SETTINGS, learning_rate=1e30, l2=1.0))
    with pytest.raises(DivergedError):
        stepped(run, 20)
    run.change(replace(SETTINGS, own=0.7))
    steps = run.steps
    assert stepped(run, 3).steps == steps + 3


# ---- files -------------------------------------------------------------------------------------------


def test_own_photos_and_what_was_learned_from_them_are_in_no_file(photos, own, tmp_path):
    run = stepped(Run(replace(SETTINGS, own=0.0), *photos, tmp_path, own=own), 5)
    run.save()
    public = W(run).clone()
    written = {file: file.read_bytes() for file in tmp_path.iterdir()}
    run.change(replace(SETTINGS, own=1.0))
    stepped(run, 30)
    assert run.private
    for write in (run.save, run.state, lambda: RunState.of(run)):
        with pytest.raises(ValueError, match="written nowhere"):
            write()
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if file in written} == written
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    rows = torch.cat([own.pixels, own.held_pixels]).reshape(-1, 192)
    told = [row.numpy().tobytes() for row in rows if len(row.unique()) >= 40]  # a flat row may be anybody's
    assert len(told) > 100 and not any(row in everything for row in told)
    for file in tmp_path.glob("*.safetensors"):
        tensors, _ = read_tensors(file)
        if "layer.0.W" in tensors:
            assert not torch.equal(tensors["layer.0.W"], W(run))
    again = Run.load(tmp_path, *photos)  # as after a kill
    assert (again.steps, again.private) == (5, False)
    assert torch.equal(W(again), public)
    again.change(replace(SETTINGS, own=1.0))  # and without the photos it goes on with rendered ones
    assert torch.equal(W(stepped(again, 6)), W(stepped(Run(replace(SETTINGS, own=0.0), *photos), 11)))


def test_a_run_that_learns_from_own_photos_from_the_start_writes_nothing(photos, own, tmp_path):
    run = stepped(Run(replace(SETTINGS, own=0.2), *photos, tmp_path, own=own), 25)
    assert list(tmp_path.iterdir()) == []
    assert len(run.keyframes.steps) > 3 and run.at(run.keyframes.steps[1])
    brought = Run(Settings(init="file"), *photos, tmp_path, brought=shipped_start("goal2"))
    assert stepped(brought, 5).private and list(tmp_path.iterdir()) == []
    brought.begin(Settings())
    assert not brought.private
    brought.save()


def test_states_from_before_the_photos_can_be_looked_at(photos, own, tmp_path):
    run = stepped(Run(replace(SETTINGS, own=0.0), *photos, tmp_path, own=own), 10)
    before = W(run).clone()
    run.change(SETTINGS)
    stepped(run, 5)
    assert torch.equal(run.at(10)[0].network.layers[0].W, before)
    assert stepped(run.branch(10, None), 2).steps == 12


# ---- does it help? -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("init", "share", "gain"), [("network", 0.5, 0.10), ("goal2", 1.0, 0.20)])
def test_ten_photos_a_class_help_within_a_second(photos, init, share, gain):
    mine = inverted(10, 100)
    settings, _ = Settings.checked({"init": init, "own": share})
    run = Run(settings, *photos, own=mine)
    stepped(run, 50)  # 0.1 s of a head, 0.1 s of the network on one free core
    run._judge()
    row = {row.what: row for row in changes(run.before_after.before[0], run.before_after.now[0])}["one"]
    assert row.now.of == 300
    assert row.now.value >= row.before.value + gain
    assert row.now.low > row.before.high  # and not by chance
