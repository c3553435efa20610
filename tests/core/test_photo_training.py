"""Training on a folder: it learns, its order is a pure function, and a killed one goes on bit for bit."""

import math
import os
import signal
import time
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from core.balls import ONE, render
from core.commands import main
from core.descent import Descent
from core.judging import judge_pixels
from core.losses import BINARY_CROSS_ENTROPY
from core.patches import above, below, excited
from core.photo_folder.cache import ENTRY, PhotoCache
from core.photo_folder.folder import list_photos
from core.photo_folder.plan import PhotoPlan, asked, places, rendered_drawn
from core.photo_folder.training import PhotoTraining
from core.photos import read_photo
from core.training import PLANS
from core.weights import WeightsError, load_model, load_network, read_tensors, write_tensors
from tests.core.folder_of_photos import write_photos
from tests.core.forked import forked, needs_fork

PLAN = PhotoPlan("goal3", "zero", epochs=3, rate=1e-3, share=0.5, seed=7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = write_photos(tmp_path_factory.mktemp("photos"), 70)
    (root / "soccer" / "broken.jpg").write_bytes(b"no photo")
    return list_photos(root)


@pytest.fixture(scope="module")
def sixty(tmp_path_factory):
    return write_photos(tmp_path_factory.mktemp("sixty"), 60)


@pytest.fixture(scope="module")
def rendered():
    return render(1, range(48), ONE, device="cpu")


def training(folder, rendered, plan=PLAN):
    which = torch.arange(len(folder))
    run = PhotoTraining(plan, folder, which, plan.network(), 0 if rendered is None else len(rendered))
    if rendered is not None:
        run.mix_in(rendered)
    return run


def steps(run, cache, count=None):
    told = []
    list(islice(run.run(cache, left_out=lambda path, _: told.append(path.name)), count))
    return told


def parameters(network):
    return [p for layer in network.layers for p in (layer.W, layer.b)]


def same(one, other):
    return all(torch.equal(p, q) for p, q in zip(parameters(one), parameters(other), strict=True))


def test_every_epoch_takes_every_photo_once_in_an_order_of_its_own():
    which = torch.arange(100, 171)
    every = list(places(which, PLAN, 0))
    epochs = [every[71 * e : 71 * e + 71] for e in range(3)]
    assert len(every) == 3 * 71
    assert all(sorted(p.i for p in epoch) == which.tolist() for epoch in epochs)
    assert len({tuple(p.i for p in epoch) for epoch in epochs}) == 3
    assert 0.3 < np.mean([p.mirrored for p in every]) < 0.7
    assert sum(p.last for p in every) == PLAN.steps(71) == every[-1].step + 1 == 15
    for step in range(16):
        assert list(places(which, PLAN, step)) == [p for p in every if p.step >= step]
        assert PLAN.passed(71, step) == sum(p.step < step for p in every)
    assert list(places(which, replace(PLAN, seed=8), 0)) != every


@pytest.mark.parametrize(
    ("share", "own", "mixed"), [(0.0, 32, 0), (0.5, 16, 16), (0.75, 8, 24), (0.95, 2, 32)]
)
def test_the_share_of_rendered_photos_is_the_one_asked_for(share, own, mixed):
    plan = replace(PLAN, share=share)
    assert (plan.own, plan.mixed_in(plan.own)) == (own, mixed)
    some = rendered_drawn(48, plan, 3, own)
    assert len(some) == mixed and torch.equal(some, rendered_drawn(48, plan, 3, own))
    assert len(rendered_drawn(48, PLAN, 3, 5)) == 5  # the last batch of an epoch keeps the share


def test_goal_3_is_asked_about_photos_with_exactly_one_ball():
    Y = torch.tensor([[1, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]])
    assert asked("goal3", Y).tolist() == [True, False, False, True]
    assert asked("goal2", Y).all() and asked("network", Y).all()


def test_the_first_steps_are_those_of_plain_descent(folder, rendered, tmp_path):
    run = training(folder, rendered)
    network, moments = run.reached.network, run.reached.moments
    with PhotoCache(tmp_path / "small", folder.fingerprint) as cache:
        told = steps(run, cache, 2)
    for step in range(2):
        X, Y = [], []
        for place in (p for p in places(run.which, PLAN, 0) if p.step == step):
            if folder.path(place.i).name == "broken.jpg":
                continue
            crop = torch.from_numpy(read_photo(folder.path(place.i).read_bytes()).crop())
            X.append(crop.flip(1) if place.mirrored else crop)
            Y.append(folder.Y(torch.tensor([place.i])))
        some = rendered_drawn(48, PLAN, step, len(X))
        X = torch.cat([torch.stack(X), rendered.pixels[some]])
        Y = torch.cat([*Y, rendered.Y[:, some]], dim=1)
        α = PLAN.rate * (1 - 0.9 * step / run.steps)
        plan = PLANS["goal3"]
        plain = Descent(network, X, Y, loss=plan.loss, learning_rate=α, batch_size=99, l2=plan.l2)
        plain.optimiser = plan.optimiser
        plain.go_to(0, 0, 0, moments)
        plain.step()
        network, moments = plain.network, plain.moments
    assert same(run.reached.network, network) and run.reached.step == 2 and told in ([], ["broken.jpg"])


PATCHES = replace(PLAN, model="patches", start="shipped", epochs=1)


def test_of_the_patches_network_the_layers_above_the_mean_learn(folder, rendered, tmp_path):
    run, shipped = training(folder, rendered, PATCHES), load_model("patches")
    with PhotoCache(tmp_path / "small", folder.fingerprint) as cache:
        steps(run, cache, 1)
    X, Y = [], []
    for place in (p for p in places(run.which, PATCHES, 0) if p.step == 0):
        if folder.path(place.i).name != "broken.jpg":
            crop = torch.from_numpy(read_photo(folder.path(place.i).read_bytes()).crop())
            X.append(crop.flip(1) if place.mirrored else crop)
            Y.append(folder.Y(torch.tensor([place.i])))
    some = rendered_drawn(48, PATCHES, 0, len(X))
    A = excited(shipped, torch.cat([torch.stack(X), rendered.pixels[some]]))  # ā (128, m)
    Y = torch.cat([*Y, rendered.Y[:, some]], dim=1)
    plain = Descent(above(shipped), A, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=PATCHES.rate, l2=3e-4)
    plain.optimiser = "adam"
    plain.step()
    for learned, expected in zip(parameters(run.reached.network), parameters(plain.network), strict=True):
        torch.testing.assert_close(learned, expected, atol=1e-5, rtol=1e-4)
    assert same(below(run.result), below(shipped)) and not same(above(run.result), above(shipped))
    assert judge_pixels(run.result, rendered.pixels[:2]).isfinite().all()


def test_from_zero_the_layers_above_begin_anew_by_the_seed():
    plan, shipped = replace(PATCHES, start="zero"), load_model("patches")
    one, again, other = plan.network(), plan.network(), replace(plan, seed=8).network()
    assert same(one, again) and one.sizes == shipped.sizes
    assert [layer.activation for layer in one.layers] == [layer.activation for layer in shipped.layers]
    assert same(below(one), below(shipped))
    assert not same(above(one), above(shipped)) and not same(above(one), above(other))


# 2, 4: before there is a mean, 9: in the second epoch
@pytest.mark.parametrize(("stop", "plan"), [(1, PLAN), (4, PLAN), (9, PLAN), (14, PLAN), (2, PATCHES)])
def test_a_continued_training_equals_the_uninterrupted_one(folder, rendered, tmp_path, stop, plan):
    whole, first = training(folder, rendered, plan), training(folder, rendered, plan)
    with PhotoCache(tmp_path / "one", folder.fingerprint) as cache:
        assert steps(whole, cache) == ["broken.jpg"]
    with PhotoCache(tmp_path / "two", folder.fingerprint) as cache:
        steps(first, cache, stop)
        first.save(tmp_path / "state")
        steps(first, cache, 1)  # what a kill loses
    second = training(folder, rendered, plan)
    second.load(tmp_path / "state")
    assert second.reached.step == stop
    with PhotoCache(tmp_path / "two", folder.fingerprint) as cache:
        steps(second, cache)
    assert whole.reached.step == second.reached.step == whole.steps
    assert same(whole.result, second.result) and same(whole.reached.network, second.reached.network)
    assert not same(whole.result, whole.reached.network)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no disk that is always full there")
def test_a_disk_that_fills_up_costs_only_time(folder, rendered, tmp_path, caplog):
    run, same_run = training(folder, rendered), training(folder, rendered)
    with PhotoCache(tmp_path / "roomy", folder.fingerprint) as cache:
        steps(same_run, cache)
    with PhotoCache(tmp_path / "small", folder.fingerprint) as cache, open("/dev/full", "r+b", 0) as full:
        cache._file.close()
        cache._file = full
        steps(run, cache)
    assert same(run.result, same_run.result)
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'small'} can keep no more photos: No space left on device"
    ]


