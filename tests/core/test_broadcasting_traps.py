"""The three traps, recognised with any sizes, and the small numbers that show them."""

import pytest
import torch

from core.broadcasting import result_shape
from core.broadcasting_traps import as_operand, can_be_shown, multiples, trap


@pytest.mark.parametrize(
    ("a", "b", "silent", "meant"),
    [
        ((3,), (3, 5), False, ((3, 1), (3, 5))),
        ((3, 5), (3,), False, ((3, 5), (3, 1))),
        ((4,), (4, 2), False, ((4, 1), (4, 2))),
        ((2,), (2, 3), False, ((2, 1), (2, 3))),
        ((3,), (3, 3), True, ((3, 1), (3, 3))),
        ((3, 3), (3,), True, ((3, 3), (3, 1))),
        ((3,), (3, 1), True, ((3, 1), (3, 1))),
        ((3, 1), (1, 3), True, ((3, 1), (3, 1))),
        ((1, 7), (7, 1), True, ((7, 1), (7, 1))),
    ],
)
def test_traps(a, b, silent, meant):
    found = trap(a, b)
    assert (found.a, found.b, found.silent, found.meant) == (a, b, silent, meant)
    assert silent == (result_shape(a, b) is not None)
    # What was meant always fits, and has as many numbers as what was written.
    assert result_shape(*meant) is not None
    assert [torch.Size(s).numel() for s in meant] == [torch.Size(s).numel() for s in (a, b)]


@pytest.mark.parametrize(
    ("a", "b"),
    [((3, 1), (3, 5)), ((3,), (3,)), ((), (3, 3)), ((1,), (1, 5)), ((5,), (3, 5)), ((3, 1), (3, 1)),
     ((1, 1), (1, 1)), ((3,), (2, 3, 5)), ((3, 2), (2, 3)), ((0, 1), (1, 0)), ((0,), (0, 3))],
)  # fmt: skip
def test_what_is_no_trap(a, b):
    assert trap(a, b) is None


def test_the_silent_sum_is_wrong_everywhere_off_the_diagonal():
    b, WX = multiples((3,), 1), multiples((3, 3), 10)
    wrong, meant = WX + b, WX + b.reshape(3, 1)
    assert ((wrong != meant) == ~torch.eye(3, dtype=torch.bool)).all()


def test_repeated_entries_are_those_that_a_view_repeats():
    for shape, result in (((3,), (3, 3)), ((3, 1), (3, 5)), ((1, 3), (3, 3)), ((), (2, 2)), ((2, 2), (2, 2))):
        array = multiples(shape, 1)
        operand = as_operand(array, result)
        assert torch.equal(operand.values, array.expand(result))
        # As many entries are real as the array has, and those are all its numbers.
        assert operand.values[~operand.repeated].tolist() == array.flatten().tolist()
        assert not operand.repeated.flatten()[0], "it is the first that is real"
    alone = as_operand(multiples((3,), 1), None)
    assert alone.values.tolist() == [[1, 2, 3]] and not alone.repeated.any()


def test_only_small_matrices_are_shown():
    assert can_be_shown((), (3,), (6, 6), (1, 6), (6, 1), (1,))
    for shape in ((7,), (0,), (2, 2, 2), (10**9, 10**9)):
        assert not can_be_shown((3,), shape)
