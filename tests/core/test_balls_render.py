"""Rendering: the same photo whatever the batch, labels that agree, shares as ordered, layers that add up,
clear errors.
"""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.balls import (
    DEMO,
    GALLERY_SEED,
    KINDS,
    MIXED,
    ONE,
    TEST_SEED,
    TRAIN_SEED,
    Recipe,
    composite,
    dataset,
    labels,
    layers,
    render,
    render_many,
    rendering,
)
from core.balls.camera import develop
from core.balls.chance import Dice, photo_keys
from core.balls.others import OTHERS
from core.balls.rendering import shoot
from core.balls.threads import one_thread

# mean R, G, B and their standard deviations of the first photos that the shipped weights have learned from
LEARNED_FROM = [
    [186, 186, 174, 61, 59, 66],
    [69, 102, 142, 35, 23, 22],
    [176, 166, 141, 51, 40, 48],
    [198, 188, 185, 27, 36, 35],
    [99, 97, 88, 37, 36, 42],
    [243, 243, 239, 28, 29, 39],
    [251, 250, 248, 10, 11, 13],
    [62, 72, 40, 73, 84, 46],
    [198, 190, 190, 36, 46, 46],
    [151, 149, 114, 82, 74, 75],
    [86, 73, 57, 40, 44, 46],
    [156, 164, 127, 49, 44, 64],
    [216, 165, 138, 52, 95, 123],
    [79, 73, 67, 40, 35, 45],
    [116, 110, 116, 56, 53, 56],
    [224, 223, 220, 32, 37, 41],
]


IN_SMALL = Path(__file__).with_name("photos_in_small.png")


@pytest.fixture(scope="module")
def batch() -> torch.Tensor:
    return render(5, range(96), device="cpu").pixels


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_photo_does_not_depend_on_its_batch(batch: torch.Tensor, size: int):
    for start in range(0, min(6 * size, 64), size):
        torch.testing.assert_close(
            render(5, range(start, start + size), device="cpu").pixels,
            batch[start : start + size],
            rtol=0,
            atol=0,
        )


def test_a_photo_does_not_depend_on_order_or_repetition(batch: torch.Tensor):
    order = torch.randperm(96, generator=torch.Generator().manual_seed(1))
    order = torch.cat((order, order[:5]))
    torch.testing.assert_close(render(5, order, device="cpu").pixels, batch[order], rtol=0, atol=0)


def test_a_photo_does_not_depend_on_the_number_of_threads(batch: torch.Tensor):
    before = torch.get_num_threads()
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            shot = shoot(5, torch.arange(24), MIXED)  # below render, which keeps to one thread
            torch.testing.assert_close(develop(shot.display), batch[:24], rtol=0, atol=0)
    finally:
        torch.set_num_threads(before)


def test_a_data_set_is_the_first_photos_of_a_seed_and_reports_its_progress(batch: torch.Tensor):
    seen = []
    photos = dataset(5, 40, progress=lambda done, count: seen.append((done, count)), device="cpu")
    torch.testing.assert_close(photos.pixels, batch[:40], rtol=0, atol=0)
    assert seen[-1] == (40, 40) and len(photos) == 40


def test_chunks_side_by_side_come_in_order_and_end_where_they_are_stopped(batch: torch.Tensor, monkeypatch):
    monkeypatch.setattr(rendering, "CHUNK", 16)
    monkeypatch.setattr(rendering, "AT_ONCE", 3)
    seen: list[int] = []
    photos = dataset(5, 70, progress=lambda done, _: seen.append(done), device="cpu")
    torch.testing.assert_close(photos.pixels, batch[:70], rtol=0, atol=0)
    assert torch.equal(photos.Y, labels(5, range(70))) and seen == [16, 32, 48, 64, 70]

    def stop(done: int, count: int) -> None:
        raise InterruptedError("enough")

    with pytest.raises(InterruptedError):
        dataset(5, 90, progress=stop, device="cpu")
    for thread in threading.enumerate():
        if thread.name.startswith("photo"):
            thread.join(60)  # each ends with the chunk that it has begun
            assert not thread.is_alive()


