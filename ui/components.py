"""One Python wrapper for each file of assets/components: what follows the hand is drawn in the browser.

load(name) registers assets/components/<name>.js (and <name>.css beside it, if there is one) and returns the
function that mounts it. Always mount with key=: only a keyed component is updated in place. The script's
text travels with every update, so the files stay small.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypedDict

import streamlit as st

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "components"


def load(name: str) -> Callable[..., Any]:
    """The mounting function of assets/components/<name>.js."""
    style = FOLDER / f"{name}.css"
    return st.components.v2.component(
        name,
        js=(FOLDER / f"{name}.js").read_text(encoding="utf-8"),
        css=style.read_text(encoding="utf-8") if style.exists() else None,
    )


class Tile(TypedDict):
    """One picture of the gallery. `lines`: its caption, each line with the colour of its dot or None."""

    id: str
    picture: str
    alt: str
    lines: list[tuple[str, str | None]]


_gallery = load("gallery")


def gallery(
    key: str, tiles: Sequence[Tile], chosen: str, label: str, more: str, on_picked: Callable[[], None]
) -> None:
    """A row of pictures, one of them chosen, and a button for further ones; by mouse, touch and arrow keys.

    While `on_picked` runs, st.session_state[key].picked holds the id of the tile, or "more" for the button.
    """
    _gallery(
        key=key,
        data={"tiles": list(tiles), "chosen": chosen, "label": label, "more": more},
        on_picked_change=on_picked,
    )
