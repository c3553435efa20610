"""A component as it draws itself without page and server: it is given its data, then it is looked at.

What only has to stand in the right place, with the right number and colour, needs no more: that takes a tenth
of a second where a page takes three.
"""

import base64
from collections.abc import Callable
from typing import Any

_MOUNTED = """(async () => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const host = document.body.appendChild(document.createElement("div")), told = []
  host.style.cssText = given.style
  const setStateValue = (...all) => told.push(all), data = given.packed ? bytes(given.data) : given.data
  const end = js.default({ data, key: "drawn", parentElement: host, setStateValue })
  try {
    return await (LOOK)(host, told)
  } finally {
    host.remove()
    end?.()
  }
})()"""


def drawn(run: Callable[..., Any], data: Any, look: str, *, width: int = 1200, style: str = "") -> Any:
    """What `look`, a function of the host and of all that was told, finds of a component with these data.

    run: javascript(…) of its scripts. data: as Python gives it, packed too.
    """
    packed = isinstance(data, bytes)
    text = base64.b64encode(data).decode() if packed else data
    given = {"data": text, "packed": packed, "style": f"width: {width}px; {style}"}
    return run(_MOUNTED.replace("LOOK", look), given)


def looking(first: str = "", **parts: tuple[str, str]) -> str:
    """A look at parts of the host, each a selector and what is asked of every `node` that it finds.

    first: what is done with the host before.
    """
    asked = [
        f'{name}: [...host.querySelectorAll("{at}")].map((node) => {of})' for name, (at, of) in parts.items()
    ]
    return f"(host) => {{ {first}; return {{ {', '.join(asked)} }} }}"


def press(where: str, key: str) -> str:
    """A key that is pressed on the first node of a selector."""
    event = f'new KeyboardEvent("keydown", {{ key: "{key}", bubbles: true }})'
    return f'host.querySelector("{where}").dispatchEvent({event})'
