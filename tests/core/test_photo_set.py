"""One's own photos: unchanging sets, bounded, without doubles; a split by nothing but what they show."""

import random
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.own_photos import photo_set
from core.own_photos.own_photo import OwnPhoto, encoded, read_own
from core.own_photos.photo_set import PhotoSet, SetFull
from core.photo_folder.learned import known, saved
from core.photo_folder.stream import read_file
from core.photos import Photo, PhotoError, read_photo
from tests.core.own_photos import named
from tests.core.photo_corpus import encode, exif, gradient, picture

LABELS = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1), None]


def own(seed: int, label: photo_set.Label | None = None, side: int = 8) -> OwnPhoto:
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side + 2, 3), dtype=np.uint8)
    return OwnPhoto(f"{seed}.png", Photo(pixels), label)


def some(*labels: photo_set.Label | None) -> PhotoSet:
    return PhotoSet().add(*(own(seed, label) for seed, label in enumerate(labels)))


def test_every_change_gives_a_new_set() -> None:
    first = some((1, 0, 0), None)
    a, b = first.ids
    second = first.labelled([b], (0, 1, 1)).cropped(a, 0.2, 0.4, 2.0).add(own(7)).remove([a])
    assert first.labels == ((1, 0, 0), None) and first.ids == (a, b)
    assert (first.photos[0].x, first.photos[0].zoom) == (0.5, 1.0)
    assert second.labels == ((0, 1, 1), None) and second.ids == (b, own(7).id)
    assert len(PhotoSet()) == 0 and first.find(b) is first.photos[1] and first.find("nobody") is None


def test_what_changes_nothing_is_the_same_set() -> None:
    photos = some((1, 0, 0), None)
    assert photos.labelled(photos.ids[:1], (1, 0, 0)) is photos
    assert photos.cropped(photos.ids[0], 0.5, 0.5, 1.0) is photos
    assert photos.cropped(photos.ids[0], float("nan"), 0.5, 1.0) is photos


@pytest.mark.parametrize("label", [(1, 0), (2, 0, 0), (1, 1, 1, 1)])
def test_what_is_no_label_is_refused(label) -> None:
    photos = some(None)
    with pytest.raises(ValueError, match="three times 0 or 1"):
        photos.labelled(photos.ids, label)


@pytest.mark.parametrize("label", LABELS)
def test_every_label_can_be_given_and_taken_back(label) -> None:
    photos = some((1, 0, 0), None)
    assert photos.labelled(photos.ids, label).labels == (label, label)


def test_tensors_are_the_crops_and_labels_of_those_that_are_sorted() -> None:
    photos = some((1, 0, 1), None, (0, 0, 0)).cropped(own(2).id, 0.3, 0.6, 1.7)
    pixels, Y = photos.tensors()
    assert pixels.shape == (2, 64, 64, 3) and pixels.dtype == torch.uint8
    torch.testing.assert_close(Y, torch.tensor([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]]))
    np.testing.assert_array_equal(pixels[0].numpy(), own(0).photo.crop())
    np.testing.assert_array_equal(pixels[1].numpy(), own(2).photo.crop(0.3, 0.6, 1.7))
    nothing, none = some(None).tensors()
    assert nothing.shape == (0, 64, 64, 3) and none.shape == (3, 0)


def test_a_crop_is_kept_until_its_frame_moves() -> None:
    photos = some(None)
    (id_,) = photos.ids
    crop = photos.photos[0].pixels
    assert photos.labelled([id_], (1, 0, 0)).photos[0].pixels is crop
    moved = photos.cropped(id_, 0.1, 0.1, 3).photos[0]
    np.testing.assert_array_equal(moved.pixels, moved.photo.crop(0.1, 0.1, 3))
    with pytest.raises(ValueError, match="read-only"):
        crop[0] = 0


def test_the_frame_stays_inside() -> None:
    photo = own(0).framed(-3, 9, 1000)
    assert (photo.x, photo.y, photo.zoom) == (0.0, 1.0, 8.0)


# ------------------------------------------------------------------------------------------------ reading


