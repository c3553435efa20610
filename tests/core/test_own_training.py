"""A run that learns from a person's own photos: the share, before and after, and that no file holds any."""

import gc
import math
import weakref
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from core.balls import ONE, dataset
from core.confusion import CLASSES
from core.descent import DivergedError
from core.live_run.mixture import which_photos
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.live_run.state import RunState
from core.losses import LOSSES
from core.network import propagate
from core.own_photos.before_after import _named, changes, right_by_class
from core.own_photos.own_examples import OwnExamples
from core.pixels import flatten
from core.weights import load_model, read_tensors
from tests.core.runs import few_photos, same, stepped

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


def test_as_many_photos_that_are_others_or_are_sorted_otherwise_are_a_change_too(photos, own):
    """The curves jumped there, and nothing said why."""
    otherwise = replace(own, Y=own.Y[[1, 0, 2]])
    run = Run(SETTINGS, *photos, own=own)
    run.bring(otherwise)
    run.bring(own)
    assert run.history.events == (), "before the first step nothing has been learned from others"
    stepped(run, 3)
    run.bring(otherwise)
    assert [e.text for e in run.history.events] == ["your photos to learn from 12 → 12 others"]
    run.bring(own)
    assert run.history.events == (), "as they were at the last step"
    run.bring(inverted(1, 3, seed=79))
    run.bring(inverted(4, 3, seed=78))
    assert [e.text for e in run.history.events] == ["your photos to learn from 12 → 12 others"]
    stepped(run, 1)
    run.bring(replace(own, held_Y=own.held_Y[[1, 0, 2]]))
    run.bring(None)
    assert [e.text for e in run.history.events[1:]] == ["your photos to learn from 12 → 0"]
    stepped(run, 1)
    run.bring(inverted(4, 3, seed=78))
    assert run.history.events[-1].text == "your photos to learn from 0 → 12"


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
    which = own.mixed(which_photos(train.Y, 0.15, 0.23), 0.5, len(train))
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
    assert right_by_class(Z, Y, LOSSES[loss]) == ((0, 1), (1, 1), (0, 0), (two_right, 1), (1, 1))


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
    run.bring(own)
    run.bring(inverted(1, 3, seed=79))
    assert [(e.step, e.before, e.after) for e in run.history.events] == [(12, "12", "0"), (16, "0", "3")]
    assert run.history.events[-1].text == "your photos to learn from 0 → 3"
    stepped(run, 2).bring(None)
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


def test_a_branch_within_an_epoch_takes_the_very_steps_that_the_run_takes(photos, own):
    run = stepped(Run(SETTINGS, *photos, own=own), 6)
    branch = run.branch(6, None)
    assert run.lanes[0].position > 0
    same(stepped(run, 5), stepped(branch, 5))
    assert branch.epoch == run.epoch


def test_a_share_that_diverged_leaves_a_run_that_goes_on(photos, own):
    run = stepped(Run(replace(SETTINGS, own=0.0), *photos, own=own), 3)
    run.change(replace(SETTINGS, learning_rate=1e30, l2=1.0))
    with pytest.raises(DivergedError):
        stepped(run, 20)
    run.change(replace(SETTINGS, own=0.7))
    steps = run.steps
    assert stepped(run, 3).steps == steps + 3


# ---- the photos themselves ---------------------------------------------------------------------------


def few(**other):
    """Two photos to learn from, one held back."""
    dice = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (3, 64, 64, 3), generator=dice).to(torch.uint8)
    whole = {
        "pixels": pixels[:2],
        "Y": torch.eye(3)[:, :2],
        "held_pixels": pixels[2:],
        "held_Y": torch.eye(3)[:, 2:],
    }
    return OwnExamples(**(whole | other))


@pytest.mark.parametrize(
    "wrong",
    [
        {"pixels": torch.zeros(2, 64, 64, 3)},
        {"pixels": torch.zeros(2, 32, 64, 3, dtype=torch.uint8)},
        {"Y": torch.zeros(3, 1)},
        {"held_Y": torch.zeros(1, 3)},
        {"held_pixels": torch.zeros(1, 3, 64, 64, dtype=torch.uint8)},
        {"pixels": torch.zeros(0, 64, 64, 3, dtype=torch.uint8), "Y": torch.zeros(3, 0)},
    ],
)
def test_photos_that_do_not_fit_their_labels_are_refused(wrong):
    with pytest.raises(ValueError, match=r"photo"):
        few(**wrong)


def test_photos_are_the_same_where_all_of_them_all_labels_and_all_roles_are():
    own = few()
    assert own.same_as(own) and own.same_as(few()) and not own.same_as(None)
    assert (own.count, own.held_count) == (2, 1)
    for name in ("pixels", "Y", "held_pixels", "held_Y"):
        assert not own.same_as(few(**{name: 1 - getattr(own, name)})), name


@given(m=st.integers(1, 300), share=st.floats(0.001, 1.0))
def test_the_rendered_photos_that_stay_are_spread_over_all(m, share):
    which = few().mixed(torch.arange(m), share, m)
    stay = which[which < m]
    if len(stay):
        ends = torch.cat([stay, torch.tensor([m])]).diff()
        assert int(stay[0]) == 0 and int(ends.max() - ends.min()) <= 1


