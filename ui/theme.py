"""Colours and names that mean the same thing on every page.

The palette of the window itself (paper, ink, accent, fonts) is in .streamlit/config.toml; this module holds
what Python code draws with. It imports neither torch nor core, so that the first page appears at once.
"""

import streamlit as st

# Order of the classes everywhere: neuron 1, 2, 3. The colours are told apart by colour-blind people too.
BALL_COLOURS: dict[str, str] = {"soccer": "#0072B2", "basketball": "#E69F00", "baseball": "#CC79A7"}
BALL_NAMES: dict[str, str] = {"soccer": "soccer ball", "basketball": "basketball", "baseball": "baseball"}

# Below zero violet, zero paper, above zero green: the ends and the middle of every signed scale.
NEGATIVE = "#4B2A84"
NEUTRAL = "#F1F0ED"
POSITIVE = "#00573F"
DIVERGING: tuple[str, ...] = (
    NEGATIVE, "#694D9E", "#896EB7", "#AB95CD", "#CDC2DE",
    NEUTRAL,
    "#B9D7C5", "#7FBD9E", "#4E9D7B", "#2C795C", POSITIVE,
)  # fmt: skip


def is_dark() -> bool:
    """Whether the viewer reads on the dark theme. On a session's very first run this may still say light."""
    return st.context.theme.type == "dark"


def ink() -> str:
    """The text colour of the viewer's theme, for what Python draws itself."""
    return "#E6E8EB" if is_dark() else "#1F2328"


def faint() -> str:
    """Grey for a line that stands for no ball, still three times as light or dark as the paper."""
    return "#8B939E" if is_dark() else "#7A7F87"


def paper() -> str:
    """The background of the viewer's theme."""
    return "#161A20" if is_dark() else "#FDFCFA"


def grid() -> str:
    """The colour of hairlines and axes of the viewer's theme."""
    return "#38414C" if is_dark() else "#DCD8CF"
