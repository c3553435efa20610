"""Files in one piece: the old one stays until the new one is whole, and nothing unfinished is left."""

import os
from pathlib import Path

import pytest

from core.whole_files import check_writable, clear_unfinished, write_bytes


def test_a_write_that_is_stopped_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "kept"
    write_bytes(path, b"old")

    def stopped(*_):
        raise KeyboardInterrupt

    for at in ("replace", "fdopen"):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(os, at, stopped)
            write_bytes(path, b"new")
        assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "new" / "kept"
    write_bytes(path, b"old")
    assert path.read_bytes() == b"old" and path.stat().st_mode & 0o777 == 0o644

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space") as refused:
        write_bytes(path, b"new")
    assert refused.value.errno == 28 and refused.value.filename == str(path), "which file, too"
    assert path.read_bytes() == b"old" and list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_begun_is_named_as_it_was_asked_for(tmp_path):
    path = tmp_path / ("n" * 250)  # "….part" is longer than a name may be
    for refused in (lambda: check_writable(path), lambda: write_bytes(path, b"weights")):
        with pytest.raises(OSError, match="name too long") as told:
            refused()
        assert told.value.filename == str(path)


def test_only_what_was_left_of_this_file_is_cleared(tmp_path, monkeypatch):
    path = tmp_path / "n[1].safetensors"
    others = ["n1.safetensors01234567.part", f"{path.name}.state01234567.part"]
    for name in (path.name, *others):
        (tmp_path / name).touch()
    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", lambda *_, **__: None)
        killed.setattr(os, "replace", lambda *_: None)
        write_bytes(path, b"a part")
    assert len(list(tmp_path.iterdir())) == 4
    clear_unfinished(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, *others])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders there")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for refused in (lambda: check_writable(pipe), lambda: write_bytes(pipe, b"weights")):
        with pytest.raises(FileExistsError, match="pipe is there and is no file"):
            refused()
    with pytest.raises(FileExistsError):
        check_writable(tmp_path)
    assert list(tmp_path.iterdir()) == [pipe] and pipe.is_fifo()
    check_writable(tmp_path / "new" / "er" / "n.safetensors")
    assert list(tmp_path.iterdir()) == [pipe], "a check leaves no folders"
