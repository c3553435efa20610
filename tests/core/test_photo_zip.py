"""The zip of one's own photos: what was saved comes back bit for bit; what is hostile does nothing."""

import io
import os
import re
import stat
import struct
import time
import tomllib
import tracemalloc
import unicodedata
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.own_photos import photo_set, photo_zip, safe_zip
from core.own_photos.frames import MAX_TABLE
from core.own_photos.left_out import LeftOut, sentences
from core.own_photos.own_photo import AS_IT_IS, read_own
from core.own_photos.photo_set import MAX_MEGABYTES, MAX_PHOTOS, PhotoSet
from core.own_photos.photo_zip import label_of, to_zip
from core.own_photos.safe_zip import open_zip
from core.photos import PhotoError, read_photo
from tests.core.own_photos import from_zip, named, numbered, zipped
from tests.core.photo_corpus import encode, picture

BALL = encode(picture(), "PNG")


# --------------------------------------------------------------------------------------- there and back


def test_what_is_saved_comes_back_bit_for_bit() -> None:
    photos = named(("a.png", (1, 0, 0)), ("b.png", (0, 0, 0)), ("c.png", (1, 0, 1)), ("d.png", (0, 1, 0)))
    large = read_own("phone.heic", encode(picture("RGB", 450, 600), "HEIC")).sorted_under((0, 0, 1))
    photos = photos.add(large).cropped(photos.ids[1], 0.25, 0.75, 2.5).cropped(large.id, 0.125, 0.4, 1.3)
    back, sentences = from_zip(to_zip(photos))
    assert not sentences
    assert back.ids == photos.ids and back.labels == photos.labels
    for ours, theirs in zip(photos.photos, back.photos, strict=True):
        assert (ours.x, ours.y, ours.zoom) == (theirs.x, theirs.y, theirs.zoom)
        np.testing.assert_array_equal(ours.photo.pixels, theirs.photo.pixels)
        np.testing.assert_array_equal(ours.pixels, theirs.pixels)
    assert to_zip(back) == to_zip(photos), "and once more it is the same file"
    assert [half.ids for half in back.split()] == [half.ids for half in photos.split()]


@pytest.mark.parametrize("side", [250, 280])
def test_the_zip_of_a_full_set_is_no_larger_than_the_server_takes_back(side) -> None:
    config = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
    most = tomllib.loads(config.read_text())["server"]["maxUploadSize"] << 20
    noise = np.random.default_rng(2).integers(0, 256, (3, side, side, 3), np.uint8)  # no file is larger
    files = [encode(Image.fromarray(one), "PNG") for one in noise]
    photos = PhotoSet().add(
        *(read_own(f"{i}.png", file).sorted_under((1, 1, 1)) for i, file in enumerate(files))
    )
    assert photos.size / len(photos) * MAX_PHOTOS < MAX_MEGABYTES * 1e6, "a set can be full of them"
    assert len(to_zip(photos)) / len(photos) * MAX_PHOTOS <= most


@pytest.mark.parametrize("size", [(512, 512), (192, 3840)])
def test_a_picture_full_of_detail_comes_back_bit_for_bit_too(size) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    photo = read_own("confetti.png", encode(Image.fromarray(noise), "PNG")).sorted_under((1, 0, 0))
    assert len(photo.file) <= AS_IT_IS
    photos = PhotoSet().add(photo)
    back, sentences = from_zip(to_zip(photos), photos)
    assert back.ids == photos.ids and "among yours already" in sentences[0], "it is not there twice"
    alone, _ = from_zip(to_zip(photos))
    np.testing.assert_array_equal(alone.photos[0].pixels, photo.pixels)