# ---- before and after, where photos change -------------------------------------------------------------


@pytest.fixture
def learned(photos, own):
    """A run of two lanes that has learned from `own` after step 8, and its networks at step 8."""
    run = stepped(Run(replace(SETTINGS, own=0.0, losses=("binary", "softmax")), *photos, own=own), 8)
    networks = [lane.network for lane in run.lanes]
    run.change(replace(run.settings, own=1.0))
    return stepped(run, 3), networks


def test_photos_that_come_later_are_measured_on_the_networks_of_before(learned, photos):
    run, networks = learned
    rendered = [one.rendered for one in run.before_after.before]
    others = inverted(2, 3, seed=78)
    run.bring(others)
    expected = [
        right_by_class(propagate(network, flatten(others.held_pixels)).Z[-1], others.held_Y, LOSSES[name])
        for network, name in zip(networks, run.settings.losses, strict=True)
    ]
    assert [one.own for one in run.before_after.before] == expected
    assert [(one.step, one.rendered) for one in run.before_after.before] == [(8, one) for one in rendered]
    assert rendered[0][1] == one_ball(photos[1])


def test_whatever_was_learned_from_at_any_time_is_not_measured(learned, own):
    run, _ = learned
    others = inverted(2, 1, seed=78)
    run.bring(others)
    stepped(run, 1)
    new = inverted(1, 1, seed=79)
    held = torch.cat([own.pixels, others.pixels, new.held_pixels])
    run.bring(OwnExamples(new.pixels, new.Y, held, torch.cat([own.Y, others.Y, new.held_Y], dim=1)))
    assert sum(of for _, of in run.before_after.now[0].own) == new.held_count == 3


def test_photos_that_are_taken_away_leave_nothing_measured(learned):
    run, _ = learned
    measured = run.before_after.copy()
    run.bring(None)
    assert (run.before_after.held_back, run.before_after.before, run.before_after.now) == (None, (), ())
    assert measured.held_back is not None and len(measured.now) == 2
    measured.bring(None)
    assert measured.now == ()


def test_the_rendered_photos_that_are_right_are_counted_to_the_last_one():
    for of in range(1, 60):
        for right in range(of + 1):
            found = SimpleNamespace(named=right / of, by_number=(None, SimpleNamespace(photos=of)))
            assert _named(found) == (right, of)
    nothing = SimpleNamespace(named=math.nan, by_number=(None, SimpleNamespace(photos=7)))
    assert _named(nothing) == (0, 7)


def test_before_says_that_nothing_was_named_where_all_outputs_were_equal(photos, own):
    run = Run(replace(SETTINGS, init="zeros"), *photos, own=own)
    assert [one.names for one in run.before_after.now] == [False for _ in run.lanes]
    stepped(run, 4)
    run.look()
    found = run.before_after
    assert [(was.names, now.names) for was, now in zip(found.before, found.now, strict=True)] == [
        (False, True) for _ in run.lanes
    ]
    for row in changes(found.before[0], found.now[0]):
        assert row.named == ((True, True) if row.what in ("many", "none") else (False, True))
    run.bring(OwnExamples(own.pixels, own.Y, own.held_pixels.flip(2), own.held_Y))
    before = run.before_after.before
    assert [one.names for one in before] == [False for _ in run.lanes], "of other photos held back, too"


# ---- files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{}, {"losses": ("binary", "softmax")}, {"hidden": (4,), "init": "he"}])
def test_photos_that_are_taken_away_are_gone_from_memory(photos, settings):
    """Of a run that stands still and of a branch, too; what they have taught stays."""
    own = inverted(2, 2)
    run = Run(replace(SETTINGS, **settings), *photos, own=own)
    stepped(run, 5)
    branch = run.branch(4, None)
    mixed = [one.lanes[0].X.photos[1] for one in (run, branch)]  # the photos and their mirror images
    held = [weakref.ref(x) for x in (own, own.pixels, own.held_pixels, *mixed)]
    gradient, weights = run.lanes[0].gradients.W[0], W(run)
    del own, mixed
    run.bring(None), branch.bring(None)
    gc.collect()
    assert [ref() for ref in held] == [None] * 5
    assert run.private and torch.equal(W(run), weights)
    assert torch.equal(run.lanes[0].gradients.W[0], gradient)


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
    brought = Run(Settings(init="file"), *photos, tmp_path, brought=load_model("goal2"))
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
    mine = inverted(10, 50)
    settings, _ = Settings.checked({"init": init, "own": share})
    run = Run(settings, *photos, own=mine)
    stepped(run, 50)  # 0.1 s of a head, 0.1 s of the network on one free core
    run._judge()
    row = {row.what: row for row in changes(run.before_after.before[0], run.before_after.now[0])}["one"]
    assert row.now.of == 150
    assert row.now.value >= row.before.value + gain
    assert row.now.low > row.before.high  # and not by chance
