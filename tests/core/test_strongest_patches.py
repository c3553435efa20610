"""The patches of photos that excite a neuron most: against every patch, asked about by itself."""

import pytest
import torch

from core.hidden_neurons.strongest_patches import speaking_for, strongest_patches
from core.network import Network, propagate
from core.patches import AT_ONCE, above, below, floats, pool, propagate_pictures
from tests.core.small_patches import small_network


def photos(m, seed=3):
    dice = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (m, 64, 64, 3), generator=dice, dtype=torch.uint8)


def test_the_pixels_that_it_names_are_those_that_excite_it_and_no_other_patch_does_more():
    small, seen = small_network(torch.float64), photos(AT_ONCE + 3)
    found = strongest_patches(small, seen, top=4)
    assert [layer.side for layer in found] == [4, 8, 12, 20, 32, 48]
    every = propagate_pictures(below(small), floats(seen, dtype=torch.float64))
    for l, layer in enumerate(found):  # noqa: E741
        k, side = every[l + 1].shape[1], layer.side
        assert layer.photo.shape == layer.top.shape == layer.left.shape == layer.a.shape == (k, 4)
        most = every[l + 1].amax(dim=(2, 3)).T  # (k, m)
        torch.testing.assert_close(layer.a, most.sort(dim=1, descending=True).values[:, :4])
        for j in range(k):
            assert len(set(layer.photo[j].tolist())) == 4, "one a photo"
            for i, top, left, a in zip(layer.photo[j], layer.top[j], layer.left[j], layer.a[j], strict=True):
                cut = seen[i : i + 1, top : top + side, left : left + side]
                alone = propagate_pictures(Network(small.layers[: l + 1]), floats(cut, side, torch.float64))
                assert alone[-1].shape[2:] == (1, 1), "a place for each patch"
                torch.testing.assert_close(alone[-1][0, j, 0, 0], a)


def test_adds_is_what_a_neurons_places_add_to_each_output():
    small, seen = small_network(torch.float64), photos(5)
    A = [floats(seen, dtype=torch.float64)]
    for layer in below(small).layers:
        A.append(propagate_pictures(Network((layer,)), A[-1])[-1].requires_grad_())
    Z = propagate(above(small), pool(A[-1])).Z[-1]
    found = strongest_patches(small, seen)
    for k in range(3):
        slopes = torch.autograd.grad(Z[k].sum(), A[1:], retain_graph=True)
        for layer, a, da in zip(found, A[1:], slopes, strict=True):
            wanted = (a * da).sum(dim=(2, 3)).mean(dim=0)
            torch.testing.assert_close(layer.adds[:, k], wanted.detach())


def test_of_fewer_photos_there_are_fewer_patches_and_of_none_it_says_so():
    small = small_network()
    assert strongest_patches(small, photos(2))[0].photo.shape == (4, 2)
    for some, top in ((photos(2)[:0], 4), (photos(2), 0)):
        with pytest.raises(ValueError, match="at least one patch of one photo"):
            strongest_patches(small, some, top)
    with pytest.raises(ValueError, match=r"photos are \(m, 64, 64, 3\)"):
        strongest_patches(small, photos(2)[..., :1])


def test_outputs_choose_in_turn_and_no_neuron_twice():
    adds = torch.tensor([[5.0, 9.0, 0.0], [4.0, 8.0, 0.0], [1.0, 0.0, -3.0], [0.0, 7.0, 2.0]])
    assert speaking_for(adds, 1) == ((0,), (1,), (3,))
    assert speaking_for(adds[:, :2], 2) == ((0, 2), (1, 3))
    assert speaking_for(adds, 0) == ((), (), ())
    with pytest.raises(ValueError, match="3 outputs cannot choose 2 of 4 neurons each"):
        speaking_for(adds, 2)
