"""The lecture as a map with links, which the Overview shows; that page appears at once, so no torch here."""

import base64
from pathlib import Path

import numpy as np
from PIL import Image

from ui import told
from ui.components import load

# tools.overview_pictures makes them.
PICTURES = Path(__file__).resolve().parent.parent / "assets" / "overview"

_lecture_map = load("overview/lecture_map", at_once=True)


def lecture_map(key: str) -> str | None:
    """Mount the map; the url path of the page whose link was clicked, else None.

    It is given its pictures, and the numbers with which x of the first one begins and ends, R, G, B in turn.
    """
    files = {path.stem: path for path in sorted(PICTURES.glob("*.png"))}
    x = np.asarray(Image.open(files["one"])).reshape(-1)  # (12288,)
    # No lists and no mappings: to ask whether they are data frames Streamlit would import pandas, which takes
    # half a second.
    pictures = {f"picture {name}": _data_url(path) for name, path in files.items()}
    data = {**pictures, "first": tuple(x[:6].tolist()), "last": tuple(x[-3:].tolist())}
    clicked = _lecture_map(key=key, data=data, on_page_change=lambda: None)
    return told.word(clicked.page)


def _data_url(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
