"""A row of pictures to choose from: the photos at the head of most pages."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from ui import told
from ui.components import load


class Tile(TypedDict):
    """One picture of the gallery. `lines`: its caption, each line with the colour of its dot or None."""

    id: str
    picture: str
    alt: str
    lines: list[tuple[str, str | None]]


_gallery = load("elements", "gallery", styles=["tile"])


def gallery(
    key: str, tiles: Sequence[Tile], chosen: str, label: str, more: str, on_picked: Callable[[], None]
) -> None:
    """A row of pictures, one of them chosen, and a button for further ones; by mouse, touch and arrow keys.

    While `on_picked` runs, picked(key) is the id of the tile, or "more" for the button.
    """
    words = {"chosen": chosen, "label": label, "more": more, "heard": told.when(key, "picked")}
    _gallery(key=key, data={"tiles": list(tiles), **words}, on_picked_change=on_picked)


def picked(key: str) -> str | None:
    """What was picked last in the gallery `key`; None if nothing."""
    return told.word((told.mapping(told.last(key, "picked")) or {}).get("id"))
