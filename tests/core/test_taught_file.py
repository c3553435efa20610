"""The network on patches that somebody taught, as a file: the same network back, and nothing else taken."""

import numpy as np
import pytest
import torch
from safetensors.torch import save

from core.activations import SOFTMAX
from core.closer_look import each_look, enlarged
from core.divergence import reach
from core.initialisation import initialise
from core.judging import judge_pixels, load_own
from core.own_photos.taught_file import taught_from_bytes, taught_to_bytes
from core.photo_folder.learned import marks_in
from core.pixels import N
from core.weights import WeightsError, load_model, network_tensors, tensors_to_bytes
from tests.core.small_patches import small_network

NO_MARKS = np.zeros(0, np.int32)


def test_it_comes_back_the_same_and_the_command_asks_it_too(tmp_path):
    shipped = load_model("patches")
    data = taught_to_bytes(shipped, np.array([7, -1], np.int32))
    dice = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8, generator=dice)
    (tmp_path / "mine.safetensors").write_bytes(data)
    for network in (taught_from_bytes(data), load_own(tmp_path / "mine.safetensors")):
        assert torch.equal(judge_pixels(network, pixels), judge_pixels(shipped, pixels))
    assert marks_in(data) == {7, 2**32 - 1}
    assert marks_in(taught_to_bytes(shipped, NO_MARKS)) == frozenset()
    floats = tensors_to_bytes(network_tensors(shipped) | {"learned.photos": torch.ones(3)}, {})
    assert marks_in(floats) == frozenset(), "of another kind"


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((N, 3), "from which Live training can begin"),
        ((N, 8, 3), "from which Live training can begin"),
        ((1728, 5, 4, 3), "of one from 1,728 inputs to 3"),
    ],
)
def test_another_network_is_refused_in_a_sentence(sizes, why):
    with pytest.raises(WeightsError, match=why):
        taught_from_bytes(taught_to_bytes(initialise(sizes), NO_MARKS))


@pytest.mark.parametrize(
    ("network", "why"),
    [
        (small_network(above=(5, 1)), "3 outputs, these weights are of one from 48 inputs to 1"),
        (small_network(patches=((24, 5), (1, 1))), "of another network on patches"),
        (small_network(outputs=SOFTMAX), "sigmoid, those of these weights softmax"),
    ],
)
def test_another_network_on_patches_is_refused_in_a_sentence(network, why):
    with pytest.raises(WeightsError, match=why):
        taught_from_bytes(taught_to_bytes(network, NO_MARKS))


def test_weights_that_leave_no_number_are_refused_and_none_that_might_are_taken():
    shipped = load_model("patches")
    pixels = torch.full((1, 64, 64, 3), 255, dtype=torch.uint8)
    for power, taken in ((0, True), (2, True), (3, False), (6, False), (36, False)):
        large = shipped.with_parameters([10.0**power * p for p in shipped.parameters])
        data = taught_to_bytes(large, NO_MARKS)
        if taken:
            z = torch.cat([each_look(taught_from_bytes(data), enlarged(p)) for p in (pixels, pixels * 0)])
            assert z.isfinite().all() and z.abs().max() <= reach(large)
        else:
            with pytest.raises(WeightsError, match="so large that what they say of a photo is no number"):
                taught_from_bytes(data)


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", bytes(64), save({"a": torch.ones(1)}), b"\xff" * 8 + b"{}"]
)
def test_what_is_no_weights_file_is_refused_in_a_sentence(data):
    with pytest.raises(WeightsError, match=r"this is not a safetensors file|was not made here"):
        taught_from_bytes(data)
