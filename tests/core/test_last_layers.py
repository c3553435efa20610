"""The last layers, taught a person's photos: they alone change, by Adam, and what is held back stays out."""

from dataclasses import replace

import pytest
import torch

from core import closer_look
from core.balls import ONE, render
from core.judging import judge_pixels
from core.losses import BINARY_CROSS_ENTROPY
from core.own_photos.last_layers import BATCH, RATE, STEPS, Lesson, Looking, closely, look, teach, whole
from core.own_photos.own_examples import OwnExamples
from core.patches import above, below, excited
from core.photos import Photo
from core.weights import load_model


@pytest.fixture(scope="module")
def shipped():
    return load_model("patches")


def striped(m, seed):
    """Photos of nothing that a network of balls knows: stripes, each a little different."""
    dice = torch.Generator().manual_seed(seed)
    across = torch.arange(64)[None, None, :, None] + torch.randint(0, 8, (m, 1, 1, 1), generator=dice)
    noise = torch.randint(0, 40, (m, 64, 64, 3), generator=dice)
    return ((across // 4 % 2) * 200 + noise).expand(m, 64, 64, 3).to(torch.uint8)


@pytest.fixture(scope="module")
def own():
    """Stripes that are said to be soccer balls, and single balls."""
    balls = render(4, range(6), ONE, device="cpu")
    soccer = torch.tensor([[1.0], [0.0], [0.0]])
    return OwnExamples(
        torch.cat([striped(5, 1), balls.pixels[:4]]),
        torch.cat([soccer.expand(3, 5), balls.Y[:, :4]], dim=1),
        torch.cat([striped(3, 2), balls.pixels[4:]]),
        torch.cat([soccer.expand(3, 3), balls.Y[:, 4:]], dim=1),
    )


@pytest.fixture(scope="module")
def beside(shipped):
    """Rendered photos as the last layers see them: to learn beside one's own, and to measure on."""
    photos = render(5, range(48), ONE, device="cpu")
    *_, learned = look(shipped, whole(photos.pixels[:32]), photos.Y[:, :32])
    *_, test = look(shipped, closely(each(photos.pixels[32:])), photos.Y[:, 32:])
    return learned, test


def each(pixels):
    return [Photo(one) for one in pixels.numpy()]


@pytest.fixture(scope="module")
def lessons(shipped, own, beside):
    return list(teach(shipped, own, each(own.held_pixels), *beside))


def test_looking_tells_how_far_it_is_and_sees_what_the_patches_excite(shipped):
    photos = render(6, range(19), ONE, device="cpu")
    for seen_as, looks in ((whole(photos.pixels), 1), (closely(each(photos.pixels)), 158)):
        *told, seen = look(shipped, seen_as, photos.Y)
        assert [(one.done, one.count) for one in told] == [(16, 19), (19, 19)]
        torch.testing.assert_close(seen.A[..., 0], excited(shipped, photos.pixels), atol=1e-5, rtol=1e-5)
        assert torch.equal(seen.Y, photos.Y) and seen.A.shape[2] == looks
    wanted = closer_look.excited_by_looks(shipped, closer_look.enlarged(photos.pixels))
    torch.testing.assert_close(seen.A, wanted, atol=1e-5, rtol=1e-5)


def test_the_last_layers_alone_learn(shipped, lessons):
    looks = [one for one in lessons if isinstance(one, Looking)]
    assert (looks[-1].done, looks[-1].count) == (2 * 9 + 5, 2 * 9 + 5), "each, mirrored, and those held back"
    steps = [one for one in lessons if isinstance(one, Lesson)]
    assert (steps[0].step, steps[0].cost, steps[-1].step) == (0, None, STEPS) and steps[-1].done
    learned = [p for layer in above(shipped).layers for p in (layer.W, layer.b)]
    assert sum(p.numel() for p in learned) == 12_547
    taught = steps[-1].network
    for one, other in zip(below(taught).layers, below(shipped).layers, strict=True):
        assert torch.equal(one.W, other.W) and torch.equal(one.b, other.b)
    for one, other in zip(above(taught).layers, above(shipped).layers, strict=True):
        assert not torch.equal(one.W, other.W) and not torch.equal(one.b, other.b)
    assert not steps[0].done and torch.equal(steps[0].network.layers[-2].W, shipped.layers[-2].W)


def test_the_first_steps_are_those_of_adam_by_autograd(shipped, own, beside, lessons):
    rendered, _ = beside
    both = torch.cat([own.pixels, own.pixels.flip(2)])
    A = torch.cat([rendered.A[..., 0], excited(shipped, both)[:, torch.arange(32) % 18]], dim=1)
    last = [p.clone().requires_grad_() for layer in above(shipped).layers for p in (layer.W, layer.b)]
    W, b, V, c = (p.detach() for p in last)
    kept = torch.sigmoid(V @ torch.relu(W @ rendered.A[..., 0] + b) + c)
    Y = torch.cat([kept, own.Y.repeat(1, 2)[:, torch.arange(32) % 18]], dim=1)
    assert A.shape[1] == BATCH, "as many of one's own as rendered ones: an epoch is one batch here"
    adam = torch.optim.Adam(last)
    for step in range(10):
        W, b, V, c = last
        Z = V @ torch.relu(W @ A + b) + c
        J = torch.nn.functional.binary_cross_entropy_with_logits(Z, Y, reduction="sum") / A.shape[1]
        adam.zero_grad()
        J.backward()
        adam.param_groups[0]["lr"] = RATE * (1 - 0.9 * step / STEPS)
        adam.step()
    tenth = next(one for one in lessons if isinstance(one, Lesson) and one.step == 10)
    assert tenth.cost == pytest.approx(J.item(), rel=1e-3)
    found = [p for layer in above(tenth.network).layers for p in (layer.W, layer.b)]
    for mine, theirs in zip(found, last, strict=True):
        torch.testing.assert_close(mine, theirs.detach(), atol=2e-4, rtol=0)  # ten steps moved them by 0.01


def test_it_learns_what_it_is_shown_and_says_of_how_many_held_back(own, lessons):
    last = lessons[-1]
    stripes = striped(4, 3)
    assert last.held_back == 5
    assert sum(of for _, of in last.before.own) == sum(of for _, of in last.now.own) == 5
    (right_before, of), (right_now, _) = last.before.own[0], last.now.own[0]
    assert right_before <= of - 3 and right_now >= 3, "stripes that it has never seen are soccer balls now"
    Y_hat = judge_pixels(last.network, stripes)
    assert bool((Y_hat[0] > 0.5).all()) and bool((Y_hat[1:] < 0.5).all())


def test_what_changes_is_what_ones_own_photos_change_whatever_the_rendered_ones_labels(shipped, beside):
    rendered, test = beside
    half = render(7, range(3), ONE, device="cpu").pixels[:, :, :32]
    mirrors = torch.cat([half, half.flip(2)], dim=2)  # each its own mirror image
    says = answers(shipped, excited(shipped, mirrors)[..., None])
    before = answers(shipped, rendered.A)
    moved = []
    for labels in (says, 1 - says):
        own = OwnExamples(mirrors, labels, mirrors[:0], labels[:, :0])
        *_, last = teach(shipped, own, (), replace(rendered, Y=1 - rendered.Y), test)
        moved.append(float((answers(last.network, rendered.A) - before).abs().max()))
    assert moved[0] < 0.005 and moved[1] > 0.1, "what it says already teaches nothing"


def answers(network, excitations):
    return torch.sigmoid(closer_look.logits_of_looks(above(network), excitations))[..., 0]


def test_what_is_right_is_every_answer(shipped, own, beside, lessons):
    first = next(one for one in lessons if isinstance(one, Lesson))
    _, test = beside
    Z = closer_look.combined(closer_look.logits_of_looks(above(shipped), test.A))
    assert first.before.rendered == (int(((Z > 0) == (test.Y > 0.5)).all(dim=0).sum()), 16)
    says = judge_pixels(shipped, own.held_pixels) > 0.5
    assert sum(right for right, _ in first.before.own) == int((says == (own.held_Y > 0.5)).all(dim=0).sum())


def test_the_same_again_is_the_same_and_nothing_held_back_is_learned(shipped, own, beside, lessons):
    others = replace(own, held_pixels=striped(1, 9), held_Y=torch.zeros(3, 1))
    none = replace(own, held_pixels=own.held_pixels[:0], held_Y=own.held_Y[:, :0])
    for given in (others, none):
        *_, again = teach(shipped, given, each(given.held_pixels), *beside)
        for one, other in zip(again.network.layers, lessons[-1].network.layers, strict=True):
            torch.testing.assert_close(one.W, other.W, atol=1e-4, rtol=0)
    assert (again.held_back, again.before.own, again.now.own) == (0, (), ())
    assert again.now.rendered[1] == 16
    assert BINARY_CROSS_ENTROPY.activation is again.network.layers[-1].activation
