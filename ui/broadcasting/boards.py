"""The boards of the page "Broadcasting": b stretched to b̃ with numbers that can be typed, and the way back.

The browser repeats W X + b̃ while a person types (assets/components/broadcasting/sums.js, tested against
core); what the server hears is checked here, kept for the session and written into the link.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
import torch
from torch import Tensor

from core.broadcasting import ThereAndBack
from core.pixels import N
from ui import told
from ui.components import load
from ui.links import led_back, note_all
from ui.numbers import power
from ui.theme import CELLS
from ui.words import listed

INPUTS, MOST_NEURONS, MOST_PHOTOS = 4, 4, 8
LARGEST = 99
BOARD = "broadcasting:board"
Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Board:
    """m photos, k neurons, and the numbers of the largest board: W (4, 4), X (4, 8), b four numbers.

    stretched: whether b̃ reaches all m columns.
    """

    m: int
    k: int
    W: Matrix
    X: Matrix
    b: tuple[float, ...]
    stretched: bool = False

    def tensors(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """W (k, n), b (k, 1), X (n, m) and the labels Y (k, m) of the board as it is shown, float64."""
        W = torch.tensor(self.W, dtype=torch.float64)[: self.k]
        X = torch.tensor(self.X, dtype=torch.float64)[:, : self.m]
        b = torch.tensor(self.b, dtype=torch.float64)[: self.k, None]
        return W, b, X, torch.tensor(LABELS, dtype=torch.float64)[: self.k, : self.m]


USUAL = Board(
    m=5,
    k=3,
    W=((1, 0, 2, -1), (0, 1, -1, 1), (2, -1, 0, 1), (1, 1, 0, -1)),
    X=(
        (1, 0, 2, -1, 1, 0, 1, 2), (0, 1, 1, 0, -1, 2, 1, 0),
        (1, -1, 0, 1, 0, 1, -1, 0), (2, 1, 0, 0, 1, -1, 0, 1),
    ),
    b=(0.5, -2, 1, -1),
)  # fmt: skip
LABELS = (
    (1, 0, 0, 1, 0, 0, 1, 0),
    (0, 1, 0, 0, 1, 1, 0, 0),
    (0, 0, 1, 1, 0, 0, 0, 1),
    (1, 0, 0, 0, 1, 0, 1, 0),
)
BOUNDS = {"m": (1, MOST_PHOTOS), "k": (1, MOST_NEURONS)}

_SUMS = ("elements", "numbers", "broadcasting/sums", "broadcasting/move")
_STYLES = ["broadcasting/boards"]
_stretch = load(*_SUMS, "broadcasting/stretch", styles=_STYLES)
_fold = load(*_SUMS, "pictures", "broadcasting/fold", styles=_STYLES)


def current() -> Board:
    """The board of this session; at first, and where Back leads, the link's. What is wrong there is told."""
    if BOARD not in st.session_state or led_back(BOARD):
        st.session_state[BOARD] = _from_link()
    board: Board = st.session_state[BOARD]
    keep_in_link(board)
    return board


def stretch_board(board: Board, key: str) -> None:
    """W X + b̃ = Z on the board's numbers."""

    def heard() -> None:
        st.session_state[BOARD] = checked(told.last(key, "board")) or st.session_state[BOARD]

    data = {
        **vars(board),
        "heard": told.when(key, "board"),
        "usual": [USUAL.W, USUAL.X, USUAL.b],
        "bounds": BOUNDS,
        "n": N,
    }
    _stretch(key=key, data=data, on_board_change=heard)