def test_a_large_photo_is_kept_shrunk_as_its_file_has_it() -> None:
    data = encode(picture("RGB", 1500, 2000), "JPEG", exif=exif(6))
    photo = read_own("ball.jpg", data)
    assert photo.photo.pixels.shape == (512, 384, 3), "upright"
    assert photo.photo.original == (1500, 2000) and photo.photo.kind == "JPEG"
    assert b"Exif" not in photo.file and len(photo.file) < 100_000
    np.testing.assert_array_equal(read_photo(photo.file).pixels, photo.photo.pixels)
    assert np.abs(photo.pixels.astype(int) - read_photo(data).crop()).max() <= 8
    again = read_own("other name.jpg", photo.file)
    assert again.file is photo.file or again.file == photo.file
    assert again.id == photo.id


def test_a_small_file_that_holds_nothing_else_is_kept_as_it_is() -> None:
    for kind in ("PNG", "JPEG"):
        data = encode(picture("RGB", 100, 140), kind)
        assert read_own("a", data).file == data
    placed = encode(picture("RGB", 100, 140), "JPEG", exif=exif(1))
    assert read_own("a", placed).file != placed, "where it was taken is not kept"
    np.testing.assert_array_equal(
        read_photo(encoded(gradient(60, 64))).pixels, gradient(60, 64), "a tiny picture is kept exactly"
    )


def test_no_thumbnail_is_kept_within_a_small_file() -> None:
    """JFIF's own one may show what was cut off, and programs write behind the colours of an Adobe segment."""
    data = encode(picture("RGB", 100, 140), "JPEG")
    begin, jfif, rest = data[:2], data[2:20], data[20:]
    assert jfif[4:9] == b"JFIF\0"
    secret = b"shown in small.."
    thumbnail = b"\xff\xe0" + struct.pack(">H", 2 + 14 + 48) + jfif[4:16] + b"\4\4" + 3 * secret  # 4 × 4 × 3
    adobe = b"\xff\xee" + struct.pack(">H", 14 + 16) + b"Adobe\0\x64\0\0\0\0\1" + secret
    for segments in (thumbnail, jfif + adobe):
        assert secret not in read_own("a.jpg", begin + segments + rest).packed()
        np.testing.assert_array_equal(read_photo(begin + segments + rest).pixels, read_photo(data).pixels)


@pytest.mark.parametrize("size", [(160, 160), (384, 512), (391, 455)])
def test_of_a_file_kept_as_it_is_the_neurons_see_at_zoom_1_what_predict_and_accuracy_show_them(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    noise = np.random.default_rng(0).integers(-9, 10, (*size, 3))
    data = encode(Image.fromarray((gradient(*size) + noise).clip(0, 255).astype(np.uint8)), "JPEG")
    (tmp_path / "ball.jpg").write_bytes(data)
    mine = read_own("ball.jpg", data)
    assert mine.file == data
    np.testing.assert_array_equal(mine.pixels, read_file(tmp_path / "ball.jpg").crop())
    closer = mine.framed(0.4, 0.6, 2.5)
    np.testing.assert_array_equal(closer.pixels, read_photo(data).crop(0.4, 0.6, 2.5))


def test_a_panorama_keeps_three_pixels_for_each_that_the_neurons_see() -> None:
    assert read_own("a", encode(picture("RGB", 400, 3200), "PNG")).photo.pixels.shape == (192, 1536, 3)


def test_what_is_no_photo_is_told() -> None:
    with pytest.raises(PhotoError, match="a text"):
        read_own("letter.jpg", b"Dear reader, this is no photo.")


# ------------------------------------------------------------------------------------------------- bounds


def test_a_photo_is_there_once() -> None:
    photos = some((1, 0, 0))
    with pytest.raises(PhotoError, match="among yours already"):
        photos.add(OwnPhoto("renamed.png", own(0).photo))
    assert len(photos.add(own(1))) == 2


def test_photos_of_one_name_are_told_apart_by_a_number_that_stays() -> None:
    photos = named(("image.jpg", None), ("IMAGE.png", None), ("image.jpg", None), ("image 3.gif", None))
    names = ["image.jpg", "IMAGE 2.png", "image 3.jpg", "image 3 2.gif"]
    assert [photo.name for photo in photos.photos] == names
    left = photos.remove(photos.ids[:2]).labelled(photos.ids, (1, 0, 0))
    assert [photo.name for photo in left.photos] == names[2:]
    assert [photo.name for photo in left.add(own(8), own(9)).photos][2:] == ["8.png", "9.png"]
    assert [photo.name for photo in named(("", None), ("", None)).photos] == ["", " 2"]
    for odd in ("a.", "..", "a.b.", ".jpg", "a.b 2", "a\n"):
        assert len({photo.called for photo in named(*4 * [(odd, None)]).photos}) == 4, odd
    long = named(*2 * [("x" * 260 + ".jpg", None)]).photos[1].name
    assert len(long) <= 255 and long.endswith("x 2")


def test_names_out_of_folders_stay_as_they_are_where_the_folders_differ() -> None:
    photos = named(("1.jpg", (1, 0, 0)), ("1.jpg", (0, 1, 0)), ("1.jpg", (0, 1, 0)), ("1.jpg", None))
    assert [photo.name for photo in photos.photos] == ["1.jpg", "1.jpg", "1 2.jpg", "1 3.jpg"]


def test_weights_know_the_photos_again_that_they_learned_from_whichever_are_removed() -> None:
    photos = named(*3 * [("image.jpg", (1, 0, 0))])
    last = photos.ids[2:]
    marks = frozenset(saved(photos, photos.remove(photos.ids[:2])).view(np.uint32).tolist())
    assert known(marks, photos).ids == last
    assert known(marks, photos.remove(photos.ids[:2])).ids == last


def test_what_is_there_unsorted_takes_the_label_that_comes_with_it() -> None:
    photos = some(None, (0, 1, 0), None).cropped(own(0).id, 0.2, 0.3, 2)
    now = photos.add(own(0, (1, 0, 0)), own(2, (0, 0, 0)), own(3, (0, 0, 1)))
    assert now.ids == (*photos.ids, own(3).id)
    assert now.labels == ((1, 0, 0), (0, 1, 0), (0, 0, 0), (0, 0, 1))
    assert now.photos[0].zoom == 2 and photos.labels == (None, (0, 1, 0), None)
    with pytest.raises(PhotoError, match="its label stays"):
        now.add(own(1, (1, 0, 0)))
    for label in ((0, 1, 0), None):
        with pytest.raises(PhotoError, match="already\\."):
            now.add(own(1, label))


def test_a_full_set_takes_labels_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_set, "MAX_PHOTOS", 2)
    assert some(None, None).add(own(1, (1, 0, 0))).labels == (None, (1, 0, 0))


