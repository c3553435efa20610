"""The confusion table against naive loops and hand-counted photos, and what must hold whatever the logits."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core import scores
from core.confusion import CLASSES, MANY, NONE, bounded, classes, confusion_matrix
from core.losses import BINARY_CROSS_ENTROPY, LOSSES, SOFTMAX_CROSS_ENTROPY, SQUARED_ERROR, TANGLED

EVERY_LOSS = list(LOSSES.values())
SOFTMAX_LOSSES = [SOFTMAX_CROSS_ENTROPY, TANGLED]


def example(m=240, seed=0, spread=3.0):
    dice = torch.Generator().manual_seed(seed)
    Z = (torch.randn(3, m, generator=dice, dtype=torch.float64) * spread).mul(4).round().div(4)
    return Z, torch.randint(0, 2, (3, m), generator=dice).double()


def column(z, y):
    return torch.tensor([z], dtype=torch.float64).T, torch.tensor([y], dtype=torch.float64).T


def naive(Z, Y, loss):
    """Photo by photo in plain Python: (truth, said, right, ŷ, L's terms)."""
    photos = []
    for z, y in zip(Z.T.tolist(), Y.T.tolist(), strict=True):
        e = [math.exp(v) for v in z]
        sigmoid = loss in (BINARY_CROSS_ENTROPY, SQUARED_ERROR)
        y_hat = [1 / (1 + math.exp(-v)) for v in z] if sigmoid else [v / sum(e) for v in e]
        truth, said = ({k for k in range(3) if v[k] > 0.5} for v in (y, y_hat))
        if loss is SQUARED_ERROR:
            terms = [(p - t) ** 2 / 2 for p, t in zip(y_hat, y, strict=True)]
        else:
            terms = [
                -t * math.log(p) - (0 if loss is SOFTMAX_CROSS_ENTROPY else (1 - t) * math.log(1 - p))
                for p, t in zip(y_hat, y, strict=True)
            ]
        photos.append((truth, said, truth == said, y_hat, terms))
    return photos


def name(balls):
    return CLASSES[next(iter(balls))] if len(balls) == 1 else "many" if balls else "none"


@pytest.mark.parametrize("loss", EVERY_LOSS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_table_counts_as_a_loop_does(loss, seed):
    Z, Y = example(seed=seed)
    found, photos = confusion_matrix(Z, Y, loss), naive(Z, Y, loss)
    for row, truth in enumerate(CLASSES):
        for col, said in enumerate(CLASSES):
            cell = [i for i, p in enumerate(photos) if (name(p[0]), name(p[1])) == (truth, said)]
            assert found.photos_in(row, col).tolist() == cell
            assert found.counts[row, col] == len(cell)
            assert found.right_counts[row, col] == sum(photos[i][2] for i in cell)
    assert found.accuracy == pytest.approx(sum(p[2] for p in photos) / len(photos))
    for k in range(3):
        tp = sum(k in p[0] and k in p[1] for p in photos)
        assert found.recall[k].item() == pytest.approx(tp / sum(k in p[0] for p in photos))
        assert found.precision[k].item() == pytest.approx(tp / sum(k in p[1] for p in photos))
    alone = [(z, next(iter(p[0]))) for z, p in zip(Z.T.tolist(), photos, strict=True) if len(p[0]) == 1]
    named = sum(all(z[k] > z[j] for j in range(3) if j != k) for z, k in alone)
    assert found.named == pytest.approx(named / len(alone))


@pytest.mark.parametrize("loss", EVERY_LOSS, ids=str)
def test_by_number_of_balls_as_a_loop_does(loss):
    Z, Y = example()
    found, photos = confusion_matrix(Z, Y, loss), naive(Z, Y, loss)
    for balls, group in enumerate(found.by_number):
        here = [p for p in photos if len(p[0]) == balls]
        assert group.photos == len(here)
        assert group.right == pytest.approx(sum(p[2] for p in here) / len(here))
        assert group.cost == pytest.approx(sum(sum(p[4]) for p in here) / len(here))
        ranked = [sorted(p[3], reverse=True) for p in here]
        assert group.outputs.tolist() == pytest.approx(
            [sum(r[i] for r in ranked) / len(here) for i in range(3)]
        )


@pytest.mark.parametrize("loss", EVERY_LOSS, ids=str)
def test_worst_first_with_terms_that_add_up(loss):
    Z, Y = example()
    found, photos = confusion_matrix(Z, Y, loss), naive(Z, Y, loss)
    for row in range(5):
        for col in range(5):
            worst = found.worst_first(row, col)
            assert sorted(worst.indices.tolist()) == found.photos_in(row, col).tolist()
            assert worst.L.tolist() == sorted(worst.L.tolist(), reverse=True)
            assert_close(worst.terms.sum(dim=0), worst.L)
            for i, terms, y_hat in zip(worst.indices, worst.terms.T, worst.Y_hat.T, strict=True):
                assert terms.tolist() == pytest.approx(photos[i][4])
                assert y_hat.tolist() == pytest.approx(photos[i][3])
            assert found.worst_first(row, col, 2).indices.tolist() == worst.indices[:2].tolist()


def test_six_photos_counted_by_hand():
    """A soccer ball found, one missed, a basketball taken for a baseball, two balls, the wrong two, none."""
    Y = torch.tensor([[1, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0], [1, 0, 1], [0, 0, 0]]).T.float()
    Z = torch.tensor([[2, -2, -2], [-1, -2, -3], [-2, -1, 2], [1, 1, -1], [1, 1, -1], [-1, -1, -1]]).T.float()
    found = confusion_matrix(Z, Y, BINARY_CROSS_ENTROPY)
    assert found.counts.tolist() == [
        [1, 0, 0, 0, 1],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 2, 0],
        [0, 0, 0, 0, 1],
    ]
    assert found.right_counts[MANY, MANY] == 1  # soccer + basketball is not soccer + baseball
    assert found.accuracy == pytest.approx(3 / 6)
    assert found.named == pytest.approx(2 / 3)  # the missed soccer ball has the largest z all the same
    assert found.recall.tolist() == pytest.approx([3 / 4, 1 / 2, 0])
    assert found.precision.tolist() == pytest.approx([1, 1 / 2, 0])
    assert [group.right for group in found.by_number[:3]] == pytest.approx([1, 1 / 3, 1 / 2])
    assert found.by_number[3].photos == 0 and math.isnan(found.by_number[3].right)


@pytest.mark.parametrize("loss", EVERY_LOSS, ids=str)
def test_before_the_first_step_nothing_is_said_or_named(loss):
    _, Y = example()
    found = confusion_matrix(torch.zeros_like(Y), Y, loss)
    assert found.counts[:, NONE].equal(found.counts.sum(dim=1))
    assert math.isnan(found.named), "nothing is named, right or wrong"
    assert found.precision.isnan().all() and found.recall.eq(0).all()
    assert found.accuracy == pytest.approx(float((Y.sum(dim=0) == 0).double().mean()))
    at = 1 / 3 if loss in SOFTMAX_LOSSES else 1 / 2
    assert_close(found.by_number[2].outputs, torch.full((3,), at, dtype=Y.dtype))


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(*[st.floats(-60, 60)] * 3, *[st.sampled_from([0.0, 1.0])] * 3), min_size=1, max_size=30
    ),
    st.sampled_from(EVERY_LOSS),
)
def test_whatever_the_logits(rows, loss):
    both = torch.tensor(rows, dtype=torch.float64).T  # (6, m)
    Z, Y = both[:3], both[3:]
    found = confusion_matrix(Z, Y, loss)
    m = Z.shape[1]
    assert found.counts.sum() == m
    assert found.counts.sum(dim=1).equal(classes(Y > 0.5).bincount(minlength=5))
    assert found.right_counts.sum() == found.right.sum() == round(found.accuracy * m)
    off = ~torch.eye(5, dtype=torch.bool)
    assert not found.right_counts[off].any()
    for k in (0, 1, 2, NONE):
        assert found.right_counts[k, k] == found.counts[k, k]
    if loss in SOFTMAX_LOSSES:
        assert not found.counts[:, MANY].any()  # softmax cannot say two
        assert all(group.outputs.sum() == pytest.approx(1) for group in found.by_number if group.photos)
    assert sum(group.photos for group in found.by_number) == m
    in_cells = [found.worst_first(row, col).indices for row in range(5) for col in range(5)]
    assert sorted(torch.cat(in_cells).tolist()) == list(range(m))


