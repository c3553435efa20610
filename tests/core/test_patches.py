"""Patches as columns: against a naive loop, autograd in float64 and the photo that they come from."""

import pytest
import torch

from core.activations import RELU, SIGMOID, SOFTMAX
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY
from core.network import propagate
from core.patches import (
    INPUTS,
    SIDE,
    PatchColumns,
    above,
    backpropagate_patches,
    below,
    by_pixel,
    logits,
    middle,
    pool,
    propagate_patches,
    sees_patches,
    some_patches,
    votes,
)
from core.pixels import flatten, scale


def photos(m, seed=0):
    return torch.randint(0, 256, (m, 64, 64, 3), generator=torch.Generator().manual_seed(seed)).to(
        torch.uint8
    )


def network(seed=0, dtype=torch.float32, outputs=SIGMOID):
    dice = torch.Generator().manual_seed(seed)
    return initialise(
        (INPUTS, 5, 6, 4, 3), (RELU, RELU, RELU, outputs), how="he", generator=dice, dtype=dtype
    )


def both_ways(photo):
    """X (1728, 162) of one photo, as it is and its middle mirrored, as an ordinary matrix."""
    return torch.cat([PatchColumns(way).floats() for way in (photo, middle(photo))], dim=1)


def test_every_patch_is_a_column_in_the_order_of_x():
    stored = photos(2)
    X = PatchColumns(stored, step=20).floats()  # 3 × 3 of each
    assert X.shape == (INPUTS, 18)
    column = 0
    for photo in stored:
        for row in (0, 20, 40):
            for left in (0, 20, 40):
                naive = photo[row : row + SIDE, left : left + SIDE].double().reshape(-1) / 127.5 - 1
                torch.testing.assert_close(X[:, column].double(), naive, atol=1e-6, rtol=0)
                column += 1


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("m", "step", "side"), [(1, 5, 64), (3, 10, 104), (2, 40, 64), (2, 7, 30)])
def test_a_product_with_all_patches_is_that_with_their_matrix(m, step, side, dtype):
    """Also where a step does not end at the edge, and for the rows of one neuron alone."""
    dice = torch.Generator().manual_seed(m)
    stored = torch.randint(0, 256, (m, side, side, 3), generator=dice).to(torch.uint8)
    X = PatchColumns(stored, step, side=side, dtype=dtype)
    W = torch.randn(7, INPUTS, generator=dice, dtype=dtype)
    assert X.shape == X.floats().shape == (INPUTS, m * ((side - SIDE) // step + 1) ** 2)
    assert X.dtype == X.floats().dtype == dtype
    torch.testing.assert_close(W @ X, W @ X.floats(), atol=1e-3 if dtype == torch.float32 else 1e-10, rtol=0)
    torch.testing.assert_close(W[3:4] @ X, (W @ X)[3:4], atol=1e-3, rtol=0)


def test_some_patches_are_whole_and_follow_from_the_generator():
    x = photos(3).float()
    taken = [some_patches(x, 7, torch.Generator().manual_seed(4)) for _ in range(2)]
    assert torch.equal(*taken) and taken[0].shape == (INPUTS, 21)
    for i, patch in enumerate(taken[0].T):  # photo after photo
        windows = x[i // 7].unfold(0, SIDE, 1).unfold(1, SIDE, 1).permute(0, 1, 3, 4, 2).reshape(-1, INPUTS)
        assert (windows == patch).all(dim=1).sum() == 1


@pytest.mark.parametrize(
    ("loss", "outputs"), [(BINARY_CROSS_ENTROPY, SIGMOID), (SOFTMAX_CROSS_ENTROPY, SOFTMAX)]
)
def test_the_way_back_of_the_mean_is_autograds(loss, outputs):
    small = network(dtype=torch.float64, outputs=outputs)
    X = torch.randn(INPUTS, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    Y = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 1, 0]], dtype=torch.float64)  # 3 photos, 4 patches each
    patches, photos = propagate_patches(small, X, 3)
    found = backpropagate_patches(small, patches, photos, Y, loss)
    parameters = [p.requires_grad_() for layer in small.layers for p in (layer.W, layer.b)]
    a = propagate(below(small), X).Y_hat
    means = torch.stack([a[:, 4 * i : 4 * i + 4].mean(dim=1) for i in range(3)], dim=1)
    z = propagate(above(small), means).Z[-1]
    wanted = torch.autograd.grad(loss(z, Y).mean(), parameters)
    assert any(float(d.abs().max()) > 1e-6 for d in wanted)
    for mine, theirs in zip(
        [d for pair in zip(found.W, found.b, strict=True) for d in pair], wanted, strict=True
    ):
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(photos.Z[-1], z)


def test_patches_that_do_not_divide_among_the_photos_are_refused():
    with pytest.raises(ValueError, match="no equal number"):
        pool(torch.zeros(3, 7), 2)


def test_what_is_no_photo_is_refused():
    some = photos(2)
    for wrong in (some[0], some[:, :32], some[..., :1], some.int()):
        for ask in (logits, votes):
            with pytest.raises(ValueError, match=r"photos are \(m, 64, 64, 3\), uint8 or floats, got"):
                ask(network(), wrong)
    with pytest.raises(ValueError, match="of no photo"):
        logits(network(), some[:0])


def test_the_answer_is_the_mean_vote_of_the_photo_and_its_middle():
    small, stored = network(), photos(19)  # more than are asked together
    told = votes(small, stored)
    assert told.shape == (3, 19, 2, 9, 9) and sees_patches(small)
    z = logits(small, stored)
    torch.testing.assert_close(z, told.mean(dim=(2, 3, 4)))
    torch.testing.assert_close(logits(small, stored[17:18]), z[:, 17:18])
    a = propagate(below(small), both_ways(stored[14:15]))
    alone = propagate(above(small), a.Y_hat.mean(dim=1, keepdim=True)).Z[-1]
    torch.testing.assert_close(z[:, 14:15], alone)
    assert not sees_patches(initialise((12288, 3)))


def test_the_middle_is_enlarged_and_mirrored():
    ramp = (
        torch.arange(64.0).expand(1, 64, 64)[..., None].expand(1, 64, 64, 3)
    )  # brightness grows to the right
    seen = middle(ramp)
    assert seen.shape == (1, 64, 64, 3)
    assert float(seen[0, 30, 0, 1]) == 55 and float(seen[0, 30, 63, 1]) == 8  # columns 8 … 55, from the right
    steps = seen[0, 30, 5:60, 0].diff()
    torch.testing.assert_close(steps, torch.full_like(steps, -0.75))


def test_a_vote_is_how_much_z_moves_with_its_patch():
    """z is linear in ā around a photo: votes differ by ∂z/∂ā times the difference of what they excite."""
    small, stored = network(dtype=torch.float64), photos(1)
    told = votes(small, stored).reshape(3, 162)
    a = propagate(below(small), both_ways(stored).double()).Y_hat  # (6, 162)
    mean = a.mean(dim=1).requires_grad_()
    z = propagate(above(small), mean[:, None]).Z[-1][:, 0]
    J = torch.stack([torch.autograd.grad(one, mean, retain_graph=True)[0] for one in z])  # (3, 6)
    torch.testing.assert_close(told[:, [7]] - told, J @ (a[:, [7]] - a))
    assert float(told.std()) > 0


def test_the_first_patch_is_the_corner_of_x():
    stored = photos(2)
    windows = PatchColumns(stored, step=1).floats()[:, 0]
    torch.testing.assert_close(windows, flatten(stored)[:, 0].view(64, 64, 3)[:SIDE, :SIDE].reshape(-1))


def test_a_pixel_shows_the_mean_vote_of_the_patches_that_hold_it():
    told = torch.randn(2, 2, 9, 9, generator=torch.Generator().manual_seed(3))
    seen = by_pixel(told)
    assert seen.shape == (2, 64, 64)
    for row, column in ((0, 0), (5, 30), (40, 4), (63, 63), (31, 60)):  # outside the middle
        inside = [
            told[:, 0, i, j]
            for i in range(9)
            for j in range(9)
            if 5 * i <= row < 5 * i + SIDE and 5 * j <= column < 5 * j + SIDE
        ]
        torch.testing.assert_close(seen[:, row, column], torch.stack(inside).mean(dim=0))
    left = torch.zeros(1, 2, 9, 9)
    left[:, 1, :, 0] = 1.0  # the patches at the left of the mirrored middle see what is right in the photo
    shown = by_pixel(left)[0]  # column 50 is held by two of them across, one of which votes 1
    assert float(shown[32, 50]) == pytest.approx((0 + 1 / 2) / 2)
    assert float(shown[:, :32].abs().max()) == 0


def test_some_patches_are_patches_from_anywhere():
    place = torch.arange(64.0)
    x = torch.stack(
        [place[:, None].expand(64, 64), place.expand(64, 64), torch.zeros(64, 64)], dim=2
    )  # row, column, which
    x = torch.stack([x, x + torch.tensor([0.0, 0.0, 1.0])])
    X = some_patches(x, 400, torch.Generator().manual_seed(0)).T.reshape(2, 400, SIDE, SIDE, 3)
    assert X[0, ..., 2].eq(0).all() and X[1, ..., 2].eq(1).all(), "photo after photo"
    rows, columns = X[..., 0, 0, 0], X[..., 0, 0, 1]
    assert X[..., 0].eq(rows[..., None, None] + place[:SIDE, None]).all()
    assert X[..., 1].eq(columns[..., None, None] + place[:SIDE]).all()
    assert set(rows.flatten().tolist()) == set(columns.flatten().tolist()) == set(range(64 - SIDE + 1))
    assert not torch.equal(rows, columns)


def test_what_no_patches_can_be_cut_from_is_refused():
    """Of larger photos only the corner was seen; steps back made columns that there are not."""
    with pytest.raises(ValueError, match="photos are"):
        some_patches(torch.zeros(1, 104, 104, 3), 2, torch.Generator())
    for step, side in ((0, 64), (-1, 64), (5, 20)):
        with pytest.raises(ValueError, match="at least 1"):
            PatchColumns(torch.zeros(1, side, side, 3), step, side=side)
    with pytest.raises(ValueError, match="0 patches"):
        pool(torch.zeros(4, 0), 2)


def test_floats_are_taken_as_they_are():
    photos = torch.randint(0, 256, (2, 64, 64, 3), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    assert torch.equal(PatchColumns(scale(photos)).floats(), PatchColumns(photos).floats())
    assert torch.equal(middle(scale(photos)), middle(photos))


def test_each_photo_keeps_its_own_open_paths():
    dice = torch.Generator().manual_seed(0)
    small = initialise((INPUTS, 5, 6, 4, 3), (RELU, RELU, RELU, SIGMOID), how="he", generator=dice)
    plain = torch.tensor([0, 60, 120, 180, 255, 90])[:, None, None, None] * torch.tensor([1.0, 0.3, 0.8])
    colours = torch.stack([plain[i].roll(i, dims=-1) for i in range(6)]).expand(6, 64, 64, 3).to(torch.uint8)
    torch.testing.assert_close(
        votes(small, colours).mean(dim=(2, 3, 4)), logits(small, colours), rtol=1e-4, atol=1e-4
    )
    for i in range(6):
        torch.testing.assert_close(
            votes(small, colours)[:, i], votes(small, colours[i : i + 1])[:, 0], rtol=1e-4, atol=1e-4
        )