def fold_board(found: ThereAndBack, Y: Tensor, key: str) -> None:
    """δ (k, m) folded to ∂J/∂b (k, 1)."""
    difference = float((found.db - found.autograd_db).abs().max())
    agrees = difference <= 1e-12
    verdict = "✓ torch’s autograd in float64 agrees" if agrees else "✗ torch’s autograd in float64 differs"
    _fold(
        key=key,
        data={
            "delta": found.delta.tolist(),
            "db": found.db.flatten().tolist(),
            "y_hat": found.Y_hat.tolist(),
            "y": Y.int().tolist(),
            "stops": CELLS,
            "agrees": agrees,
            "badge": f"{verdict}: largest difference {power(difference)}",
        },
    )


def checked(given: Any) -> Board | None:
    """The board that the browser sent; None if it is not one."""
    try:
        rows = {
            name: tuple(_numbers(row, len(getattr(USUAL, name)[0])) for row in given[name]) for name in "WX"
        }
        if any(len(rows[name]) != len(getattr(USUAL, name)) for name in rows):
            return None
        sizes = {name: _size(given[name], name) for name in BOUNDS}
        b, stretched = _numbers(given["b"], MOST_NEURONS), given["stretched"]
        board = Board(**sizes, W=rows["W"], X=rows["X"], b=b, stretched=stretched)
        return board if isinstance(stretched, bool) else None
    except (TypeError, ValueError, KeyError, OverflowError):
        return None


def keep_in_link(board: Board) -> None:
    """Only what is not as usual: ?m=…&k=…&W=…&X=…&bias=…&stretched=true, numbers row by row."""
    now, usual = _said(board), _said(USUAL)
    note_all({name: None if text == usual[name] else text for name, text in now.items()})


def _said(board: Board) -> dict[str, str]:
    sizes = {name: str(getattr(board, name)) for name in BOUNDS}
    rows = {name: _text(sum(getattr(board, name), ())) for name in ("W", "X")}
    return sizes | rows | {"bias": _text(board.b), "stretched": str(board.stretched).lower()}


def _from_link() -> Board:
    board, wrong = USUAL, []
    for name in (*BOUNDS, "W", "X", "bias", "stretched"):
        text = st.query_params.get(name)
        if text is None:
            continue
        try:
            if name in BOUNDS:
                sizes: dict[str, Any] = {name: _size(_digits(text), name)}
                board = replace(board, **sizes)
                continue
            if name == "stretched":
                board = replace(board, stretched=_switch(text))
                continue
            columns = len(USUAL.b) if name == "bias" else len(getattr(USUAL, name)[0])
            rows = 1 if name == "bias" else len(getattr(USUAL, name))
            flat = _numbers([float(part) for part in text.split(",")], rows * columns)
            matrix = tuple(flat[i * columns : (i + 1) * columns] for i in range(rows))
            numbers: dict[str, Any] = {"b": flat} if name == "bias" else {name: matrix}
            board = replace(board, **numbers)
        except ValueError:
            wrong.append(name)
    if wrong:
        st.info(
            f"The link’s {listed(wrong)} could not be used: m is 1 to {MOST_PHOTOS}, k 1 to "
            f"{MOST_NEURONS}, W, X and bias are 16, 32 and 4 numbers from −{LARGEST} to {LARGEST}, and "
            "stretched is true or false. "
            "Here is the usual board instead.",
            icon=":material/link_off:",
        )
    return board


def _digits(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise ValueError("not a small whole number")
    return int(text)


def _switch(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("not a switch")
    return text == "true"


def _size(value: Any, name: str) -> int:
    low, high = BOUNDS[name]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or value != int(value)
        or not low <= value <= high
    ):
        raise ValueError(f"{name} is {low} … {high}")
    return int(value)


def _numbers(values: Sequence[Any], count: int) -> tuple[float, ...]:
    numbers = tuple(round(float(value), 2) + 0.0 for value in values)
    if len(numbers) != count or not all(math.isfinite(v) and abs(v) <= LARGEST for v in numbers):
        raise ValueError(f"{count} numbers from −{LARGEST} to {LARGEST}")
    return numbers


def _text(values: Sequence[float]) -> str:
    return ",".join(f"{value:g}" for value in values)