def test_more_photos_than_are_rendered_together_are_what_they_are_alone(batch: torch.Tensor, monkeypatch):
    monkeypatch.setattr(rendering, "LONE_CHUNK", 16)
    together = []
    monkeypatch.setattr(rendering, "shoot", lambda *given: together.append(len(given[1])) or shoot(*given))
    photos = render(5, range(40), device="cpu")
    torch.testing.assert_close(photos.pixels, batch[:40], rtol=0, atol=0)
    assert torch.equal(photos.Y, labels(5, range(40))) and together == [16, 16, 8]


@pytest.mark.parametrize("as_given", [list, torch.tensor])
def test_many_of_any_indices_are_what_render_makes_of_them(batch: torch.Tensor, as_given, monkeypatch):
    monkeypatch.setattr(rendering, "CHUNK", 16)
    order = torch.randperm(96, generator=torch.Generator().manual_seed(2)).tolist()[:40]
    photos = render_many(5, as_given(order), device="cpu")
    torch.testing.assert_close(photos.pixels, batch[order], rtol=0, atol=0)
    with pytest.raises(ValueError, match="must not be negative"):
        render_many(5, as_given([3, -1]), device="cpu")


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32, torch.uint64])
def test_indices_are_whole_numbers_of_any_kind(dtype):
    assert torch.equal(labels(5, torch.tensor([3, 90], dtype=dtype)), labels(5, [3, 90]))


def test_the_photos_are_those_that_the_shipped_weights_have_learned_from():
    pixels = render(TRAIN_SEED, range(len(LEARNED_FROM)), device="cpu").pixels.to(torch.float32)
    found = torch.cat((pixels.mean(dim=(1, 2)), pixels.std(dim=(1, 2))), dim=1)
    torch.testing.assert_close(found, torch.tensor(LEARNED_FROM, dtype=torch.float32), rtol=0, atol=0.6)


def in_small():
    """Photos of all that is painted, sixteen a row, each as the means of its 8 × 8 squares: (168, 128, 3).

    Eight of each of the sixteen other things, 64 empty scenes, 96 with one ball, 32 with two or three, 16
    with a club's soccer ball. After a change that is meant: Image.fromarray(in_small()).save(IN_SMALL).
    """
    nothing = {"none": 1, "one": 0, "two": 0, "three": 0}
    only = [tuple(float(i == j) for j in range(len(OTHERS))) for i in range(len(OTHERS))]
    recipes = [(8, Recipe(**nothing, empty=0, others=weights)) for weights in only]
    recipes += [(64, Recipe(**nothing, empty=1)), (96, ONE), (32, Recipe(none=0, one=0, two=1, three=1))]
    recipes += [(16, replace(ONE, weights=(1, 0, 0), club=1))]
    pixels = torch.cat([render(TRAIN_SEED, range(m), recipe, device="cpu").pixels for m, recipe in recipes])
    squares = pixels.float().view(-1, 8, 8, 8, 8, 3).mean(dim=(2, 4)).round()  # (336, 8, 8, 3)
    rows = squares.view(21, 16, 8, 8, 3).permute(0, 2, 1, 3, 4)  # (21, 8, 16, 8, 3)
    return rows.reshape(168, 128, 3).to(torch.uint8).numpy()


def test_everything_is_painted_as_the_shipped_weights_have_learned_from_it():
    """Rounded, so that a last bit of another processor shows nowhere."""
    with Image.open(IN_SMALL) as kept:
        apart = np.abs(in_small().astype(int) - np.asarray(kept).astype(int))
    assert apart.max() <= 1, f"photos are painted in another way: {np.argwhere(apart > 1)[:3] // 8}"


