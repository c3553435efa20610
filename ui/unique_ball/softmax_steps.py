"""Softmax drawn: three logits, their exponentials, and these laid end to end on a ruler from 0 to 1."""

from collections.abc import Sequence

from ui.components import load
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.unique_ball.said import Steps

_softmax_steps = load("elements", "unique_ball/softmax_steps")


def softmax_steps(z: Sequence[float], y_hat: Sequence[float], shown: Steps, *, key: str) -> None:
    """z, y_hat: three numbers each, by which the bars are drawn; shown: the same as text, which adds up."""
    _softmax_steps(
        key=key,
        data={
            "names": list(BALL_NAMES.values()),
            "colours": list(BALL_COLOURS.values()),
            "z": list(z),
            "shares": list(y_hat),
            "shown": {
                "z": [text.replace("-", "−") for text in shown.z],
                "e": shown.e,
                "e_sum": shown.e_sum,
                "y_hat": shown.y_hat,
                "y_sum": shown.y_sum,
            },
        },
    )
