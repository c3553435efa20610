"""train --photos and accuracy --photos as a person and as a script call them, and their memory."""

import errno
import json
import os
import shutil
import tracemalloc
from functools import partial

import pytest
import torch

from core import weights
from core.closer_look import SIDES
from core.commands import main
from core.intervals import wilson
from core.judging import judge, judge_crops
from core.live_run.starts import start_from_bytes
from core.photo_folder import stream as photo_stream
from core.photo_folder.accuracy import measure
from core.photo_folder.cache import PhotoCache
from core.photo_folder.folder import list_photos
from core.photo_folder.plan import PhotoPlan
from core.photo_folder.stream import labelled
from core.photo_folder.training import PhotoTraining
from core.photos import read_photo
from core.processor import parallel
from core.weights import FOLDER, MODELS, load_model, load_network
from core.whole_files import write_bytes
from tests.core.folder_of_photos import write_photos


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    root = write_photos(tmp_path_factory.mktemp("my photos"), 30)
    (root / "none" / "broken.jpg").write_bytes(b"no photo")
    return root


def many(root, count):
    """`count` photos that are eight files under many names."""
    few = list_photos(write_photos(root / "few", 8))
    for i in range(count):
        name = few.path(i % len(few))
        target = root / "many" / name.parent.name / f"{i:05}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(name, target)
    return list_photos(root / "many")


def test_accuracy_in_json_counts_what_the_models_say(photos, capsys):
    assert main(["accuracy", "--photos", str(photos), "--json"]) == 0
    told, *lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told["photo"].endswith("broken.jpg") and told["error"].endswith(".")
    assert [line["model"] for line in lines] == list(MODELS)
    folder = list_photos(photos)
    right = asked = 0
    for i in (i for i in range(len(folder)) if folder.path(i).name != "broken.jpg"):
        y = folder.Y(torch.tensor([i]))[:, 0]
        if y.sum() == 1:
            photo = read_photo(folder.path(i).read_bytes())
            Y_hat = judge({"network": load_model("network")}, [photo])["network"]
            right, asked = right + int(y[Y_hat[:, 0].argmax()]), asked + 1
    of_network = lines[MODELS.index("network")]["which"]
    oracle = wilson(right, asked)
    assert of_network == {"value": oracle.value, "low": oracle.low, "high": oracle.high, "of": asked}
    assert set(lines[0]) == {"model", "answers", "present", "absent"}


def test_accuracy_in_words(photos, capsys):
    assert main(["accuracy", "--photos", str(photos)]) == 0
    out = capsys.readouterr().out
    for words in ("31 photos in", "left out: ", "which of the three", "balanced", "with none", "%] of "):
        assert words in out


def test_one_photo_is_no_photos(photos, tmp_path, capsys):
    one = tmp_path / "one" / "soccer"
    one.mkdir(parents=True)
    folder = list_photos(photos)
    learned = (folder.path(int(i)) for i in (~folder.held_back()).nonzero()[:, 0])
    shutil.copy(next(path for path in learned if path.parent.name == "soccer"), one)
    assert main(["accuracy", "--photos", str(one.parent)]) == 0
    assert capsys.readouterr().out.startswith(f"1 photo in {one.parent}: soccer 1\n")
    out = str(tmp_path / "out.safetensors")
    few = ["--epochs", "1", "--rendered", "16", "--out", out]
    assert main(["train", "goal2", "--photos", str(one.parent), *few]) == 0
    said = capsys.readouterr()
    assert "no photo is held back, so nothing is measured" in said.out
    assert "held back: 0photo" not in said.err, "a bar of no photos"


def test_a_long_file_name_has_a_line_of_its_own(photos, tmp_path, capsys):
    weights = tmp_path / "what_my_class_trained.safetensors"
    shutil.copyfile(FOLDER / "goal2.safetensors", weights)
    assert main(["accuracy", "--photos", str(photos), "--weights", str(weights)]) == 0
    lines = capsys.readouterr().out.splitlines()
    after = lines[lines.index(weights.name) + 1]
    assert after.strip().startswith("which of the three")
    assert after.index("which") == next(line.index("which") for line in lines if line.startswith("goal2"))