def test_all_photos_of_a_recipe_can_show_one_and_the_same_ball():
    """In as many places, sizes and lights as without; basketballs, for each is of one colour all around."""

    def seen(**ball):
        """Each ball's colour without its light, its R, G and B adding up to 1, and its shadow: (12, 3)."""
        recipe = Recipe(none=0, one=1, two=0, three=0, weights=(0, 1, 0), radius=(16, 24), **ball)
        shots = [layers(TEST_SEED, i, recipe, "cpu") for i in range(12)]
        R_G_B = torch.stack([shot.ball[24:40, 24:40, :3].mean(dim=(0, 1)) for shot in shots])
        return shots, R_G_B / R_G_B.sum(dim=1, keepdim=True)

    any_, colours = seen()
    one, same = seen(ball=7)
    for a, b in zip(any_, one, strict=True):
        assert torch.equal(a.background, b.background) and (a.centre, a.radius) == (b.centre, b.radius)
    assert same.std(dim=0).norm() < 0.6 * colours.std(dim=0).norm(), "white balance and light are left"
    assert len({tuple(shot.ball.flatten().tolist()) for shot in one}) == 12, "turned and lit anew"
    assert (seen(ball=8)[1].mean(dim=0) - same.mean(dim=0)).abs().max() > 0.02, "another ball"


def test_shapes_and_types():
    photos = render(3, [8, 2], device="cpu")
    assert (
        photos.pixels.shape == (2, 64, 64, 3)
        and photos.pixels.dtype == torch.uint8
        and photos.pixels.is_contiguous()
    )
    assert photos.Y.shape == (3, 2) and photos.Y.dtype == torch.float32
    nothing = render(3, [], device="cpu")
    assert nothing.pixels.shape == (0, 64, 64, 3) and nothing.Y.shape == (3, 0)
    assert labels(3, []).shape == (3, 0) and dataset(3, 0, device="cpu").Y.shape == (3, 0)


@pytest.mark.parametrize(
    "recipe", [MIXED, ONE, DEMO, Recipe(none=0, one=0, two=1, three=1), Recipe(weights=(1, 1, 0.01))]
)
def test_labels_agree_with_render(recipe: Recipe):
    indices = torch.arange(1000, 1050)
    torch.testing.assert_close(render(7, indices, recipe, device="cpu").Y, labels(7, indices, recipe))


def test_shares_are_as_ordered():
    Y = labels(11, range(40000))
    share = torch.bincount(Y.sum(dim=0).long(), minlength=4) / Y.shape[1]
    torch.testing.assert_close(share, torch.tensor(MIXED.shares), atol=0.01, rtol=0)
    torch.testing.assert_close(Y.mean(dim=1), torch.full((3,), float(Y.mean())), atol=0.01, rtol=0)


def test_weights_decide_how_rare_a_kind_is():
    Y = labels(11, range(40000), Recipe(none=0, one=1, two=0, three=0, weights=(1.0, 1.0, 0.02)))
    torch.testing.assert_close(Y.mean(dim=1), torch.tensor([1, 1, 0.02]) / 2.02, atol=0.01, rtol=0)
    two = labels(11, range(20000), Recipe(none=0, one=0, two=1, three=0, weights=(1.0, 1.0, 0.0)))
    torch.testing.assert_close(two, torch.tensor([[1.0], [1.0], [0.0]]).expand(3, 20000))


def test_the_weights_do_not_change_the_number_of_balls():
    rare = Recipe(weights=(1.0, 1.0, 0.1))
    torch.testing.assert_close(labels(2, range(500), rare).sum(dim=0), labels(2, range(500)).sum(dim=0))


def test_seeds_differ():
    assert len({TRAIN_SEED, TEST_SEED, GALLERY_SEED}) == 3 and KINDS == ("soccer", "basketball", "baseball")
    assert not torch.equal(render(1, [0], device="cpu").pixels, render(2, [0], device="cpu").pixels)
    assert not torch.equal(render(1, [0], device="cpu").pixels, render(1, [1], device="cpu").pixels)