def test_a_state_of_another_training_is_refused_in_a_sentence(folder, rendered, tmp_path):
    state = tmp_path / "state"
    training(folder, rendered).save(state)
    for other, words in [
        (
            training(folder, rendered, replace(PLAN, rate=3e-4 / 3)),
            r"begun with rate 0\.001, not 0\.0001; give the",
        ),
        (training(folder, rendered, replace(PLAN, seed=8)), "begun with seed 7, not 8"),
        (training(folder, None), "begun with rendered 48, not 0"),
        (training(folder, rendered, replace(PLAN, start="shipped")), "begun with start zero, not shipped"),
        (training(list_photos(write_photos(tmp_path / "b", 5)), rendered), "begun with other photos"),
    ]:
        with pytest.raises(WeightsError, match=words):
            other.load(state)
        assert other.reached.step == 0
    for content in (b"", b"no state", state.read_bytes()[:1000]):
        (tmp_path / "broken").write_bytes(content)
        with pytest.raises(WeightsError):
            training(folder, rendered).load(tmp_path / "broken")


@pytest.mark.parametrize(
    "break_it",
    [
        lambda tensors, header: header.update(place=[-1, 0, 0]),
        lambda tensors, header: header.update(place=[-(10**6), 0, 0]),
        lambda tensors, header: header.update(place=[10**6, 0, 0]),
        lambda tensors, header: header.update(place=[2, 3, 2]),
        lambda tensors, header: header.update(place=[2, 0, 3]),
        lambda tensors, header: tensors["mean.layer.0.W"].fill_(math.nan),
        lambda tensors, header: tensors["layer.0.W"].fill_(math.inf),
        lambda tensors, header: tensors.update({"layer.0.W": tensors["layer.0.W"].double()}),
        lambda tensors, header: tensors.update({"first.0": tensors["first.0"].T.contiguous()}),
        lambda tensors, header: tensors.update({"second.0": tensors["second.0"].long()}),
    ],
)
def test_a_broken_state_is_refused_in_a_sentence(folder, rendered, tmp_path, break_it):
    run = training(folder, rendered)
    with PhotoCache(tmp_path / "cache", "it") as cache:
        steps(run, cache, 2)
    run.save(tmp_path / "state")
    tensors, header = read_tensors(tmp_path / "state")
    break_it(tensors, header)
    write_tensors(tmp_path / "state", tensors, header)
    fresh = training(folder, rendered)
    with pytest.raises(WeightsError, match=r"is not the state of a training: .*delete that file to begin"):
        fresh.load(tmp_path / "state")
    assert fresh.reached.step == 0


