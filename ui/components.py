"""Components of the scripts and styles in assets/components: what follows the hand is drawn in the browser.

At the top there is what several pages use, in a folder what one page does, or one part of several scripts. A
file's name is its path without the ending: "pictures", "propagation/sums". A component has the name of its
last script; `load` registers it and returns what mounts it. Always mount with key=: only a keyed component is
updated in place.

Streamlit sends the text of a component's script anew with every update. So that text only fetches the module,
scripts and styles together, which a browser does once: its name is a hash of what it says.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

from ui.server.base_path import base

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "components"

_modules: dict[str, bytes] = {}  # hash → the text of a module, as `hand_out` gives it


def script(*names: str) -> str:
    """assets/components/<name>.js, one after the other, after mounted.js, with which every script begins.

    They are one module: a component cannot import a neighbour, but its parts can be files of their own, and
    several components can share some: those that stand in no folder.
    """
    return _joined("unless_there", "mounted", *names)


def _joined(*names: str) -> str:
    return "\n".join((FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in names)


def style(*names: str) -> str:
    """assets/components/<name>.css, one after the other, after base.css, with which every style begins."""
    return "\n".join((FOLDER / f"{part}.css").read_text(encoding="utf-8") for part in ("base", *names))


def load(
    *scripts: str, styles: Sequence[str] = (), isolate_styles: bool = True, at_once: bool = False
) -> Callable[..., Any]:
    """The mounting function of a component of these scripts; the last is its own and gives it its name.

    <name>.html and <name>.css belong to it where they exist. `styles`: those that it shares with others, and
    that come first. isolate_styles: they are apart from the page's. at_once: what is small, and is to be seen
    before anything further has come, is sent whole, without mounted.js.
    """
    name = scripts[-1]
    sheets = [*styles, *([name] if (FOLDER / f"{name}.css").exists() else [])]
    js = _joined("unless_there", *scripts) if at_once else script(*scripts)
    css = style(*sheets) if sheets else ""
    parts = {"js": js if at_once else _fetching(js, css)}
    if at_once and css:
        parts["css"] = css
    if (FOLDER / f"{name}.html").exists():
        parts["html"] = (FOLDER / f"{name}.html").read_text(encoding="utf-8")
    return st.components.v2.component(name, isolate_styles=isolate_styles, **parts)


def _fetching(js: str, css: str) -> str:
    """A short script that does what `js` does, dressed in `css`, once it has fetched both."""
    module = f"{js}\nexport const STYLE = {json.dumps(css, ensure_ascii=False)}\n".encode()
    name = hashlib.sha256(module).hexdigest()
    _modules[name] = module
    fetching = (FOLDER / "fetched.js").read_text(encoding="utf-8")
    return fetching.replace("ADDRESS", f"{base()}/module/{name}.js")


async def hand_out(request: Request) -> Response:
    """The module /module/<hash>.js, for good: another text has another name. 404 where nobody loaded it."""
    name = request.path_params["name"]
    module = _modules.get(name)
    if module is None:
        return Response(status_code=404)
    lasting = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(module, media_type="text/javascript", headers={**lasting, "ETag": f'"{name}"'})
