"""Files that are photos and files that are none."""

import os
from pathlib import Path

import pytest

from core.photo_folder.stream import read_file


def test_what_is_no_file_is_told_in_a_sentence(tmp_path):
    assert str(read_file(tmp_path / "none.jpg")) == "The file cannot be read: No such file or directory."
    assert str(read_file(tmp_path)) == "This is a folder; choose the photos in it."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_what_never_ends_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path / "pipe.jpg", Path("/dev/zero")):
        assert "device or a pipe" in str(read_file(path))