def test_a_state_of_another_training_is_told_before_a_photo_is_rendered(tmp_path, capsys, monkeypatch):
    """8,192 of them take seconds, or on a busy machine a minute."""
    root, out = write_photos(tmp_path / "photos", 12), tmp_path / "w.safetensors"
    plan, photos = PhotoPlan("goal2", "zero", epochs=2, rate=1e-3, share=0.5, seed=11), list_photos(root)
    begun = PhotoTraining(plan, photos, torch.arange(len(photos)), plan.network(), 8192)
    begun.save(tmp_path / "w.safetensors.state")
    monkeypatch.setattr("core.commands.dataset", lambda *_, **__: pytest.fail("they were rendered before"))
    command = ["train", "goal2", "--photos", str(root), "--from", "zero", "--rate", "1e-3", "--epochs", "3"]
    assert main([*command, "--out", str(out)]) == 1
    assert "w.safetensors.state was begun with epochs 2, not 3" in capsys.readouterr().err


def test_another_file_in_the_place_of_the_small_copies_is_told_before_a_photo_is_rendered(
    tmp_path, capsys, monkeypatch
):
    root, out = write_photos(tmp_path / "photos", 12), tmp_path / "w.safetensors"
    theirs = tmp_path / "w.safetensors.photos"
    theirs.write_bytes(b"a letter")
    monkeypatch.setattr("core.commands.dataset", lambda *_, **__: pytest.fail("they were rendered before"))
    assert main(["train", "goal2", "--photos", str(root), "--out", str(out)]) == 1
    assert "another file is there" in capsys.readouterr().err and theirs.read_bytes() == b"a letter"


def test_a_file_of_others_is_not_replaced_by_weights(tmp_path, capsys):
    root, out = write_photos(tmp_path / "photos", 12), tmp_path / "w.safetensors"
    command = ["train", "goal2", "--photos", str(root), "--epochs", "1", "--share", "0", "--out", str(out)]
    out.write_bytes(b"a letter")
    assert main(command) == 1
    assert "holds no weights, so it is not replaced" in capsys.readouterr().err
    assert out.read_bytes() == b"a letter" and not out.with_name(f"{out.name}.photos").exists()
    for before in (b"", None):  # an empty one, and the weights that stand there then
        if before is not None:
            out.write_bytes(before)
        assert main(command) == 0 and len(load_network(out).layers) == 1


