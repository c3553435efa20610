"""Folders of photos: labels by name, what is listed, what is refused, and which photos are held back."""

import errno
import hashlib
import io
import json
import os
import re
import tracemalloc
import zipfile

import numpy as np
import pytest
import torch

from core.commands import main
from core.own_photos.photo_zip import label_of, to_zip
from core.photo_folder import folder as photo_folder
from core.photo_folder.cache import PhotoCache
from core.photo_folder.folder import PhotoFolderError, folder_labels, list_photos
from core.photo_folder.plan import PhotoPlan
from core.photo_folder.stream import labelled
from core.photo_folder.training import PhotoTraining
from core.photo_folder.twins import first_twins
from tests.core.folder_of_photos import write_photos
from tests.core.own_photos import named


def touch(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


@pytest.mark.parametrize(
    ("name", "y"),
    [
        ("soccer", (1, 0, 0)),
        ("none", (0, 0, 0)),
        ("soccer+baseball", (1, 0, 1)),
        ("Baseball + Basketball", (0, 1, 1)),
        ("soccer+basketball+baseball", (1, 1, 1)),
        ("Soccer", (1, 0, 0)),
        ("soccer ball", (1, 0, 0)),
        ("Basketballs", (0, 1, 0)),
        ("basket ball", (0, 1, 0)),
        ("base-balls ", (0, 0, 1)),
        (" soccer_ball", (1, 0, 0)),
        ("soccer (2)", (1, 0, 0)),
        ("no balls", (0, 0, 0)),
        ("Soccer balls and baseballs", (1, 0, 1)),
    ],
)
def test_the_name_is_the_label_here_and_in_a_zip(name, y):
    assert folder_labels(name) == label_of(f"{name}/1.jpg") == y


@pytest.mark.parametrize(
    "name", ["tennis", "soccer+none", "soccer+soccer balls", "soccer+", "", "none+none", "unsorted", "ball"]
)
def test_other_names_are_refused_with_the_names_that_there_are(name):
    with pytest.raises(PhotoFolderError, match=f"'{re.escape(name)}' names no class; the folders are soccer"):
        folder_labels(name)
    assert label_of(f"{name}/1.jpg") is None


def test_folders_as_people_name_them_are_taken(tmp_path):
    """Two names of one class are two folders of it; photos are held back by their path, as always."""
    folder = list_photos(
        touch(tmp_path, "Soccer balls /1.jpg", "soccer/1.jpg", "Basketballs/1.jpg", "None/1.jpg")
    )
    assert folder.classes == {"Basketballs": 1, "None": 1, "Soccer balls ": 1, "soccer": 1}
    assert folder.labels.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 0], [1, 0, 0]]


def test_it_lists_what_torchvision_lists(tmp_path):
    from torchvision.datasets import ImageFolder  # two seconds, which only this test need spend

    write_photos(tmp_path, 24)
    touch(tmp_path, "soccer/deep/er/1.png", "none/Zürich & ☃.JPEG", "soccer/notes.txt", "readme.txt")
    peer = ImageFolder(str(tmp_path))
    touch(tmp_path, "none/.hidden.jpg", ".git/1.jpg", "__MACOSX/soccer/1.jpg", "soccer/@eaDir/1.jpg/M.jpg")
    folder = list_photos(tmp_path)
    listed = sorted((peer.classes[target], path) for path, target in peer.samples)
    assert [str(folder.path(i)) for i in range(len(folder))] == [path for _, path in listed]
    Y = folder.Y(torch.arange(len(folder)))
    assert Y.shape == (3, len(folder)) and Y.dtype == torch.float32
    for i, (name, path) in enumerate(listed):
        assert tuple(Y[:, i].int().tolist()) == folder_labels(name), path
    assert folder.classes == {name: peer.targets.count(i) for i, name in enumerate(peer.classes)}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (["soccer/1.jpg", "tennis/1.jpg"], "'tennis' names no class"),
        (["soccer/1.jpg", "none/notes.txt"], "none holds no photo"),
        (["1.jpg"], "holds no folders of photos; it needs one a class"),
    ],
)
def test_folders_of_another_form_are_refused_in_a_sentence(tmp_path, files, sentence):
    with pytest.raises(PhotoFolderError, match=sentence):
        list_photos(touch(tmp_path, *files))
    with pytest.raises(PhotoFolderError, match="there is no folder"):
        list_photos(tmp_path / "nowhere")
    (tmp_path / "balls.zip").write_bytes(b"PK")
    with pytest.raises(PhotoFolderError, match="is a file; unpack it"):
        list_photos(tmp_path / "balls.zip")