def test_photos_are_neither_empty_nor_one_colour():
    pixels = render(GALLERY_SEED, range(32), ONE, device="cpu").pixels.float()
    assert (pixels.std(dim=(1, 2, 3)) > 2).all()
    assert 60 < pixels.mean() < 230


def test_kinds_look_different_on_average():
    pictures = []
    for kind in range(3):
        weights = [0.0, 0.0, 0.0]
        weights[kind] = 1.0
        recipe = Recipe(
            none=0, one=1, two=0, three=0, weights=(weights[0], weights[1], weights[2]), radius=(24, 28)
        )
        pictures.append(render(4, range(24), recipe, device="cpu").pixels.float().mean(dim=(0, 1, 2)))
    soccer, basketball, baseball = pictures
    assert basketball[0] - basketball[2] > 30  # orange
    assert (soccer.max() - soccer.min()) < 20 and (baseball.max() - baseball.min()) < 25


@pytest.mark.parametrize("recipe", [ONE, DEMO])
def test_layers_add_up_to_the_photo(recipe: Recipe):
    for index in range(6):
        parts = layers(9, index, recipe)
        assert parts.background.shape == (64, 64, 3) and parts.background.dtype == torch.uint8
        assert parts.ball.shape == (64, 64, 4) and parts.ball.dtype == torch.float32
        assert (
            parts.ball[:, :, :3] <= parts.ball[:, :, 3:] + 1e-6
        ).all() and parts.ball.min() >= 0  # multiplied by A
        photo = render(9, [index], recipe, device="cpu").pixels[0].int()
        assert (composite(parts, 0, 0).int() - photo).abs().max() <= 1


def test_the_ball_of_a_demo_photo_lies_whole_in_the_frame_and_moves():
    for index in range(10):
        parts = layers(9, index, DEMO)
        row, column = parts.centre
        assert 11 <= parts.radius <= 18
        assert min(row, column) >= parts.radius - 1 and max(row, column) <= 64 - parts.radius
        assert parts.ball[round(row), round(column), 3] == 1
        moved = composite(parts, 5, -3)
        same = composite(parts, 0, 0)
        inside = round(parts.radius * 0.6)
        r, c = round(row), round(column)
        cut = same[r - inside : r + inside, c - inside : c + inside]
        if max(r + inside + 5, c + inside) <= 64 and c - inside - 3 >= 0:
            torch.testing.assert_close(
                moved[r - inside + 5 : r + inside + 5, c - inside - 3 : c + inside - 3], cut, rtol=0, atol=0
            )
    torch.testing.assert_close(composite(parts, 64, 0), parts.background, rtol=0, atol=1)
    torch.testing.assert_close(composite(parts, -999, 999), parts.background, rtol=0, atol=1)