def test_a_full_set_says_so_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_set, "MAX_PHOTOS", 3)
    photos = some(None, None, None)
    with pytest.raises(SetFull, match="500 photos or 300 MB is the most"):
        photos.add(own(9))
    assert len(photos) == 3
    monkeypatch.setattr(photo_set, "MAX_PHOTOS", 500)
    monkeypatch.setattr(photo_set, "MAX_MEGABYTES", 0.05)
    assert photos.size == 3 * (8 * 10 * 3 + 12288)
    with pytest.raises(SetFull):
        photos.add(own(9, side=64))


# -------------------------------------------------------------------------------------------------- split


@settings(max_examples=60)
@given(labels=st.lists(st.sampled_from(LABELS), max_size=40), share=st.floats(0.05, 0.95), turn=st.randoms())
def test_each_label_is_on_both_sides(labels: list, share: float, turn: random.Random) -> None:
    photos = some(*labels)
    train, held = photos.split(share)
    assert sorted([*train.ids, *held.ids]) == sorted(photos.with_label().ids)
    for label in set(photos.with_label().labels):
        count = photos.labels.count(label)
        back = held.labels.count(label)
        if count == 1:
            assert back == 0
        else:
            assert 1 <= back <= count - 1 and abs(back - share * count) <= 1
    shuffled = list(photos.photos)
    turn.shuffle(shuffled)
    moved = PhotoSet(tuple(photo.framed(0.1, 0.2, 3) for photo in shuffled))
    assert set(moved.split(share)[1].ids) == set(held.ids), "neither the order nor the crops matter"
    assert [id_ for id_ in photos.ids if id_ in held.ids] == list(held.ids), "the order stays"


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("count", range(2, 12))
def test_the_share_that_is_held_back_is_the_nearest_that_leaves_one_on_each_side(count, share) -> None:
    held = len(some(*[(0, 1, 0)] * count).split(share)[1])
    assert abs(held - share * count) == min(abs(back - share * count) for back in range(1, count))


def test_three_of_ten_are_held_back_unless_another_share_is_asked_for() -> None:
    assert [len(side) for side in some(*[(0, 1, 0)] * 10).split()] == [7, 3]


@pytest.mark.parametrize("share", [0, 1, -1, 2])
def test_a_share_is_a_part(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        some((1, 0, 0)).split(share)