def test_crops_outlive_a_mac_that_packs_the_folder_again() -> None:
    """It writes each letter with its marks apart, in the entries' names and not in the table."""
    photos = named(("축구공.png", (1, 0, 0)), ("für_alle.png", (0, 1, 0)), ("plain.png", (0, 0, 1)))
    for place, ident in enumerate(photos.ids):
        photos = photos.cropped(ident, 0.1 * place, 0.6, 2.5)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(to_zip(photos))) as ours, zipfile.ZipFile(packed, "w") as theirs:
        for entry in ours.namelist():
            theirs.writestr("Bälle/" + unicodedata.normalize("NFD", entry), ours.read(entry))
    back, sentences = from_zip(packed.getvalue())
    assert not sentences and back.ids == photos.ids and back.labels == photos.labels
    frames = [[(photo.x, photo.y, photo.zoom) for photo in set_.photos] for set_ in (photos, back)]
    assert frames[0] == frames[1]


def test_a_name_that_is_written_in_two_ways_is_two_names_in_the_zip() -> None:
    """A Mac's "공" and another system's are the same file to a Mac, and the same row of the table."""
    photos = named(*((unicodedata.normalize(form, "공.png"), (1, 0, 0)) for form in ("NFC", "NFD")))
    for place, ident in enumerate(photos.ids):
        photos = photos.cropped(ident, 0.3 + 0.2 * place, 0.5, 2.0)
    with zipfile.ZipFile(io.BytesIO(to_zip(photos))) as archive:
        names = [unicodedata.normalize("NFC", entry) for entry in archive.namelist()]
    assert names == ["frames.csv", "soccer/공.png", "soccer/공 2.png"]
    back, _ = from_zip(to_zip(photos))
    assert [photo.x for photo in back.photos] == [photo.x for photo in photos.photos]


@pytest.mark.parametrize("said", [True, False], ids=["said", "not said"])
def test_names_and_crops_outlive_a_zip_that_does_not_say_that_its_names_are_utf_8(said: bool) -> None:
    """`zip -r` on Linux and a Mac's Finder do not; without the flag a name counts as CP437."""
    names = ["축구공.png", "für_alle.png", "plain.png"]
    photos = named(*zip(names, [(1, 0, 0), (0, 1, 0), (0, 0, 1)], strict=True))
    for place, ident in enumerate(photos.ids):
        photos = photos.cropped(ident, 0.1 * place, 0.6, 2.5)
    data = bytearray(to_zip(photos))
    for magic, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)) if not said else ():
        for entry in re.finditer(re.escape(magic), bytes(data)):
            data[entry.start() + flags + 1] &= ~8
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        assert ("soccer/축구공.png" in archive.namelist()) is said
    back, sentences = from_zip(bytes(data))
    assert not sentences and back.ids == photos.ids and back.labels == photos.labels
    assert [photo.name for photo in back.photos] == names
    assert [(photo.x, photo.zoom) for photo in back.photos] == [(0.0, 2.5), (0.1, 2.5), (0.2, 2.5)]


def test_a_name_in_an_old_code_page_stays_as_it_was_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("soccer/a?b?.png", BALL)
    data = buffer.getvalue().replace(b"a?b?", b"a\x84b\x81")  # ä and ü in CP437, and no UTF-8
    assert [photo.name for photo in from_zip(data)[0].photos] == ["aäbü.png"]


def test_a_name_that_says_that_it_is_utf_8_is_taken_at_its_word() -> None:
    """In CP437 its letters would be the two bytes of é."""
    assert from_zip(zipped(("soccer/├⌐.png", BALL)))[0].photos[0].name == "├⌐.png"


def test_the_zip_is_ordinary_folders() -> None:
    photos = named(("a.png", (1, 0, 0)), ("b.png", (0, 0, 0)), ("c.png", (1, 1, 1)), ("d.png", None))
    with zipfile.ZipFile(io.BytesIO(to_zip(photos))) as archive:
        assert archive.namelist() == [
            "frames.csv",
            "soccer/a.png",
            "none/b.png",
            "soccer+basketball+baseball/c.png",
        ]
        assert archive.read("frames.csv").decode().splitlines()[:2] == [
            "file,x,y,zoom",
            "soccer/a.png,0.5,0.5,1.0",
        ]
        np.testing.assert_array_equal(
            read_photo(archive.read("soccer/a.png")).pixels, photos.photos[0].photo.pixels
        )


