"""Who is asked about photos, with how many pixels, and which weights can be asked at all."""

import pytest

from core.closer_look import SIDES
from core.heads import goal2
from core.initialisation import initialise
from core.judging import load_own, sides
from core.patches import INPUTS
from core.pixels import N
from core.weights import WeightsError, save_network


def test_one_network_on_patches_among_others_is_enough_for_a_closer_look():
    head, on_patches = goal2(), initialise((INPUTS, 5, 4, 3))
    assert sides({"goal2": head}) == sides({}) == (64,)
    for models in ({"patches": on_patches}, {"goal2": head, "patches": on_patches}):
        assert sides(models) == SIDES


@pytest.mark.parametrize("sizes", [(N, 1), (N, 3), (N, 4, 3), (INPUTS, 5, 4, 3), (INPUTS, 5, 4, 1)])
def test_weights_that_are_asked_about_photos_come_back(sizes, tmp_path):
    save_network(tmp_path / "own.safetensors", initialise(sizes))
    assert load_own(tmp_path / "own.safetensors").sizes == sizes


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((N, 2), "from 12,288 inputs to 2"),
        ((N - 1, 3), "from 12,287 inputs to 3"),
        ((INPUTS, 5, 4, 2), "from 1,728 inputs to 2"),
        ((INPUTS, 4, 3), "no layer above their mean"),
    ],
)
def test_weights_that_are_asked_about_something_else_are_refused_in_a_sentence(sizes, why, tmp_path):
    save_network(tmp_path / "own.safetensors", initialise(sizes))
    with pytest.raises(WeightsError, match=f"own.safetensors holds .*{why}"):
        load_own(tmp_path / "own.safetensors")
