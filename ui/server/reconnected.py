"""After the line to the browser was lost, the page runs once more: with what the hand has done meanwhile.

Streamlit drops what is done while there is no line, and what was on its way when it broke. The page would
stand as before, beside a slider that was moved and a photo that is marked, until something else is moved.
"""

from ui.components import load

KEY = "reconnected"  # of the one widget that all pages share

_look = load("reconnected", at_once=True)


def look() -> None:
    """On every page: let the browser ask for the page when the line is there again. It shows nothing."""
    _look(key=KEY, on_back_change=lambda: None)