def test_the_fingerprint_knows_these_photos_wherever_they_lie(tmp_path):
    write_photos(tmp_path / "a", 6)
    before = list_photos(tmp_path / "a").fingerprint
    (tmp_path / "a").rename(tmp_path / "b")
    assert list_photos(tmp_path / "b").fingerprint == before
    photo = list_photos(tmp_path / "b").path(0)
    os.utime(photo, (1, 1))
    changed = list_photos(tmp_path / "b").fingerprint
    photo.rename(photo.with_name("other.jpg"))
    assert len({before, changed, list_photos(tmp_path / "b").fingerprint}) == 3


def test_a_fifth_is_held_back_and_stays_so_when_photos_are_added(tmp_path):
    folder = list_photos(touch(tmp_path, *(f"soccer/{i}.jpg" for i in range(1000))))
    held = folder.held_back(0.2)
    assert 150 < held.sum() < 250
    for i in range(50):
        digest = hashlib.sha256(folder.path(i).relative_to(tmp_path).as_posix().encode()).hexdigest()
        assert bool(held[i]) == (int(digest[:16], 16) / 2**64 < 0.2)
    before = {folder.name(i) for i in range(1000) if held[i]}
    more = list_photos(touch(tmp_path, *(f"none/{i}.jpg" for i in range(100)), "soccer/0000.jpg"))
    held = more.held_back(0.2)
    old = {more.name(i) for i in range(len(more)) if held[i] and more.name(i).startswith(b"soccer/")}
    assert old - {b"soccer/0000.jpg"} == before


def test_a_photo_under_several_names_is_on_one_side(tmp_path):
    """Files of one size that differ in their first byte, in their last or in neither."""
    for i in range(40):
        for name, data in (
            ("soccer/IMG_{}.jpg", bytes([i]) + bytes(200_000)),
            ("soccer/z {} (1).jpg", bytes([i]) + bytes(200_000)),
            ("none/copy {}.jpg", bytes([i]) + bytes(200_000)),
            ("none/other {}.jpg", bytes(200_000) + bytes([i + 1])),
        ):
            path = tmp_path / name.format(i)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    folder = list_photos(tmp_path)
    held = dict(zip(map(folder.name, range(len(folder))), folder.held_back(0.5).tolist(), strict=True))

    def sides(name):
        return [held[name.format(i).encode()] for i in range(40)]

    first = sides("none/copy {}.jpg")
    assert 8 < sum(first) < 32 and first == sides("soccer/IMG_{}.jpg") == sides("soccer/z {} (1).jpg")
    assert sides("none/other {}.jpg") != first
    by_name = [hashlib.sha256(b"none/other %d.jpg" % i).digest()[0] < 128 for i in range(40)]
    assert sides("none/other {}.jpg") == by_name, "each is one of a kind"
    twins = first_twins(2, lambda i: tmp_path / f"soccer/IMG_{i}.jpg" if i else tmp_path / "gone.jpg")
    assert twins.tolist() == [0, 1]