def test_a_name_that_is_no_utf_8_and_says_so_costs_no_photo() -> None:
    photos = [("soccer/é.png", numbered(0)), ("baseball/볼.png", numbered(1))]
    back, said = from_zip(zipped(*photos).replace("é".encode(), b"\xff\xfe"))
    assert not said and back.labels == ((1, 0, 0), (0, 0, 1))
    assert back.photos[1].name == "볼.png"


def test_any_name_becomes_a_file_name() -> None:
    names = [
        "../../etc/passwd",
        "C:\\x\\ball.png",
        "con.png",
        "",
        "a\0b\n.png",
        "Ball.PNG",
        "ball.png",
        "é⚽.jpg",
    ]
    photos = named(*((name, (1, 0, 0)) for name in names))
    with zipfile.ZipFile(io.BytesIO(to_zip(photos))) as archive:
        paths = archive.namelist()[1:]
    assert len({path.casefold() for path in paths}) == len(names)
    assert all(path.startswith("soccer/") and ".." not in path and path.count("/") == 1 for path in paths)
    assert paths[0] == "soccer/passwd.png" and "soccer/_con.png" in paths and "soccer/é_.png" in paths
    assert from_zip(to_zip(photos))[1] == []


def test_what_is_unpacked_can_be_read_by_all_and_changed_by_its_owner() -> None:
    with zipfile.ZipFile(io.BytesIO(to_zip(named(("a.png", (1, 0, 0)))))) as archive:
        modes = [stat.filemode(entry.external_attr >> 16) for entry in archive.infolist()]
    assert modes == ["?rw-r--r--"] * 2, "ZipInfo says no kind, which is a file"


def test_a_names_ending_is_the_kind_of_the_file_and_the_name_no_longer_than_systems_take() -> None:
    names = [f"{letter * 300}.heic" for letter in ("x", "é", "공")]
    photos = PhotoSet()
    for number, name in enumerate(names):
        for kind in ("PNG", "JPEG"):
            photos = photos.add(read_own(name, numbered(number, kind)).sorted_under((0, 0, 1)))
    with zipfile.ZipFile(io.BytesIO(to_zip(photos))) as archive:
        for path in archive.namelist()[1:]:
            name = path.removeprefix("baseball/")
            assert len(name.encode()) <= 255
            with Image.open(io.BytesIO(archive.read(path))) as image:
                assert {"PNG": "png", "JPEG": "jpg"}[image.format] == name.rsplit(".")[-1]
    assert len(from_zip(to_zip(photos))[0]) == 6


def test_a_name_in_a_zip_may_be_longer_than_any_files_and_is_kept_as_far_as_those_go() -> None:
    photos, left_out = from_zip(zipped((f"soccer/{'x' * 60_000}.png", numbered(0))))
    assert [photo.name for photo in photos.photos] == ["x" * 255] and left_out == []
    assert photos.photos[0].label == (1, 0, 0)


def test_into_photos_that_are_there() -> None:
    photos = named(("a.png", (1, 0, 0)), ("b.png", (0, 1, 0)))
    more, sentences = from_zip(to_zip(photos), photos.remove(photos.ids[:1]))
    assert more.ids == photos.ids[::-1]
    assert sentences == ["basketball/b.png: This photo is among yours already."]


# ---------------------------------------------------------------------------------------------------- by hand


def test_a_zip_made_by_hand_on_a_mac() -> None:
    data = zipped(
        ("balls/", b""),
        ("balls/.DS_Store", b"\0\0\0\1Bud1"),
        ("balls/Soccer Balls/1.jpg", numbered(1, "JPEG")),
        ("__MACOSX/balls/Soccer Balls/._1.jpg", b"\0\5\x16\7"),
        ("balls/baseball+basketball/2.png", numbered(2)),
        ("balls/none/Thumbs.db", b"thumbs"),
        ("balls/none/deep/er/3.webp", numbered(3, "WEBP")),
        ("balls/holiday/4.png", numbered(4)),
        packing=zipfile.ZIP_DEFLATED,
    )
    photos, sentences = from_zip(data)
    assert not sentences
    assert photos.labels == ((1, 0, 0), (0, 1, 1), (0, 0, 0), None)
    assert [photo.name for photo in photos.photos] == ["1.jpg", "2.png", "3.webp", "4.png"]