def test_as_many_rendered_photos_as_were_said(folder, rendered):
    run = PhotoTraining(PLAN, folder, torch.arange(len(folder)), PLAN.network(), 7)
    with pytest.raises(ValueError, match="7 photos are mixed in, not 48"):
        run.mix_in(rendered)


@pytest.mark.parametrize("left", [0, 1000], ids=["nothing", "a part"])
def test_who_finds_a_state_that_is_cut_short_is_told_what_to_do(folder, rendered, tmp_path, left):
    run, state = training(folder, rendered), tmp_path / "my.safetensors.state"
    run.save(state)
    state.write_bytes(state.read_bytes()[:left])
    with pytest.raises(
        WeightsError, match=r"my\.safetensors\.state cannot be read.*delete that file to begin"
    ):
        run.load(state)


def test_the_weights_kept_are_the_mean_after_the_last_six_of_fifteen_steps(folder, rendered, tmp_path):
    run, networks = training(folder, rendered), []
    with PhotoCache(tmp_path / "photos", folder.fingerprint) as cache:
        for _ in run.run(cache, left_out=lambda path, refused: None):
            networks.append(run.reached.network)
    assert len(networks) == run.steps == 15 and run.reached.averaged == 6
    for place, kept in enumerate(parameters(run.result)):
        late = torch.stack([parameters(network)[place] for network in networks[9:]])
        torch.testing.assert_close(kept, late.mean(dim=0))


def test_the_cost_falls(folder, tmp_path):
    plan = PhotoPlan("goal2", "zero", epochs=15, rate=1e-3, share=0.0, seed=1)
    run = PhotoTraining(plan, folder, torch.arange(len(folder)), plan.network(), 0)
    with PhotoCache(tmp_path / "small", folder.fingerprint) as cache:
        costs = [cost for _, cost in run.run(cache, left_out=lambda path, _: None)]
    assert len(costs) == run.steps and np.mean(costs[-5:]) < 0.75 * costs[0]


def test_the_cache_gives_back_what_was_put_and_nothing_half_written(tmp_path):
    path, dice = tmp_path / "small", np.random.default_rng(0)
    photos = dice.integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)
    photos[2] = 0
    with PhotoCache(path, "these photos", most=5) as cache:
        assert cache.get(3) is None
        for i in (4, 0, 2):
            cache.put(i, photos[i])
        cache.put(5, photos[0])
        assert [cache.get(i) is not None for i in range(6)] == [True, False, True, False, True, False]
    with PhotoCache(path, "these photos", most=5) as cache:
        for i in (0, 2, 4):
            assert np.array_equal(cache.get(i), photos[i])
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content[:-1])
    with PhotoCache(path, "these photos", most=5) as cache:
        assert cache.get(0) is None and cache.get(4) is None and np.array_equal(cache.get(2), photos[2])
    with PhotoCache(path, "other photos", most=5) as cache:
        assert cache.get(2) is None


def test_the_cache_takes_no_file_of_others(tmp_path):
    path = tmp_path / "small"
    path.write_bytes(b"a letter")
    with pytest.raises(FileExistsError, match="another file is there; move it away"):
        PhotoCache(path, "these photos")
    assert path.read_bytes() == b"a letter"


@pytest.mark.parametrize("whole", [3, 4], ids=["in the middle of a step", "at its end"])
def test_ctrl_c_breaks_no_step_in_two(sixty, tmp_path, capsys, whole):
    out, uninterrupted = tmp_path / "stopped.safetensors", tmp_path / "whole.safetensors"
    command = ["train", "goal2", "--photos", str(sixty), "--epochs", "3", "--share", "0"]
    assert main([*command, "--out", str(uninterrupted)]) == 0
    with pytest.MonkeyPatch.context() as patched, heard_by(signal.default_int_handler):
        if whole == 4:
            patched.setattr(PhotoTraining, "_take", interrupted_at(4))
        else:
            patched.setattr(Descent, "step", interrupted_after(4, Descent.step))
        assert main([*command, "--out", str(out), "--save-every", "1e6"]) == 1
    said = capsys.readouterr().err
    assert f"stopped.safetensors.state keeps step {whole}" in said
    assert said.endswith("python -m core: stopped\n")
    assert main([*command, "--out", str(out)]) == 0
    assert f"going on after step {whole} of" in capsys.readouterr().out
    assert out.read_bytes() == uninterrupted.read_bytes()


