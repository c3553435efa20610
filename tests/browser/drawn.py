"""A component as it draws itself without page and server: it is given its data, then it is looked at.

What only has to stand in the right place, with the right number and colour, needs no more: that takes a tenth
of a second where a page takes three.
"""

import base64
import math
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ui import packing

# What is asked of a canvas. As text: so many numbers one by one take a second to come.
PIXELS = """btoa(Array.from(node.getContext('2d').getImageData(0, 0, node.width, node.height).data,
  (value) => String.fromCharCode(value)).join(''))"""
_MOUNTED = """(async () => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const host = document.createElement("div"), told = []
  document.body.prepend(host) // in sight, whatever another test has left there
  host.style.cssText = given.style
  let place = host
  if (given.css) { // as Streamlit keeps a component's styles to itself
    const style = Object.assign(document.createElement("style"), { textContent: given.css })
    place = document.createElement("div")
    host.attachShadow({ mode: "open" }).append(style, place)
  }
  const setStateValue = (...all) => told.push(all), data = given.packed ? bytes(given.data) : given.data
  const end = js.default({ data, key: "drawn", parentElement: place, setStateValue })
  try {
    return await (LOOK)(place, told)
  } finally {
    host.remove()
    end?.()
  }
})()"""


def drawn(
    run: Callable[..., Any], data: Any, look: str, *, width: int = 1200, style: str = "", css: str = ""
) -> Any:
    """What `look`, a function of the host and of all that was told, finds of a component with these data.

    run: javascript(…) of its scripts. data: as Python gives it, packed too. style: the host's own. css: the
    component's style sheets, ui.components.style(…); without them it stands there undressed.
    """
    packed = isinstance(data, bytes)
    text = base64.b64encode(data).decode() if packed else data
    given = {"data": text, "packed": packed, "style": f"width: {width}px; {style}", "css": css}
    return run(_MOUNTED.replace("LOOK", look), given)


def looking(first: str = "", **parts: tuple[str, str]) -> str:
    """A look at parts of the host, each a selector and what is asked of every `node` that it finds.

    first: what is done with the host before.
    """
    asked = [
        f'{name}: [...host.querySelectorAll("{at}")].map((node) => {of})' for name, (at, of) in parts.items()
    ]
    return f"(host) => {{ {first}; return {{ {', '.join(asked)} }} }}"


def as_on_a_page(run: Callable[..., Any]) -> str:
    """The style of a host with the font of the pages and some colours: all is as wide as it is there."""
    run(f"({LETTERS})(given)", INTER)
    colours = ("text", "background", "secondary-background", "border", "primary", "link")
    return "--st-font: Inter;" + "".join(
        f"--st-{name}-color: #{123 * n:03x};" for n, name in enumerate(colours)
    )


# The pages' letters, and what takes them in; without them words are as wide as the system's letters are.
INTER = base64.b64encode(
    (Path(__file__).resolve().parents[2] / "static" / "fonts" / "inter.woff2").read_bytes()
).decode()
LETTERS = """async (given) => {
  if ([...document.fonts].some(({ family }) => family === "Inter")) return
  const inter = new FontFace("Inter", `url(data:font/woff2;base64,${given})`, { weight: "100 900" })
  document.fonts.add(await inter.load())
}"""


def press(where: str, key: str) -> str:
    """A key that is pressed on the first node of a selector."""
    event = f'new KeyboardEvent("keydown", {{ key: "{key}", bubbles: true }})'
    return f'host.querySelector("{where}").dispatchEvent({event})'


def given_to(monkeypatch: Any, module: ModuleType, component: str, mount: Callable[[], Any]) -> Any:
    """The data that `mount` gives to a component, which the module has under this name."""
    monkeypatch.setattr(packing, "LONG", math.inf)  # there is no server from which an array could be fetched
    given: dict[str, Any] = {}
    monkeypatch.setattr(module, component, lambda **all_: given.update(all_))
    mount()
    return given["data"]


def pixels(canvas: str, rows: int, columns: int) -> np.ndarray:
    """R, G and B of what PIXELS found on a canvas. Shapes: → (rows, columns, 3)."""
    return np.frombuffer(base64.b64decode(canvas), np.uint8).reshape(rows, columns, 4)[:, :, :3].astype(int)


def shares(texts: list[str]) -> list[float]:
    """ "12.5%" → 0.125."""
    return [float(text.removesuffix("%")) / 100 for text in texts]


def number(text: str) -> float:
    """ "−1.5" → -1.5."""
    return float(text.replace("−", "-"))