def test_photos_that_are_there_unsorted_get_their_labels_and_a_label_that_was_given_stays() -> None:
    here = named(("a.png", None), ("b.png", (0, 1, 0)), ("c.png", None), ("d.png", None))
    data = zipped(
        ("soccer/0.png", numbered(0)),
        ("baseball/1.png", numbered(1)),
        ("3.png", numbered(3)),
        ("none/2.png", numbered(2)),
        ("none/9.png", numbered(9)),
    )
    photos, sentences = from_zip(data, here)
    assert photos.labels == ((1, 0, 0), (0, 1, 0), (0, 0, 0), None, (0, 0, 0))
    assert [photo.name for photo in photos.photos] == ["a.png", "b.png", "c.png", "d.png", "9.png"]
    assert [sentence.split(": ")[0] for sentence in sentences] == ["baseball/1.png", "3.png"]
    assert "its label stays" in sentences[0]


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("soccer/a.jpg", (1, 0, 0)),
        ("SOCCER_BALLS/a.jpg", (1, 0, 0)),
        ("x/basketball/y/a.jpg", (0, 1, 0)),
        ("none/soccer/a.jpg", (1, 0, 0)),
        ("baseball + soccer-ball/a.jpg", (1, 0, 1)),
        ("no ball/a.jpg", (0, 0, 0)),
        ("soccer (2)/a.jpg", (1, 0, 0)),
        ("Soccer balls 2/a.jpg", (1, 0, 0)),
        ("none copy 3/a.jpg", (0, 0, 0)),
        ("soccer 2 copy/a.jpg", (1, 0, 0)),
        ("soccer & baseball/a.jpg", (1, 0, 1)),
        ("Soccer balls and baseballs/a.jpg", (1, 0, 1)),
        ("soccer, basketball/a.jpg", (1, 1, 0)),
        ("soccer and sand/a.jpg", None),
        ("soccer2024/a.jpg", (1, 0, 0)),
        ("2/a.jpg", None),
        ("copy/a.jpg", None),
        ("soccer+volleyball/a.jpg", None),
        ("none+soccer/a.jpg", None),
        ("unsorted/a.jpg", None),
        ("soccer/Unsorted (2)/a.jpg", None),
        ("soccer", None),
        ("baseball/soccer", (0, 0, 1)),
        ("soccer.jpg", None),
        ("a.jpg", None),
    ],
)
def test_the_nearest_folder_that_names_a_label(path: str, label) -> None:
    assert label_of(path) == label


@pytest.mark.parametrize("folder", ["1 " * 20_000 + "x", "1" * 60_000, "copy" * 9_000], ids=range(3))
def test_a_folders_name_of_any_length_is_read_at_once(folder: str) -> None:
    began = time.process_time()
    label_of(f"soccer {folder}/a.jpg")
    assert time.process_time() - began < 0.5


def test_what_is_left_out_for_one_reason_is_told_in_one_sentence() -> None:
    texts = [(f"labels/{i}.xml", b"<annotation>") for i in range(20)]
    files = [*texts, ("a.mov", b"RIFF....AVI "), ("b.avi", b"RIFF....AVI "), ("c.jpg", BALL[:99])]
    photos, left_out = photo_zip.from_zip(zipped(("soccer/1.png", numbered(1)), *files))
    assert len(photos) == 1 and len(left_out) == 23, "each counts"
    text, film, broken = sentences(left_out)
    assert text.startswith("labels/0.xml, labels/1.xml and 18 others: This is a text file")
    assert film.startswith("a.mov and b.avi: This is a video")
    assert broken.startswith("c.jpg: The PNG file ends too early")
    assert sentences([LeftOut("", "No.", "a.zip"), *[LeftOut(x, "No.") for x in "abc"]]) == [
        "a.zip: No.",
        "a, b and 1 other: No.",
    ]


