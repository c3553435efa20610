"""Photos kept on the disk come back bit for bit, under their own name only, or not at all."""

import ast
import os
from pathlib import Path

import pytest
import torch

from core import kept_photos
from core.balls import MIXED, ONE, Photos, dataset
from core.kept_photos import KeptPhotos

CORE = Path(kept_photos.__file__).parent
CPU = torch.device("cpu")
WHICH = torch.arange(3)


@pytest.fixture(scope="module")
def photos() -> Photos:
    return dataset(5, 3, MIXED, device="cpu")


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_they_come_back_bit_for_bit(tmp_path, photos):
    assert KeptPhotos(tmp_path / "new").get(5, WHICH, MIXED, CPU) is None
    KeptPhotos(tmp_path / "new").put(5, WHICH, MIXED, CPU, photos)
    found = KeptPhotos(tmp_path / "new").get(5, WHICH, MIXED, CPU)
    assert found is not None
    assert torch.equal(found.pixels, photos.pixels) and torch.equal(found.Y, photos.Y)
    assert found.pixels.is_contiguous() and found.pixels.dtype == torch.uint8
    only_file(tmp_path / "new").write_bytes(b"")  # and what becomes of the file is nothing to them
    assert torch.equal(found.pixels, photos.pixels)


def test_whatever_decides_a_photo_is_in_the_name(tmp_path, photos, monkeypatch):
    kept = KeptPhotos(tmp_path)
    kept.put(5, WHICH, MIXED, CPU, photos)
    assert kept.get(6, WHICH, MIXED, CPU) is None
    assert kept.get(5, torch.tensor([0, 1, 3]), MIXED, CPU) is None
    assert kept.get(5, WHICH, ONE, CPU) is None
    assert kept.get(5, WHICH, MIXED, torch.device("cuda")) is None
    monkeypatch.setattr(torch, "__version__", "0.0")
    assert kept.get(5, WHICH, MIXED, CPU) is None
    monkeypatch.undo()
    assert kept.get(5, WHICH, MIXED, CPU) is not None


def test_changed_code_renders_anew(tmp_path, photos, monkeypatch):
    kept, source = KeptPhotos(tmp_path / "kept"), tmp_path / "soccer.py"
    source.write_text("white")
    monkeypatch.setattr(kept_photos, "SOURCES", (source,))
    kept_photos._source.cache_clear()
    try:
        kept.put(5, WHICH, MIXED, CPU, photos)
        source.write_text("black")
        kept_photos._source.cache_clear()  # as in the next process
        assert kept.get(5, WHICH, MIXED, CPU) is None
    finally:
        kept_photos._source.cache_clear()


def test_all_that_renders_is_in_the_name():
    """Of what the package of the balls imports from elsewhere in core, the rest only says where and when."""
    balls = {file for file in kept_photos.SOURCES if file.parent.name == "balls"}
    assert balls == set((CORE / "balls").glob("*.py"))
    imported = set()
    for file in balls:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.removeprefix("core."))
    others = {name for name in imported if (CORE / f"{name.replace('.', '/')}.py").is_file()}
    elsewhere = {name for name in others if not name.startswith("balls.")}
    when_and_where = {"device", "once", "processor.cores", "processor.parallel"}
    assert elsewhere - when_and_where == {file.stem for file in {*kept_photos.SOURCES} - balls}


@pytest.mark.parametrize("how", ["half", "empty", "other", "one bit", "pickle", "folder"])
def test_what_is_broken_counts_as_not_there(tmp_path, photos, how):
    kept = KeptPhotos(tmp_path)
    kept.put(5, WHICH, MIXED, CPU, photos)
    file = only_file(tmp_path)
    data = bytearray(file.read_bytes())
    if how == "half":
        file.write_bytes(data[: len(data) // 2])
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "other":
        KeptPhotos(tmp_path / "other").put(
            5, WHICH[:2], MIXED, CPU, Photos(photos.pixels[:2], photos.Y[:, :2].clone())
        )
        only_file(tmp_path / "other").replace(file)
    elif how == "one bit":
        data[-1000] ^= 1
        file.write_bytes(data)
    elif how == "pickle":
        torch.save(photos.pixels, file)
    else:
        file.unlink()
        file.mkdir()
    assert kept.get(5, WHICH, MIXED, CPU) is None


def test_the_folder_is_bounded_and_the_longest_unread_goes_first(tmp_path, photos):
    kept = KeptPhotos(tmp_path)
    kept.put(0, WHICH, MIXED, CPU, photos)
    size = only_file(tmp_path).stat().st_size
    (tmp_path / "x.safetensors123.part").write_bytes(bytes(size))  # of a write that was killed
    os.utime(tmp_path / "x.safetensors123.part", (0, 0))
    kept = KeptPhotos(tmp_path, most_bytes=3 * size)
    for seed in (1, 2):
        kept.put(seed, WHICH, MIXED, CPU, photos)
    assert len(list(tmp_path.iterdir())) == 3
    for at, seed in enumerate((0, 1, 2)):
        os.utime(kept._path(seed, WHICH, MIXED, CPU), (at + 1, at + 1))
    assert kept.get(0, WHICH, MIXED, CPU) is not None  # read, and so the last one to go
    kept.put(3, WHICH, MIXED, CPU, photos)
    there = [seed for seed in range(4) if kept.get(seed, WHICH, MIXED, CPU) is not None]
    assert there == [0, 2, 3]


def test_the_folder_is_bounded_whatever_else_is_in_it(tmp_path, photos):
    """A file that another process deletes meanwhile is like a link that leads nowhere."""
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "folder").mkdir()
    os.utime(tmp_path / "folder", (5, 5))
    kept = KeptPhotos(tmp_path, most_bytes=0)
    for seed in (0, 1):
        kept.put(seed, WHICH, MIXED, CPU, photos)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["folder", "nowhere"]


def test_a_disk_that_refuses_keeps_nothing_and_says_nothing(tmp_path, photos):
    (tmp_path / "file").touch()
    kept = KeptPhotos(tmp_path / "file")
    kept.put(5, WHICH, MIXED, CPU, photos)
    assert kept.get(5, WHICH, MIXED, CPU) is None


def test_a_disk_that_is_only_read_from_gives_its_photos(tmp_path, photos, monkeypatch):
    KeptPhotos(tmp_path).put(5, WHICH, MIXED, CPU, photos)

    def refuse(path: Path) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(os, "utime", refuse)
    found = KeptPhotos(tmp_path).get(5, WHICH, MIXED, CPU)
    assert found is not None and torch.equal(found.pixels, photos.pixels)


def test_the_photos_of_another_seed_under_this_name_are_not_taken(tmp_path, photos):
    kept = KeptPhotos(tmp_path)
    kept.put(5, WHICH, MIXED, CPU, photos)
    found = only_file(tmp_path)
    found.rename(kept._path(6, WHICH, MIXED, CPU))
    assert kept.get(6, WHICH, MIXED, CPU) is None


def test_numbers_of_another_kind_are_not_taken(tmp_path, photos):
    kept = KeptPhotos(tmp_path)
    for wrong in (
        Photos(photos.pixels.float(), photos.Y),
        Photos(photos.pixels, photos.Y.long()),
        Photos(photos.pixels, photos.Y.double()),
    ):
        kept.put(5, WHICH, MIXED, CPU, wrong)
        assert kept.get(5, WHICH, MIXED, CPU) is None
