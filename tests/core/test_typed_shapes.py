"""Typed shapes, and the libraries' own words on them, without memory."""

import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.broadcasting import result_shape
from core.typed_shapes import numpy_says, shape_from_text, torch_says, written

SHAPES = st.lists(st.integers(0, 4), max_size=5).map(tuple)
HUGE = 10**9


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("(3,)", (3,)), ("3", (3,)), ("3,", (3,)), (" 3 , 1 ", (3, 1)), ("3 1", (3, 1)), ("3x1", (3, 1)),
        ("3 × 1", (3, 1)), ("3;1", (3, 1)), ("[2, 3, 4]", (2, 3, 4)), ("()", ()), ("[]", ()), ("( )", ()),
        ("torch.Size([3, 1])", (3, 1)), ("(003, 1)", (3, 1)), ("0", (0,)), ("1000000000", (HUGE,)),
        ("1,2,3,4,5,6,7,8", (1, 2, 3, 4, 5, 6, 7, 8)), ("0" * 119 + "3", (3,)),
    ],
)  # fmt: skip
def test_shapes_as_people_type_them(text, shape):
    assert shape_from_text(text) == shape


@given(SHAPES)
def test_what_python_writes_is_read(shape):
    assert shape_from_text(written(shape)) == shape
    assert shape_from_text(str(torch.Size(shape))) == shape


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Type a shape"), ("   ", "Type a shape"), ("3,-1", "negative"), ("3,−1", "negative"),
        ("x", "in the digits"), ("a,b", "whole numbers"), ("3,m", "whole numbers"), ("3.5", "whole numbers"),
        ("1e3", "whole numbers"),
        ("٣", "whole numbers"), ("3²", "whole numbers"), ("３", "whole numbers"), ("-٣", "whole numbers"),
        ("3,,1", "missing"), (",3", "missing"), ("(3", "whole numbers"), ("1000000001", "at most"),
        ("9" * 100, "at most"), ("1," * 40, "at most 8"), ("1 " * 500, "at most 120"),
        ("1,2,3,4,5,6,7,8,9", "at most 8"), ("0" * 120 + "3", "at most 120"),
        ("<b>3</b>", "whole numbers"), ("3,None", "whole numbers"), ("(3,1),(1,3)", "whole numbers"),
    ],
)  # fmt: skip
def test_anything_else_gets_a_sentence(text, why):
    with pytest.raises(ValueError, match=why) as refused:
        shape_from_text(text)
    assert str(refused.value).endswith(".")


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_no_text_does_harm(text):
    try:
        shape = shape_from_text(text)
    except ValueError:
        return
    assert len(shape) <= 8 and all(0 <= size <= HUGE for size in shape)


@given(SHAPES, SHAPES)
def test_the_libraries_say_what_they_say_of_real_arrays(a, b):
    for says, array, error in ((numpy_says, np.zeros, ValueError), (torch_says, torch.zeros, RuntimeError)):
        said = says(a, b)
        try:
            real = tuple((array(a) + array(b)).shape)
        except error as refused:
            assert said.shape is None and result_shape(a, b) is None
            assert said.error == f"{error.__name__}: {str(refused).strip()}"
        else:
            assert said.shape == real and said.error is None


@pytest.mark.parametrize(
    ("a", "b"),
    [((HUGE, HUGE), (HUGE, HUGE)), ((HUGE, 1), (1, HUGE)), ((HUGE, HUGE), (3,)), ((HUGE,) * 8, (1,)),
     ((HUGE, 1, 1), (1, HUGE, HUGE)), ((0,) + (HUGE,) * 7, (1,))],
)  # fmt: skip
def test_huge_shapes_take_no_memory(a, b):
    numpy_says((3,), (3, 5)), torch_says((3,), (3, 5))
    tracemalloc.start()
    said = numpy_says(a, b), torch_says(a, b)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000
    assert all((s.shape is None) != (s.error is None) for s in said)
    if a == (HUGE, HUGE) and b != (3,):
        assert said[0].shape == said[1].shape == (HUGE, HUGE)