def test_what_a_script_started_in_the_background_does_not_hear_ctrl_c(sixty, tmp_path, monkeypatch):
    """A shell has it ignored there, since it is meant for what stands in the foreground."""
    out = tmp_path / "whole.safetensors"
    monkeypatch.setattr(PhotoTraining, "_take", interrupted_at(3))
    with heard_by(signal.SIG_IGN):
        command = ["train", "goal2", "--photos", str(sixty), "--epochs", "3", "--share", "0"]
        assert main([*command, "--out", str(out)]) == 0
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert out.exists()


@contextmanager
def heard_by(handler):
    """SIGINT, with whatever the tests themselves were started with."""
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def interrupted_at(step):
    """PhotoTraining._take with a Ctrl-C at the end of this step."""
    return interrupted_after(step, PhotoTraining._take)


def interrupted_after(calls, function):
    """The function with a Ctrl-C when it has been called so many times."""
    called = []

    def stopped(*arguments):
        answer = function(*arguments)
        called.append(1)
        if len(called) == calls:
            signal.raise_signal(signal.SIGINT)
        return answer

    return stopped


@needs_fork
def test_ctrl_c_waits_for_no_photo_that_takes_long(sixty, tmp_path):
    """A photo on a slow disk: what reads it is left behind, and the steps before it are kept."""
    out = tmp_path / "slow.safetensors"
    script = f"""
import sys, time
from core.photo_folder import training
from core.commands import main
from core.terminal import leave
places, get, take, slow = training.places, training.PhotoCache.get, training.PhotoTraining._take, set()
def ahead(*given):
    for number, place in enumerate(places(*given), 1):
        if number == 36:  # the first step takes 32
            slow.add(place.i)
        yield place
def got(cache, i):
    if i in slow:
        time.sleep(600)
    return get(cache, i)
def taken(*batch):
    take(*batch)
    print("stepped", flush=True)
training.places, training.PhotoCache.get, training.PhotoTraining._take = ahead, got, taken
leave(lambda: main(["train", "goal2", "--photos", {str(sixty)!r}, "--share", "0", "--out", {str(out)!r}]))
"""
    with forked(script) as process:
        assert "stepped\n" in process.stdout
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, said = process.communicate()
    assert process.returncode == 1 and said.endswith("python -m core: stopped\n")
    assert "slow.safetensors.state keeps step 1: the same command goes on" in said
    assert time.monotonic() - began < 10
    assert {path.name for path in tmp_path.iterdir()} == {f"{out.name}.state", f"{out.name}.photos"}


@needs_fork
def test_a_killed_command_goes_on_to_the_same_file(tmp_path, capsys):
    root = write_photos(tmp_path / "photos", 40)
    out, whole = tmp_path / "killed.safetensors", tmp_path / "whole.safetensors"
    command = ["train", "goal2", "--photos", str(root), "--epochs", "5", "--share", "0"]
    script = f"""
import sys
from core.commands import main
from core.photo_folder.training import PhotoTraining
save = PhotoTraining.save
def saved(run, path):
    save(run, path)
    if run.reached.step == 3:
        print("step 3", flush=True)
        input()
PhotoTraining.save = saved
main({[*command, "--out", str(out), "--save-every", "0"]!r})
"""
    with forked(script) as process:
        assert "step 3\n" in process.stdout
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL and not out.exists()
    (tmp_path / "killed.safetensors.state01234567.part").write_bytes(b"killed while it was written")

    assert main([*command, "--epochs", "6", "--out", str(out)]) == 1
    assert "was begun with epochs 5, not 6" in capsys.readouterr().err
    assert main([*command, "--out", str(out)]) == 0
    assert "going on after step 3 of" in capsys.readouterr().out
    assert main([*command, "--out", str(whole)]) == 0
    assert "going on" not in capsys.readouterr().out
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, "photos", whole.name]


def test_copies_that_changed_places_are_not_there(tmp_path):
    with PhotoCache(tmp_path / "photos", "it") as cache:
        for i in (0, 1):
            cache.put(i, np.full((64, 64, 3), i, np.uint8))
    data = (tmp_path / "photos").read_bytes()
    head, first, second = data[: -2 * ENTRY], data[-2 * ENTRY : -ENTRY], data[-ENTRY:]
    (tmp_path / "photos").write_bytes(head + second + first)
    with PhotoCache(tmp_path / "photos", "it") as cache:
        assert cache.get(0) is None and cache.get(1) is None