def test_uniform_numbers_are_uniform_and_independent_of_blocks():
    dice = Dice(photo_keys(1, torch.arange(20000)))
    draws = torch.cat([dice.uniform() for _ in range(30)], dim=1)
    assert draws.min() >= 0 and draws.max() < 1
    torch.testing.assert_close(draws.mean(dim=0), torch.full((30,), 0.5), atol=0.01, rtol=0)
    correlation = torch.corrcoef(draws.T) - torch.eye(30)
    assert correlation.abs().max() < 0.04
    narrow = Dice(photo_keys(1, torch.arange(20000)), block=3)
    torch.testing.assert_close(torch.cat([narrow.uniform() for _ in range(30)], dim=1), draws, rtol=0, atol=0)
    rows = torch.tensor([5, 17, 3])
    part = Dice(photo_keys(1, torch.arange(20000))).of(rows)
    torch.testing.assert_close(
        torch.cat([part.uniform() for _ in range(30)], dim=1), draws[rows], rtol=0, atol=0
    )


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (lambda: Recipe(one=-0.1), "not negative"),
        (lambda: Recipe(none=0, one=0, two=0, three=0), "not all zero"),
        (lambda: Recipe(one=float("nan")), "finite"),
        (lambda: Recipe(one=1e308, two=1e308), "finite"),
        (lambda: Recipe(weights=(1e308, 1e308, 1e308)), "finite"),
        (lambda: Recipe(others=(0.0,) * 16), "not all zero"),
        (lambda: Recipe(weights=(1.0, 1.0)), "one weight for each"),  # type: ignore[arg-type]
        (lambda: Recipe(weights=(1.0, -1.0, 1.0)), "not negative"),
        (lambda: Recipe(weights=(1.0, 1.0, 0.0)), "3 different balls need 3 kinds"),
        (lambda: Recipe(radius=(20.0, 10.0)), "smallest <= largest"),
        (lambda: Recipe(radius=(1.9, 10.0)), "2 <= smallest"),
        (lambda: Recipe(radius=(10.0, 30.1)), "largest <= 30"),
        (lambda: Recipe(radius=(10.0,)), "2 <= smallest"),  # type: ignore[arg-type]
        (lambda: Recipe(radius=(10.0, 11.0, 12.0)), "2 <= smallest"),  # type: ignore[arg-type]
        (lambda: Recipe(empty=1.1), "from 0 to 1; it is 1.1"),
        (lambda: Recipe(empty=-0.1), "from 0 to 1; it is -0.1"),
        (lambda: Recipe(club=1.5), "clubs' soccer balls must be from 0 to 1; it is 1.5"),
        (lambda: Recipe(ball=True), "ball of a recipe must be a whole number, not True"),
        (lambda: Recipe(ball=1.5), "whole number, not 1.5"),  # type: ignore[arg-type]
        (lambda: render(1, [0], Recipe(others=(1.0,) * 11)), "each of the 16 others; it has 11"),
        (lambda: render(1, torch.zeros(0)), "whole numbers, not torch.float32"),
        (lambda: render(1, torch.tensor([True])), "whole numbers, not torch.bool"),
        (lambda: render(1, [True]), "row of whole numbers"),
        (lambda: dataset(1, True), "from 0 up, not True"),
        (lambda: render(1, [-1]), "must not be negative"),
        (lambda: render(1, [0.5]), "whole numbers"),  # type: ignore[list-item]
        (lambda: render(1, torch.zeros(2, 2, dtype=torch.int64)), "row of whole numbers"),
        (lambda: render(1.5, [0]), "seed must be a whole number"),  # type: ignore[arg-type]
        (lambda: render_many(1, torch.tensor(3)), "row of whole numbers"),
        (lambda: render_many("1", []), "seed must be a whole number"),  # type: ignore[arg-type]
        (lambda: labels(1, ["a"]), "whole numbers"),  # type: ignore[list-item]
        (lambda: dataset(1, -1), "from 0 up"),
        (lambda: layers(1, 0, Recipe(none=1, one=0, two=0, three=0)), "exactly one ball"),
    ],
)
def test_bad_arguments_are_refused_in_a_sentence(bad, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        bad()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_another_device_renders_the_same_photos():
    here, there = render(5, range(256), device="cpu"), render(5, range(256), device="cuda")
    torch.testing.assert_close(there.Y.cpu(), here.Y)
    assert (there.pixels.cpu().int() - here.pixels.int()).abs().max() <= 1


def test_rendering_leaves_the_number_of_threads_as_it_was():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        render(1, [0], device="cpu")
        assert torch.get_num_threads() == 2
        with one_thread():
            assert torch.get_num_threads() == 1
            labels(1, [0])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_more_photos_than_any_memory_holds_are_refused_in_a_sentence():
    with pytest.raises(
        MemoryError, match="1,000,000,000,000 photos take 12,288,000 GB, and the memory has less"
    ):
        dataset(1, 10**12, device="cpu")
