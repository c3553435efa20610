"""How the live figure is looked at, as the link has it: ?pictures=gradient, ?scale=log, ?without=batch,test.

It belongs to whoever looks, not to the run: two people may watch one run each in their own way.
"""

from typing import Any

import streamlit as st

from ui import told
from ui.links import note_all
from ui.live_training.live_pictures import VIEWS
from ui.not_taken import say_not_chosen, say_not_taken

SCALES = ("linear", "log")  # of the axis of J
CURVES = ("A", "B", "C", "batch", "train", "test")  # a run's, side by side, or those of one kind


def looks() -> dict[str, Any]:
    """{"pictures": one of VIEWS, "log": whether J has a logarithmic axis, "without": the curves not shown}.

    The usual where the link errs.
    """
    pictures, scale = (_of_link(name, options) for name, options in (("pictures", VIEWS), ("scale", SCALES)))
    return {"pictures": pictures, "log": scale == "log", "without": _without()}


def looked() -> None:
    """The hand has chosen others in the figure: the link says so."""
    said = told.mapping(told.last("training:figure", "looks")) or {}
    pictures, log, without = (said.get(name) for name in ("pictures", "log", "without"))
    if pictures in VIEWS and type(log) is bool and isinstance(without, list):
        usual = pictures == VIEWS[0]
        left_out = ",".join(name for name in CURVES if name in without)
        note_all(
            {
                "pictures": None if usual else pictures,
                "scale": "log" if log else None,
                "without": left_out or None,
            }
        )


def _without() -> list[str]:
    def holds(asked: str) -> bool:
        return all(name in CURVES for name in asked.split(","))

    say_not_taken("without", f"some of {', '.join(CURVES)}", "none of them", holds)
    asked = st.query_params.get("without", "")
    return [name for name in CURVES if name in asked.split(",")] if holds(asked) else []


def _of_link(name: str, options: tuple[str, ...]) -> str:
    asked = st.query_params.get(name)
    stands = asked if asked in options else options[0]
    say_not_chosen(name, options, stands, str)
    return stands
