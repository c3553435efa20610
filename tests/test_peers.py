"""What the benchmarks compare with does the same work."""

import pytest
import torch

from benchmarks.by_torchvision import in_torch, loader
from core.balls import ONE, render
from core.closer_look import enlarged
from core.judging import judge_crops, judge_pixels, sides
from core.photo_folder.folder import list_photos
from core.photo_folder.stream import labelled
from core.weights import load_model


@pytest.mark.parametrize("name", ["network", "patches"])
def test_the_shipped_networks_in_torch_nn_say_the_same(name):
    network = load_model(name)
    photos = render(3, range(5), ONE, device="cpu").pixels
    views = enlarged(photos) if len(sides({name: network})) > 1 else (photos,)
    with torch.inference_mode():
        said = in_torch(network)(*(view.permute(0, 3, 1, 2) / 127.5 - 1 for view in views))
    torch.testing.assert_close(said.T, judge_pixels(network, photos), atol=1e-5, rtol=0)


@pytest.mark.parametrize("tensors", [False, True])
def test_torchvision_sees_nearly_the_same_of_a_folder(tensors, tmp_path):
    """Its own sizes and squares; other filters and rounding move an answer by little."""
    from benchmarks.photo_folder import write_folder

    network, root = load_model("patches"), write_folder(tmp_path, (512, 384), 8)
    folder = list_photos(root)
    whole = labelled(folder, torch.arange(len(folder)), sides({"": network}), left_out=pytest.fail)
    mine = torch.cat([judge_crops({"": network}, photos)[""] for photos, _ in whole], dim=1)
    with torch.inference_mode():
        theirs = [
            in_torch(network)(*(view * 2 - 1 for view in views))
            for views, _ in loader(root, sides({"": network}), 0, tensors=tensors)
        ]
    assert mine.shape == (3, 8) and float((torch.cat(theirs).T - mine).abs().mean()) < 0.05
