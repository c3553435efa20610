"""The playground: two typed shapes, the rule axis by axis, what both libraries say, and small numbers."""

import math
from collections.abc import Sequence
from typing import Any

import streamlit as st
import torch

from core.broadcasting import align, result_shape
from core.broadcasting_traps import Trap, as_operand, can_be_shown, multiples, trap
from core.typed_shapes import LONGEST, Said, numpy_says, shape_from_text, torch_says, written
from ui.broadcasting.memory import in_bytes
from ui.components import load
from ui.controls import write
from ui.links import note_all
from ui.moved import stand_at
from ui.numbers import power
from ui.verbatim import verbatim
from ui.words import listed, plural

Shape = tuple[int, ...]
FIRST = ("3", "3,5")
WRITTEN_OUT = 10**19  # numbers, from which on a count is told as a power of ten
PRESETS = (
    ("The lecture’s b", "3,1", "3,5"),
    ("(3,) against (3,5)", "3", "3,5"),
    ("(3,1) + (1,3)", "3,1", "1,3"),
    ("(3,) + (3,3)", "3", "3,3"),
)

_shapes = load("elements", "numbers", "broadcasting/shapes")


def presets() -> None:
    """Buttons that fill in both shapes."""
    with st.container(horizontal=True):
        for label, *shapes in PRESETS:
            st.button(label, key=f"broadcasting_{'_'.join(shapes)}", on_click=_fill, args=shapes)


def _fill(*shapes: str) -> None:
    """Both fields, in one step of Back."""
    texts = dict(zip("ab", shapes, strict=True))
    usual = dict(zip("ab", FIRST, strict=True))
    note_all({name: None if text == usual[name] else text for name, text in texts.items()})
    for name, text in texts.items():
        stand_at(name, text)  # as the link says from now on


def typed_shapes() -> tuple[Shape, Shape] | None:
    """Both shapes, from their fields, which the link fills; None after a sentence about what is wrong."""
    shapes = []
    for column, name, usual in zip(st.columns(2), "ab", FIRST, strict=True):
        with column:
            text = write(f"Shape of {name}", usual, name, LONGEST, placeholder="such as 3,1")
            try:
                shapes.append(shape_from_text(text))
            except ValueError as wrong:
                st.error(str(wrong))
    return (shapes[0], shapes[1]) if len(shapes) == 2 else None


def show(a: Shape, b: Shape) -> None:
    """The alignment, the numbers where they are few, and each library's answer in its own words."""
    result = result_shape(a, b)
    caught = trap(a, b)
    data = {
        "axes": [
            {**vars(axis), "a_stretched": axis.a_stretched, "b_stretched": axis.b_stretched}
            for axis in align(a, b)
        ],
        "a": written(a),
        "b": written(b),
        "result": None if result is None else written(result),
        "sums": sums(a, b, caught),
    }
    _shapes(key="broadcasting_shapes", data=data)
    answers = {"NumPy": numpy_says(a, b), "PyTorch": torch_says(a, b)}
    for column, (name, said) in zip(st.columns(2), answers.items(), strict=True):
        with column:
            st.markdown(f"**{name}** on `a + b`")
            verbatim(f"broadcasting_{name}", in_its_words(said, name))
    refused = [name for name, said in answers.items() if said.shape is None]
    st.caption(size_in_words(result, made=bool(data["sums"]), refused=refused))


def in_its_words(said: Said, library: str) -> str:
    """The error verbatim, or the result's shape as the library writes it."""
    if said.shape is None:
        return said.error or ""
    return written(said.shape) if library == "NumPy" else str(torch.Size(said.shape))


def size_in_words(result: Shape | None, made: bool = False, refused: Sequence[str] = ()) -> str:
    """How large the result is; nothing of it is made, unless it is small enough to be shown.

    refused: the libraries that give an error although the shapes fit.
    """
    if result is None:
        return "The shapes alone decide: both refuse before they read a number."
    count = math.prod(result)  # of Python's integers: 8 axes of 10⁹ are more than any other holds
    written_out = f"{count:,}" if count < WRITTEN_OUT else power(count, 2)
    size = f"{written_out} {plural(count, 'number')}, {in_bytes(4 * count)} in float32"
    if made:
        return f"The result has {size}."
    if refused:
        fits = f"The shapes fit, and the result would be {size}"
        return f"{fits}: such sizes are more than {listed(refused)} can count."
    return (
        f"The result would be {size}; nothing of it was made: both were given arrays whose strides are all "
        "0, one number in memory each."
    )


def sums(a: Shape, b: Shape, caught: Trap | None) -> list[dict[str, Any]]:
    """a + b on the numbers 1, 2, … and 10, 20, …; in a trap beside what was meant."""
    result = result_shape(a, b)
    if not can_be_shown(a, b, result or ()):
        return []
    A, B = multiples(a, 1), multiples(b, 10)
    if caught is None:
        title = f"{written(a)} + {written(b)}" + ("" if result is None else f" = {written(result)}")
        note = "Dashed: repeated, not stored." if result is not None else "No rule makes these fit."
        return [_sum(title, note, A, B)]
    p, q = caught.meant
    meant = (A.reshape(p), B.reshape(q))
    if not caught.silent:
        k, m = max(a, b, key=len)
        flat = "a" if len(a) < len(b) else "b"
        wrong = f"Aligned from the right, the {k} numbers stand against {m} columns."
        right = f"One number for each row: reshape to ({k}, 1) first, as with {flat}[:, None]."
        return [_sum("An error, luckily", wrong, A, B, bad=True), _sum("What was meant", right, *meant)]
    total, right_total = A + B, meant[0] + meant[1]
    if total.shape == right_total.shape:
        differs = total != right_total
        wrong = (
            f"No error. {int(differs.sum())} of {differs.numel()} numbers are wrong, those with a wavy line."
        )
        note = "One number for each row, the same in every column."
        return [
            _sum("Silent and wrong", wrong, A, B, bad=True, differs=differs),
            _sum("What was meant", note, *meant),
        ]
    wrong = f"No error. {total.numel()} numbers where {right_total.numel()} were meant: each with each."
    note = "Number by number: both are columns."
    return [_sum("Silent and wrong", wrong, A, B, bad=True), _sum("What was meant", note, *meant)]


def _sum(
    title: str,
    note: str,
    A: torch.Tensor,
    B: torch.Tensor,
    *,
    bad: bool = False,
    differs: torch.Tensor | None = None,
) -> dict[str, Any]:
    result = result_shape(A.shape, B.shape)
    parts: list[dict[str, Any] | None] = [_part("a", A, result), _part("b", B, result)]
    total = None if result is None else _part("a + b", A + B, None)
    if total is not None and differs is not None:
        total["wrong"] = differs.tolist()
    return {"title": title, "note": note, "parts": [*parts, total], "bad": bad}


def _part(name: str, array: torch.Tensor, result: Sequence[int] | None) -> dict[str, Any]:
    operand = as_operand(array, result)
    return {
        "title": name,
        "shape": written(array.shape),
        "values": operand.values.tolist(),
        "repeated": operand.repeated.tolist(),
    }
