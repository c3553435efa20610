"""Words as they are, such as an error of a library's or an address, in the letters of code.

Streamlit's own box for code would fetch what colours a hundred languages: half a megabyte, and a quarter of a
second of a laptop's, on a page's first visit.
"""

from ui.components import load

_verbatim = load("elements", "verbatim")


def verbatim(key: str, text: str, copied: str | None = None) -> None:
    """A box with the text, as text. copied: what a button beside it says that copies it; None: no button."""
    _verbatim(key=key, data={"text": text, "copied": copied})
