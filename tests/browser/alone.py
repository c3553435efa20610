"""A component alone in a window, in the page's letters and colours: there Playwright presses, hovers and
measures, at any width, and no server is needed. What the component tells is kept; nobody answers.

That takes a tenth of a second where a page takes one, and another width next to nothing.
"""

import base64
import re
import tomllib
from functools import cache
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, Page

from tests.browser.conftest import ROOT
from ui.components import script, style

# As wide as a page's components are beside the menu; what scrolls in a page is its main part.
_ROOM = """
html { font-size: 16px; background: var(--st-background-color); color-scheme: light dark }
body { margin: 0 }
main { height: 100vh; overflow: auto; box-sizing: border-box }
main > div { box-sizing: border-box; margin: auto; padding: 96px 1rem 64px }
@media (min-width: 641px) { main { margin-left: 200px } }
@media (min-width: 1280px) {
  main { margin-left: 300px }
  main > div { padding-inline: 80px; max-width: calc(1120px * var(--unit, 1) + 160px) }
}
"""
_MOUNT = """async ({ name, source, css, data, packed }) => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  window.modules ??= {}
  if (!modules[name]) {
    const url = URL.createObjectURL(new Blob([bytes(source)], { type: 'text/javascript' }))
    modules[name] = await import(url)
  }
  const place = document.querySelector('main > div').appendChild(document.createElement('div'))
  const parentElement = place.attachShadow({ mode: 'open' })
  parentElement.appendChild(document.createElement('style')).textContent = css
  const setStateValue = (...all) => told.push(all)
  const given = { key: "alone", parentElement, setStateValue, setTriggerValue: setStateValue }
  ends.push(modules[name].default({ ...given, data: packed ? bytes(data) : data }))
  await document.fonts.ready
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
}"""
_EMPTY = """() => {
  for (const end of window.ends ?? []) end?.()
  Object.assign(window, { ends: [], told: [] })
  document.querySelector('main > div').replaceChildren()
  document.querySelector('main').scrollTop = 0
}"""
_DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
_OVERFLOW = "(main) => main.scrollWidth - main.clientWidth"


def _kebab(name: str) -> str:
    return re.sub("[A-Z]", lambda capital: f"-{capital[0].lower()}", name)


@cache
def _sheet() -> str:
    """The letters and the colours of .streamlit/config.toml, by day and by night, and assets/page.css."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    faces = ""
    for face in theme["fontFaces"]:
        file = ROOT / face["url"].removeprefix("app/")
        source = f"url(data:font/woff2;base64,{base64.b64encode(file.read_bytes()).decode()})"
        signs = f"unicode-range: {face['unicodeRange']};" if "unicodeRange" in face else ""
        faces += (
            f"@font-face {{ font-family: '{face['family']}'; font-weight: {face['weight']}; "
            f"font-style: {face['style']}; src: {source}; {signs} }}\n"
        )
    day, night = (
        "".join(
            f"--st-{_kebab(name)}: {value};" for name, value in theme[mode].items() if isinstance(value, str)
        )
        for mode in ("light", "dark")
    )
    alike = f"--st-font: {theme['font']}; --st-code-font: {theme['codeFont']}; --st-base-radius: 0.5rem;"
    page = (ROOT / "assets" / "page.css").read_text(encoding="utf-8")
    return (
        f"{faces}\n{page}\n:root {{ {alike} --st-button-radius: 0.5rem; {day} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {night} }} }}\n{_ROOM}"
    )


class Alone:
    """A tab in which components stand that are shown; `problems` collects what must not happen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        phones = "<meta name=viewport content='width=device-width, initial-scale=1'>"
        body = "<main data-testid=stMain><div></div></main>"
        page.set_content(f"<!doctype html><html lang=en>{phones}<style>{_sheet()}</style>{body}")
        page.on("console", self._console)
        page.on("pageerror", self._error)

    def as_seen(self, *, width: int, height: int = 900, dark: bool = False) -> None:
        """In a window of this size, by day or by night; what draws itself anew has done so."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        self.page.wait_for_function("width => innerWidth === width", arg=width)
        self.drawn()

    def drawn(self) -> None:
        """Wait until what has happened is seen."""
        self.page.evaluate(_DRAWN)

    def with_scrollbar(self, width: int = 12) -> None:
        """As with a mouse: its scrollbar takes room from the page. Headless Chromium's takes none."""
        room = "width => (document.querySelector('main').style.borderRight = `${width}px solid`)"
        self.page.evaluate(room, width)
        self.drawn()

    def show(
        self,
        scripts: tuple[str, ...],
        data: Any,
        *,
        styles: tuple[str, ...] = (),
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
    ) -> None:
        """A component in place of what stood here, as `ui.components.load` dresses one of these scripts.

        data: as Python gives it, packed too.
        """
        self.page.evaluate(_EMPTY)
        self.as_seen(width=width, height=height, dark=dark)
        self.add(scripts, data, styles=styles)

    def add(self, scripts: tuple[str, ...], data: Any, *, styles: tuple[str, ...] = ()) -> None:
        """Another component, below what stands here."""
        packed = isinstance(data, bytes)
        given = {
            "name": " ".join(scripts),
            "source": base64.b64encode(script(*scripts).encode()).decode(),
            "css": style(*styles, scripts[-1]),
            "data": base64.b64encode(data).decode() if packed else data,
            "packed": packed,
        }
        self.page.evaluate(_MOUNT, given)

    def told(self) -> dict[str, Any]:
        """What has been told last under each name."""
        return dict(self.page.evaluate("told"))

    def overflow(self) -> int:
        """By how many pixels what is shown is wider than the window."""
        return int(self.page.locator("main").evaluate(_OVERFLOW))

    def leave(self) -> None:
        """Let go of the mouse; nothing stands here any more."""
        self.page.mouse.up()
        self.page.mouse.move(0, 0)
        self.page.evaluate(_EMPTY)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def _error(self, error: Error) -> None:
        self.problems.append(f"exception in the page: {error}")