def test_a_listing_takes_a_few_bytes_a_photo(tmp_path):
    touch(tmp_path, *(f"soccer/IMG_{i:06}.jpg" for i in range(3000)))
    tracemalloc.start()
    folder = list_photos(tmp_path)
    traced = tracemalloc.take_snapshot()
    tracemalloc.stop()
    its_own = traced.filter_traces([tracemalloc.Filter(True, photo_folder.__file__)])  # not threads
    kept = sum(line.size for line in its_own.statistics("lineno"))
    assert len(folder) == 3000 and 3000 * 20 < kept < 3000 * 60


def test_bad_photos_are_named_and_the_rest_go_on_in_order(tmp_path):
    write_photos(tmp_path, 40)
    good = len(list_photos(tmp_path))
    (tmp_path / "none" / "0broken.jpg").write_bytes(b"no photo")
    (tmp_path / "soccer" / "zempty.png").write_bytes(b"")
    huge = tmp_path / "soccer" / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(3_000_000_000)  # a hole: nothing is written, and nothing shall be read
    folder = list_photos(tmp_path)
    told, passed, seen, labels = [], [], 0, []
    batches = labelled(
        folder,
        torch.arange(len(folder)),
        (64, 104),
        left_out=lambda path, why: told.append((path.name, str(why))),
        passed=passed.append,
    )
    for photos, Y in batches:
        assert len(photos) == Y.shape[1] <= 16
        shapes = {tuple(crop.shape for crop in photo) for photo in photos}
        assert shapes == {((64, 64, 3), (104, 104, 3))}, "what waits is small"
        seen += len(photos)
        labels.append(Y)
    assert seen == good and sum(passed) == len(folder) == good + 3
    assert sorted(name for name, _ in told) == ["0broken.jpg", "huge.jpg", "zempty.png"]
    assert all(sentence.endswith(".") for _, sentence in told)
    kept = [i for i in range(len(folder)) if folder.path(i).name not in dict(told)]
    assert torch.equal(torch.cat(labels, dim=1), folder.Y(torch.tensor(kept)))


@pytest.mark.parametrize("to", ["loop.jpg", "nowhere.jpg"])
def test_a_link_that_leads_nowhere_is_named_and_costs_no_other_photo(tmp_path, capsys, to):
    root = write_photos(tmp_path / "photos", 3)
    (root / "soccer" / "loop.jpg").symlink_to(to)
    folder = list_photos(root)
    assert len(folder) == 4
    assert main(["accuracy", "--photos", str(root), "--json"]) == 0
    left_out = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "error" in line]
    assert [line["photo"] for line in left_out] == [str(root / "soccer" / "loop.jpg")]
    assert left_out[0]["error"].endswith(".")


def refuse(monkeypatch, call, *names):
    """As the system does to everybody but its administrator, who may run the tests."""
    allowed = getattr(os, call)

    def asked(path, *given, **named):
        if os.path.basename(path) in names:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return allowed(path, *given, **named)

    monkeypatch.setattr(os, call, asked)