def test_one_bad_photo_is_named_and_the_rest_comes_in() -> None:
    name = "soccer/<img src=x> **b**.jpg"
    data = zipped(("soccer/1.png", numbered(1)), (name, b"no photo, a text"), ("soccer/2.png", numbered(2)))
    seen = []
    photos, sentences = from_zip(data, progress=lambda done, of: seen.append((done, of)))
    assert len(photos) == 2 and seen == [(1, 3), (2, 3), (3, 3)]
    assert len(sentences) == 1 and sentences[0].startswith(f"{name}: This is a text file, not a photo")


@pytest.mark.parametrize("sign", ["\n", "\x1b", "\u202e", "\u2028"])
def test_a_name_cannot_break_its_sentence(sign: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"soccer/a{sign}b.txt", "no photo")
    assert from_zip(buffer.getvalue())[1][0].startswith("soccer/a�b.txt: This is a text")


def test_a_name_of_any_length_makes_a_short_sentence() -> None:
    _, (sentence,) = from_zip(zipped((f"soccer/{'x' * 60_000}.jpg", b"no photo, a text")))
    assert sentence.startswith("… xxx") and len(sentence) < 300


def test_a_path_of_a_hundred_letters_is_told_whole_and_of_a_longer_one_the_end() -> None:
    paths = [f"soccer/{'x' * 50}/{'y' * (length - 58)}" for length in (100, 101, 102)]
    texts = [f"a text, no photo, {path}".encode() for path in paths]
    whole, *ends = [one.name for one in photo_zip.from_zip(zipped(*zip(paths, texts, strict=True)))[1]]
    assert len(paths[0]) == 100 and whole == paths[0]
    for path, end in zip(paths[1:], ends, strict=True):
        assert len(end) == 100 and end.startswith("… ") and path.endswith(end[2:])


@pytest.mark.parametrize(
    "table",
    [
        b"file,x,y,zoom\nsoccer/1.png,nan,0.5,1\n",
        b"\xff\xfe\0\0",
        b'soccer/1.png,0.5\n\n,,,,,,\n"',
        b"a" * 300_000,
        b'"' + b"x" * 150_000,
        b"",
    ],
)
def test_a_bad_table_costs_the_crops_and_no_photo(table: bytes) -> None:
    photos, sentences = from_zip(zipped(("frames.csv", table), ("soccer/1.png", numbered(1))))
    assert not sentences and len(photos) == 1
    assert (photos.photos[0].x, photos.photos[0].zoom) == (0.5, 1.0)


def test_frames_within_a_top_folder_are_kept_inside() -> None:
    rows = b"file,x,y,zoom\nsoccer/2.png,-5,0.25,99\nsoccer/1.png,0.1,0.2,3\n"
    data = zipped(("t/frames.csv", rows), ("t/soccer/1.png", numbered(1)), ("t/soccer/2.png", numbered(2)))
    second, first = from_zip(data)[0].photos
    assert (first.x, first.y, first.zoom) == (0.1, 0.2, 3.0)
    assert (second.x, second.y, second.zoom) == (0.0, 0.25, 8.0), "and the table says the order"


# ---------------------------------------------------------------------------------------------------- hostile


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def refusal(name: str | zipfile.ZipInfo, data: bytes = BALL, **more: int) -> str:
    """What is said of the entry, beside which a good one comes in."""
    photos, sentences = from_zip(zipped((name, data), ("soccer/good.png", numbered(9)), **more))
    assert [photo.name for photo in photos.photos] == ["good.png"]
    (sentence,) = sentences
    return sentence


@pytest.mark.parametrize(
    "name", ["../a.png", "soccer/../../a.png", "/etc/a.png", "C:/a.png", "..\\a.png", "\\a.png"]
)
def test_no_path_leads_out(name: str) -> None:
    assert "leads out of the zip" in refusal(name)