def test_recall_and_accuracy_are_those_of_the_scores():
    Z, Y = example()
    found = confusion_matrix(Z, Y, BINARY_CROSS_ENTROPY)
    assert_close(found.recall, scores.recall(Z, Y))
    one = confusion_matrix(*column([1.0, -1.0, -1.0], [1, 0, 0]), BINARY_CROSS_ENTROPY)
    assert one.recall[0] == 1 and one.recall[1:].isnan().all()  # no such ball in any photo


def test_the_order_of_the_photos_changes_no_number():
    Z, Y = example()
    order = torch.randperm(Z.shape[1], generator=torch.Generator().manual_seed(1))
    for loss in EVERY_LOSS:
        a, b = confusion_matrix(Z, Y, loss), confusion_matrix(Z[:, order], Y[:, order], loss)
        assert a.counts.equal(b.counts) and a.accuracy == b.accuracy and a.named == b.named
        assert_close(a.recall, b.recall)
        assert_close(a.worst_first(0, NONE).L, b.worst_first(0, NONE).L)


def test_photos_of_equal_loss_keep_their_order():
    """Without a label softmax cross-entropy is 0 whatever is said."""
    Z, Y = example()
    found = confusion_matrix(Z, torch.zeros_like(Y), SOFTMAX_CROSS_ENTROPY)
    for said in range(5):
        worst = found.worst_first(NONE, said)
        assert worst.L.eq(0).all()
        assert worst.indices.equal(found.photos_in(NONE, said))


def test_what_does_not_fit_is_refused():
    Z, Y = example(m=4)
    for z, y in ((Z, Y[:, :3]), (Z[:2], Y[:2]), (Z[:, :0], Y[:, :0]), (Z[0], Y[0])):
        with pytest.raises(ValueError, match="must both be"):
            confusion_matrix(z, y, BINARY_CROSS_ENTROPY)
    Z[0, 0] = torch.nan
    with pytest.raises(ValueError, match="not finite"):
        confusion_matrix(Z, Y, BINARY_CROSS_ENTROPY)


def test_bounded():
    Z = torch.tensor([[torch.inf, -torch.inf, torch.nan, 2.0]])
    assert bounded(Z).tolist() == [[pytest.approx(1e15), pytest.approx(-1e15), 0.0, 2.0]]