def test_a_folder_within_a_class_that_cannot_be_opened_is_named_and_costs_no_other(
    tmp_path, monkeypatch, capsys
):
    root = write_photos(tmp_path / "photos", 12)
    before = list_photos(root)
    touch(root, "soccer/locked/1.jpg", "none/deep/locked/1.jpg")
    refuse(monkeypatch, "scandir", "locked")
    folder = list_photos(root)
    assert folder.classes == before.classes
    places = [root / "none" / "deep" / "locked", root / "soccer" / "locked"]
    assert folder.closed == tuple((place, "Permission denied") for place in places)
    assert main(["accuracy", "--photos", str(root), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    sentence = "The folder cannot be opened: Permission denied."
    assert [one for one in told if "error" in one] == [
        {"photo": str(place), "error": sentence} for place in places
    ]
    out = ["--epochs", "1", "--share", "0", "--out", str(tmp_path / "w")]
    assert main(["train", "goal2", "--photos", str(root), *out]) == 0
    assert f"left out: {places[1]}\n  {sentence}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["photos", "soccer", "inner"])
def test_without_the_photos_of_a_class_nothing_is_done_and_why_is_said(tmp_path, monkeypatch, capsys, name):
    root = touch(tmp_path / "photos", "none/1.jpg", "soccer/inner/1.jpg")
    refuse(monkeypatch, "scandir", name)
    for command in (["accuracy"], ["train", "--out", str(tmp_path / "w")]):
        assert main([*command, "--photos", str(root)]) == 1
        (sentence,) = capsys.readouterr().err.splitlines()
        assert f"{name} cannot be opened (Permission denied); allow yourself to read it" in sentence


def test_a_photo_that_may_not_even_be_looked_at_is_named_and_costs_no_other(tmp_path, monkeypatch, capsys):
    root = write_photos(tmp_path / "photos", 6)
    touch(root, "soccer/locked.jpg")
    refuse(monkeypatch, "stat", "locked.jpg")
    assert main(["accuracy", "--photos", str(root), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told[0] == {
        "photo": str(root / "soccer" / "locked.jpg"),
        "error": "The file cannot be read: Permission denied.",
    }


@pytest.mark.skipif(os.name == "nt", reason="links are for administrators there")
def test_a_link_to_itself_beside_the_folders_is_no_folder(tmp_path):
    root = write_photos(tmp_path / "photos", 6)
    before = list_photos(root).classes
    (root / "itself").symlink_to(root / "itself")
    assert list_photos(root).classes == before


def saved_and_unpacked(root, photos):
    with zipfile.ZipFile(io.BytesIO(to_zip(photos))) as archive:
        archive.extractall(root)
    return root


def test_a_saved_set_is_seen_in_the_frames_that_it_was_saved_with(tmp_path):
    """The commands cut the middle square whatever the hand had framed, without a word."""
    photos = named(("a", (1, 0, 0)), ("ü", (1, 0, 1)), ("c", (0, 0, 0)))
    first, second, _ = photos.ids
    photos = photos.cropped(first, 0.1, 0.9, 3.0).cropped(second, 0.8, 0.3, 1.5)
    folder = list_photos(saved_and_unpacked(tmp_path, photos))
    assert sorted(folder.frames.values()) == [(0.1, 0.9, 3.0), (0.8, 0.3, 1.5)]
    ((seen, Y),) = labelled(folder, torch.arange(3), (64,), left_out=print)
    expected = {photo.label: photo.pixels for photo in photos.photos}
    plan = PhotoPlan("goal2", "zero", 1, 0.1, 0.0, 0)
    run = PhotoTraining(plan, folder, torch.arange(3), plan.network(), 0)
    with PhotoCache(tmp_path / "cache", folder.fingerprint) as cache:
        assert len(list(run.run(cache, left_out=print))) == 1
        for i in range(3):
            pixels = expected[tuple(Y[:, i].int().tolist())]
            np.testing.assert_array_equal(seen[i][0], pixels)
            np.testing.assert_array_equal(cache.get(i), pixels)


def test_other_frames_are_another_training_and_are_told_of(tmp_path, capsys):
    photos = named(("a", (1, 0, 0)), ("b", (0, 1, 0)))
    root = saved_and_unpacked(tmp_path, photos.cropped(photos.ids[0], 0.2, 0.2, 2.0))
    first, table = list_photos(root).fingerprint, (root / "frames.csv").read_text()
    (root / "frames.csv").write_text(table.replace("0.2", "0.3"))
    assert list_photos(root).fingerprint != first
    assert main(["accuracy", "--photos", str(root)]) == 0
    assert "basketball 1, soccer 1, 1 of them framed as frames.csv says" in capsys.readouterr().out


@pytest.mark.parametrize("table", [b"\xff\x00,", b"soccer/1.jpg,nan,inf,x", b"a\n" * 200_000])
def test_a_table_of_frames_that_is_none_costs_no_photo(tmp_path, table):
    root = write_photos(tmp_path, 6)
    (root / "frames.csv").write_bytes(table)
    assert not list_photos(root).frames and len(list_photos(root)) == 6