def test_a_class_without_photos_is_null_in_json_and_words_in_text(tmp_path, capsys):
    root = write_photos(tmp_path, 6)
    for folder in root.iterdir():
        if folder.name != "soccer":
            for photo in folder.iterdir():
                photo.unlink()
            folder.rmdir()
    assert main(["accuracy", "--photos", str(root), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    nothing = {"value": None, "low": 0.0, "high": 1.0, "of": 0}
    assert lines[1]["with_none"] == lines[1]["any_ball"] == nothing
    assert main(["accuracy", "--photos", str(root)]) == 0
    assert "with none not measured (no photo)" in capsys.readouterr().out


def test_train_writes_weights_that_load_and_says_what_they_brought(photos, tmp_path, capsys):
    out = tmp_path / "mine" / "goal3.safetensors"
    options = ["--epochs", "2", "--share", "0", "--out", str(out)]
    assert main(["train", "--photos", str(photos), "goal3", *options]) == 0
    said = capsys.readouterr().out
    assert "held back to measure on: " in said and "goal3 is asked which one" in said
    assert "\nbefore " in said and "\nafter " in said and f"{out} holds the weights" in said
    assert load_network(out).sizes == (12288, 3)
    assert list(out.parent.iterdir()) == [out]


def test_weights_are_measured_on_no_photo_that_they_have_learned_from(photos, tmp_path, capsys):
    out = tmp_path / "mine.safetensors"
    options = ["goal2", "--epochs", "1", "--share", "0", "--out", str(out)]
    assert main(["train", "--photos", str(photos), *options]) == 0
    capsys.readouterr()
    elsewhere = shutil.copytree(
        photos, tmp_path / "copy", copy_function=shutil.copy
    )  # of today, and with one more
    shutil.copyfile(next(elsewhere.glob("soccer/*.jpg")), elsewhere / "soccer" / "one of today.jpg")
    held_back = int(list_photos(photos).held_back().sum())
    for root, new in ((photos, held_back), (elsewhere, held_back + 1)):
        folder = list_photos(root)
        assert main(["accuracy", "--photos", str(root), "--weights", str(out), "--json"]) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert sum("error" in line for line in lines) == 1  # what cannot be read is told once
        readable = len(folder) - 1
        by_name = {line["model"]: line for line in lines if "model" in line}
        assert by_name["goal2"]["answers"]["soccer"]["of"] == readable
        assert by_name[out.name]["learned_from"] == len(folder) - new
        assert by_name[out.name]["answers"]["soccer"]["of"] in (
            new,
            new - 1,
        )  # the broken one may be of these
    assert main(["accuracy", "--photos", str(photos), "--weights", str(out)]) == 0
    said = capsys.readouterr().out
    count = len(list_photos(photos))
    learned = f"{out.name} has learned from {count - held_back} of these {count} photos"
    assert f"{learned}, so it is measured on the others\n" in said


def test_weights_that_have_learned_from_all_photos_are_not_measured(photos, tmp_path, capsys):
    out, root = tmp_path / "mine.safetensors", tmp_path / "learned"
    options = ["goal2", "--epochs", "1", "--share", "0", "--out", str(out)]
    assert main(["train", "--photos", str(photos), *options]) == 0
    folder = list_photos(photos)
    for i in torch.nonzero(~folder.held_back())[:, 0].tolist():
        there = root / folder.path(i).relative_to(photos)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder.path(i), there)
    capsys.readouterr()
    assert main(["accuracy", "--photos", str(root), "--weights", str(out)]) == 0
    said = capsys.readouterr().out
    assert f"{out.name} has learned from all of these photos, and no other could be measured" in said
    assert said.rstrip().endswith("no other could be measured")
    assert main(["accuracy", "--photos", str(root), "--weights", str(out), "--json"]) == 0
    *_, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert last == {"model": out.name, "learned_from": len(list_photos(root))}


def test_weights_trained_on_photos_begin_a_live_run(photos, tmp_path):
    out = tmp_path / "mine.safetensors"
    options = ["goal2", "--epochs", "1", "--share", "0", "--out", str(out)]
    assert main(["train", "--photos", str(photos), *options]) == 0
    torch.testing.assert_close(
        start_from_bytes(out.read_bytes()).layers[0].W, load_network(out).layers[0].W, rtol=0, atol=0
    )


def test_on_a_full_disk_small_copies_make_room_for_what_was_learned(
    photos, tmp_path, capsys, caplog, monkeypatch
):
    """They only save time; without the state, or the weights, a training of hours would be lost."""
    room, kept = 9 * 12_292, [tmp_path / "w", tmp_path / "w.state", tmp_path / "w.photos"]
    options = ["goal3", "--epochs", "4", "--share", "0", "--save-every", "0.001", "--out"]
    assert main(["train", "--photos", str(photos), *options, str(tmp_path / "roomy")]) == 0

    def write(path, data):
        if kept[2].exists() and kept[2].stat().st_size > room:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        write_bytes(path, data)

    monkeypatch.setattr(weights, "write_bytes", write)
    assert main(["train", "--photos", str(photos), *options, str(kept[0])]) == 0
    assert kept[0].read_bytes() == (tmp_path / "roomy").read_bytes()
    assert [file.exists() for file in kept] == [True, False, False]
    assert [record.getMessage() for record in caplog.records] == [
        f"{kept[2]} has given its room back: the disk is full"
    ]
    monkeypatch.setattr(weights, "write_bytes", partial(write_to_nowhere, errno.EROFS))
    assert main(["train", "--photos", str(photos), *options, str(kept[0])]) == 1
    assert f"{kept[1]}" in capsys.readouterr().err and kept[2].stat().st_size > 12_292, "of no use then"


def write_to_nowhere(number, path, data):
    raise OSError(number, os.strerror(number), str(path))


def test_the_weights_lie_in_the_working_folder_by_default(photos, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "goal2", "--photos", str(photos), "--epochs", "1", "--rendered", "32"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [f"goal2-{photos.name}.safetensors"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "--photos", "nowhere"], "there is no folder nowhere"),
        (["train", "goal1", "--photos", "P"], "of goal2, goal3, network"),
        (["train", "goal2", "goal3", "--photos", "P"], "one model is trained"),
        (["train", "goal2", "goal2", "--photos", "P", "--tested", "7"], "--tested goes without --photos"),
        (["train", "--photos", "P", "--share", "1"], "a share from 0 to 0.95, not '1'"),
        (["train", "--photos", "P", "--rate", "-1"], "a positive number, not '-1'"),
        (["train", "--photos", "P", "--epochs", "0"], "at least 1"),
        (["train", "--photos", "P", "--from", "half"], "invalid choice: 'half'"),
        (["train", "--photos", "P", "--out", "."], "is a folder"),
        (
            ["train", "--photos", "nowhere", "--out", 228 * "y" + ".safetensors"],
            "name too long",
        ),  # its state's
        (
            ["train", "goal2", "--photos", "P", "--rate", "1e6", "--share", "0", "--out", "d"],
            "leave the finite numbers",
        ),
        (["train", "goal1", "--epochs", "3", "--rendered", "9", "--out", "d"], "--epochs goes with --photos"),
        (["train", "goal1", "--from", "zero", "--rendered", "9", "--out", "d"], "--from goes with --photos"),
        (["train", "--photos", "P", "--tested", "7"], "--tested goes without --photos"),
        (
            ["train", "--photos", "P", "--share", "0", "--rendered", "9"],
            "--rendered photos would not be used",
        ),
        (["accuracy", "--photos", "P", "--rendered", "5"], "--rendered goes without --photos"),
        (["accuracy", "--json"], "--json goes with --photos FOLDER"),
        (["accuracy", "--photos", "nowhere"], "there is no folder nowhere"),
    ],
)
def test_wrong_calls_say_what_is_right(arguments, sentence, photos, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        status = main([str(photos) if word == "P" else word for word in arguments])
    except SystemExit as stop:
        status = stop.code
    assert status in (1, 2)
    err = capsys.readouterr().err
    assert "python -m core" in err and sentence in err


def test_a_folder_of_which_no_photo_can_be_read_teaches_nothing(tmp_path, monkeypatch, capsys):
    for name in ("soccer", "none"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(8):
            (tmp_path / "photos" / name / f"{i}.jpg").write_bytes(b"no photo")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert main(["accuracy", "--photos", str(tmp_path / "photos")]) == 1
    assert "none of the photos judged could be read" in capsys.readouterr().out
    assert (
        main(["train", "goal2", "--photos", str(tmp_path / "photos"), "--epochs", "2", "--share", "0"]) == 1
    )
    assert "none of the photos to train on (" in capsys.readouterr().err
    assert not list((tmp_path / "empty").iterdir())


def peak(work):
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_folder(tmp_path, monkeypatch):
    for module in (parallel, photo_stream):  # what waits grows with the cores, not with the folder
        monkeypatch.setattr(module, "CORES", 2)
    models = {"goal2": load_model("goal2")}
    plan = PhotoPlan("goal2", "zero", epochs=2, rate=1e-3, share=0.0, seed=1)
    measuring, learning = [], []
    for count in (60, 60, 240):  # the first one makes what is made once
        folder = many(tmp_path / f"{len(measuring)}", count)
        which = torch.arange(count)
        batches = partial(labelled, folder, which, SIDES, left_out=print)
        measuring.append(peak(lambda: measure(partial(judge_crops, models), batches())))  # noqa: B023
        run = PhotoTraining(plan, folder, which, plan.network(), 0)
        with PhotoCache(tmp_path / f"small {len(learning)}", folder.fingerprint) as cache:
            learning.append(peak(lambda: list(run.run(cache, left_out=print))))  # noqa: B023
    # How many of the few that may wait do wait is chance: up to 64, 7 MB for judging and 0.8 MB for learning.
    # 180 photos more would be 19 MB for judging, 2.2 MB for learning, and 9 MB as they are decoded.
    assert measuring[2] - measuring[1] < 12_000_000
    assert learning[2] - learning[1] < 1_500_000