def test_no_link_is_followed() -> None:
    assert "a link or a device" in refusal(link("soccer/a.png"), b"/etc/passwd")


def test_no_zip_inside_a_zip() -> None:
    assert "inside a zip" in refusal("soccer/a.zip", zipped(("soccer/a.png", BALL)))
    assert "inside a zip" in refusal("soccer/a.png", zipped(("soccer/a.png", BALL)))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_rare_packing(packing: int) -> None:
    data = zipped(("soccer/a.png", BALL), packing=packing)
    assert "packed in a rare way" in from_zip(data)[1][0]


def patched(data: bytes, magic: bytes, at: int, value: bytes) -> bytes:
    start = data.index(magic) + at
    return data[:start] + value + data[start + len(value) :]


def test_no_encrypted_entry() -> None:
    data = zipped(("soccer/a.png", BALL), ("soccer/good.png", numbered(9)))
    locked = patched(patched(data, b"PK\1\2", 8, b"\1\0"), b"PK\3\4", 6, b"\1\0")
    photos, (sentence,) = from_zip(locked)
    assert "encrypted" in sentence and len(photos) == 1


def peak_of(data: bytes) -> tuple[int, float, list[str]]:
    tracemalloc.start()
    began = time.process_time()
    photos, sentences = from_zip(data)
    spent, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not photos
    return peak, spent, sentences


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Packed once: that takes far longer than to refuse it."""
    return zipped(("soccer/a.bmp", bytes(150_000_000)), packing=zipfile.ZIP_DEFLATED)


def test_a_bomb_is_not_unpacked(bomb: bytes) -> None:
    peak, spent, sentences = peak_of(bomb)
    assert "far more than a photo" in sentences[0]
    assert peak < 5_000_000 and spent < 1


@pytest.mark.parametrize("claimed", [100, 2**32 - 2])
def test_a_header_that_lies_about_the_size(bomb: bytes, claimed: int) -> None:
    size = struct.pack("<I", claimed)
    lying = patched(patched(bomb, b"PK\1\2", 24, size), b"PK\3\4", 22, size)
    peak, spent, sentences = peak_of(lying)
    assert len(sentences) == 1 and sentences[0].startswith("soccer/a.bmp: It ")
    assert peak < 8_000_000 and spent < 1


def test_all_entries_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_zip, "MAX_UNPACKED", 3 * len(BALL))
    data = zipped(*((f"soccer/{i}.png", numbered(i)) for i in range(8)))
    photos, sentences = from_zip(data)
    assert len(photos) == 3
    assert len(sentences) == 1, "which says of no photo that it is too large"
    assert sentences[0].startswith("soccer/3.png, soccer/4.png and 3 others: 512 MB is the most")


def test_more_entries_than_sixteen_bits_can_count() -> None:
    data = zipped(*((f"{i}", b"") for i in range(70_000)))
    peak, spent, sentences = peak_of(data)
    assert sentences == ["The zip has 70,000 entries, and 4,000 is the most; make smaller ones."]
    assert peak < 1_000_000 and spent < 0.5
    count = data.rindex(b"PK\5\6")
    few = data[: count + 8] + struct.pack("<HH", 1, 1) + data[count + 12 :]
    assert "70,000 entries" in peak_of(few)[2][0], "whatever the directory says of itself"


def test_entries_that_share_their_bytes() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(bytes(3_000_000)) + packed.flush()
    crc = zlib.crc32(bytes(3_000_000))
    local = (
        struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(body), 3_000_000, 1, 0) + b"a" + body
    )
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(body), 3_000_000, 1, 0, 0, 0, 0, 0, 0
    )
    directory = (entry + b"a") * 3000
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 3000, 3000, len(directory), len(local), 0)
    sentences = peak_of(local + directory + end)[2]
    assert sentences == ["The zip claims more bytes than it has; download or make it once more."]


def test_photos_that_no_longer_fit_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_set, "MAX_PHOTOS", 3)
    photos, sentences = from_zip(zipped(*((f"soccer/{i}.png", numbered(i)) for i in range(8))))
    assert len(photos) == 3
    assert sentences[0].startswith("soccer/3.png, soccer/4.png and 3 others: There is no room")
    assert len(sentences) == 1


def test_a_zip_labels_what_is_there_also_where_nothing_new_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_set, "MAX_PHOTOS", 2)
    there = PhotoSet().add(*(read_own(f"{i}.png", numbered(i)) for i in (5, 6)))
    files = [(f"soccer/{i}.png", numbered(i)) for i in (1, 2, 5, 6)]
    photos, sentences = from_zip(zipped(*files), there)
    assert photos.labels == ((1, 0, 0), (1, 0, 0)) and len(sentences) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This is not a zip"),
        (BALL, "This is not a zip"),
        (b"PK\3\4" + bytes(100), "damaged"),
        (zipped(("soccer/a.png", BALL))[:-30], "damaged"),
        (zipped(), "no photo in the zip"),
        (zipped(("soccer/", b"")), "no photo in the zip"),
    ],
    ids=["nothing", "a photo", "a header", "cut short", "no entry", "a folder"],  # its bytes tell the time
)
def test_what_is_no_zip_gets_a_sentence(data: bytes, said: str) -> None:
    photos, sentences = from_zip(data)
    assert not photos and len(sentences) == 1 and said in sentences[0]


def test_a_zip_that_is_too_large_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_zip, "MAX_BYTES", 1000)
    assert "The zip is 1 MB, and" in from_zip(zipped(("soccer/a.png", bytes(2000))))[1][0]


GOOD = zipped(
    ("frames.csv", b"file,x,y,zoom\nsoccer/a.png,0.5,0.5,2\n"),
    ("soccer/a.png", BALL),
    ("none/b.png", numbered(3)),
)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_wrong_bytes_anywhere(changes: list[tuple[int, int]]) -> None:
    data = bytearray(GOOD)
    for place, value in changes:
        data[place] = value
    photos, sentences = from_zip(bytes(data))
    assert isinstance(photos, PhotoSet) and all(isinstance(sentence, str) for sentence in sentences)


@pytest.mark.parametrize("length", range(0, len(GOOD), 97))
def test_a_zip_that_ends_early(length: int) -> None:
    photos, sentences = from_zip(GOOD[:length])
    assert not photos and len(sentences) == 1


def test_nothing_is_written(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    from_zip(zipped(("../outside.png", BALL), ("soccer/a.png", BALL), (link("soccer/l.png"), b"x")))
    assert not list(tmp_path.iterdir()) and not os.path.exists(tmp_path.parent / "outside.png")


@pytest.mark.parametrize(
    "name",
    [
        *("Desktop.ini", "thumbs.db", "ehthumbs.db", "Picasa.ini", "~$1.png", "1.png:Zone.Identifier"),
        *("@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg", "Icon\r", "._1.png"),
    ],
)
def test_what_systems_add_is_no_photo(name: str) -> None:
    photos, sentences = from_zip(zipped((f"soccer/{name}", b"[x]"), ("soccer/1.png", numbered(1))))
    assert len(photos) == 1 and not sentences


def test_what_is_packed_too_well_is_not_unpacked() -> None:
    """Each a few megabytes, and far more than 200 times what it takes in the zip."""
    data = zipped(("soccer/a.bmp", bytes(20_000_000)), packing=zipfile.ZIP_DEFLATED)
    peak, _, sentences = peak_of(data)
    assert "far more than a photo" in sentences[0] and peak < 5_000_000


def test_no_file_is_larger_than_a_photo_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_zip, "MAX_RATIO", 10**6)
    data = zipped(("soccer/a.bmp", bytes(safe_zip.MAX_ENTRY + 1)), packing=zipfile.ZIP_DEFLATED)
    peak, _, sentences = peak_of(data)
    assert "far more than a photo" in sentences[0] and peak < 5_000_000


def test_a_table_has_a_bound_of_its_own() -> None:
    rows = b"file,x,y,zoom\nsoccer/1.png,0.1,0.2,3\n"
    for more, x in ((0, 0.1), (MAX_TABLE, 0.5)):
        photos, _ = from_zip(zipped(("frames.csv", rows + b"\n" * more), ("soccer/1.png", numbered(1))))
        assert photos.photos[0].x == x


def test_two_entries_that_share_their_bytes() -> None:
    data = zipped(("soccer/a.bmp", os.urandom(5000)))
    begin, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    twice = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, 2 * (end - begin), begin, 0)
    with pytest.raises(PhotoError, match="claims more bytes"), open_zip(data[:end] + data[begin:end] + twice):
        pass


def test_a_name_that_goes_on_after_its_end_is_refused() -> None:
    data = zipped(("soccer/aXb.png", BALL), ("soccer/good.png", numbered(9)))
    photos, (sentence,) = from_zip(data.replace(b"soccer/aXb", b"soccer/a\0b"))
    assert "a character in it" in sentence and len(photos) == 1


def test_folders_as_powershell_writes_them() -> None:
    """Compress-Archive of Windows' own PowerShell, 5.1."""
    names = ("balls\\", "balls\\soccer\\a.png", "balls\\frames.csv", "balls\\none\\Thumbs.db")
    table = b"file,x,y,zoom\nsoccer/a.png,0.25,0.5,2\n"
    photos, sentences = from_zip(zipped(*zip(names, (b"", BALL, table, b"thumbs"), strict=True)))
    (photo,) = photos.photos
    assert not sentences and (photo.name, photo.label) == ("a.png", (1, 0, 0))
    assert (photo.x, photo.zoom) == (0.25, 2.0)


