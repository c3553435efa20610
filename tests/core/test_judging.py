"""Who is asked about photos, with how many pixels, and which weights can be asked at all."""

import pytest
import torch

from core.closer_look import SIDES
from core.heads import goal2
from core.initialisation import initialise
from core.judging import judge_pixels, load_own, sides
from core.patches import PATCHES
from core.pixels import N
from core.weights import WeightsError, save_network
from tests.core.small_patches import small_network


def test_one_network_on_patches_among_others_is_enough_for_a_closer_look():
    head, on_patches = goal2(), small_network()
    assert sides({"goal2": head}) == sides({}) == (64,)
    for models in ({"patches": on_patches}, {"goal2": head, "patches": on_patches}):
        assert sides(models) == SIDES


@pytest.mark.parametrize("sizes", [(N, 1), (N, 3), (N, 4, 3)])
def test_weights_that_are_asked_about_photos_come_back(sizes, tmp_path):
    save_network(tmp_path / "own.safetensors", initialise(sizes))
    assert load_own(tmp_path / "own.safetensors").sizes == sizes


@pytest.mark.parametrize("above", [(3,), (5, 3), (5, 4, 1)])
def test_a_network_on_patches_comes_back_with_what_each_layer_sees(above, tmp_path):
    own = small_network(above=above)
    save_network(tmp_path / "own.safetensors", own)
    back = load_own(tmp_path / "own.safetensors")
    assert [layer.step for layer in back.layers] == [2, 1, 2, 1, 2, 1, *[0] * len(above)]
    photo = torch.full((1, 64, 64, 3), 90, dtype=torch.uint8)
    assert torch.equal(judge_pixels(back, photo), judge_pixels(own, photo))


@pytest.mark.parametrize(
    ("own", "why"),
    [
        (small_network(above=(5, 2)), "or sees patches, and has 1 or 3 outputs"),
        (small_network(above=()), "or sees patches, and has 1 or 3 outputs"),
        (small_network(patches=((24, 5), (1, 1))), "another network on patches"),
        (small_network(patches=(*PATCHES, (1, 1))), "another network on patches"),
    ],
)
def test_another_network_on_patches_is_refused_in_a_sentence(own, why, tmp_path):
    save_network(tmp_path / "own.safetensors", own)
    with pytest.raises(WeightsError, match=why):
        load_own(tmp_path / "own.safetensors")


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((N, 2), "from 12,288 inputs to 2"),
        ((N - 1, 3), "from 12,287 inputs to 3"),
        ((1728, 5, 4, 3), "from 1,728 inputs to 3"),
    ],
)
def test_weights_that_are_asked_about_something_else_are_refused_in_a_sentence(sizes, why, tmp_path):
    save_network(tmp_path / "own.safetensors", initialise(sizes))
    with pytest.raises(WeightsError, match=f"own.safetensors holds .*{why}"):
        load_own(tmp_path / "own.safetensors")
