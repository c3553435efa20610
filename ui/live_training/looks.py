"""How the live figure is looked at, as the link has it: ?pictures=gradient, ?scale=log.

It belongs to whoever looks, not to the run: two people may watch one run each in their own way.
"""

from typing import Any

import streamlit as st

from ui import told
from ui.links import note_all
from ui.live_training.live_pictures import VIEWS
from ui.not_taken import say_not_chosen

SCALES = ("linear", "log")  # of the axis of J


def looks() -> dict[str, Any]:
    """{"pictures": one of VIEWS, "log": whether J has a logarithmic axis}, the usual where the link errs."""
    pictures, scale = (_of_link(name, options) for name, options in (("pictures", VIEWS), ("scale", SCALES)))
    return {"pictures": pictures, "log": scale == "log"}


def looked() -> None:
    """The hand has chosen others in the figure: the link says so."""
    said = told.mapping(told.last("training:figure", "looks")) or {}
    pictures, log = said.get("pictures"), said.get("log")
    if pictures in VIEWS and type(log) is bool:
        usual = pictures == VIEWS[0]
        note_all({"pictures": None if usual else pictures, "scale": "log" if log else None})


def _of_link(name: str, options: tuple[str, ...]) -> str:
    asked = st.query_params.get(name)
    stands = asked if asked in options else options[0]
    say_not_chosen(name, options, stands, str)
    return stands