def test_folders_with_umlauts_that_a_backslash_parts() -> None:
    """In CP437, as from German Windows; what stands before a backslash is a letter of ASCII."""
    data = zipped(("B?lle\\SOCCER\\gr?n.png", BALL)).replace(b"B?lle", b"B\x84lle").replace(b"gr?", b"gr\x81")
    photos, sentences = from_zip(data)
    (photo,) = photos.photos
    assert not sentences and (photo.name, photo.label) == ("grün.png", (1, 0, 0))


def test_half_a_letter_of_an_old_code_page_parts_no_folders() -> None:
    """In Shift JIS, which does not say so, the second byte of 表 is that of a backslash."""
    data = zipped(("soccer/XY.png", BALL), ("soccer/good.png", numbered(9)))
    photos, (sentence,) = from_zip(data.replace(b"XY", "表".encode("shift_jis")))
    assert "a character in it" in sentence and len(photos) == 1


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR])
def test_what_is_no_ordinary_file_is_refused(kind: int) -> None:
    entry = zipfile.ZipInfo("soccer/a.png")
    entry.create_system, entry.external_attr = 3, (kind | 0o666) << 16
    assert "a link or a device" in refusal(entry)


def test_strong_encryption_is_encryption_too() -> None:
    data = zipped(("soccer/a.png", BALL), ("soccer/good.png", numbered(9)))
    locked = patched(patched(data, b"PK\1\2", 8, b"\x40\0"), b"PK\3\4", 6, b"\x40\0")
    photos, (sentence,) = from_zip(locked)
    assert "encrypted" in sentence and len(photos) == 1


def test_a_file_that_packs_well_is_read() -> None:
    file = os.urandom(20_000) * 200
    with open_zip(zipped(("soccer/a.bmp", file), packing=zipfile.ZIP_DEFLATED)) as archive:
        (entry,) = archive.entries
        assert 40 < len(file) / entry.compress_size < safe_zip.MAX_RATIO
        assert archive.read(entry) == file


def test_no_deflate64() -> None:
    """Windows packs what is larger than 2 GB so; Python does not unpack it."""
    data = zipped(("soccer/a.png", BALL), ("soccer/good.png", numbered(9)))
    photos, (sentence,) = from_zip(patched(patched(data, b"PK\1\2", 10, b"\x09\0"), b"PK\3\4", 8, b"\x09\0"))
    assert "packed in a rare way" in sentence and len(photos) == 1
