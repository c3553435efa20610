"""Tabs that stay open from test to test; one that the browser paints no more is given up for another.

In one whole run of many Chromium went on running a tab's scripts and painted it no more: whatever waits for a
picture waits for ever there, in later tests too. A test that fails in such a tab is run again in a new one; a
test that fails in any other is not.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Any, Generic, TypeVar

import pytest
from playwright.sync_api import Error, Page

T = TypeVar("T")

# As long as a page is about to be painted it is asked for, so often and so many milliseconds apart.
TIMES, APART = 50, 100
_ASK = "() => { window.paintedSince = false; requestAnimationFrame(() => { window.paintedSince = true }) }"


class NotPainted(Exception):
    """The browser's fault, not the page's; see the module's text."""


class Lasting(Generic[T]):
    """A page, or what has one as its `page`: made when first asked for, and again when that is closed."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None

    def get(self) -> T:
        if self._made is None or _page(self._made).is_closed():
            self._made = self._make()
        return self._made


def is_painted(page: Page) -> bool:
    """Whether the browser paints it within five seconds. One that answers nothing at all is another case."""
    try:
        page.evaluate(_ASK)
        for _ in range(TIMES):
            if page.evaluate("window.paintedSince"):
                return True
            page.wait_for_timeout(APART)
    except Error:
        return True
    return False


def run_in_tabs(item: pytest.Item) -> Generator[None, object, object]:
    """The test; if it fails and a tab of its own is painted no more, that is closed, and why it failed."""
    try:
        return (yield)
    except Exception as failed:
        lost = [page for page in _open_pages(vars(item).get("funcargs", {}).values()) if not is_painted(page)]
        if not lost:
            raise
        for page in lost:
            page.close()
        raise NotPainted(", ".join(page.url for page in lost)) from failed


def once_more(item: pytest.Item) -> None:
    """Have it run again, once, if that was it."""
    item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[NotPainted.__name__]))


def _page(one: Any) -> Any:
    return getattr(one, "page", one)


def _open_pages(given: Iterable[Any]) -> set[Page]:
    return {page for page in map(_page, given) if isinstance(page, Page) and not page.is_closed()}
