"""A run on the disk: it goes on bit for bit, what is broken is refused in a sentence, a disk may refuse."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.descent import DivergedError
from core.live_run.history_csv import as_csv
from core.live_run.keyframes import MOST
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.live_run.state import has_state, leave_unwritten, settings_in, was_unwritten
from core.weights import WeightsError, read_tensors, write_tensors
from tests.core.runs import SETTINGS, few_photos, same, stepped


@pytest.fixture(scope="module")
def photos():
    return few_photos()


@pytest.mark.parametrize("optimiser", ["plain", "momentum", "adam"])
def test_a_saved_run_goes_on_bit_for_bit(photos, tmp_path, optimiser):
    settings = replace(SETTINGS, optimiser=optimiser)
    run = stepped(Run(settings, *photos, tmp_path), 9)
    run.change(replace(settings, losses=("tangled", "softmax"), l2=0.01))
    stepped(run, 4).save()
    again = Run.load(tmp_path, *photos)
    same(run, again)
    assert again.settings == run.settings
    assert again.changes == run.changes
    assert again.history.events == run.history.events
    assert again.keyframes.steps == run.keyframes.steps
    same(stepped(run, 15), stepped(again, 15))
    assert torch.equal(
        torch.from_numpy(run.history.lanes[0].cost.points()),
        torch.from_numpy(again.history.lanes[0].cost.points()),
    )


def test_a_broken_folder_is_refused_in_a_sentence(photos, tmp_path):
    with pytest.raises(WeightsError, match="cannot be read"):
        Run.load(tmp_path, *photos)
    run = stepped(Run(SETTINGS, *photos, tmp_path), 3)
    run.save()
    (tmp_path / "run.json").write_text('{"saved": 1, "changes": [[0, {"learning_rate": "NaN"}]]}')
    with pytest.raises(WeightsError, match="learning rate"):
        Run.load(tmp_path, *photos)
    for text in ("[" * 100_000, '{"saved": 1, "changes": [[Infinity, {}]]}'):
        (tmp_path / "run.json").write_text(text)
        with pytest.raises(WeightsError, match="cannot be read"):
            Run.load(tmp_path, *photos)
        assert settings_in(tmp_path) in (None, Settings())
    run.save()
    about = json.loads((tmp_path / "run.json").read_text())
    for broken in ({"changed_at": -(2**70)}, {"changes": [[0, [1, 2]]]}):
        (tmp_path / "run.json").write_text(json.dumps(about | broken))
        with pytest.raises(WeightsError, match="cannot be read"):
            Run.load(tmp_path, *photos)
    run.save()
    earlier = (tmp_path / "step-000000000-1.safetensors").read_bytes()
    next(tmp_path.glob("now-*-1.safetensors")).write_bytes(earlier)
    with pytest.raises(WeightsError, match="not of one run"):
        Run.load(tmp_path, *photos)
    run.save()
    next(tmp_path.glob("now-*-1.safetensors")).write_bytes(b"half a file")
    with pytest.raises(WeightsError, match="cannot be read"):
        Run.load(tmp_path, *photos)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"learning_rate": "NaN"}, "the learning rate must be a positive number up to 1e30, not nan"),
        ({"two": 0.9, "none": 0.9}, "at most 1; they are 0.9 and 0.9"),
        ({"hidden": [999]}, "such as 64,32, not “999”"),
    ],
)
def test_of_a_setting_that_does_not_hold_it_is_not_said_that_it_stays(photos, tmp_path, values, why):
    """The run is gone; the page goes on after this with a full stop."""
    stepped(Run(SETTINGS, *photos, tmp_path), 3).save()
    saved = json.loads((tmp_path / "run.json").read_text())
    saved["changes"] = [[0, saved["changes"][0][1] | values]]
    (tmp_path / "run.json").write_text(json.dumps(saved))
    with pytest.raises(WeightsError) as refused:
        Run.load(tmp_path, *photos)
    said = str(refused.value)
    assert said.endswith(why) and "stay" not in said


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"changes": [[2, {}]]}, "order of the steps"),
        ({"changes": [[0, {}], [3, {}], [2, {}]]}, "order of the steps"),
        ({"changes": [[0, {"losses": ["binary"]}], [2, {}]]}, "other networks"),
        ({"changes": [[0, {"hidden": [8]}]]}, "other networks"),
        ({"changes": [[0, {}], [9, {}]]}, "yet to be"),
        ({"keyframes": [0, 9]}, "not taken"),
        ({"keyframes": [-1]}, "not taken"),
        ({"keyframes": [1e300]}, "not taken"),
        ({"keyframes": [0] * 65}, "too many"),
        ({"saved": "a" * 5000}, "names no state"),
        ({"more": "a" * 2**20}, "too long"),
    ],
)
def test_a_run_json_that_does_not_fit_its_files_is_refused(photos, tmp_path, about, why):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 5)
    run.save()
    saved = json.loads((tmp_path / "run.json").read_text())
    usual = saved["changes"][0][1]
    about = dict(about)
    if "changes" in about:
        about["changes"] = [[step, usual | other] for step, other in about["changes"]]
    (tmp_path / "run.json").write_text(json.dumps(saved | about))
    with pytest.raises(WeightsError, match=why) as refused:
        Run.load(tmp_path, *photos)
    assert len(str(refused.value)) < 300


def test_as_many_steps_as_are_ever_kept_come_back(photos, tmp_path):
    run = Run(SETTINGS, *photos, tmp_path)
    run.save()
    saved = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(saved | {"keyframes": [0] * MOST}))
    again = Run.load(tmp_path, *photos)
    assert set(again.keyframes.steps) == {0}
    same(stepped(run, 3), stepped(again, 3))


def test_a_run_saved_right_after_a_change_has_it(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 3)
    run.save()
    assert settings_in(tmp_path) == SETTINGS
    for rate in (0.1, 0.01):
        stepped(run, 1).change(replace(SETTINGS, learning_rate=rate))
    run.save()
    again = Run.load(tmp_path, *photos)
    assert again.changes == run.changes and again.changed_at == run.changed_at == again.steps == 5
    assert settings_in(tmp_path) == again.settings == run.settings
    same(stepped(run, 3), stepped(again, 3))


def test_a_history_that_goes_on_after_the_weights_is_refused(photos, tmp_path):
    for steps in (5, 6):
        stepped(Run(SETTINGS, *photos, tmp_path / str(steps)), steps).save()
    now, later = (next((tmp_path / at).glob("now-*-history.safetensors")) for at in "56")
    now.write_bytes(later.read_bytes())
    with pytest.raises(WeightsError, match="go on after its weights"):
        Run.load(tmp_path / "5", *photos)


def test_a_run_that_has_diverged_is_taken_up_where_it_stands(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 3)
    run.change(replace(SETTINGS, learning_rate=1e30, l2=1.0))
    with pytest.raises(DivergedError):
        stepped(run, 9)
    run.save()
    again = Run.load(tmp_path, *photos)
    same(run, again)
    assert again.history.events == run.history.events and again.history.events[-1].kind == "diverged"


@pytest.mark.parametrize(
    ("name", "broken", "why"),
    [
        ("place", [5, 0, -1, 0], "no place"),
        ("place", [5, 0, 161, 0], "no place"),
        ("place", [-5, 0, 80, 0], "no place"),
        ("place", [5, 10**400, 80, 0], "no place"),
        ("place", [5, 0, 80, 10**400], "no place"),
        ("seed", "five", "the seed must be a whole number, got 'five'"),
        ("W", torch.float64, "of another kind"),
    ],
)
def test_a_lane_that_stands_nowhere_is_refused(photos, tmp_path, name, broken, why):
    stepped(Run(replace(SETTINGS, losses=("binary",)), *photos, tmp_path), 5).save()
    path = next(tmp_path.glob("now-*-0.safetensors"))
    tensors, header = read_tensors(path)
    if name == "W":
        tensors = {
            key: tensor.to(broken) if key.startswith("layer") else tensor for key, tensor in tensors.items()
        }
    elif name == "seed":
        header["settings"]["seed"] = broken
    else:
        header["place"] = broken
    write_tensors(path, tensors, header)
    with pytest.raises(WeightsError, match=why):
        Run.load(tmp_path, *photos)


def test_curves_that_are_ahead_of_the_weights_are_refused(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 5)
    run.save()
    old = {
        file.name.rpartition("-")[2]: file.read_bytes() for file in tmp_path.glob("now-*-[01].safetensors")
    }
    stepped(run, 9).save()
    for file in tmp_path.glob("now-*-[01].safetensors"):
        file.write_bytes(old[file.name.rpartition("-")[2]])
    with pytest.raises(WeightsError, match="go on after"):
        Run.load(tmp_path, *photos)


def test_a_run_without_a_folder_has_nowhere_to_be_saved(photos):
    with pytest.raises(ValueError, match="no folder"):
        Run(SETTINGS, *photos).save()


def test_that_a_run_went_on_unwritten_is_noted_until_it_is_written(photos, tmp_path):
    run = Run(SETTINGS, *photos, tmp_path)
    assert not was_unwritten(tmp_path)
    leave_unwritten(tmp_path)
    assert was_unwritten(tmp_path) and not has_state(tmp_path)
    assert (tmp_path / "memory-only").read_bytes() == b""
    run.save()
    assert has_state(tmp_path) and not was_unwritten(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_in_the_place_of_run_json_is_no_state(photos, tmp_path):
    os.mkfifo(tmp_path / "run.json")  # whoever opens it waits
    assert not has_state(tmp_path) and settings_in(tmp_path) is None
    with pytest.raises(WeightsError, match="no file"):
        Run.load(tmp_path, *photos)


def test_a_disk_that_turns_read_only_neither_stops_the_steps_nor_a_new_beginning(
    photos, tmp_path, monkeypatch
):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 100)

    def refused(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("core.whole_files.os.replace", refused)
    monkeypatch.setattr(Path, "unlink", refused)
    stepped(run, 200)
    run.begin(SETTINGS)
    assert run.steps == 0 and run.keyframes.trouble and "Read-only" in run.keyframes.trouble
    same(stepped(run, 5), stepped(Run(SETTINGS, *photos), 5))


def test_a_state_that_a_full_disk_cut_off_leaves_no_files(photos, tmp_path, monkeypatch):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 3)
    run.save()
    before = {file.name for file in tmp_path.glob("now-*")}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.live_run.state.write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        stepped(run, 1).save()
    assert {file.name for file in tmp_path.glob("now-*")} == before
    assert Run.load(tmp_path, *photos).steps == 3


def test_only_the_newest_state_lies_on_the_disk(photos, tmp_path):
    run = Run(SETTINGS, *photos, tmp_path)
    for _ in range(3):
        stepped(run, 1).save()
    names = {file.name.split("-")[1] for file in tmp_path.glob("now-*")}
    assert names == {json.loads((tmp_path / "run.json").read_text())["saved"]}
    assert len(list(tmp_path.glob("now-*"))) == 3, "two lanes and the history"


def test_a_kept_step_of_another_run_is_refused(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 60)
    *_, earlier, later = run.keyframes.steps
    for lane in (0, 1):
        (tmp_path / f"step-{later:09d}-{lane}.safetensors").write_bytes(
            (tmp_path / f"step-{earlier:09d}-{lane}.safetensors").read_bytes()
        )
    with pytest.raises(WeightsError, match="of another run"):
        run.keyframes.at(later)


def test_a_saved_run_that_was_changed_is_judged_at_the_same_steps(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 9)
    run.change(replace(SETTINGS, l2=0.01))
    stepped(run, 14).save()
    again = Run.load(tmp_path, *photos)
    assert again.changed_at == 9 and settings_in(tmp_path) == run.settings
    assert as_csv(stepped(run, 40).history) == as_csv(stepped(again, 40).history)
    about = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(about | {"changed_at": 10**6}))
    with pytest.raises(WeightsError, match="yet to be"):
        Run.load(tmp_path, *photos)


def test_a_kept_step_of_which_a_lane_is_gone_is_not_offered_again(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path), 12)
    run.save()
    *_, gone = run.keyframes.steps
    (tmp_path / f"step-{gone:09d}-1.safetensors").unlink()
    assert Run.load(tmp_path, *photos).keyframes.steps == run.keyframes.steps[:-1]


def test_kept_steps_that_go_while_it_runs_are_asked_for_once_and_a_branch_has_the_others(photos, tmp_path):
    """Who clears the folder of caches does not stop the server before."""
    run = stepped(Run(SETTINGS, *photos, tmp_path / "run"), 12)
    first, gone, *others, last = run.keyframes.steps
    for file in (tmp_path / "run").glob(f"step-{gone:09d}-*"):
        file.unlink()
    branch = run.branch(last, tmp_path / "branch")
    assert branch.steps == last and branch.keyframes.steps == [first, *others]
    assert gone not in run.keyframes.steps
    for file in (tmp_path / "run").glob("step-*"):
        file.unlink()
    with pytest.raises(WeightsError, match="no weights file"):
        run.at(last)
    assert run.keyframes.steps == [], "one that is gone tells of the others"


def test_a_kept_step_of_other_layers_is_refused(photos, tmp_path):
    run = stepped(Run(replace(SETTINGS, losses=("binary",)), *photos, tmp_path), 4)
    other = replace(SETTINGS, losses=("binary",), hidden=(4,), init="he")
    stepped(Run(other, *photos), 4).lanes[0].save(tmp_path / "step-000000004-0.safetensors")
    with pytest.raises(WeightsError, match="of another run"):
        run.keyframes.at(4)
