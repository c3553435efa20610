"""Arrays on their way to the browser: what is said in few bytes, and what is fetched once."""

import json

import numpy as np
import pytest

from tests.ui.asked import handed_out
from ui import three_neurons
from ui.packing import LONG, pack
from ui.pictures import png
from ui.server import kept


def places(packed: bytes) -> dict[str, list]:
    return json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])["arrays"]


@pytest.mark.parametrize(
    "array",
    [np.full((20, 12288), 127, np.uint8), np.zeros(5000, np.float32), np.full((3, 400), 0.1, np.float32)],
)
def test_one_value_over_and_over_is_sent_as_that(array):
    packed = pack({}, {"all": array})
    kind, _, count, value = places(packed)["all"]
    assert len(packed) < 100
    np.testing.assert_array_equal(np.full(count, value, kind), array.ravel())


@pytest.mark.parametrize(
    "array",
    [
        np.r_[np.zeros(2000, np.uint8), np.ones(1, np.uint8), np.zeros(2000, np.uint8)],
        np.r_[np.zeros(2000, np.float32), -np.zeros(1, np.float32)],  # −0 is another number
        np.full(2000, np.nan, np.float32),  # JSON has none
        np.zeros(LONG, np.uint8),
        np.zeros(0, np.float32),
    ],
)
def test_all_else_is_sent_as_it_is(array):
    packed = pack({}, {"some": array})
    kind, start, count = places(packed)["some"]
    assert np.frombuffer(packed, kind, count, start).tobytes() == array.tobytes()


def test_what_stays_is_fetched_by_the_name_of_its_content():
    W = np.random.default_rng(0).standard_normal((3, 12288)).astype(np.float32)
    packed = pack({}, {"W": W, "short": W[0, :10]}, kept=["W", "short"])
    kind, address, count = places(packed)["W"]
    assert len(packed) < 300 and places(packed)["short"][1] % 4 == 0
    assert places(pack({}, {"again": W.copy()}, kept=["again"]))["again"] == [kind, address, count]
    assert places(pack({}, {"other": -W}, kept=["other"]))["other"][1] != address
    answer = handed_out(kept.hand_out_array, name=address.removeprefix("/array/"))
    np.testing.assert_array_equal(np.frombuffer(answer.body, kind, count), W.ravel())
    assert answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "no-store", "own photos’ weights are on no disk"
    assert handed_out(kept.hand_out_array, name="0" * 64).status_code == 404


def test_a_rendered_photo_is_fetched_once_for_good():
    picture = png(np.zeros((64, 64, 3), np.uint8))
    address = kept.picture_address(picture)
    answer = handed_out(kept.hand_out_picture, name=address.removeprefix("/picture/").removesuffix(".png"))
    assert answer.body == picture and answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]


def test_of_what_stays_the_latest_are_kept(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2500)
    a, b, c = (kept.array_address(bytes([i]) * 1000) for i in range(3))
    kept.array_address(bytes([1]) * 1000)
    d = kept.array_address(bytes([3]) * 1000)
    names = [address.removeprefix("/array/") for address in (a, b, c, d)]
    answers = [handed_out(kept.hand_out_array, name=name).status_code for name in names]
    assert answers == [404, 200, 404, 200]


def test_the_weights_of_three_neurons_do_not_travel_with_every_photo(monkeypatch):
    sent = []
    monkeypatch.setattr(three_neurons, "_three_neurons", lambda data, **_: sent.append(data))
    random = np.random.default_rng(0)
    W, pixels = random.standard_normal((3, 12288)), random.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    three_neurons.three_neurons(pixels, W, W, [0.0] * 3, [0.0] * 3, [0.5] * 3, None, "a photo", key="k")
    assert pixels.size < len(sent[0]) < 1.1 * pixels.size
